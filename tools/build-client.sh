#!/usr/bin/env bash
# Builds the web client into web-ui/dist and precompresses it. Does nothing when no input changed since.
#   tools/build-client.sh quick     for development and tests: little optimisation (default)
#   tools/build-client.sh release   what ships: optimised for size, wasm-opt, and inside the size budget
# A release build also serves where a quick one is asked for.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

mode=${1:-quick}
case $mode in
  quick) profile=wasm-quick flags=() ;;
  release) profile=wasm-release flags=(--release) ;; # --release is what makes trunk run wasm-opt
  *) sed -n '2,5p' "$0" >&2; exit 2 ;;
esac

# The first line of the stamp is the mode that was built, the others are the files that rustc read for it.
stamp=web-ui/.dist-stamp

fresh() {
  local built file
  [ -f "$stamp" ] && [ -f web-ui/dist/index.html ] || return 1
  built=$(head -n 1 "$stamp")
  [ "$built" = "$mode" ] || [ "$built" = release ] || return 1
  while read -r file; do
    [ -e "$file" ] && [ ! "$file" -nt "$stamp" ] || return 1
  done < <(tail -n +2 "$stamp")
  # What rustc does not read: manifests, the page, styles, assets (folders too, which show what was taken away).
  [ -z "$(find Cargo.lock Cargo.toml shared-types/Cargo.toml api/crates/*/Cargo.toml web-ui \
    -path web-ui/dist -prune -o -path web-ui -o -path "$stamp" -o -newer "$stamp" -print -quit)" ]
}

build() {
  local started inputs
  started=$(mktemp)
  rm -f "$stamp"
  (cd web-ui && with_wasm_toolchain trunk --log warn build --offline --locked --cargo-profile "$profile" "${flags[@]}")
  inputs=$CMMC_WASM_TARGET_DIR/wasm32-unknown-unknown/$profile/web-ui.d
  { echo "$mode"; sed -e 's/^[^:]*: //' -e 's/ /\n/g' "$inputs"; } >"$stamp"
  # A file saved while the build ran must count as newer than the build.
  touch -r "$started" "$stamp"
  rm -f "$started"
}

if fresh; then
  echo "The client in web-ui/dist is up to date ($(head -n 1 "$stamp"))."
else
  step "client, $profile" -- build
  step "precompress" -- node tools/precompress.mjs web-ui/dist "$mode"
fi
if [ "$mode" = release ]; then tools/wasm-budget.sh; fi
