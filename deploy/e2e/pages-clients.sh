#!/usr/bin/env bash
# Opens the pages of the running system in a real Chromium and looks at them with axe: no violation
# on our pages, none serious or critical in the API reference, and no request that leaves the
# machine.
set -euo pipefail
# shellcheck source=../local/lib.sh
. "$(dirname "$0")/../local/lib.sh"
# shellcheck source=../local/tools.sh
. "$ROOT/deploy/local/tools.sh"
cd "$ROOT"

if ! command -v chromium >/dev/null; then
  say "installing by apt-get: chromium"
  apt-get install -y -q --no-install-recommends chromium >"$RUN_DIR/log/chromium.log" 2>&1 ||
    { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >>"$RUN_DIR/log/chromium.log" 2>&1 ||
    skip "Chromium" "apt-get could not install it, see $RUN_DIR/log/chromium.log"
fi
path=$(node_path) || skip "the pages in Chromium" "node 20 cannot be had"
node_packages "$TOOLS/pages" puppeteer-core@24 axe-core@4 || skip "the pages in Chromium" "puppeteer-core or axe-core cannot be had"
cp deploy/e2e/pages_clients.mjs "$TOOLS/pages/pages_clients.mjs"
PATH=$path:$PATH node "$TOOLS/pages/pages_clients.mjs" "http://127.0.0.1:$MC_PORT_FRONT_DOOR" "$(command -v chromium)"
