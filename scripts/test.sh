#!/usr/bin/env bash
# Everything: form, types, tests in both modes on real PostgreSQL and Valkey, web tests, budgets, browser journeys.
# Two parts run at once: most of what the tests do is wait. The longest come first, and the accounts' tests on their own,
# so that both lanes end together.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/bubblewrap.sh
source scripts/ripgrep.sh
source scripts/chromium.sh
source scripts/prometheus.sh
source scripts/nginx.sh
bin=.venv/bin
exec $bin/python scripts/run_parts.py --at-once 2 \
  "tests, scaled" "$bin/python -m pytest --mode scaled --ignore tests/accounts" \
  "tests, embedded" "$bin/python -m pytest --mode embedded" \
  "e2e" "scripts/e2e.sh" \
  "accounts, scaled" "$bin/python -m pytest --mode scaled tests/accounts" \
  "ruff" "$bin/ruff format --check . && $bin/ruff check ." \
  "floors" "$bin/lint-imports --no-logo" \
  "sizes" "$bin/python scripts/check_sizes.py" \
  "mypy" "$bin/mypy" \
  "biome" "cd web && npm run --silent lint" \
  "tsc" "cd web && npm run --silent types" \
  "openapi" "scripts/check_openapi.sh" \
  "vitest" "cd web && npm run --silent test" \
  "budgets" "cd web && npm run --silent budgets"
