# Starts a PostgreSQL or a MariaDB for tests, on loopback and in a folder of its own; sourced by scripts/test-databases.

# server_root NAME BINARY PACKAGE: set SERVER_BIN to the folder of a server's programs, from this machine or from Debian.
server_root() {
  local name=$1 binary=$2 package=$3 folder="$TOOLS/$1" found
  found=$(command -v "$binary" || ls /usr/lib/postgresql/*/bin/"$binary" /usr/sbin/"$binary" 2>/dev/null | tail -n 1) || true
  if [ -z "$found" ]; then
    if ! is_current "$folder/.stamp" "$ROOT/scripts/lib/databases.sh"; then
      # shellcheck source=scripts/lib/debian.sh
      source "$ROOT/scripts/lib/debian.sh"
      say "Getting $name…"
      unpack_from_debian "$(host_suite)" "$folder" "$name is needed: install it" "$package"
      fingerprint "$ROOT/scripts/lib/databases.sh" >"$folder/.stamp"
    fi
    found=$(find "$folder/usr" -type f -name "$binary" | head -n 1)
    LD_LIBRARY_PATH=$(find "$folder" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
    export LD_LIBRARY_PATH
  fi
  SERVER_BIN=$(dirname "$found")
}

# find_server NAME: set SERVER_BIN to where its programs are.
find_server() {
  case "$1" in
    postgresql) server_root postgresql postgres postgresql ;;
    mariadb) server_root mariadb mariadbd mariadb-server ;;
  esac
}

# Neither server runs as root.
NOT_ROOT=(env)
[ "$(id -u)" -ne 0 ] || NOT_ROOT=(setpriv --reuid nobody --regid nogroup --clear-groups)

fail_with() { cat "$1" >&2; fail "$2"; }

# start_server NAME FOLDER PORT: start it, set SERVER_PID and SERVER_URL, and wait until it takes connections. Nothing has to
# outlive a power cut, so neither waits for the disk.
start_server() {
  local name=$1 folder=$2 port=$3
  mkdir -p "$folder"
  [ "$(id -u)" -ne 0 ] || chown nobody "$folder"
  find_server "$name"
  case "$name" in
    postgresql)
      (cd "$folder" && "${NOT_ROOT[@]}" "$SERVER_BIN/initdb" -D data -A trust -U ha -E UTF8) >"$folder.log" 2>&1 \
        || fail_with "$folder.log" "PostgreSQL could not be set up."
      (cd "$folder" && exec "${NOT_ROOT[@]}" "$SERVER_BIN/postgres" -D data -p "$port" -k "$folder" -h 127.0.0.1 \
        -c fsync=off) >"$folder.log" 2>&1 &
      SERVER_URL="postgresql://ha@127.0.0.1:$port/ha"
      ;;
    mariadb)
      local base=${SERVER_BIN%/*}
      (cd "$folder" && "${NOT_ROOT[@]}" "$base/bin/mariadb-install-db" --no-defaults --basedir="$base" \
        --datadir="$folder/data" --tmpdir="$folder" --auth-root-authentication-method=normal) >"$folder.log" 2>&1 \
        || fail_with "$folder.log" "MariaDB could not be set up."
      (cd "$folder" && exec "${NOT_ROOT[@]}" "$SERVER_BIN/mariadbd" --no-defaults --basedir="$base" \
        --datadir="$folder/data" --tmpdir="$folder" --port="$port" --bind-address=127.0.0.1 \
        --innodb-flush-log-at-trx-commit=0 \
        --socket="$folder/socket") >"$folder.log" 2>&1 &
      SERVER_URL="mysql://root@127.0.0.1:$port/ha"
      ;;
  esac
  SERVER_PID=$!
  local try
  for try in $(seq 100); do
    python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null && return
    sleep 0.2
  done
  fail_with "$folder.log" "$name does not take connections."
}
