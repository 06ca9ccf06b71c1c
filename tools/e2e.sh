#!/usr/bin/env bash
# End-to-end tests: the real binary with the real client, driven by Chromium. Arguments go to Playwright.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"
tools/build-client.sh quick
if [ -z "${CMMC_BINARY:-}" ]; then
  cargo build --bin cmmc-tracker
  CMMC_BINARY=$CARGO_TARGET_DIR/debug/cmmc-tracker
fi
export CMMC_BINARY
cd e2e
exec node_modules/.bin/playwright test "$@"
