#!/usr/bin/env bash
# Install opencode for this checkout, locked with its hash, beside Python in .venv: 185 MB, and nothing runs on the way.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/bootstrap.sh node
mkdir -p .opencode
cp scripts/opencode/package.json scripts/opencode/package-lock.json scripts/opencode/.npmrc .opencode/
npm ci --prefix .opencode --no-audit --no-fund --loglevel=error
program=$(find "$PWD/.opencode/node_modules" -path '*/bin/opencode' -type f | head -1)
if [ -z "$program" ]; then
  echo "There is no package of opencode for $(uname -sm) here: install opencode 1.18.33 yourself and set GUILDHALL_OPENCODE." >&2
  exit 1
fi
"$program" --version > /dev/null 2>&1 || {
  echo "opencode does not run on this machine; a processor without AVX2 needs its package opencode-linux-x64-baseline (GUILDHALL_OPENCODE)." >&2
  exit 1
}
ln -sfn "$program" .venv/bin/opencode
command -v rg > /dev/null || echo "Its tools find files by ripgrep, which is not here: install it (Debian and Ubuntu: apt-get install ripgrep)." >&2
echo "opencode $("$program" --version) is installed: sessions can use it as their engine."
