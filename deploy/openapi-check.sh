#!/usr/bin/env bash
# Validates every OpenAPI document of the repository with openapi-spec-validator (PyPI).
set -euo pipefail
# shellcheck source=local/lib.sh
. "$(dirname "$0")/local/lib.sh"
# shellcheck source=local/tools.sh
. "$ROOT/deploy/local/tools.sh"
cd "$ROOT"
python=$(python_at_least 3.10) || skip openapi-spec-validator "Python 3.10 with venv is missing"
virtual_environment "$TOOLS/openapi" "$python" 'openapi-spec-validator>=0.7,<1' ||
  skip openapi-spec-validator "pip could not install it"
for document in docs/openapi/*.json; do
  "$TOOLS/openapi/bin/openapi-spec-validator" "$document" >"$RUN_DIR/openapi-check.log" 2>&1 ||
    { cat "$RUN_DIR/openapi-check.log" >&2; fail "validate $document" "see above" "correct the routes it comes from, then make openapi"; }
  say "  $document is valid"
done
