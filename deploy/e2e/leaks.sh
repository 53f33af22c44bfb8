#!/usr/bin/env bash
# Looks for names, birth dates and member ids of the test patients where none may be: logs, traces,
# every queue with its dead letters, every table of our services, Redis, and error bodies. First
# come a visit and requests that put them into every place of every route. Names file and line of a
# hit, never the value; what was collected is kept in .run/leaks until the next run where there was
# a hit, and is removed where there was none.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools postgres rabbitmq; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
cd "$ROOT"
out=$RUN_DIR/leaks
export MC_TEST_MODE=$RUN_DIR/test-mode.json PYTHONDONTWRITEBYTECODE=1 MC_PORT_RABBITMQ_MANAGEMENT
MC_PSQL=$(psql_program) MC_SERVICES=${PUBLIC_SERVICES[*]} MC_SCHEMAS=${PUBLIC_SCHEMAS[*]}
MC_BROKER_URL=$(rabbitmq_url)
export MC_PSQL MC_SERVICES MC_SCHEMAS MC_BROKER_URL

[ -s "$MC_TEST_MODE" ] || fail "find $MC_TEST_MODE" "the system has not been started" "make up"
"$here/../local/install.sh" tools
python=$(python_at_least 3.10) || fail "find Python" "no Python 3.10 or newer" "make install"
run() { local name=$1; shift; "$python" "$here/leaks/$name.py" "$@"; }

rm -rf "$out"
private_dir "$out"
trap 'run queues untap || true' EXIT
run queues tap || fail "listen to the broker" "its management API on port $MC_PORT_RABBITMQ_MANAGEMENT refused, see above" "make up"
"$BIN_DIR/medconnect-visit" run --run-dir "$RUN_DIR" >"$out/visit" 2>&1 || { cat "$out/visit"; fail "the visit" "it does not pass, see above" "make visit"; }
say "  a visit passes"
say "  $(run trigger_errors "$out/errors")" || fail "trigger refusals" "see above" "make leak-scan"
# spans are written every five seconds, events sooner
sleep 6
say "  $(run stores "$out/stores")"
queues=$(run queues collect "$out/queues") || fail "read the queues" "see above" "make leak-scan"
say "  $queues"
if ! run scan "$RUN_DIR/log" "$RUN_DIR/traces" "$RUN_DIR/visit.json" "$RUN_DIR/audit-checkpoints" "$out"; then
  fail "keep patients out of it" "what identifies a patient is in the places above" "look there; then make leak-scan"
fi
rm -rf "$out"
say "no name, birth date or member id of a test patient was found"
