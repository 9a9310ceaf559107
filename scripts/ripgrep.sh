# Sourced: sees to it that `rg` is there, which opencode's tools find files by; installs Debian's when it is not and we are root.
if ! command -v rg > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ripgrep > /dev/null
  else
    echo "The tests of opencode need ripgrep: install it (Debian and Ubuntu: apt-get install ripgrep)." >&2
    exit 1
  fi
fi
