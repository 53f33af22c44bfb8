#!/usr/bin/env bash
# Builds every program, with its progress. Arguments replace `--bins`.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
start=$(now_ms)
[ $# -gt 0 ] || set -- --bins
[ -d target/debug/deps ] || say "building everything for the first time: about ten minutes on two cores"
# In a log file cargo shows nothing for minutes: count what is done instead.
if [ -t 2 ]; then
  cargo build --locked "$@" || fail "build" "the compiler refused it, see above" "make check"
else
  cargo build --locked "$@" 2>&1 | awk '
    /^ *Compiling/ { if (++n % 25 == 0) { print "  " n " crates compiled, now " $2; fflush() } next }
    /^ *(Downloading|Downloaded|Locking|Updating)/ { next }
    { print; fflush() }' || fail "build" "the compiler refused it, see above" "make check"
fi
say "built in $(took "$start")"
