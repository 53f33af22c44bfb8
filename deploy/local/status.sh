#!/usr/bin/env bash
# One line a process. Exit status 1 when something is down.
set -euo pipefail
here=$(dirname "$0")
for part in lib postgres redis rabbitmq services nginx; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done

down=0
# row NAME PORT READY_COMMAND...
row() {
  local name=$1 port=$2 pid state; shift 2
  if ! pid=$(pid_of "$name"); then
    pid=- state=DOWN down=1
  elif "$@" >/dev/null 2>&1; then
    state=ready
  else
    state='up, NOT READY' down=1
  fi
  printf '%-14s %-8s %-6s %s\n' "$name" "$pid" "$port" "$state"
}
given() { printf '%-14s %-8s %-6s %s\n' "$1" - - "given ($2)"; }

printf '%-14s %-8s %-6s %s\n' NAME PID PORT STATE
if [ -n "${MC_POSTGRES_URL:-}" ]; then given postgres MC_POSTGRES_URL; else row postgres "$MC_PORT_POSTGRES" postgres_ready; fi
if [ -n "${MC_RABBITMQ_URL:-}" ]; then given rabbitmq MC_RABBITMQ_URL; else row rabbitmq "$MC_PORT_RABBITMQ" rabbitmq_ready; fi
if [ -n "${MC_REDIS_URL:-}" ]; then given redis MC_REDIS_URL; else row redis "$MC_PORT_REDIS" redis_ready; fi
for name in $(replicas "$(cat "$RUN_DIR/replicas" 2>/dev/null || echo 1)"); do row "$name" "$(port_of "$name")" service_ready "$name"; done
row nginx "$MC_PORT_FRONT_DOOR" nginx_ready
[ $down = 0 ] || { printf '\nSomething is down: make up repairs it, make logs NAME=<name> shows why.\n'; exit 1; }
