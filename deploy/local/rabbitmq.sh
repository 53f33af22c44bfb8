# The private RabbitMQ. Sourced by up.sh and down.sh.
# shellcheck shell=bash

RABBITMQ_BIN=/usr/lib/rabbitmq/bin   # not the /usr/sbin wrapper: it insists on root or the user rabbitmq

rabbitmq_url() { echo "${MC_RABBITMQ_URL:-amqp://medconnect:$(infra_password rabbitmq)@127.0.0.1:$MC_PORT_RABBITMQ/%2f}"; }

# Nothing of the machine's own broker is read or written: own node name, epmd, cookie, folders.
rabbitmq_environment() {
  local dir; dir=$(data_dir)/rabbitmq
  cat <<ENV
HOME=$dir
RABBITMQ_NODENAME=medconnect@localhost
RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
RABBITMQ_NODE_PORT=$MC_PORT_RABBITMQ
RABBITMQ_DIST_PORT=$MC_PORT_RABBITMQ_DIST
ERL_EPMD_PORT=$MC_PORT_RABBITMQ_EPMD
ERL_EPMD_ADDRESS=127.0.0.1
RABBITMQ_MNESIA_BASE=$dir/mnesia
RABBITMQ_LOG_BASE=$dir
RABBITMQ_LOGS=-
RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf
RABBITMQ_CONF_ENV_FILE=/dev/null
RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins
RABBITMQ_PID_FILE=$dir/pid
RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}
RUNNING_UNDER_SYSTEMD=1
ENV
}
# RUNNING_UNDER_SYSTEMD makes the start script become the broker, so that the pid we noted is the
# broker's.

rabbitmq_configure() {
  local dir=$1
  mkdir -p "$dir/mnesia"
  printf '[rabbitmq_management].\n' >"$dir/enabled_plugins"
  (umask 077; cat >"$dir/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$MC_PORT_RABBITMQ
management.tcp.ip = 127.0.0.1
management.tcp.port = $MC_PORT_RABBITMQ_MANAGEMENT
default_user = medconnect
default_pass = $(infra_password rabbitmq)
default_vhost = /
log.console = true
log.console.level = warning
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 33554432
CONF
  )
  give -R "$dir"
}

# calls the management API with credentials from a pipe, not from the command line
rabbitmq_api() {
  local path=$1; shift
  curl -sS -f -m 10 -o /dev/null --config <(printf 'user = "medconnect:%s"\n' "$(infra_password rabbitmq)") \
    "http://127.0.0.1:$MC_PORT_RABBITMQ_MANAGEMENT/api/$path" "$@"
}
rabbitmq_ready() { rabbitmq_api health/checks/virtual-hosts && listening "$MC_PORT_RABBITMQ"; }

rabbitmq_start() {
  [ -z "${MC_RABBITMQ_URL:-}" ] || return 0
  ! running rabbitmq || return 0
  [ -x $RABBITMQ_BIN/rabbitmq-server ] || fail "start rabbitmq" "no $RABBITMQ_BIN/rabbitmq-server" "make install"
  port_free rabbitmq "$MC_PORT_RABBITMQ" MC_PORT_RABBITMQ
  port_free rabbitmq "$MC_PORT_RABBITMQ_MANAGEMENT" MC_PORT_RABBITMQ_MANAGEMENT
  port_free rabbitmq "$MC_PORT_RABBITMQ_DIST" MC_PORT_RABBITMQ_DIST
  local -a environment
  rabbitmq_configure "$(data_dir)/rabbitmq"
  mapfile -t environment < <(rabbitmq_environment)
  detach rabbitmq "${AS_INFRA[@]}" env "${environment[@]}" $RABBITMQ_BIN/rabbitmq-server
}

rabbitmq_up_or_dead() { rabbitmq_ready || ! running rabbitmq; }
rabbitmq_wait() {
  local since=$1
  if [ -n "${MC_RABBITMQ_URL:-}" ]; then ready_line rabbitmq 'given (MC_RABBITMQ_URL)' 'used as it is'; return; fi
  wait_until 90 rabbitmq_up_or_dead || true
  rabbitmq_ready 2>/dev/null || fail_log rabbitmq "start rabbitmq" \
    "$(process_state rabbitmq) and it does not answer on 127.0.0.1:$MC_PORT_RABBITMQ" "make logs, then make up"
  ready_line rabbitmq "127.0.0.1:$MC_PORT_RABBITMQ" "ready after $(took "$since")"
}

# User and password of each service, one a line; made at first use.
rabbitmq_accounts() {
  local file=$RUN_DIR/secrets/infra/rabbitmq/accounts user
  infra_password rabbitmq >/dev/null
  for user in "${BROKER_SERVICES[@]}" mailbox; do
    grep -q "^medconnect-$user " "$file" 2>/dev/null ||
      (umask 077; printf 'medconnect-%s %s\n' "$user" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" >>"$file")
  done
  echo "$file"
}

# Users, then exchanges, queues, bindings and rights. A given broker is its operator's: the same two
# files are applied there by hand.
rabbitmq_apply() {
  [ -z "${MC_RABBITMQ_URL:-}" ] || return 0
  MC_RABBITMQ_MANAGEMENT_URL=http://127.0.0.1:$MC_PORT_RABBITMQ_MANAGEMENT MC_RABBITMQ_OPERATOR=medconnect \
    MC_RABBITMQ_OPERATOR_PASSWORD=$(infra_password rabbitmq) \
    "$ROOT/deploy/rabbitmq/apply.sh" "$(rabbitmq_accounts)" "$ROOT"/deploy/rabbitmq/{definitions,tests}.json \
    >>"$RUN_DIR/log/rabbitmq.log" 2>&1 ||
    fail_log rabbitmq "apply deploy/rabbitmq" "RabbitMQ refused it, see above" "make up (after correcting it)"
  # The operator of tests declares each test's exchanges and queues.
  rabbitmq_api permissions/tests/medconnect -X PUT -H 'content-type: application/json' \
    --data '{"configure":".*","write":".*","read":".*"}'
}

rabbitmq_stop() {
  local comm epmd
  stop rabbitmq TERM 45
  # The port mapper that Erlang started outlives the broker; ended only if it is the one of this run
  # directory.
  for comm in $(grep -lx epmd /proc/[0-9]*/comm 2>/dev/null); do
    epmd=${comm#/proc/} epmd=${epmd%/comm}
    if is_ours "$epmd"; then kill "$epmd" 2>/dev/null || true; fi
  done
}
