# Each recipe line runs with the cache folder, tool folder and target folder of tools/env.sh.
set shell := ["bash", "tools/shell.sh"]
set positional-arguments := false

# List the recipes.
default:
    @{{just_executable()}} --list --unsorted

# Install what is missing for everything below (seconds when nothing is).
setup:
    @tools/setup.sh test

# Build the client and start the service, with all data in one local folder.
run *args:
    @tools/setup.sh client
    @tools/build-client.sh quick
    cargo run --bin cmmc-tracker -- serve {{args}}

# The same, rebuilding client and service when a source file changes.
dev *args:
    @tools/setup.sh client
    @tools/dev.sh {{args}}

# Everything that CI asks of the code itself; `just check clippy deny` runs some steps only.
check *steps: setup
    @tools/check.sh {{steps}}

# Every test: unit, SQLite, PostgreSQL and Redis, the client's own, end to end.
test: setup
    @tools/test.sh unit it pg wasm e2e

# Unit tests of the service and its crates.
test-unit *args:
    @tools/test.sh unit {{args}}

# Integration tests on SQLite; arguments go to cargo test.
test-it *args:
    @tools/test.sh it {{args}}

# Integration tests on a throw-away PostgreSQL and Redis.
test-pg *args:
    @tools/test.sh pg {{args}}

# The client's own tests, in a headless browser.
test-wasm *args:
    @tools/test.sh wasm {{args}}

# End-to-end tests; arguments go to Playwright.
e2e *args:
    @tools/test.sh e2e {{args}}

# The faults of `just test` in full: kills, floods, full disks. Takes long.
soak *args:
    CMMC_SOAK=1 tools/services.sh cargo test --release --test it -- soak --nocapture {{args}}

# Every operation of the OpenAPI document with generated requests, good and bad; arguments go to schemathesis. Takes minutes.
fuzz-api *args:
    @tools/schemathesis.sh {{args}}

# Measure against the ceilings, on a release build.
bench *args:
    @tools/setup.sh release
    tools/build-client.sh release
    @dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; TMPDIR=$dir cargo bench -p cmmc-tracker --bench bench {{args}}

# Write the OpenAPI document again.
openapi:
    @tools/openapi.sh write

# Build the client alone: quick or release.
client mode="quick":
    @tools/build-client.sh {{mode}}

# Build what ships: the release binary with the client inside, in dist/.
dist:
    @tools/setup.sh release
    @tools/dist.sh

# Fill the local database with the demonstration data.
seed-demo *args:
    cargo run --bin cmmc-tracker -- seed --demo {{args}}
