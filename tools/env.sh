#!/usr/bin/env bash
# Sourced by every script here, and by hand where a plain `cargo` should share their build:  source tools/env.sh

CMMC_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CMMC_CACHE=${CMMC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cmmc-tracker}
CMMC_TOOLS=$CMMC_CACHE/tools

# A checkout keeps its build output to itself: cargo tells the crates of two checkouts apart by their place in the
# workspace only, so with one folder for both, one would be given what the other built. CI has one checkout at a time, always
# with files newer than the cache; there the folder outlives the checkout, and with it the third-party crates, which are nine
# tenths of a cold build.
if [ "${CI:-}" = true ]; then target=$CMMC_CACHE/target; else target=$CMMC_ROOT/target; fi
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$target}
# The client has a target folder of its own: another compiler may build it, and neither build waits for the other's lock.
CMMC_WASM_TARGET_DIR=${CMMC_WASM_TARGET_DIR:-$target/client}
unset target

# Debian's compiler with a std for wasm32, made by setup-wasm.sh where rustup cannot bring one.
CMMC_DEBIAN_WASM=$CMMC_CACHE/wasm-toolchain

case ":$PATH:" in
  *":$CMMC_TOOLS/bin:$CMMC_ROOT/tools/npm/node_modules/.bin:"*) ;;
  *) PATH=$CMMC_TOOLS/bin:$CMMC_ROOT/tools/npm/node_modules/.bin:$PATH ;;
esac
export CMMC_ROOT CMMC_CACHE CMMC_TOOLS CARGO_TARGET_DIR CMMC_WASM_TARGET_DIR CMMC_DEBIAN_WASM PATH

# Prints which toolchain compiles to wasm32: rustup, debian, or nothing. CMMC_WASM_TOOLCHAIN forces one.
wasm_toolchain() {
  local want=${CMMC_WASM_TOOLCHAIN:-}
  local std=lib/rustlib/wasm32-unknown-unknown/lib
  if [ "$want" != debian ] && compgen -G "$(rustc --print sysroot)/$std/libstd-*.rlib" >/dev/null; then
    echo rustup
  elif [ "$want" != rustup ] && compgen -G "$CMMC_DEBIAN_WASM/$std/libstd-*.rlib" >/dev/null; then
    echo debian
  fi
}

# Runs one command with the wasm toolchain. Debian's is chosen by PATH, for this command only, so that the
# compiler of everything else stays as it is (and rustup, where there is one, is left alone).
# Trunk refuses the usual NO_COLOR=1.
with_wasm_toolchain() {
  local path=$PATH
  case $(wasm_toolchain) in
    rustup) ;;
    debian) path=$CMMC_DEBIAN_WASM/bin:$PATH ;;
    *) echo "No compiler for wasm32: run 'just setup'." >&2; return 1 ;;
  esac
  env -u RUSTC -u CARGO -u NO_COLOR PATH="$path" CARGO_TARGET_DIR="$CMMC_WASM_TARGET_DIR" "$@"
}

# step WORDS -- COMMAND...: runs the command, which may be a function, and prints the words with the time it took.
# The subshell keeps `set -e` alive inside functions. (Called in an `if` or before `||` it cannot: give it one command there.)
step() {
  local words=$1 start=$SECONDS status
  shift 2
  echo "==> $words"
  set +e
  (set -e; "$@")
  status=$?
  set -e
  if [ "$status" -eq 0 ]; then echo "    $words: $((SECONDS - start)) s"
  else echo "    $words: FAILED after $((SECONDS - start)) s" >&2; fi
  return "$status"
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
