#!/usr/bin/env bash
# Measures speed and memory of X12 reading, validation and typed values over a stream: synthetic
# 837P, 835, 271 and 834 of three sizes, compared with a plain scan of the bytes and with pyx12,
# x12sdk and node-x12, which are installed below .run. Prints a table at the end. `bench-x12.sh 1M
# 100M` uses only these sizes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
cd "$ROOT"
SIZES=(1M 100M 1G)
[ $# -eq 0 ] || SIZES=("$@")
SMALL=1M   # for the slow peers: the same file as for the engine
out=$RUN_DIR/bench-x12
release=${CARGO_TARGET_DIR:-target}/release
mkdir -p "$out"

peers() {
  local python; python=$(python_at_least 3.10) || return
  virtual_environment "$TOOLS/x12-peers" "$python" pyx12==4.0.0 x12sdk==2.2.0
}
node_peer() { node_packages "$TOOLS/x12-node" node-x12@1.7.1; }

say "building:"
cargo build --release --locked -q -p mc-x12 -p mc-x12-cli -p mc-hipaa --bin medconnect-x12 --example speed --example speed_of_views
measured=$out/measured.jsonl
: >"$measured"
# note KIND SIZE WHAT COMMAND...: records the line of JSON that the command prints
note() {
  local kind=$1 size=$2 what=$3 line; shift 3
  if line=$("$@" 2>"$out/error.txt"); then
    printf '{"kind":"%s","size":"%s","what":"%s","of":%s}\n' "$kind" "$size" "$what" "$line" >>"$measured"
  else
    say "  $what does not support $kind: $(tail -n1 "$out/error.txt" | cut -c1-120)"
  fi
}

for kind in 837p 835 271; do
  for size in "$SMALL" "${SIZES[@]}"; do
    file=$out/$kind-$size
    [ -s "$file" ] || "$release/medconnect-x12" generate "$kind" --size "$size" --out "$file"
  done
  for size in "${SIZES[@]}"; do
    say "  $kind $size"
    for what in scan read check; do
      for _ in 1 2 3; do note "$kind" "$size" "$what" "$release/examples/speed" "$what" "$out/$kind-$size"; done
    done
    case $kind in
      837p) values=claims ;;
      835) values=remittances ;;
      *) values=benefits ;;
    esac
    for _ in 1 2 3; do note "$kind" "$size" values "$release/examples/speed_of_views" "$values" "$out/$kind-$size"; done
    [ "$size" != 1G ] || rm -f "$out/$kind-$size"
  done
done

for size in "${SIZES[@]}"; do
  say "  834 $size"
  python3 "$here/bench-x12/roster.py" "$(numfmt --from=si "$size")" >"$out/roster"
  for _ in 1 2 3; do note 834 "$size" values "$release/examples/speed_of_views" members "$out/roster"; done
  rm -f "$out/roster"
done

for size in 500000 1000000 2000000; do # one patient; twice the size must take twice the time
  python3 "$here/bench-x12/answer.py" "$size" >"$out/answer"
  for _ in 1 2 3; do note summary "$size" summary "$release/examples/speed_of_views" summary "$out/answer"; done
done

if why=$(peers 2>&1); then
  for kind in 837p 835 271; do
    for peer in pyx12 x12sdk; do note "$kind" "$SMALL" "$peer" "$TOOLS/x12-peers/bin/python" "$here/bench-x12/peer.py" "$peer" "$out/$kind-$SMALL"; done
  done
else
  say "  pyx12 and x12sdk SKIPPED: $(tail -n1 <<<"$why")"
fi
if why=$(node_peer 2>&1); then
  path=$(node_path)
  for kind in 837p 835 271; do
    note "$kind" "$SMALL" node-x12 env PATH="$path:$PATH" NODE_PATH="$TOOLS/x12-node/node_modules" node "$here/bench-x12/peer.cjs" "$out/$kind-$SMALL"
  done
else
  say "  node-x12 SKIPPED: $(tail -n1 <<<"$why")"
fi
python3 "$here/bench-x12/table.py" "$measured"
