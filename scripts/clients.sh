#!/usr/bin/env bash
# Install the clients of tests/clients into .clients: locked, with their hashes, apart from the product's environment.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/bootstrap.sh node
uv=.boot/bin/uv
[ -x .clients/python/bin/python ] || "$uv" venv -q .clients/python --python .boot/bin/python
"$uv" pip install -q --python .clients/python/bin/python --compile-bytecode --require-hashes -r requirements/clients.lock
mkdir -p .clients/node
cp tests/clients/node/package.json tests/clients/node/package-lock.json tests/clients/node/.npmrc .clients/node/
npm ci --prefix .clients/node --no-audit --no-fund --loglevel=error
