# The private Redis: a cache and a counter, nothing is kept over a stop. Sourced by up.sh and
# down.sh.
# shellcheck shell=bash

redis_url() { echo "${MC_REDIS_URL:-redis://:$(infra_password redis)@127.0.0.1:$MC_PORT_REDIS/0}"; }

redis_ready() {
  # shellcheck disable=SC2155
  local -x REDISCLI_AUTH=$(infra_password redis)
  [ "$(redis-cli -h 127.0.0.1 -p "$MC_PORT_REDIS" ping 2>/dev/null)" = PONG ]
}

redis_start() {
  [ -z "${MC_REDIS_URL:-}" ] || return 0
  ! running redis || return 0
  local dir; dir=$(data_dir)/redis
  command -v redis-server >/dev/null || fail "start redis" "redis-server is not installed" "make install"
  port_free redis "$MC_PORT_REDIS" MC_PORT_REDIS
  mkdir -p "$dir"
  (umask 077; cat >"$dir/redis.conf" <<CONF
bind 127.0.0.1
port $MC_PORT_REDIS
requirepass $(infra_password redis)
dir $dir
save ""
appendonly no
maxmemory 128mb
maxmemory-policy volatile-lru
set-proc-title no
loglevel warning
CONF
  )
  give "$dir" "$dir/redis.conf"
  detach redis "${AS_INFRA[@]}" "$(command -v redis-server)" "$dir/redis.conf"
}

redis_up_or_dead() { redis_ready || ! running redis; }
redis_wait() {
  local since=$1
  if [ -n "${MC_REDIS_URL:-}" ]; then ready_line redis 'given (MC_REDIS_URL)' 'used as it is'; return; fi
  wait_until 20 redis_up_or_dead || true
  redis_ready || fail_log redis "start redis" "$(process_state redis) and it does not answer on 127.0.0.1:$MC_PORT_REDIS" \
    "make logs, then make up"
  ready_line redis "127.0.0.1:$MC_PORT_REDIS" "ready after $(took "$since")"
}

redis_stop() { stop redis TERM 10; }
