#!/usr/bin/env bash
# The browser journeys, in headless Chromium against a real server with the simulator.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/chromium.sh
cd web
exec npm run --silent e2e -- "$@"
