# Secrets, migrations and test data: the steps done by our own programs. Sourced by up.sh.
# shellcheck shell=bash

require_binaries() {
  local name
  for name in "${SERVICES[@]/#/medconnect-}" medconnect-visit; do
    [ -x "$BIN_DIR/$name" ] || fail "find $BIN_DIR/$name" "it has not been built" "make build"
  done
}

# run_step NAME WHAT COMMAND...: output to .run/log/NAME.log, shown when it fails
run_step() {
  local name=$1 what=$2; shift 2
  "$@" </dev/null >>"$RUN_DIR/log/$name.log" 2>&1 9>&- ||
    fail_log "$name" "$what" "it ended with status $?, see above" "correct the cause, then make up"
}

# service_environment NAME [SECRETS]: by these a process finds its settings and its secrets (folder
# of the service unless another is named); test-mode.env adds what differs from the defaults in
# config.toml.
service_environment() {
  local name=$1 service prefix; service=$(service_of "$1")
  local secrets=${2:-$service}
  prefix=MC_${service//-/_} prefix=${prefix^^}
  # One arena: the dev profile's programs are large, their heaps need not be; large blocks (a
  # password's working memory) go back when they are freed.
  cat <<ENV
MALLOC_ARENA_MAX=1
MALLOC_MMAP_THRESHOLD_=1048576
${prefix}__SECRETS__DIR=$RUN_DIR/secrets/$secrets
${prefix}__TELEMETRY__SPAN_FILE=$RUN_DIR/traces/$name.jsonl
ENV
  [ "$name" = "$service" ] || echo "${prefix}__HTTP__BIND=127.0.0.1:$(port_of "$name")"
  { printf '%s\n' "${LOCAL_SETTINGS[@]}"; cat "$ROOT/deploy/local/test-mode.env"; } | sed -n "/^${prefix}__/p"
}

# Secrets of test mode; what exists is kept, so that this is safe to repeat.
provision() {
  local name; for name in postgres rabbitmq redis; do infra_password "$name" >/dev/null; done
  MC_POSTGRES_URL=$(postgres_url) MC_RABBITMQ_URL=$(rabbitmq_url) MC_REDIS_URL=$(redis_url) \
    run_step provision "make the secrets of test mode" "$BIN_DIR/medconnect-$TEST_MODE_SERVICE" provision --run-dir "$RUN_DIR"
  # it closes the folder to all but its owner; the unprivileged servers must still find their data
  # in it
  [ "$(id -u)" != 0 ] || chmod 711 "$RUN_DIR"
}

migrate() {
  local service since; since=$(now_ms)
  local -A pid=()
  for service in "${SERVICES[@]}"; do
    migrate_one "$service" & pid[$service]=$!
  done
  for service in "${SERVICES[@]}"; do
    wait "${pid[$service]}" || fail_log "migrate-$service" "migrate the schema of $service" \
      "medconnect-$service migrate failed, see above" "correct the cause, then make up"
  done
  ready_line migrations '' "done in $(took "$since")"
}
migrate_one() {
  local -a environment; mapfile -t environment < <(service_environment "$1" "$1-migrate")
  env "${environment[@]}" "$BIN_DIR/medconnect-$1" migrate </dev/null >>"$RUN_DIR/log/migrate-$1.log" 2>&1 9>&-
}

# Test accounts and data, made through the front door as any client would.
prepare_test_mode() {
  local since; since=$(now_ms)
  [ ! -s "$RUN_DIR/test-mode.json" ] || return 0
  run_step prepare "prepare test mode" "$BIN_DIR/medconnect-visit" prepare --run-dir "$RUN_DIR"
  [ -s "$RUN_DIR/test-mode.json" ] ||
    fail_log prepare "prepare test mode" "medconnect-visit prepare wrote no test-mode.json" "make logs, then make up"
  ready_line 'test mode' '' "prepared in $(took "$since")"
}
