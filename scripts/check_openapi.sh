#!/usr/bin/env bash
# Fail unless docs/reference/openapi.json and the browser's types are what the server's routes say.
set -euo pipefail
cd "$(dirname "$0")/.."
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

same() {
  diff -u "$1" "$2" > "$new/diff" && return
  head -40 "$new/diff"
  echo "$1 is not current: run 'make openapi'."
  exit 1
}

.venv/bin/guildhall openapi > "$new/openapi.json"
same docs/reference/openapi.json "$new/openapi.json"
cd web
npx --no-install openapi-typescript ../docs/reference/openapi.json -o "$new/raw.d.ts" > /dev/null
npx --no-install biome check --write --stdin-file-path=src/api/schema.d.ts < "$new/raw.d.ts" > "$new/schema.d.ts"
same src/api/schema.d.ts "$new/schema.d.ts"
