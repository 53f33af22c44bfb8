#!/usr/bin/env bash
# What `make test` runs, step after step; `test.sh house` and `test.sh unit` are single steps.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=postgres.sh
. "$(dirname "$0")/postgres.sh"
cd "$ROOT"
local_dir=deploy/local

# step NAME COMMAND...: prints how long it took; the first failure ends the run
step() {
  local name=$1 since; shift; since=$(now_ms)
  printf '\n=== %s\n' "$name"
  "$@" || fail "$name" "see above" "correct it, then repeat: $*"
  printf -- '--- %s: ok, %s\n' "$name" "$(took "$since")"
  SUMMARY+=("$(printf '  %-28s ok  %s' "$name" "$(took "$since")")")
}
SUMMARY=()

# Addresses of the private servers, for the tests.
with_infra() { (set -a; . "$RUN_DIR/test.env"; set +a; "$@"); }
house() { cargo test --locked -q -p mc-testkit --test house; }
rust_tests() {
  postgres_drop_test_databases || fail "drop the databases of earlier tests" "see above" "make status"
  if cargo nextest --version >/dev/null 2>&1; then
    with_infra cargo nextest run --locked --workspace --no-fail-fast "$@"
  else
    say "(cargo-nextest is not installed: using cargo test)"
    with_infra cargo test --locked --workspace --no-fail-fast --bins --lib --tests "$@"
  fi
}
doc_tests() { with_infra cargo test --locked --workspace --doc -q; }
# The system the visit runs on is the one just built, whatever ran before.
system() { $local_dir/up.sh && "$BIN_DIR/medconnect-visit" run --run-dir "$RUN_DIR"; }

case ${1:-all} in
  house) house ;;
  unit) rust_tests && doc_tests ;;
  all)
    step 'format' cargo fmt --all -- --check
    step 'clippy' cargo clippy --locked --workspace --all-targets -- -D warnings
    # with the tests: the programs then share every dependency with them instead of being built
    # twice
    step 'build' $local_dir/build.sh --workspace --all-targets
    step 'OpenAPI documents' $local_dir/openapi.sh check
    step 'OpenAPI, validated' deploy/openapi-check.sh
    step 'infrastructure' $local_dir/up.sh infra
    step 'tests' rust_tests
    step 'documentation tests' doc_tests
    step 'deployment files' deploy/deploy-check.sh
    step 'kubernetes' deploy/k8s-check.sh
    step 'the visit' system
    step 'signed out' "$BIN_DIR/medconnect-visit" show signed-out --run-dir "$RUN_DIR"
    step 'the visit, proven' deploy/e2e/audit-proof.sh
    step 'documents, driven' deploy/e2e/fuzz.sh
    step 'leak scan' deploy/e2e/leaks.sh
    # every service killed in the middle of a visit, then Stripe and the payer away; make chaos
    # kills the servers too
    step 'killed in mid-visit' deploy/e2e/chaos.sh "${SERVICES[@]}"
    step 'the outage' deploy/e2e/chaos.sh outage
    step 'interoperability' deploy/interop/run.sh
    printf '\n%s\n' 'all passed:' "${SUMMARY[@]}"
    ;;
  *) fail "test ${1}" "unknown step" "test.sh, test.sh house or test.sh unit" ;;
esac
