#!/usr/bin/env bash
# Brings what the project needs and what is missing; does nothing, quickly, when all is there.
#   tools/setup.sh client   what `just run` needs: a compiler for wasm32, trunk, wasm-bindgen, wasm-opt
#   tools/setup.sh release  that, and what the client that ships is cut with
#   tools/setup.sh test     all that, and what `just test` and `just check` need: Chromium, PostgreSQL, Redis, a mail server, an S3 server, an OpenID provider, linters
# Tools go to a folder under the cache (see env.sh), never among the user's own programs.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

TRUNK=0.21.14 # 0.22 needs a newer compiler than the workspace does
MACHETE=0.9.2
DENY=0.20.2
SPLIT=0.2.4 # the format that it reads is that of wasm_split_helpers in Cargo.lock
# The mail server of the tests, with what it stands on.
AIOSMTPD=(aiosmtpd==1.4.6 atpublic==9.0.0 attrs==26.1.0)
# Their S3 server, with what it stands on.
MOTO=(moto==5.2.5 blinker==1.9.0 boto3==1.44.8 botocore==1.44.8 certifi==2026.10.19.post1 cffi==2.1.1 charset-normalizer==3.5.3
  click==8.5.1 cryptography==50.0.2 Flask==3.1.3 flask-cors==6.0.5 idna==3.20 itsdangerous==2.2.0 Jinja2==3.1.6 jmespath==1.1.0
  MarkupSafe==3.0.4 py-partiql-parser==0.6.3 pycparser==3.12 python-dateutil==2.9.0.post0 PyYAML==6.0.4 requests==2.34.2
  responses==0.26.3 s3transfer==0.19.3 six==1.17.0 urllib3==2.8.0 Werkzeug==3.1.9 xmltodict==1.0.4)

# What opens the reports and calendars of the tests: spreadsheets, Word documents and iCalendar, read by other people's code.
OFFICE=(openpyxl==3.1.5 et_xmlfile==2.0.0 python-docx==1.2.0 lxml==6.1.3 typing_extensions==4.16.0 icalendar==7.3.2
  python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6)

# What a receiver of webhooks checks signatures with: the library of Standard Webhooks. It needs nothing else to verify.
WEBHOOKS=(standardwebhooks==1.1.0)

need() { command -v "$1" >/dev/null || { echo "$1 is missing: $2" >&2; exit 1; }; }

# tool PROGRAM CRATE@VERSION CARGO-INSTALL-ARGUMENTS...: one program in the tool folder, at exactly this version.
# They are built without optimisation: they run for seconds and would compile for many minutes.
tool() {
  local program=$1 crate=${2%@*} version=${2#*@}
  shift
  [ -x "$CMMC_TOOLS/bin/$program" ] && grep -qs "^\"$crate $version " "$CMMC_TOOLS/.crates.toml" && return 0
  step "install $crate $version" -- env -u CARGO_TARGET_DIR \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_PANIC=unwind \
    cargo install --quiet --root "$CMMC_TOOLS" --force "$@"
}

# modules FOLDER: npm's packages exactly as its lock file says.
modules() {
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed-from" && return 0
  step "npm packages of $1/" -- env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
    npm ci --prefix "$1" --no-audit --no-fund --loglevel=error
  cp "$1/package-lock.json" "$1/node_modules/.installed-from"
}

# python_tool PROGRAM PACKAGE==VERSION...: a server of other people's making, in an environment of its own, named by its first package.
python_tool() {
  local program=$1 venv=$CMMC_TOOLS/${2//==/-}
  shift
  [ "$CMMC_TOOLS/bin/$program" -ef "$venv/bin/$program" ] && [ -x "$venv/bin/$program" ] && return 0
  need python3 "install Python 3.10 or newer with its module venv"
  mkdir -p "$CMMC_TOOLS/bin"
  step "create an environment for $1" -- python3 -m venv --clear "$venv"
  step "install $1" -- "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$@"
  ln -sf "$venv/bin/$program" "$CMMC_TOOLS/bin/$program"
}

# python_with PROGRAM PACKAGE==VERSION...: a Python with packages of other people's making, under a name of its own.
python_with() {
  local program=$1 venv=$CMMC_TOOLS/${2//==/-}
  shift
  [ "$CMMC_TOOLS/bin/$program" -ef "$venv/bin/$program" ] && [ -x "$venv/bin/$program" ] && return 0
  need python3 "install Python 3.10 or newer with its module venv"
  mkdir -p "$CMMC_TOOLS/bin"
  step "create an environment for $1" -- python3 -m venv --clear "$venv"
  step "install $1" -- "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$@"
  # Not a link to python itself: by its own path a Python knows its packages.
  printf '#!/bin/sh\nexec "%s/bin/python" "$@"\n' "$venv" > "$venv/bin/$program"
  chmod +x "$venv/bin/$program"
  ln -sf "$venv/bin/$program" "$CMMC_TOOLS/bin/$program"
}

wasm_bindgen_version() {
  sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;q}' Cargo.lock
}

client() {
  need cargo "install Rust with rustup (https://rustup.rs)"
  need node "install Node.js 20 or newer"
  tools/setup-wasm.sh
  tool trunk trunk@"$TRUNK" --locked --no-default-features --features rustls
  local bindgen
  bindgen=$(wasm_bindgen_version)
  [ -n "$bindgen" ] || { echo "Cargo.lock names no wasm-bindgen" >&2; exit 1; }
  # Not --locked: the lock file that it ships asks for older crates than this compiler likes.
  tool wasm-bindgen wasm-bindgen-cli@"$bindgen"
  modules tools/npm
  step "crates of Cargo.lock" -- cargo fetch --quiet --locked
}

# What cuts the client that ships into chunks (tools/split/).
release() { tool wasm-split-cli wasm_split_cli_support@"$SPLIT" --locked --features build-binary; }

test_tools() {
  local missing=()
  command -v chromium >/dev/null || [ -n "${CMMC_CHROMIUM:-}" ] || missing+=(chromium)
  command -v chromedriver >/dev/null || missing+=(chromium-driver)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  [ -x /usr/sbin/clamd ] || command -v clamd >/dev/null || missing+=(clamav-daemon)
  command -v shellcheck >/dev/null || missing+=(shellcheck)
  command -v qpdf >/dev/null || missing+=(qpdf)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  if [ ${#missing[@]} -gt 0 ]; then tools/apt.sh "${missing[@]}"; fi
  tool cargo-machete cargo-machete@"$MACHETE" --locked
  tool cargo-deny cargo-deny@"$DENY" --locked
  modules e2e
  python_tool aiosmtpd "${AIOSMTPD[@]}"
  python_tool moto_server "${MOTO[@]}"
  python_with office-python "${OFFICE[@]}"
  python_with webhook-python "${WEBHOOKS[@]}"
}

case ${1:-test} in
  client) client ;;
  release) client; release ;;
  test) client; release; test_tools ;;
  *) sed -n '2,6p' "$0" >&2; exit 2 ;;
esac
echo "Set up in $SECONDS s."
