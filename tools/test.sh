#!/usr/bin/env bash
# Runs test suites and prints the time of each:  tools/test.sh unit it pg wasm e2e
# One suite may be given arguments of its runner:  tools/test.sh it evidence::upload
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

without_services() { env -u CMMC_TEST_POSTGRES_URL -u CMMC_TEST_REDIS_URL "$@"; }

suite() {
  local name=$1
  shift
  case $name in
    unit) step "unit tests" -- without_services cargo test --lib --bins "$@" ;;
    it) step "integration tests, SQLite" -- without_services cargo test --test '*' "$@" ;;
    pg) step "integration tests, PostgreSQL and Redis" -- tools/services.sh cargo test --test '*' "$@" ;;
    wasm) step "client tests, browser" -- tools/test-wasm.sh "$@" ;;
    e2e) step "end-to-end tests" -- tools/e2e.sh "$@" ;;
  esac
}

suites=()
while [ $# -gt 0 ]; do
  case $1 in
    unit | it | pg | wasm | e2e) suites+=("$1"); shift ;;
    *) break ;;
  esac
done
case ${#suites[@]} in
  0) sed -n '2,3p' "$0" >&2; exit 2 ;;
  1) suite "${suites[0]}" "$@" ;;
  *) for name in "${suites[@]}"; do suite "$name"; done ;;
esac
