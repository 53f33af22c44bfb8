#!/usr/bin/env bash
# Checks what we do not run on every machine: compose.yaml, the collector's configuration, the
# broker's definitions, and the front door's configuration for containers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=local/lib.sh
. "$here/local/lib.sh"
# shellcheck source=local/tools.sh
. "$here/local/tools.sh"
cd "$ROOT"

for script in deploy/*.sh deploy/*/*.sh; do
  bash -n "$script" || fail "read $script" "bash finds a syntax error, see above" "correct it"
done
say "  scripts       syntax ok"

if docker compose version >/dev/null 2>&1; then
  docker compose -f deploy/compose.yaml config --quiet || fail "check deploy/compose.yaml" "docker compose refuses it, see above" "correct it"
  say "  compose.yaml  docker compose config ok"
fi
"$here/local/install.sh" tools || skip "deployment files" "the tools it needs are not installed (see above)"
python=$(python_at_least 3.11 2>&1) || skip "deployment files" "$python"
why=$(virtual_environment "$TOOLS/yaml" "$python" 'pyyaml==6.*' 2>&1) || skip "deployment files" "$why"
"$TOOLS/yaml/bin/python" -B "$here/deploy_check.py" || fail "check the deployment files" "see above" "correct them"
