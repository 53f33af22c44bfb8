#!/usr/bin/env bash
# Drives every operation of every OpenAPI document through the front door with schemathesis:
# well-formed and malformed requests, as people whose role reaches the operation. A server error, a
# status that the document does not list, or a body of another shape fails it. It takes FUZZ_SECONDS
# (120) over all documents, each its share by its number of operations; cases come in the same order
# each time. `fuzz.sh billing audit` drives only these. What schemathesis saw: .run/fuzz.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools provision; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
cd "$ROOT"
VERSION=4.32.5
DOCUMENTS=("${PUBLIC_SERVICES[@]}")
[ $# -eq 0 ] || DOCUMENTS=("$@")
door=http://127.0.0.1:$MC_PORT_FRONT_DOOR
out=$RUN_DIR/fuzz
FUZZ_SECONDS=${FUZZ_SECONDS:-120}

tool() {
  local python; python=$(python_at_least 3.10) || return
  virtual_environment "$TOOLS/schemathesis" "$python" "schemathesis==$VERSION"
}
install_tool() { "$here/../local/install.sh" tools && tool; }

# every upstream answers, so that no 503 has an excuse
all_is_well() { curl -sf -m 10 "$door/api/v1/health/detailed" | grep -q '^{"status":"healthy"'; }

# operations NAME: how many its document has
operations() { curl -sf -m 10 "$door/api/v1/$1/openapi.json" | grep -o '"operationId"' | wc -l; }

# drive NAME SECONDS
drive() {
  local service=$1 since; since=$(now_ms)
  if ! (cd "$out" && "$TOOLS/schemathesis/bin/schemathesis" --config-file "$here/fuzz/schemathesis.toml" --no-color run \
    "$door/api/v1/$service/openapi.json" --url "$door" --max-time "$2") >"$out/$service.txt" 2>&1; then
    say "  $service: FAILED after $(took "$since"), all of it in $out/$service.txt"
    sed -n '/= FAILURES\|= ERRORS/,$p' "$out/$service.txt" | cut -c1-300 | head -n 80
    return 1
  fi
  say "  $(printf '%-12s ok  %s' "$service" "$(took "$since")")  $(grep -oE '[0-9,]+ generated.*' "$out/$service.txt" | head -n1)"
}

why=$(install_tool 2>&1) || skip "schemathesis $VERSION" "$(tail -n1 <<<"$why")"
[ -s "$RUN_DIR/test-mode.json" ] || fail "find $RUN_DIR/test-mode.json" "the system has not been started" "make up"
wait_until 20 all_is_well || fail "begin" "not everything is healthy: $(curl -s -m 10 "$door/api/v1/health/detailed" | head -c 200)" "make up"
private_dir "$out"
export MC_FUZZ_HOOKS=$here/fuzz/hooks.py MC_TEST_MODE=$RUN_DIR/test-mode.json PYTHONDONTWRITEBYTECODE=1

declare -A OPERATIONS=()
total=0
for service in "${DOCUMENTS[@]}"; do
  OPERATIONS[$service]=$(operations "$service") || fail "read the document of $service" "$door/api/v1/$service/openapi.json does not answer" "make up"
  total=$((total + OPERATIONS[$service]))
done
since=$(now_ms)
say "driving ${#DOCUMENTS[@]} documents with $total operations through $door with schemathesis $VERSION for $FUZZ_SECONDS s:"
failed=()
for service in "${DOCUMENTS[@]}"; do
  drive "$service" $((FUZZ_SECONDS * OPERATIONS[$service] / total + 1)) || failed+=("$service")
done
say "  all of them in $(took "$since")"
[ ${#failed[@]} -eq 0 ] || fail "drive ${failed[*]}" "the service and its document disagree, see above" "deploy/e2e/fuzz.sh ${failed[*]}"

say "the system after it:"
"$BIN_DIR/medconnect-visit" run --run-dir "$RUN_DIR" >"$out/visit.txt" 2>&1 || { cat "$out/visit.txt"; fail "the visit" "it no longer passes, see above" "make visit"; }
say "  a visit passes"
mapfile -t environment < <(service_environment audit)
env "${environment[@]}" "$BIN_DIR/medconnect-audit" verify --json >"$out/audit.json" || fail "verify the audit log" "$(cat "$out/audit.json")" "make logs NAME=audit"
say "  the audit log verifies: $(cat "$out/audit.json")"
