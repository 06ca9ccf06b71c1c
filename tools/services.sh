#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL and Redis on free loopback ports, and stops both afterwards:
#   tools/services.sh cargo test --test it
# The command finds them in CMMC_TEST_POSTGRES_URL (may create databases) and CMMC_TEST_REDIS_URL. Nothing survives.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
[ $# -gt 0 ] || { sed -n '2,4p' "$0" >&2; exit 2; }

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || bin=$(pg_config --bindir)
dir=$(mktemp -d)
pids=()
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

stop() {
  local pid
  for pid in "${pids[@]}"; do kill -INT "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}

# PostgreSQL refuses to run as root. Where setpriv exists the server also ends when this script is killed outright.
as=()
dying=()
if command -v setpriv >/dev/null; then dying=(setpriv --pdeathsig INT); fi
if [ "$(id -u)" -eq 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  dying=("${as[@]}" --pdeathsig INT)
  chown postgres "$dir"
fi

# start NAME READY-COMMAND -- SERVER...: waits until the server answers; false when it ended instead.
start() {
  local name=$1 ready=$2 pid
  shift 3
  "$@" >"$dir/$name.log" 2>&1 </dev/null &
  pid=$!
  for _ in $(seq 300); do
    if ! kill -0 "$pid" 2>/dev/null; then return 1; fi
    if eval "$ready" >/dev/null 2>&1; then pids+=("$pid"); return 0; fi
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null
  return 1
}

postgres() {
  local port
  port=$(free_port)
  CMMC_TEST_POSTGRES_URL=postgres://cmmc@127.0.0.1:$port/postgres
  start postgres "$bin/pg_isready -q -h 127.0.0.1 -p $port -U cmmc" -- \
    "${dying[@]}" env HOME="$dir" "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" \
    -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200
}

redis() {
  local port
  port=$(free_port)
  CMMC_TEST_REDIS_URL=redis://127.0.0.1:$port
  start redis "[ \"\$(redis-cli -h 127.0.0.1 -p $port ping)\" = PONG ]" -- \
    "${dying[@]}" redis-server --bind 127.0.0.1 --port "$port" --dir "$dir" --save '' --appendonly no
}

# Another program may take the free port in between: then once more.
again() { "$1" || "$1" || { cat "$dir/$1.log" >&2; exit 1; }; }

"${as[@]}" env HOME="$dir" "$bin/initdb" -D "$dir/data" -U cmmc --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 ||
  { cat "$dir/initdb.log" >&2; exit 1; }
again postgres
again redis
export CMMC_TEST_POSTGRES_URL CMMC_TEST_REDIS_URL
echo "PostgreSQL and Redis are up after $SECONDS s."
"$@"
