#!/usr/bin/env bash
# Our adapters against servers that others wrote: moto (AWS Secrets Manager), seahaven-stripe-world
# (Stripe) and oidc-provider (the authorization server of an EHR). Everything is installed below
# .run and ends with this script. A peer that cannot be installed here is skipped by name, with the
# reason; PEERS=required makes that an error.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for part in lib tools; do
  # shellcheck source=/dev/null
  . "$here/../local/$part.sh"
done
# shellcheck source=peers.sh
. "$here/peers.sh"
cd "$ROOT"

PEER_PIDS=()  # of what this script started
REPORT=()     # one line a peer
end_peers() { local pid; for pid in "${PEER_PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; }
trap end_peers EXIT
trap 'exit 130' INT TERM
mkdir -p "$RUN_DIR/log"
private_dir "$RUN_DIR/interop"
find "$RUN_DIR/interop" -maxdepth 1 -type f -delete

# peer NAME FUNCTION: installs and starts it, or notes why not
peer() {
  local name=$1 since; since=$(now_ms)
  if "$2" 2>"$RUN_DIR/interop/$2.why"; then
    REPORT+=("  $(printf '%-42s used, ready after %s' "$name" "$(took "$since")")")
  else
    REPORT+=("  $(skipped "$name" "$(tail -n1 "$RUN_DIR/interop/$2.why")")")
  fi
  say "${REPORT[-1]}"
}

"$here/../local/install.sh" tools || say "  (the tools for the peers could not be installed)"
say "real peers:"
peer 'moto (AWS Secrets Manager)' moto
peer 'seahaven-stripe-world (Stripe)' stripe_world
peer 'oidc-provider (authorization server)' oidc_provider

"$here/../local/up.sh" infra
set -a
# shellcheck source=/dev/null
. "$RUN_DIR/test.env"
set +a
# the whole workspace, filtered: naming packages would build every dependency again with other
# features
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --workspace -E 'test(interop)' --no-tests=pass --no-fail-fast --success-output immediate
else
  cargo test --locked --workspace --tests --no-fail-fast interop -- --nocapture
fi || fail "interoperability tests" "an adapter and its peer disagree, see above" "make interop; logs: $RUN_DIR/log/interop-*.log"

if [ -n "${MC_INTEROP_STRIPE_URL:-}" ]; then
  "$RUN_DIR/interop/stripe/bin/python" "$here/stripe_check.py" "$MC_INTEROP_STRIPE_URL" ||
    fail "check with Stripe's own library" "a payment at the peer is wrong, see above" "make interop"
fi
printf '%s\n' 'interoperability:' "${REPORT[@]}"
