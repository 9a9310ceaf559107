# Sourced: sees to it that `bwrap` is there; installs Debian's when it is not and we are root.
if ! command -v bwrap > /dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bubblewrap > /dev/null
  else
    echo "The tests of the sandbox need bubblewrap: install it (Debian and Ubuntu: apt-get install bubblewrap)." >&2
    exit 1
  fi
fi
