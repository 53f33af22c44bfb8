#!/usr/bin/env bash
# Bounds the logs of a running system: every five seconds a log above MAX_LOG_BYTES becomes
# <name>.log.1 and begins again. Copied and emptied, not renamed: every process appends to the file
# that it has open. What is written between the two is lost. Started by up.sh, stopped by down.sh;
# ends when the folder is gone.
# usage: log-rotation.sh FOLDER
set -euo pipefail
MAX_LOG_BYTES=${MAX_LOG_BYTES:-16777216}

rotate() {
  local log
  for log in "$1"/*.log; do
    [ -f "$log" ] && [ "$(stat -c %s "$log")" -gt "$MAX_LOG_BYTES" ] || continue
    cp -f "$log" "$log.1" && : >"$log"
  done
}
while [ -d "$1" ]; do
  rotate "$1"
  sleep 5
done
