#!/usr/bin/env bash
# The fast checks of `make check`: form, floors, sizes, types and the fast tests. Four parts run at once: tests often wait.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/bubblewrap.sh
unset PYTHONDONTWRITEBYTECODE # pytest rewrites every test module; keep that for the next time
bin=.venv/bin
exec $bin/python scripts/run_parts.py --at-once 4 \
  "tests of accounts" "$bin/python -m pytest -m 'not slow' --mode embedded tests/accounts" \
  "tests of the gateway" "$bin/python -m pytest -m 'not slow' --mode embedded tests/edge tests/gateway" \
  "other tests" "$bin/python -m pytest -m 'not slow' --mode embedded --ignore=tests/accounts --ignore=tests/edge --ignore=tests/gateway --ignore=tests/chat --ignore=tests/engines --ignore=tests/mcp --ignore=tests/workspaces" \
  "tests of chat" "$bin/python -m pytest -m 'not slow' --mode embedded tests/chat" \
  "tests of agents" "$bin/python -m pytest -m 'not slow' --mode embedded tests/engines tests/mcp tests/workspaces" \
  "mypy" "$bin/mypy" \
  "tsc" "cd web && npm run --silent types" \
  "vitest" "cd web && npm run --silent test" \
  "biome" "cd web && npm run --silent lint" \
  "floors" "$bin/lint-imports --no-logo" \
  "openapi" "scripts/check_openapi.sh" \
  "ruff" "$bin/ruff format --check . && $bin/ruff check ." \
  "sizes" "$bin/python scripts/check_sizes.py"
