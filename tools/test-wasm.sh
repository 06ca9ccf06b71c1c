#!/usr/bin/env bash
# The client's own tests (#[wasm_bindgen_test]) in a headless browser, with the crates that the quick client was built from.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$CMMC_ROOT/tools/webdriver.json
export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-120}
CHROMEDRIVER=${CHROMEDRIVER:-$(command -v chromedriver)}
export CHROMEDRIVER
# Without a test that ran, nothing was tested: that is a failure, too.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
with_wasm_toolchain cargo test --offline --profile wasm-quick --target wasm32-unknown-unknown -p web-ui --tests "$@" 2>&1 | tee "$said"
grep -Eq 'test result: ok\. [1-9][0-9]* passed' "$said" || { echo "No test of the client ran." >&2; exit 1; }
