#!/usr/bin/env bash
# A million reads and writes of patient data in a seeded run through two processes of each service,
# while services, RabbitMQ and Postgres are killed, frozen and cut off. Afterwards every answer must
# have its event in the log, once, and the log must verify from its first checkpoint to its last.
# COUNT=1000000 SEED=1 chaos-audit.sh
# (loopback only; optimised programs unless MC_BIN_DIR names others; ends by itself)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$([ -n "${MC_BIN_DIR:-}" ] || echo yes)
export MC_BIN_DIR=${MC_BIN_DIR:-target/release} MC_REPLICAS=${MC_REPLICAS:-2}
for part in lib postgres rabbitmq; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
cd "$ROOT"
COUNT=${COUNT:-1000000} SEED=${SEED:-1} PAUSE_S=${PAUSE_S:-6}
RANDOM=$SEED
ANSWERS=$RUN_DIR/chaos-audit.answers
LOG=$RUN_DIR/log/chaos-audit.log
# Drawn in a new order each round, so that a run of some minutes has had them all. Where a service
# is named, one of its processes is drawn.
FAULTS=(
  'killed audit' 'killed ehr-proxy' 'killed eligibility' 'killed auth' 'killed rabbitmq' 'killed postgres'
  "${PUBLIC_SERVICES[@]/#/frozen }" 'frozen rabbitmq' 'frozen postgres'
  'cut off postgres' 'cut off postgres' 'cut off rabbitmq' 'cut off rabbitmq'
)

sql() { owner_psql -tA -c "$1" | tr -d '[:space:]'; }
if [ "$build" = yes ]; then
  say "building optimised programs (the first time: about ten minutes)"
  "$here/../local/build.sh" --release --bins >>/dev/null
fi
"$here/../local/up.sh" >"$LOG" 2>&1 || fail "start the system" "see $LOG" "make up"
before=$(sql "select count(*) from audit.events")
"$BIN_DIR/medconnect-visit" load --run-dir "$RUN_DIR" --count "$COUNT" --seed "$SEED" --answers "$ANSWERS" >"$RUN_DIR/log/load.log" 2>&1 &
load=$!
FROZEN=()
trap 'kill "$load" 2>/dev/null || true; kill -CONT "${FROZEN[@]}" 2>/dev/null || true' EXIT

# every process of a server: Postgres has one per connection
family() { local pid; pid=$(pid_of "$1") || return 0; echo "$pid"; pgrep -P "$pid" || true; }
kill_one() { local pid; pid=$(pid_of "$1") || return 0; kill -9 "$pid"; }
freeze_one() {
  mapfile -t FROZEN < <(family "$1")
  kill -STOP "${FROZEN[@]}" 2>/dev/null || true
  sleep "$2"
  kill -CONT "${FROZEN[@]}" 2>/dev/null || true
}
cut_database() { sql "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename like 'mc\\_%'" >/dev/null || true; }
cut_broker() {
  local names; names=$(curl -s -m 5 --config <(printf 'user = "medconnect:%s"\n' "$(infra_password rabbitmq)") \
    "http://127.0.0.1:$MC_PORT_RABBITMQ_MANAGEMENT/api/connections?columns=name" | grep -o '"name":"[^"]*"' | sed 's/"name":"//; s/"$//') || true
  while IFS= read -r name; do
    [ -z "$name" ] || rabbitmq_api "connections/$(sed 's/ /%20/g; s/:/%3A/g; s/>/%3E/g' <<<"$name")" -X DELETE 2>/dev/null || true
  done <<<"$names"
}

