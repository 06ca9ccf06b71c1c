#!/usr/bin/env bash
# A compiler for wasm32-unknown-unknown: rustup's standard library, or, where rustup cannot download (closed networks,
# mirrors without it), Debian's compiler and a standard library built from Debian's source, in the cache folder.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[ -z "$(wasm_toolchain)" ] || exit 0

by_rustup() {
  command -v rustup >/dev/null && timeout 120 rustup target add wasm32-unknown-unknown
}

by_debian() {
  local missing=() package
  for package in rustc-web cargo-web rust-web-src rust-web-llvm lld-22; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then "$CMMC_ROOT/tools/apt.sh" "${missing[@]}"; fi
  step "standard library for wasm32" -- build_std
}

# A folder that looks like a toolchain: Debian's programs and host library by link, our library beside them.
# /usr itself stays as the packages made it.
build_std() {
  local target=wasm32-unknown-unknown host tree=$CMMC_DEBIAN_WASM source
  source=$(compgen -G '/usr/src/rustc-*/library' | sort -V | tail -n 1)
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  mkdir -p "$CMMC_CACHE"
  work=$(mktemp -d "$CMMC_CACHE/wasm-std.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cp -r "$source" "$work/library"
  RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc __CARGO_DEFAULT_LIB_METADATA=sysroot CARGO_TARGET_DIR=$work/target \
    RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
    /usr/bin/cargo build --quiet --release --target "$target" --manifest-path "$work/library/sysroot/Cargo.toml"

  mkdir -p "$work/tree/bin" "$work/tree/lib/rustlib/$target/lib"
  ln -s "/usr/lib/rustlib/$host" "$work/tree/lib/rustlib/$host"
  cp "$work/target/$target/release/deps/"*.rlib "$work/tree/lib/rustlib/$target/lib/"
  ln -s /usr/bin/cargo "$work/tree/bin/cargo"
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot %q "$@"\n' "$tree" >"$work/tree/bin/rustc"
  chmod +x "$work/tree/bin/rustc"
  rm -rf "$tree"
  mv "$work/tree" "$tree"
}

if [ "${CMMC_WASM_TOOLCHAIN:-}" != debian ]; then
  if step "wasm32 target by rustup" -- by_rustup; then exit 0; fi
  echo "    rustup cannot bring it; Debian's packages can."
fi
by_debian
[ -n "$(wasm_toolchain)" ] || { echo "No compiler for wasm32 could be set up." >&2; exit 1; }
