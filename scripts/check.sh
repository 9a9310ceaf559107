#!/usr/bin/env bash
# The fast checks of `make check`: form, floors, sizes, types and the fast tests. Two parts run at once.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
exec $bin/python scripts/run_parts.py --at-once 2 \
  "tests of accounts" "$bin/python -m pytest -m 'not slow' --mode embedded tests/accounts" \
  "other tests" "$bin/python -m pytest -m 'not slow' --mode embedded --ignore=tests/accounts" \
  "mypy" "$bin/mypy" \
  "tsc" "cd web && npm run --silent types" \
  "vitest" "cd web && npm run --silent test" \
  "biome" "cd web && npm run --silent lint" \
  "floors" "$bin/lint-imports --no-logo" \
  "openapi" "scripts/check_openapi.sh" \
  "ruff" "$bin/ruff format --check . && $bin/ruff check ." \
  "sizes" "$bin/python scripts/check_sizes.py"
