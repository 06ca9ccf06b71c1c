#!/bin/sh
# Joins the tokens, the base and every component's and page's own styles into styles/app.css, which index.html names.
# Written only when something changed, so that a build that changes nothing stays fresh.
set -eu
cd "$(dirname "$0")/.."
new=$(mktemp)
trap 'rm -f "$new"' EXIT
{
  cat styles/tokens.css styles/fonts.css styles/base.css styles/utilities.css
  find src/components src/frame src/pages src/upload -name '*.css' | LC_ALL=C sort | while read -r file; do cat "$file"; done
  cat styles/print.css
} >"$new"
cmp -s "$new" styles/app.css 2>/dev/null || cat "$new" >styles/app.css
