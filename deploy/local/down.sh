#!/usr/bin/env bash
# Stops what up.sh started, gently, and nothing else.
set -euo pipefail
here=$(dirname "$0")
for part in lib postgres redis rabbitmq infra services nginx; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
[ -d "$RUN_DIR" ] || exit 0
exec 9>"$RUN_DIR/.lock"
flock -w 180 9 || fail "stop" "another make up or make down has been at work for 3 minutes" "wait for it, then repeat"

start=$(now_ms)
nginx_stop          # no new visitors first
services_stop       # then the services finish what they have in hand
rabbitmq_stop & redis_stop & postgres_stop &
wait
stop log-rotation TERM 5
say "down in $(took "$start")"
