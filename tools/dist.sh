#!/usr/bin/env bash
# What ships: one binary with the client inside, in dist/, with its checksum.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"
tools/build-client.sh release
step "cmmc-tracker, release" -- cargo build --release --locked --bin cmmc-tracker
mkdir -p dist
install -m 755 "$CARGO_TARGET_DIR/release/cmmc-tracker" dist/cmmc-tracker
(cd dist && sha256sum cmmc-tracker >cmmc-tracker.sha256)
ls -l dist
