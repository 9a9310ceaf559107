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
types=src/api/schema.d.ts
command=$(node -p 'require("./package.json").scripts.openapi') # the same command, writing elsewhere
PATH="$PWD/node_modules/.bin:$PATH" bash -c "${command/$types/$new/schema.d.ts}" > /dev/null
same "$types" "$new/schema.d.ts"
