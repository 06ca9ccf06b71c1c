#!/usr/bin/env bash
# The size of the client, brotli: the first load (what index.html names: wasm, JavaScript, styles) and the chunks that are fetched
# when a page needs them. Fails above the bars.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
first_kib=350
chunk_kib=160
# The word lists of the password meter; fetched by those who choose a password.
meter_kib=640
cd "$CMMC_ROOT/web-ui/dist"

# packed FILE: bytes as they travel.
packed() { if [ -f "$1.br" ]; then stat -c %s "$1.br"; else stat -c %s "$1"; fi; }

total=0
# Only what is loaded from here; each name once, though a preload names it again.
while read -r name; do
  file=${name#/}
  size=$(packed "$file")
  total=$((total + size))
  printf '%9d  %s\n' "$size" "$file"
done < <(grep -oE "(href=|src=|')\"?/[^\"' >]+\.(js|css|wasm)" index.html | sed 's|^[^/]*||' | sort -u)
[ "$total" -gt 0 ] || { echo "web-ui/dist/index.html names no asset: is the client built?" >&2; exit 1; }

later=0 largest=0 meter=0
for file in chunks-*/*.wasm chunks-*/*.bin; do
  size=$(packed "$file")
  if [ "${file#*/}" = split_meter.wasm ]; then
    meter=$size
  else
    later=$((later + size))
    if [ "$size" -gt "$largest" ]; then largest=$size; fi
  fi
  printf '%9d  later: %s\n' "$size" "${file#*/}"
done
echo "First load: $((total / 1024)) KiB brotli of $first_kib; later: $((later / 1024)) KiB, the largest chunk $((largest / 1024)) of $chunk_kib; the meter $((meter / 1024)) of $meter_kib."
[ "$later" -gt 0 ] || { echo "The client is not cut into chunks." >&2; exit 1; }
if [ "$total" -gt $((first_kib * 1024)) ] || [ "$largest" -gt $((chunk_kib * 1024)) ] || [ "$meter" -gt $((meter_kib * 1024)) ]; then
  echo "The client is too large." >&2
  exit 1
fi
