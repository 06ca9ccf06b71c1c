#!/usr/bin/env bash
# Installs Debian packages, with sudo when not root, asking nothing. Where there is no apt it says what to bring.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

if ! command -v apt-get >/dev/null; then
  echo "Please install with your system's package manager: $*" >&2
  exit 1
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
  # Never wait for a password where nobody can type one.
  if [ -t 0 ]; then root=(sudo); else root=(sudo -n); fi
fi

install() {
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "$@" </dev/null >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A fresh machine has old package lists or none, and an old list fails at the download.
"${root[@]}" apt-get update -q </dev/null >"$log" 2>&1 || true
step "Debian packages: $*" -- install "$@" || { tail -n 20 "$log" >&2; exit 1; }
