#!/usr/bin/env bash
# The server, restarted when Python changes, and the web app with hot reload. Ctrl-C stops both.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python scripts/dev.py
