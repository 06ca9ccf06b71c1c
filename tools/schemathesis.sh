#!/usr/bin/env bash
# Sends what the OpenAPI document allows, and what it forbids, to every operation of a service of its own, and compares each answer
# with the document: no 500, nothing undocumented. Takes minutes; `just fuzz-api` runs it, the gate does not.
#   tools/schemathesis.sh            25 cases for each operation
#   tools/schemathesis.sh -n 200     more; arguments go to `schemathesis run`
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$CMMC_ROOT"

VERSION=4.32.5
# They would end the session that all others need, make it one that may do nothing (a second factor for everybody), or never end themselves:
# their own tests cover them.
EXCLUDED=(sign_out set_second_factor_policy stream_notifications)
# They take away what others work on, so they come afterwards, in a run of their own.
LAST=(archive_system restore_system delete_task delete_evidence delete_control)

venv=$CMMC_TOOLS/schemathesis-$VERSION
if [ ! -x "$venv/bin/schemathesis" ]; then
  rm -rf "$venv"
  step "install schemathesis $VERSION" -- python3 -m venv "$venv"
  step "its packages" -- "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$VERSION"
fi
step "build the service" -- cargo build --quiet --bin cmmc-tracker

dir=$(mktemp -d)
trap stop EXIT
stop() {
  if [ -n "${pid:-}" ]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  rm -rf "$dir"
}

port=$(free_port)
url=http://127.0.0.1:$port
export CMMC_LISTEN=127.0.0.1:$port CMMC_DATA_DIR=$dir/data CMMC_SESSION__ACCESS_MINUTES=60 CMMC_SESSION__STEP_UP_MINUTES=60 CMMC_LOG__FILTER=error
for name in SIGN_IN_PER_MINUTE SIGN_IN_ACCOUNT_PER_MINUTE MFA_PER_MINUTE RESET_PER_HOUR REFRESH_PER_MINUTE UPLOAD_CREATE_PER_MINUTE \
  TOKEN_PER_MINUTE OTHER_PER_MINUTE; do
  export "CMMC_LIMITS__$name=10000000"
done
"$CARGO_TARGET_DIR/debug/cmmc-tracker" seed --demo >/dev/null
"$CARGO_TARGET_DIR/debug/cmmc-tracker" serve >"$dir/said" 2>"$dir/errors" &
pid=$!
for _ in $(seq 150); do
  if curl -fsS -o /dev/null "$url/readyz" 2>/dev/null; then break; fi
  kill -0 "$pid" 2>/dev/null || { cat "$dir/errors" >&2; exit 1; }
  sleep 0.2
done

# The first administrator, by the set-up link, works in the larger of the two demonstration systems.
token=$(sed -n 's/.*#token=//p' "$dir/said")
ask() { curl -fsS -b "$dir/cookies" -c "$dir/cookies" -H "X-CSRF-Token: ${csrf:-none}" -H 'Content-Type: application/json' "$@"; }
field() { node -e 'let t = ""; process.stdin.on("data", (d) => (t += d)).on("end", () => console.log(JSON.parse(t)[process.argv[1]]))' "$1"; }
csrf=$(ask "$url/api/v1/setup" -d '{"token":"'"$token"'","email":"ana@example.com","name":"Ana","password":"violet harbor nine lanterns"}' | field csrf_token)
system=$(ask "$url/api/v1/systems?q=CUI" | node -pe 'JSON.parse(require("node:fs").readFileSync(0)).items[0].id')
access=$(awk '$6 == "__Host-cmmc_access" { print $7 }' "$dir/cookies")

# What would else be a stranger's id or a stale version each time, and never reach the operation itself.
echo 'import schemathesis; schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")' >"$dir/tus.py"
cat >"$dir/schemathesis.toml" <<CONFIG
hooks = "$dir/tus.py"

[parameters]
"path.system" = "$system"
"path.control" = "AC.L2-3.1.1"
"path.letter" = "a"
"path.task" = "TASK-2"
"path.evidence" = "EV-2"
"header.If-Match" = "*"
"header.Tus-Resumable" = "1.0.0"

# A schema does not tell everything: a cursor is one that was handed out, an upload one's own. Such a refusal names its field,
# and is documented; what is not documented fails status_code_conformance all the same.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "4xx"]

# If-Match is missing: 428 (RFC 6585). Another version of tus: 412, as tus demands. A size above the limit: 413.
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 412, 415, 422, 428]

# PATCH of .../challenge is a PATCH of the passkey with this id, of which there is none: 404. So is GET of .../files/from-upload.
[[operations]]
include-operation-id = "begin_passkey"
checks.unsupported_method.enabled = false
[[operations]]
include-operation-id = "add_evidence_file_from_upload"
checks.unsupported_method.enabled = false

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 460, "5xx"]
CONFIG
# run ARGUMENTS...: one run, with what all have in common.
run() {
  "$venv/bin/schemathesis" --config-file "$dir/schemathesis.toml" run "$CMMC_ROOT/openapi/openapi.json" --url "$url" \
    -H "Cookie: __Host-cmmc_access=$access" -H "X-CSRF-Token: $csrf" --max-examples 25 --workers 2 --no-color --generation-database none \
    --generation-with-security-parameters false --continue-on-failure "$@" || status=$?
}
excluded=() last=()
for operation in "${EXCLUDED[@]}" "${LAST[@]}"; do excluded+=(--exclude-operation-id "$operation"); done
for operation in "${LAST[@]}"; do last+=(--include-operation-id "$operation"); done
status=0
cd "$dir" # where it keeps its notes
run "${excluded[@]}" "$@"
# All of it was a waste where the session did not last.
ask -o /dev/null "$url/api/v1/systems/$system/dashboard" || { echo "The session may do nothing any more: what came after that reached no operation." >&2; status=1; }
if [ $# -eq 0 ]; then run "${last[@]}"; fi
if [ -s "$dir/errors" ]; then
  echo "What the service complained about:"
  sort "$dir/errors" | uniq -c | sort -rn | head -n 40
fi
[ "$status" -eq 0 ]
