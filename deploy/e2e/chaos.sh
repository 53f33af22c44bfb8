#!/usr/bin/env bash
# Kills every process of the running system with SIGKILL in the middle of a visit, one after the
# other, and checks after each repair that the visit passes, the audit log is whole, every audit
# event is there once and every charge was made once. Then the outage of Stripe and the payer.
# Then each service is frozen (SIGSTOP) in the middle of a visit: the database frees its locks, the
# others stay ready, and it goes on afterwards as if nothing had been.
# Then each server is silent for tens of seconds (SIGSTOP: to its clients that is a network which
# drops every packet): readiness is answered all the time, only what needs the database is unready,
# and everything recovers alone.
# At last the programs of the last release serve beside today's and are killed, as an upgrade goes
# (docs/runbooks/upgrade.md).
# With MC_REPLICAS=2 each service has two processes, and each of them has its turn.
# usage: chaos.sh [NAME...] | frozen [NAME...] | silent [NAME...] | outage | release
# (loopback only; ends by itself)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools postgres rabbitmq provision services nginx; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
# shellcheck source=last-release.sh
. "$here/last-release.sh"
cd "$ROOT"
export MC_REPLICAS
mapfile -t PROCESSES < <(replicas)

FRONT=http://127.0.0.1:$MC_PORT_FRONT_DOOR
SANDBOX=http://127.0.0.1:${SERVICE_PORT[sandbox]}
VISIT=("$BIN_DIR/medconnect-visit" run --run-dir "$RUN_DIR")
# What health/detailed calls a process where that is not its name. The console and the front door
# cannot report that they are down, and of several replicas health looks at the first.
declare -A COMPONENT=([postgres]=database [rabbitmq]=message_broker [redis]=cache [sandbox]=ehr_system [console]='' [nginx]='')
for name in "${PROCESSES[@]}"; do [ "$name" = "$(service_of "$name")" ] || COMPONENT[$name]=''; done
VICTIMS=("${PROCESSES[@]}" rabbitmq redis postgres nginx)

sql() { owner_psql -tA -c "$1" | tr -d '[:space:]'; }
health() { curl -s -m 10 "$FRONT/api/v1/health/detailed"; }
# The status of a component in health/detailed; empty without an answer.
status_of() { local answer; answer=$(health) || true; sed -nE "s/.*\"$1\":\{\"status\":\"([a-z]*)\".*/\1/p" <<<"$answer"; }
component_is() { [ "$(status_of "$1")" = "$2" ]; }
component_is_not() { local status; status=$(status_of "$1"); [ -n "$status" ] && [ "$status" != "$2" ]; }
verified() { "$BIN_DIR/medconnect-audit" verify --json --run-dir "$RUN_DIR" >"$RUN_DIR/log/verify.json" 2>>"$RUN_DIR/log/chaos.log"; }
repair() { "$here/../local/up.sh" >>"$RUN_DIR/log/chaos.log" 2>&1 || fail "make up after the kill of $1" "see $RUN_DIR/log/chaos.log" "make up"; }

