# Sourced: puts the path of a Chromium in $CHROMIUM; installs Debian's when there is none and we are root.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

if ! CHROMIUM=$(find_chromium); then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null
    CHROMIUM=$(find_chromium)
  else
    echo "The browser tests need Chromium: install it (Debian and Ubuntu: apt-get install chromium), or name one in CHROMIUM=…" >&2
    exit 1
  fi
fi
export CHROMIUM
