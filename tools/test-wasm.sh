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
with_wasm_toolchain cargo test --offline --profile wasm-quick --target wasm32-unknown-unknown -p web-ui --tests "$@"
