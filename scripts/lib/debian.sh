# Unpacks Debian packages into a private folder, with all the libraries they need: nothing on the host changes.

host_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null; }

# unpack_from_debian SUITE FOLDER SENTENCE PACKAGE…: SENTENCE says what is needed, for when this does not work.
unpack_from_debian() {
  local suite=$1 folder=$2 sentence=$3 work="$2.work" mirror keyring package
  shift 3
  command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 \
    || fail "$sentence (this machine could not download one, and has no Debian packages to take it from)."
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | head -n 1) || true
  keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.*' 2>/dev/null | sort | head -n 1) || true
  [ -n "$mirror" ] && [ -n "$keyring" ] || fail "$sentence (this machine names no Debian mirror to take it from)."
  rm -rf "$work"
  mkdir -p "$work"/{lists/partial,archives/partial,sources,root}
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" "$suite" "$keyring" \
    >"$work/sources/suite.sources"
  : >"$work/status" # nothing counts as installed, so every library comes along
  local apt=(apt-get -qq -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dir::State="$work" -o Dir::Cache="$work"
    -o Dir::State::status="$work/status" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/sources"
    -o APT::Install-Recommends=0 -o Acquire::Languages=none -o Acquire::Retries=1 -o Acquire::http::Timeout=20)
  quietly "$sentence (the package lists of Debian $suite could not be read)." "${apt[@]}" update
  quietly "$sentence (Debian $suite did not deliver it)." "${apt[@]}" install --yes --download-only "$@"
  for package in "$work"/archives/*.deb; do
    # From the host's own suite, the C library stays the host's: its loader works with no other.
    [[ $suite == "$(host_suite)" && $package == */libc6_* ]] && continue
    quietly "$sentence (a Debian package could not be unpacked: is the disk full?)" dpkg -x "$package" "$work/root"
  done
  rm -rf "$folder"
  mv -T "$work/root" "$folder"
  rm -rf "$work"
}
