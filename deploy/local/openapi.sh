#!/usr/bin/env bash
# Writes each service's OpenAPI document where the repository keeps it. `openapi.sh check` only
# compares.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
mkdir -p docs/openapi
for service in "${PUBLIC_SERVICES[@]}"; do
  [ -x "$BIN_DIR/medconnect-$service" ] || fail "find medconnect-$service" "it has not been built" "make build"
  file=docs/openapi/$service.json
  "$BIN_DIR/medconnect-$service" openapi >"$file.new" || { rm -f "$file.new"; fail "print the document of $service" "it ended with an error, see above" "$BIN_DIR/medconnect-$service openapi"; }
  if [ "${1:-}" = check ]; then
    cmp -s "$file.new" "$file" || { rm -f "$file.new"; fail "compare $file" "the document of the service differs from the one in the repository" "make openapi, and commit it"; }
    rm -f "$file.new"
  else
    mv "$file.new" "$file"
    say "  $file"
  fi
done
