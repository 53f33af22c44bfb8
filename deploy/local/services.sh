# Our services. Sourced by up.sh and down.sh.
# shellcheck shell=bash

services_start() {
  local name
  [[ $MC_REPLICAS =~ ^[1-9]$ ]] || fail "start $MC_REPLICAS of each service" "MC_REPLICAS is not a number from 1 to 9" "correct it, then make up"
  SERVICES_SINCE=$(now_ms)
  echo "$MC_REPLICAS" >"$RUN_DIR/replicas"   # for make status
  for name in $(replicas); do
    if running "$name" && ! same_program "$name"; then
      say "  $name was rebuilt: restarting it"
      stop "$name" TERM 10
    fi
    running "$name" || service_start "$name"
  done
}
# after a build the running file is no longer the one on disk
same_program() { [ "$(readlink "/proc/$(pid_of "$1")/exe")" = "$(readlink -f "$BIN_DIR/medconnect-$(service_of "$1")")" ]; }

# service_start NAME [SECRETS]
service_start() {
  local name=$1
  local -a environment
  port_free "$name" "$(port_of "$name")"
  mapfile -t environment < <(service_environment "$@")
  # The addresses given for `make up` are those of owners, which a serving process does not receive.
  detach "$name" env -u MC_POSTGRES_URL -u MC_RABBITMQ_URL -u MC_REDIS_URL "${environment[@]}" \
    "$BIN_DIR/medconnect-$(service_of "$name")" serve
}

service_ready() { curl -sf -m 5 -o /dev/null "http://127.0.0.1:$(port_of "$1")/health/readiness"; }
service_up_or_dead() { service_ready "$1" || ! running "$1"; }

services_wait() {
  local name
  for name in $(replicas); do service_wait "$name"; done
}
service_wait() {
  local name=$1 why
  wait_until 60 service_up_or_dead "$name" || true
  if ! service_ready "$name"; then
    if running "$name"; then
      why="its process is alive, but /health/readiness answers: $(readiness_answer "$name")"
    else
      why="its process ended while starting"
    fi
    fail_log "$name" "start $name" "$why" "make logs NAME=$name, then make up"
  fi
  ready_line "$name" "127.0.0.1:$(port_of "$name")" "ready after $(took "$SERVICES_SINCE")"
}
readiness_answer() {
  curl -s -m 5 -w ' (status %{http_code})' "http://127.0.0.1:$(port_of "$1")/health/readiness" | head -c 600 || true
}

# those of an earlier start with more replicas, once the front door no longer names them
services_stop_surplus() {
  local name
  for name in $(replicas 9); do
    grep -qxF "$name" <(replicas) || ! running "$name" || { say "  $name is one too many: stopping it"; stop "$name" TERM 10; }
  done
}

# All at once: each gets its ten seconds.
services_stop() {
  local name
  for name in $(replicas 9); do stop "$name" TERM 10 & done
  wait
}
