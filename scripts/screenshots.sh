#!/usr/bin/env bash
# Write docs/images from the running product, in headless Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/chromium.sh
if command -v fc-list > /dev/null && [ -z "$(fc-list :lang=zh)" ]; then
  echo "The pictures in Chinese need a font with Chinese characters (Debian and Ubuntu: apt-get install fonts-noto-cjk)." >&2
  exit 1
fi
mkdir -p docs/images
cd web
exec npm run --silent screenshots
