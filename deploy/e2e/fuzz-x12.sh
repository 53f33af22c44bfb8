#!/usr/bin/env bash
# Fuzzes the X12 crates with libFuzzer: reader, checker, tree, acknowledgements and every typed
# value, in sequence, each for a bounded time. A panic, a hang or a broken property fails it.
# `fuzz-x12.sh MINUTES reader checker` runs only these targets. The corpus is kept in .run/fuzz-x12
# and reused; with KEEP=1 its smallest inputs with the same coverage become the cases in
# crates/hipaa/fuzz/cases, which the tests of mc-hipaa repeat.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
cd "$ROOT"
minutes=${1:-30}
shift || true
fuzz=crates/hipaa/fuzz
out=$RUN_DIR/fuzz-x12
mapfile -t TARGETS < <(sed -n 's/^name = "\(.*\)"/\1/p' $fuzz/Cargo.toml | grep -v mc-x12-fuzz)
[ $# -eq 0 ] || TARGETS=("$@")
export CARGO_TARGET_DIR=$ROOT/target/fuzz

tool() {
  cargo +nightly --version >/dev/null 2>&1 || { echo "no nightly toolchain (rustup toolchain install nightly)" >&2; return 1; }
  cargo fuzz --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-fuzz
}
if ! why=$(tool 2>&1); then
  skip "fuzzing" "$(tail -n1 <<<"$why")"
fi
mkdir -p "$out"
say "building ${#TARGETS[@]} targets:"
cargo +nightly fuzz build --fuzz-dir $fuzz -s none >"$out/build.log" 2>&1 || fail "build the targets" "$(tail -n 20 "$out/build.log")" "make fuzz-x12"

# begin TARGET CORPUS: writes the cases, one line of hexadecimal digits each, as files
begin() {
  python3 - "$fuzz/cases/$1.txt" "$2" <<'PY'
import pathlib, sys
cases = pathlib.Path(sys.argv[1])
for n, line in enumerate(cases.read_text().split() if cases.exists() else []):
    pathlib.Path(sys.argv[2], f"case-{n}").write_bytes(bytes.fromhex(line))
PY
}

# keep TARGET CORPUS: minimizes the corpus into the cases of the target, without long inputs
keep() {
  local target=$1 corpus=$2 smallest=$out/smallest/$1
  rm -rf "$smallest"
  mkdir -p "$smallest" "$fuzz/cases"
  "$programs/$target" -set_cover_merge=1 -use_counters=0 "$smallest" "$corpus" >>"$out/$target.log" 2>&1
  python3 - "$smallest" >"$fuzz/cases/$target.txt" <<'PY'
import pathlib, sys
cases = (path.read_bytes() for path in pathlib.Path(sys.argv[1]).iterdir())
print("\n".join(sorted(case.hex() for case in cases if 0 < len(case) <= 96)))
PY
}

programs=$CARGO_TARGET_DIR/x86_64-unknown-linux-gnu/release
failed=()
for target in "${TARGETS[@]}"; do
  corpus=$out/$target since=$(now_ms)
  mkdir -p "$corpus" "$out/failures"
  begin "$target" "$corpus"
  if "$programs/$target" "$corpus" -dict=$fuzz/x12.dict -max_total_time=$((minutes * 60)) \
    -max_len=4096 -timeout=10 -rss_limit_mb=1024 -artifact_prefix="$out/failures/$target-" >"$out/$target.log" 2>&1; then
    say "  $(printf '%-16s ok  %s' "$target" "$(took "$since")")  $(grep -oE 'Done [0-9]+ runs.*' "$out/$target.log" | tail -n1)"
    [ -z "${KEEP:-}" ] || keep "$target" "$corpus"
  else
    say "  $target: FAILED after $(took "$since"): $(grep -m1 -E 'panicked at|ERROR: libFuzzer' "$out/$target.log"), the input is in $out/failures"
    failed+=("$target")
  fi
done
[ ${#failed[@]} -eq 0 ] || fail "fuzz ${failed[*]}" "see above" "deploy/e2e/fuzz-x12.sh 1 ${failed[*]}"
