#!/usr/bin/env bash
# Executes every block of docs/quickstart.md against the running system: the shell blocks in one
# shell, the TypeScript with the type check of tsc, the Python as it stands.
set -euo pipefail
# shellcheck source=../local/lib.sh
. "$(dirname "$0")/../local/lib.sh"
# shellcheck source=../local/tools.sh
. "$ROOT/deploy/local/tools.sh"
cd "$ROOT"

[ -s "$RUN_DIR/test-mode.json" ] || fail "find the running system" "$RUN_DIR/test-mode.json is missing" "make up"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/run"
ln -s "$RUN_DIR" "$work/.run"

# blocks LANGUAGE: the blocks of that language, one after the other
blocks() { awk -v language="$1" '$0 == "```" language { inside = 1; next } $0 == "```" { inside = 0 } inside' docs/quickstart.md; }
blocks sh >"$work/quickstart.sh"
blocks ts >"$work/quickstart.ts"
blocks python >"$work/quickstart.py"
for part in sh ts py; do
  [ -s "$work/quickstart.$part" ] || fail "read docs/quickstart.md" "it has no block for quickstart.$part" "mend the page"
done

command -v jq >/dev/null || fail "find jq" "it is not installed" "deploy/local/install.sh tools"
say "with curl"
(cd "$work" && bash -euo pipefail quickstart.sh) || fail "run the shell blocks of docs/quickstart.md" "see above" "make status"

say "in Python"
python=$(python_at_least 3.11) || fail "find Python" "3.11 or newer is missing" "deploy/local/install.sh tools"
(cd "$work" && "$python" quickstart.py) || fail "run the Python block of docs/quickstart.md" "see above" "make status"

say "in TypeScript"
if ! path=$(node_path) || ! node_packages "$TOOLS/quickstart" typescript@5 @types/node@20; then
  skip "the TypeScript block" "node 20, npm or the TypeScript compiler cannot be had"
fi
ln -s "$TOOLS/quickstart/node_modules" "$work/node_modules"
printf '{ "type": "module" }\n' >"$work/package.json"
(
  cd "$work"
  PATH=$path:$PATH
  node node_modules/typescript/bin/tsc --strict --target es2022 --module nodenext --types node quickstart.ts
  node quickstart.js
) || fail "run the TypeScript block of docs/quickstart.md" "see above" "make status"
say "every block of the quickstart ran"
