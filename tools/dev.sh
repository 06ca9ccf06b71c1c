#!/usr/bin/env bash
# Client and service, rebuilt and restarted when a source file changes. The client shows after a reload of the page.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

watcher='' server=''
# Trunk is the watcher's child.
trap '[ -z "$watcher" ] || pkill -P "$watcher" || true; kill $watcher $server 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# Trunk rebuilds web-ui/dist without precompressing it, so it is no longer what the stamp says.
tools/build-client.sh quick
rm -f web-ui/.dist-stamp
(cd web-ui && with_wasm_toolchain trunk --log warn watch --offline --cargo-profile wasm-quick \
  --watch . --watch ../shared-types --ignore dist) &
watcher=$!

changed=$(mktemp)
while true; do
  touch "$changed"
  if cargo build --bin cmmc-tracker; then
    # The running one serves on while the next is built.
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" || true; fi
    "$CARGO_TARGET_DIR/debug/cmmc-tracker" serve "$@" &
    server=$!
  fi
  until [ -n "$(find api shared-types migration Cargo.toml -newer "$changed" -type f -print -quit)" ]; do sleep 0.5; done
done
