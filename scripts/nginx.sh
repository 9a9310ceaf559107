# Sourced: puts the path of an nginx in $NGINX; installs Debian's when there is none and we are root.
find_nginx() {
  local name
  for name in "${NGINX:-}" nginx /usr/sbin/nginx /usr/local/sbin/nginx; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

if ! NGINX=$(find_nginx); then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light > /dev/null
    NGINX=$(find_nginx)
  else
    echo "The tests of several servers need nginx: install it (Debian and Ubuntu: apt-get install nginx-light), or name one in NGINX=…" >&2
    exit 1
  fi
fi
export NGINX
