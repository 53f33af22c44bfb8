#!/usr/bin/env bash
# Starts what is not running and repairs what is half-started. `up.sh` starts the whole system,
# `up.sh infra` only Postgres, RabbitMQ and Redis (addresses for tests in .run/test.env).
set -euo pipefail
here=$(dirname "$0")
for part in lib postgres redis rabbitmq infra provision services nginx; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
cd "$ROOT"

prepare_run_dir
exec 9>"$RUN_DIR/.lock"
flock -w 180 9 || fail "start" "another make up or make down has been at work for 3 minutes" "wait for it, then repeat"

start=$(now_ms)
running log-rotation || detach log-rotation "$here/log-rotation.sh" "$RUN_DIR/log"
case ${1:-all} in
  infra) infra_up ;;
  all)
    require_binaries
    provision
    infra_up
    migrate
    services_start
    nginx_start
    services_wait
    nginx_wait
    services_stop_surplus
    prepare_test_mode
    ;;
  *) fail "start ${1}" "unknown part" "up.sh, or up.sh infra" ;;
esac
say "up in $(took "$start")"
