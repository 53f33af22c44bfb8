#!/usr/bin/env bash
# Follows the logs: all of them, or of the one that is named. LINES=50 sets how much of the past is
# shown.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$RUN_DIR/log" 2>/dev/null || fail "show logs" "nothing has run yet" "make up"
if [ -n "${1:-}" ]; then
  [ -e "$1.log" ] || fail "show the log of $1" "there is none; known: $(printf '%s ' ./*.log | sed 's|\./||g; s|\.log||g')" "make status"
  files=("$1.log")
else
  files=(./*.log)
fi
follow=(-F)
[ -t 1 ] || follow=()   # into a pipe or a file: what there is, then the end
exec tail -n "${LINES:-50}" "${follow[@]}" "${files[@]}"
