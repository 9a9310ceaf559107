# Sourced: sees to it that `prometheus` and `promtool` are there; installs Debian's when they are not and we are root.
if ! { command -v prometheus && command -v promtool; } > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus > /dev/null
  else
    echo "The tests of deploy/prometheus need prometheus and promtool: install them (Debian and Ubuntu: apt-get install prometheus)." >&2
    exit 1
  fi
fi
