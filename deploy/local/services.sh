# Our services. Sourced by up.sh and down.sh.
# shellcheck shell=bash

services_start() {
  local service since; since=$(now_ms)
  SERVICES_SINCE=$since
  for service in "${SERVICES[@]}"; do
    if running "$service" && ! same_program "$service"; then
      say "  $service was rebuilt: restarting it"
      stop "$service" TERM 10
    fi
    running "$service" || service_start "$service"
  done
}
# after a build the running file is no longer the one on disk
same_program() { [ "$(readlink "/proc/$(pid_of "$1")/exe")" = "$(readlink -f "$BIN_DIR/medconnect-$1")" ]; }

service_start() {
  local service=$1 port=${SERVICE_PORT[$1]}
  local -a environment
  port_free "$service" "$port"
  mapfile -t environment < <(service_environment "$service")
  # The addresses given for `make up` are those of owners, which a serving process does not receive.
  detach "$service" env -u MC_POSTGRES_URL -u MC_RABBITMQ_URL -u MC_REDIS_URL "${environment[@]}" "$BIN_DIR/medconnect-$service" serve
}

service_ready() { curl -sf -m 5 -o /dev/null "http://127.0.0.1:${SERVICE_PORT[$1]}/health/readiness"; }
service_up_or_dead() { service_ready "$1" || ! running "$1"; }

services_wait() {
  local service why
  for service in "${SERVICES[@]}"; do
    wait_until 60 service_up_or_dead "$service" || true
    if ! service_ready "$service"; then
      if running "$service"; then
        why="its process is alive, but /health/readiness answers: $(readiness_answer "$service")"
      else
        why="its process ended while starting"
      fi
      fail_log "$service" "start $service" "$why" "make logs NAME=$service, then make up"
    fi
    ready_line "$service" "127.0.0.1:${SERVICE_PORT[$service]}" "ready after $(took "$SERVICES_SINCE")"
  done
}
readiness_answer() {
  curl -s -m 5 -w ' (status %{http_code})' "http://127.0.0.1:${SERVICE_PORT[$1]}/health/readiness" | head -c 600 || true
}

# All at once: each gets its ten seconds.
services_stop() {
  local service
  for service in "${SERVICES[@]}"; do stop "$service" TERM 10 & done
  wait
}
