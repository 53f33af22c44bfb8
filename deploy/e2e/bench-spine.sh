#!/usr/bin/env bash
# What events and queries cost, as ratios against the plain thing in the same run: optimised
# programs, private servers. MC_BENCH_PROFILE=dev is quicker to build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../local/lib.sh
. "$here/../local/lib.sh"
cd "$ROOT"
profile=${MC_BENCH_PROFILE:-release}
cargo build --profile "$profile" --locked \
  -p mc-mailbox --example bench -p mc-eligibility --example stored_answers -p mc-testkit --example hot_statements
programs=${CARGO_TARGET_DIR:-target}/${profile/#dev/debug}/examples
MC_PGBENCH=$(command -v pgbench || printf '%s\n' /usr/lib/postgresql/*/bin/pgbench | sort -V | tail -n 1)
export MC_PGBENCH
[ -x "$MC_PGBENCH" ] || fail "bench-spine" "pgbench is missing" "make install, then repeat"
echo "| subject | measured | target |"
echo "|---|---|---|"
# Services that the programs start log to the standard output too.
for program in bench stored_answers hot_statements; do "$programs/$program" | grep --line-buffered '^|'; done
