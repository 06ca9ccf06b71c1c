#!/usr/bin/env bash
# The committed OpenAPI document:  tools/openapi.sh write | drift
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

now=$(mktemp)
trap 'rm -f "$now"' EXIT
cargo run --quiet --example openapi >"$now"
case ${1:-} in
  write) cat "$now" >openapi/openapi.json ;;
  drift)
    cmp -s openapi/openapi.json "$now" || {
      diff -u openapi/openapi.json "$now" | head -n 60 || true
      echo "openapi/openapi.json is not what the code says: run 'just openapi' and look at the change." >&2
      exit 1
    } ;;
  *) sed -n '2p' "$0" >&2; exit 2 ;;
esac