# Audit events that are in an outbox and not in the log, and charges that wait.
unlogged() {
  local schema total=0
  for schema in "${PUBLIC_SCHEMAS[@]}"; do
    total=$((total + $(sql "select count(*) from $schema.outbox o where o.envelope->>'type' like '%.audit.recorded.v1'
      and not exists (select from audit.events e where e.event_id = o.id)")))
  done
  echo "$total"
}
all_logged() { [ "$(unlogged)" = 0 ]; }
all_settled() { [ "$(sql "select count(*) from billing.payments where status in ('pending', 'processing')")" = 0 ]; }
doubled_events() { sql "select count(*) - count(distinct event_id) from audit.events"; }
# Charges at Stripe that succeeded more than once for one payment of ours, or that billing does not
# have as paid.
wrong_charges() {
  sql "with charged as (select body->'metadata'->>'payment_id' as payment, count(*) as times from sandbox.stripe_objects
         where object = 'payment_intent' and body->>'status' = 'succeeded' group by 1)
       select (select count(*) from charged where times > 1)
            + (select count(*) from charged c join billing.payments p on p.id::text = c.payment where p.status <> 'succeeded')
            + (select count(*) from billing.payments p where p.status = 'succeeded' and not exists (select from charged c where c.payment = p.id::text))"
}

# Everything that must hold after any failure.
invariants() {
  wait_until 120 all_logged || fail "audit after $1" "$(unlogged) audit events are not in the log after 120 s" "make logs NAME=audit"
  wait_until 180 all_settled || fail "charges after $1" "a payment is still pending after 180 s" "make logs NAME=billing"
  [ "$(doubled_events)" = 0 ] || fail "audit after $1" "an event is in the log twice" "medconnect-audit verify"
  [ "$(wrong_charges)" = 0 ] || fail "charges after $1" "Stripe and billing disagree, or a charge was made twice" "make logs NAME=billing"
  verified || fail "audit after $1" "the log does not verify: $(cat "$RUN_DIR/log/verify.json")" "medconnect-audit verify"
}

kill_in_mid_visit() {
  local name=$1 component=${COMPONENT[$1]-$1} since pid visit; since=$(now_ms)
  pid=$(pid_of "$name") || fail "find $name" "it is not running" "make up"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 & visit=$!
  sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
  kill -9 "$pid"
  wait "$visit" || true
  if [ -n "$component" ]; then
    wait_until 15 component_is_not "$component" healthy ||
      fail "health while $name is dead" "health/detailed reports $component as healthy" "curl $FRONT/api/v1/health/detailed"
  fi
  repair "$name"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 || fail "the visit after $name was killed" "$(tail -n 3 "$RUN_DIR/log/chaos.log")" "make visit"
  invariants "the kill of $name"
  ready_line "$name" "killed and repaired" "visit ok, log whole ($(took "$since"))"
}

fault() { curl -sf -m 5 -o /dev/null -X "$1" "$SANDBOX/_admin/faults" -H 'Content-Type: application/json' -d "$2"; }

# Locks of transactions in which a service has been silent.
locks_of() {
  sql "select count(*) from pg_locks l join pg_stat_activity a using (pid)
    where a.application_name in ('$1', '$1 worker', '$1 long reads') and a.state like 'idle in transaction%' and l.granted"
}
no_locks_of() { [ "$(locks_of "$1")" = 0 ]; }
ready_at() { curl -sf -m 2 -o /dev/null "http://127.0.0.1:$(port_of "$1")/health/readiness"; }

freeze_in_mid_visit() {
  local name=$1 since pid visit service other; since=$(now_ms)
  pid=$(pid_of "$name") || fail "find $name" "it is not running" "make up"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 & visit=$!
  sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
  kill -STOP "$pid"
  # A transaction may pause for 15 s (database.idle_in_transaction_timeout_ms).
  service=$(service_of "$name")
  wait_until 20 no_locks_of "$service" || { kill -CONT "$pid"; fail "the locks of frozen $name" "$(locks_of "$service") are still held" "make logs NAME=$name"; }
  for other in "${PROCESSES[@]}"; do
    [ "$other" = "$name" ] || wait_until 10 ready_at "$other" ||
      { kill -CONT "$pid"; fail "$other while $name is frozen" "it is not ready" "make logs NAME=$other"; }
  done
  kill -CONT "$pid"
  wait "$visit" || true
  wait_until 30 ready_at "$name" || fail "$name after it was frozen" "it is not ready" "make logs NAME=$name"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 || fail "the visit after $name was frozen" "$(tail -n 3 "$RUN_DIR/log/chaos.log")" "make visit"
  invariants "the freeze of $name"
  ready_line "$name" "frozen and woken" "locks freed, others ready, visit ok ($(took "$since"))"
}

# Seconds of silence. The broker's: more than two heartbeats, after which clients give up.
declare -A SILENCE_S=([postgres]=30 [rabbitmq]=30 [redis]=15)

process_tree() { local child; echo "$1"; for child in $(pgrep -P "$1"); do process_tree "$child"; done; }
readiness_of() { curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$(port_of "$1")/health/readiness" || true; }
all_ready() { local name; for name in "${PROCESSES[@]}"; do [ "$(readiness_of "$name")" = 200 ] || return 1; done; }
# The console reports an outage of the database and needs none.
needs() { [ "$2" = postgres ] && [ "$(service_of "$1")" != console ]; }
# Whether readiness of every service is answered, and is 200 where the silent server is not needed.
readiness_holds() {
  local name code
  for name in "${PROCESSES[@]}"; do
    code=$(readiness_of "$name")
    [ "$code" = 200 ] || { [ "$code" = 503 ] && needs "$name" "$1"; } ||
      fail "readiness of $name while $1 is silent" "its status is $code" "make logs NAME=$name"
  done
}

silence_in_mid_visit() {
  local name=$1 since pid visit end service processes; since=$(now_ms)
  wait_until 30 all_ready || fail "readiness before $name is silent" "a service is not ready" "make status"
  pid=$(pid_of "$name") || fail "find $name" "it is not running" "make up"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 & visit=$!
  sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
  # The parent first, so that it starts no further process.
  kill -STOP "$pid"
  mapfile -t processes < <(process_tree "$pid")
  # shellcheck disable=SC2064 # the processes of now
  trap "kill -CONT ${processes[*]} 2>/dev/null || true" EXIT
  kill -STOP "${processes[@]}" 2>/dev/null || true
  end=$((SECONDS + SILENCE_S[$name]))
  while [ "$SECONDS" -lt "$end" ]; do readiness_holds "$name"; sleep 0.5; done
  for service in "${PROCESSES[@]}"; do
    needs "$service" "$name" || continue
    [ "$(readiness_of "$service")" = 503 ] || fail "readiness of $service while $name is silent" "it counts as ready" "make logs NAME=$service"
  done
  kill -CONT "${processes[@]}" 2>/dev/null || true
  trap - EXIT
  wait "$visit" || true
  wait_until 60 all_ready || fail "readiness after $name was silent" "a service does not become ready" "make status"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 || fail "the visit after $name was silent" "$(tail -n 3 "$RUN_DIR/log/chaos.log")" "make visit"
  invariants "the silence of $name"
  ready_line "$name" "silent for ${SILENCE_S[$name]} s" "readiness answered, recovered alone, visit ok ($(took "$since"))"
}

outage() {
  local since; since=$(now_ms)
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 || fail "a visit before the outage" "it failed" "make visit"
  fault PUT '{"target":"stripe","fault":"down","times":null}'
  fault PUT '{"target":"payer","fault":"down","times":null}'
  "${VISIT[@]}" >"$RUN_DIR/log/outage.log" 2>&1 || fail "the visit without Stripe and payer" "$(cat "$RUN_DIR/log/outage.log")" "make visit"
  grep -q 'CACHED' "$RUN_DIR/log/outage.log" || fail "the visit without payer" "eligibility is not labelled as cached" "make visit"
  grep -q 'PENDING' "$RUN_DIR/log/outage.log" || fail "the visit without Stripe" "the payment is not pending" "make visit"
  for name in stripe_integration insurance_verification; do
    wait_until 15 component_is "$name" unhealthy || fail "health in the outage" "health/detailed does not report $name as unhealthy" "make status"
  done
  fault DELETE '{"target":"stripe"}'; fault DELETE '{"target":"payer"}'
  invariants "the outage of Stripe and payer"
  for name in stripe_integration insurance_verification; do
    wait_until 60 component_is "$name" healthy || fail "health after the outage" "health/detailed does not report $name as healthy" "make status"
  done
  ready_line outage "Stripe and payer away" "visit ended; charged once afterwards ($(took "$since"))"
}

# queues that have dead letters
dead_letters() { MC_MAILBOX_BROKER_URL_FILE=$RUN_DIR/secrets/mailbox/broker/url "$BIN_DIR/medconnect-mailbox" dead list | awk '$2 != 0'; }

# An upgrade as docs/runbooks/upgrade.md describes it: old processes serve beside today's without
# the right to publish, then without any account on the broker, and then they are gone in mid-visit.
release() {
  local since service visit number dead; since=$(now_ms)
  last_release_exists >/dev/null || { skipped "the programs of $LAST_RELEASE" "the tag is not in this clone (git fetch --tags)"; return 0; }
  last_release_build
  MC_REPLICAS=1 repair "$LAST_RELEASE has not begun"
  last_release_prepare
  (last_release_start) >>"$RUN_DIR/log/chaos.log"
  for number in 1 2 3 4 5 6; do
    [ "$number" != 4 ] || last_release_lose_broker
    "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 ||
      fail "visit $number beside $LAST_RELEASE" "$(tail -n 3 "$RUN_DIR/log/chaos.log")" "make logs"
  done
  for service in "${PUBLIC_SERVICES[@]}"; do
    [ "$(last_release_answers "$service")" -gt 0 ] || fail "visits through $LAST_RELEASE" "its $service answered no request" "make logs NAME=$service-2"
  done
  invariants "visits through $LAST_RELEASE"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 & visit=$!
  sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
  for service in "${PUBLIC_SERVICES[@]}"; do kill -9 "$(pid_of "$service-2")"; done
  wait "$visit" || true
  last_release_remove
  repair "$LAST_RELEASE"
  "${VISIT[@]}" >>"$RUN_DIR/log/chaos.log" 2>&1 || fail "the visit after $LAST_RELEASE" "$(tail -n 3 "$RUN_DIR/log/chaos.log")" "make visit"
  invariants "the kill of $LAST_RELEASE"
  dead=$(dead_letters) || fail "list the dead letters" "medconnect-mailbox failed, see above" "make status"
  [ -z "$dead" ] || fail "dead letters after $LAST_RELEASE" "$dead" "docs/runbooks/dead-letters.md"
  ready_line "$LAST_RELEASE" "beside today, then killed" "visits ok, log whole, no dead letter ($(took "$since"))"
}

case ${1:-} in
  outage) outage ;;
  release) release ;;
  frozen)
    shift
    [ $# -gt 0 ] || set -- "${PROCESSES[@]}"
    for name in "$@"; do freeze_in_mid_visit "$name"; done
    ;;
  silent)
    shift
    [ $# -gt 0 ] || set -- "${!SILENCE_S[@]}"
    for name in "$@"; do silence_in_mid_visit "$name"; done
    ;;
  '')
    for name in "${VICTIMS[@]}"; do kill_in_mid_visit "$name"; done
    for name in "${PROCESSES[@]}"; do freeze_in_mid_visit "$name"; done
    for name in "${!SILENCE_S[@]}"; do silence_in_mid_visit "$name"; done
    outage
    release
    ;;
  *) for name in "$@"; do kill_in_mid_visit "$name"; done ;;
esac
say "every audit event once, every charge once: $(sql 'select count(*) from audit.events') events, $(sql "select count(*) from billing.payments where status = 'succeeded'") charges"
