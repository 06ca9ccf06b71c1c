#!/usr/bin/env bash
# Everything asked of the code without running its tests. Runs all steps, then names those that failed.
#   tools/check.sh            every step, in the order below
#   tools/check.sh deny api   some steps
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

steps=(lock fmt clippy unused deny pure drift api breaking scripts budget)

check_lock() { cargo metadata --locked --format-version 1 >/dev/null; } # Cargo.lock fits the manifests
check_fmt() { cargo fmt --all --check; }
check_clippy() { # the client too, for the host, and as it is cut into chunks
  cargo clippy --quiet --workspace --all-targets --locked -- -D warnings
  cargo clippy --quiet -p web-ui --features split --locked -- -D warnings
}
check_unused() { cargo machete --skip-target-dir .; } # dependencies that nothing uses

# Licences, bans and sources need no network. The advisory database is a git repository: where it is out of reach the
# check says so, and a copy that was fetched earlier still counts.
check_deny() {
  cargo deny --offline --log-level error check --hide-inclusion-graph bans licenses sources
  if ! timeout 60 cargo deny --log-level off fetch db >/dev/null 2>&1; then
    echo "    Advisories: the database cannot be reached from here."
    [ -n "$(compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/crates" || true)" ] || return 0
  fi
  cargo deny --log-level error check --disable-fetch advisories
}

# What goes into the browser compiles for wasm32, and shared-types brings no database, runtime or server along.
check_pure() {
  local heavy
  with_wasm_toolchain cargo check --quiet --locked --offline --target wasm32-unknown-unknown -p shared-types -p rules -p passwords -p seal
  heavy=$(cargo tree --locked --offline -p shared-types -e normal --prefix none --format '{p}' |
    grep -E '^(sea-orm|sea-query|sqlx|libsqlite3|rusqlite|tokio-postgres|diesel|redis|apalis|actix|tokio|reqwest|migration)\b' || true)
  [ -z "$heavy" ] || { printf 'shared-types depends on:\n%s\n' "$heavy" >&2; return 1; }
}

check_drift() { tools/openapi.sh drift; }
check_api() {
  REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
    e2e/node_modules/.bin/redocly lint openapi/openapi.json --config tools/redocly.yaml --format stylish
}
check_breaking() { node tools/openapi-breaking.mjs; }
check_scripts() {
  shellcheck -x -P . tools/*.sh tools/split/place.sh tools/split/wasm-bindgen .ci/run
  node --test --test-reporter=spec tools/*.test.mjs
  e2e/node_modules/.bin/tsc --noEmit -p e2e
}
check_budget() { tools/build-client.sh release; } # and the size of its first load

# Each step is a process of its own, so that a failure inside one is never swallowed.
if [ "${1:-}" = --step ]; then
  "check_$2"
  exit
fi
[ $# -eq 0 ] || steps=("$@")
failed=()
for name in "${steps[@]}"; do
  declare -F "check_$name" >/dev/null || { echo "No step '$name' in: ${steps[*]}" >&2; exit 2; }
  step "check $name" -- "${BASH_SOURCE[0]}" --step "$name" || failed+=("$name")
done
[ ${#failed[@]} -eq 0 ] || { echo "Failed: ${failed[*]}" >&2; exit 1; }
echo "All ${#steps[@]} checks passed in $SECONDS s."
