#!/usr/bin/env bash
# Stops the system and removes everything it wrote: data, secrets, logs.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
[ -d "$RUN_DIR" ] || exit 0
[ -e "$RUN_DIR/.lock" ] || [ -d "$RUN_DIR/log" ] || fail "remove $RUN_DIR" "it does not look like a run directory of ours" "look into it"
"$here/down.sh"
data=$(readlink -f "$RUN_DIR/data" || true)
case $data in /var/tmp/medconnect-*) rm -rf "$data" ;; esac
rm -rf "$RUN_DIR"
say "removed $RUN_DIR"
