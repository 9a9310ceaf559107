#!/usr/bin/env bash
# Check for Python or Node, say in one sentence what is missing, and make .boot (which holds uv).
set -euo pipefail
cd "$(dirname "$0")/.."

# The system's own Python when it will do: distributions build theirs with profile-guided optimisation, version managers
# usually do not (decision 0014).
choose_python() {
  /usr/bin/python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
    echo /usr/bin/python3 || echo python3
}

need_python() {
  command -v "$PYTHON" >/dev/null || { echo "Guildhall needs Python 3.11 or newer, and there is no '$PYTHON' here." >&2; exit 1; }
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "Guildhall needs Python 3.11 or newer; '$PYTHON' is $("$PYTHON" -V 2>&1 | cut -d' ' -f2) (set PYTHON=… to use another)." >&2; exit 1; }
  "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
    { echo "Python here lacks its 'venv' module: install it (on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
  [ -w . ] || { echo "The folder $(pwd) cannot be written to." >&2; exit 1; }
  rm -rf .boot
  "$PYTHON" -m venv .boot
  .boot/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/boot.lock
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    { echo "Guildhall needs Node.js 20.19 or newer (with npm) to build its web app, and there is none here." >&2; exit 1; }
  node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)' ||
    { echo "Guildhall needs Node.js 20.19 or newer; this is $(node --version)." >&2; exit 1; }
}

case "$1" in
  python) PYTHON="${PYTHON:-$(choose_python)}" need_python ;;
  node) need_node ;;
esac
