#!/usr/bin/env bash
# The shell of the justfile: each recipe line runs with the environment of env.sh.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
eval "$1"
