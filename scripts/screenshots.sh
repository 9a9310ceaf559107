#!/usr/bin/env bash
# Write docs/images from the running product, in headless Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/chromium.sh
mkdir -p docs/images
cd web
exec npm run --silent screenshots
