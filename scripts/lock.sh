#!/usr/bin/env bash
# Resolve the lock files: hashes for every package, no address of any registry.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.boot/bin/uv
options=(--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q)
"$uv" pip compile pyproject.toml "${options[@]}" --extra build -o requirements/run.lock "$@"
"$uv" pip compile pyproject.toml "${options[@]}" --extra build --extra otel --extra dev -c requirements/run.lock -o requirements/dev.lock "$@"
"$uv" pip compile requirements/clients.in "${options[@]}" -o requirements/clients.lock "$@"
echo uv | "$uv" pip compile - "${options[@]}" -o requirements/boot.lock "$@"
