#!/usr/bin/env bash
# Reads AuditEvents with the FHIR models of another project (fhir.resources). Given NDJSON files, or
# - for standard input, it reads those; otherwise every action of the catalogue, and what the
# running system answers to a FHIR search.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
PACKAGE=fhir.resources==8.3.0

tool() {
  local python; python=$(python_at_least 3.10) || return
  virtual_environment "$TOOLS/fhir-resources" "$python" "$PACKAGE"
}
why=$(tool 2>&1) || skip "$PACKAGE" "$(tail -n1 <<<"$why")"
check() { "$TOOLS/fhir-resources/bin/python" "$here/fhir_audit_check.py" "$@"; }

if [ $# -gt 0 ]; then check "$@"; exit; fi
cd "$ROOT"
say "every action of the catalogue:"
cargo run -q --locked -p mc-audit --example audit_events | check -
door=http://127.0.0.1:$MC_PORT_FRONT_DOOR
if [ -s "$RUN_DIR/test-mode.json" ] && curl -sf -m 5 -o /dev/null "$door/api/v1/health"; then
  say "the newest events of the running system:"
  MC_TEST_MODE=$RUN_DIR/test-mode.json check --running
else
  skipped "the running system" "it has not been started (make up)"
fi
