#!/usr/bin/env bash
# Everything: form, types, tests in both modes on real PostgreSQL and Valkey, web tests, budgets, browser journeys.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/chromium.sh
source scripts/prometheus.sh
source scripts/nginx.sh
bin=.venv/bin
exec $bin/python scripts/run_parts.py \
  "ruff" "$bin/ruff format --check . && $bin/ruff check ." \
  "floors" "$bin/lint-imports --no-logo" \
  "sizes" "$bin/python scripts/check_sizes.py" \
  "mypy" "$bin/mypy" \
  "biome" "cd web && npm run --silent lint" \
  "tsc" "cd web && npm run --silent types" \
  "openapi" "scripts/check_openapi.sh" \
  "vitest" "cd web && npm run --silent test" \
  "budgets" "cd web && npm run --silent budgets" \
  "pytest" "$bin/python -m pytest" \
  "e2e" "scripts/e2e.sh"
