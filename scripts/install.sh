#!/usr/bin/env bash
# Install the locked packages of one kind (run, dev) and Guildhall itself into .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.boot/bin/uv
[ -x .venv/bin/python ] || "$uv" venv -q .venv --python .boot/bin/python
"$uv" pip install -q --python .venv/bin/python --compile-bytecode --require-hashes -r "requirements/$1.lock"
"$uv" pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
.venv/bin/python -m compileall -q src # a start where Python may write no bytecode would else take twice as long
