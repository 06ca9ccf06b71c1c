#!/usr/bin/env bash
# Trunk's last hook of a release build: puts the chunks that tools/split/wasm-bindgen cut off into the client, in a folder that
# bears the hash of the main part, so that they may be cached for ever and never meet the main part of another build.
set -euo pipefail
: "${TRUNK_STAGING_DIR:?}" "${CMMC_ROOT:?}"
# Only a release build is cut.
[ -n "${CMMC_SPLIT_DIR:-}" ] || exit 0
cd "$TRUNK_STAGING_DIR"

main=$(echo web-ui-*.js)
[ -f "$main" ] || { echo "split: no main part in $TRUNK_STAGING_DIR" >&2; exit 1; }
folder=chunks-${main#web-ui-}
folder=${folder%.js}
mkdir "$folder"
# What rustc's target uses; the chunks have lost the section that says so. (All features would be more than browsers know.)
features=(--enable-bulk-memory --enable-multivalue --enable-mutable-globals --enable-nontrapping-float-to-int
  --enable-reference-types --enable-sign-ext)
for chunk in "$CMMC_SPLIT_DIR"/*.wasm; do
  name=$(basename "$chunk")
  [ "$name" = web-ui.wasm ] || wasm-opt -Oz "${features[@]}" "$chunk" -o "$folder/$name"
done
sed "s|\"./web-ui.js\"|\"../$main\"|" "$CMMC_SPLIT_DIR/__wasm_split.js" >"$folder/link.js"
node "$CMMC_ROOT/tools/split/pack.mjs" "$folder"
# Only where it is imported: the main part asks for its imports by the name that it was linked with.
sed -i "s|from \"\./__wasm_split\.js\"|from \"./$folder/link.js\"|" "$main"
# Each must name the other now, or the client would stop at its first chunk.
grep -q "$folder/link.js" "$main"
grep -q "\.\./$main" "$folder/link.js"
# Read with the main part, instead of only once that was read.
sed -i "s|</head>|<link rel=\"modulepreload\" href=\"/$folder/link.js\"></head>|" index.html
grep -q "/$folder/link.js" index.html
