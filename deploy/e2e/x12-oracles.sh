#!/usr/bin/env bash
# Checks our X12 files with independent validators, and files of one of them with ours. No validator
# is right alone: differences are listed in x12_oracles.py with their reasons, and any other fails.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
PACKAGES=(pyx12==4.0.0 x12sdk==2.2.0 x12-doctor==0.1.0)
DIR=$RUN_DIR/x12-oracles

tools() {
  local python; python=$(python_at_least 3.10) || return
  virtual_environment "$TOOLS/x12-oracles" "$python" "${PACKAGES[@]}"
}
mkdir -p "$RUN_DIR"
why=$(tools 2>&1) || fail "the validators" "$(tail -n1 <<<"$why")" "install Python 3.10 or newer with venv, or look into $TOOLS/x12-oracles.log"

cd "$ROOT"
cargo build -q --locked -p mc-x12-cli -p mc-hipaa --bin medconnect-x12 --example written
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
rm -rf "$DIR"
mkdir -p "$DIR/ours" "$DIR/theirs"
"$target/debug/examples/written" "$DIR/ours"
for kind in 837p 835 271; do
  "$target/debug/medconnect-x12" generate "$kind" --size 20K --out "$DIR/ours/synthetic-$kind.x12"
done
for kind in 270 271 276 277 834 835 837i 837p; do
  "$TOOLS/x12-oracles/bin/x12sdk-generate" "$kind" --seed 7 >"$DIR/theirs/$kind.x12"
done
"$TOOLS/x12-oracles/bin/python" "$here/x12_oracles.py" --ours "$target/debug/medconnect-x12" "$DIR"
