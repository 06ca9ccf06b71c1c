#!/usr/bin/env bash
# The first load of the client (what index.html names: wasm, JavaScript, styles), brotli, against its budget.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
budget_kib=${CMMC_WASM_BUDGET_KIB:-350}
cd "$CMMC_ROOT/web-ui/dist"

total=0
# Only what is loaded from here; each name once, though a preload names it again.
while read -r name; do
  file=./${name#/}
  [ -f "$file.br" ] && file=$file.br
  size=$(stat -c %s "$file")
  total=$((total + size))
  printf '%9d  %s\n' "$size" "${file#./}"
done < <(grep -oE "(href|src)=\"[^\"]+\.(js|css|wasm)\"|'/[^']+\.(js|wasm)'" index.html |
  sed -e 's/^[a-z]*=//' -e "s/[\"']//g" | sort -u)

[ "$total" -gt 0 ] || { echo "web-ui/dist/index.html names no asset: is the client built?" >&2; exit 1; }
echo "First load: $((total / 1024)) KiB brotli, budget $budget_kib KiB."
[ "$total" -le $((budget_kib * 1024)) ] || { echo "The first load is over its budget." >&2; exit 1; }
