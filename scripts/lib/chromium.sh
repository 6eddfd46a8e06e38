# Finds or gets a Chromium for screenshots and browser tests; sourced by the scripts that need one.

# ensure_chromium: set CHROMIUM to one from PATH, else to one unpacked from the host's own Debian suite into .tools.
# The headless shell comes first: the same Chromium, whose browser around the page costs a fifth less processor time.
ensure_chromium() {
  local candidate
  for candidate in chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome; do
    CHROMIUM=$(command -v "$candidate" 2>/dev/null) && return
  done
  CHROMIUM="$TOOLS/chromium/run"
  is_current "$TOOLS/chromium/.stamp" "$ROOT/scripts/lib/chromium.sh" && return
  unpack_chromium
}

unpack_chromium() (
  folder="$TOOLS/chromium"
  need_host_tools
  lock_set_up
  is_current "$folder/.stamp" "$ROOT/scripts/lib/chromium.sh" && exit
  # shellcheck source=scripts/lib/debian.sh
  source "$ROOT/scripts/lib/debian.sh"
  say "Getting Chromium…"
  unpack_from_debian "$(host_suite)" "$folder" "Chromium is needed: install it and put it on PATH" \
    chromium-headless-shell fonts-liberation
  libraries=$(dirname "$(find "$folder/usr/lib" -name libnss3.so)")
  cat >"$folder/fonts.conf" <<FONTS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$folder/usr/share/fonts</dir><cachedir>$folder/font-cache</cachedir></fontconfig>
FONTS
  cat >"$folder/run" <<RUN
#!/bin/sh
export LD_LIBRARY_PATH='$libraries:${libraries/usr\/lib/lib}:$libraries/pulseaudio'
export FONTCONFIG_FILE='$folder/fonts.conf'
exec '$folder/usr/lib/chromium/chromium-headless-shell' "\$@"
RUN
  chmod +x "$folder/run"
  "$folder/run" --version >/dev/null 2>&1 || fail "Chromium is needed: install it and put it on PATH (the one from Debian does not run here)."
  fingerprint "$ROOT/scripts/lib/chromium.sh" >"$folder/.stamp"
)