declare -A TIMES=()
note() { TIMES[$1]=$((${TIMES[$1]:-0} + 1)); printf '%s %s (%s)\n' "$(date +%T)" "$1" "$2" >>"$LOG"; }
ROUND=()
# the next fault of the round, in FAULT
draw_fault() {
  local place
  [ ${#ROUND[@]} -gt 0 ] || ROUND=("${FAULTS[@]}")
  place=$((RANDOM % ${#ROUND[@]}))
  FAULT=${ROUND[place]}
  unset "ROUND[place]"
  ROUND=("${ROUND[@]}")
}
one_fault() {
  local target process number
  draw_fault
  target=${FAULT##* } process=${FAULT##* }
  if [ -n "${SERVICE_PORT[$target]:-}" ]; then
    number=$((RANDOM % MC_REPLICAS + 1))
    [ "$number" = 1 ] || process=$target-$number
  fi
  note "$FAULT" "$process"
  case $FAULT in
    killed*) kill_one "$process" ;;
    frozen*) freeze_one "$process" $((RANDOM % 9 + 2)) ;;
    *postgres) cut_database ;;
    *rabbitmq) cut_broker ;;
  esac
}
since=$(now_ms)
while alive "$load"; do
  sleep $((RANDOM % PAUSE_S + 2))
  one_fault
  "$here/../local/up.sh" >>"$LOG" 2>&1 || "$here/../local/up.sh" >>"$LOG" 2>&1 || fail "repair" "see $LOG" "make up"
done
trap - EXIT
wait "$load" || fail "make $COUNT requests" "$(tail -n 3 "$RUN_DIR/log/load.log")" "see $RUN_DIR/log/load.log"

unpublished() {
  local schema total=0
  for schema in "${PUBLIC_SCHEMAS[@]}"; do
    total=$((total + $(sql "select count(*) from $schema.outbox o where published_at is null and envelope->>'type' like '%.audit.recorded.v1'")))
  done
  echo "$total"
}
all_published() { [ "$(unpublished)" = 0 ]; }
wait_until 600 all_published || fail "publish every event" "$(unpublished) events wait in an outbox" "make logs"

# Every answer's trace, against the log.
owner_psql -q -c "set client_min_messages = warning" -c "drop table if exists public.chaos_answers" -c "create table public.chaos_answers (trace_id text)"
owner_psql -q -c "\\copy public.chaos_answers from '$ANSWERS'"
owner_psql -q -c "create index on public.chaos_answers (trace_id)" -c "analyze public.chaos_answers"
unlogged_answers() { sql "select count(*) from public.chaos_answers a where not exists (select from audit.events e where e.trace_id = a.trace_id)"; }
none_unlogged() { [ "$(unlogged_answers)" = 0 ]; }
wait_until 300 none_unlogged || true
answers=$(sql "select count(*) from public.chaos_answers")
unlogged=$(unlogged_answers)
doubled=$(sql "select count(*) from (select trace_id from public.chaos_answers join audit.events using (trace_id) group by 1 having count(*) > 1) d")
twice=$(sql "select count(*) - count(distinct event_id) from audit.events")
checkpoints=$(sql "select count(*) from audit.checkpoints")
total=$(($(sql "select count(*) from audit.events") - before))
owner_psql -q -c "drop table public.chaos_answers"
verdict=$("$BIN_DIR/medconnect-audit" verify --json --stream --run-dir "$RUN_DIR" 2>>"$LOG") || true
# A queue with dead letters, or one that cannot be counted.
dead=$(MC_MAILBOX_BROKER_URL_FILE=$RUN_DIR/secrets/mailbox/broker/url "$BIN_DIR/medconnect-mailbox" dead list 2>>"$LOG" |
  awk '$2 != 0 { printf "%s%s: %s", (n++ ? "; " : ""), $1, $2 }') || dead='cannot be listed'
faults=0; for n in "${TIMES[@]}"; do faults=$((faults + n)); done

say "| what | seen | wanted |"
say "|---|---|---|"
say "| answers with patient data (seed $SEED) | $answers | $COUNT |"
say "| processes of each service | $MC_REPLICAS | |"
say "| faults during it | $faults | |"
for name in "${!TIMES[@]}"; do say "| … $name | ${TIMES[$name]} | |"; done | sort
say "| answers without a logged event | $unlogged | 0 |"
say "| answers whose event is logged more than once | $doubled | 0 |"
say "| event ids in the log twice | $twice | 0 |"
say "| dead letters | ${dead:-0} | 0 |"
say "| events logged in the run | $total | |"
say "| checkpoints | $checkpoints | |"
say "| the log verifies, checkpoints outside the database included | $(sed -E 's/^\{"ok":(true|false).*/\1/' <<<"$verdict") | true |"
say "| took | $(took "$since") | |"
[ -z "$dead" ] && [ "$unlogged" = 0 ] && [ "$doubled" = 0 ] && [ "$twice" = 0 ] && [ "$answers" -ge "$COUNT" ] && [[ $verdict == '{"ok":true'* ]] ||
  fail "the audit log under failure" "see the table" "$LOG, $RUN_DIR/log"
