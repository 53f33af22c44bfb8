#!/usr/bin/env bash
# The last visit's audit trail, proven in an empty folder by the stand-alone verifier: it gets the
# receipts, an export of the whole log and the public key, and nothing else. A receipt and an export
# with one byte changed must be refused.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../local/lib.sh
. "$here/../local/lib.sh"
cd "$ROOT"
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
"$BIN_DIR/medconnect-visit" receipts --run-dir "$RUN_DIR" --out "$elsewhere"
cp "$BIN_DIR/medconnect-verify" "$elsewhere/"
cd "$elsewhere"
alone() { env -i ./medconnect-verify --key-file public-key "$@"; }
alone receipt ./*.receipt >result || { cat result; fail "prove the visit" "a receipt does not verify, see above" "make logs NAME=audit"; }
# one letter of the event, in base64
first=$(ls ./*.receipt | head -n 1)
sed '2s/A/B/' "$first" >changed
! cmp -s "$first" changed || sed '2s/[a-z]/X/' "$first" >changed
status=0; alone receipt changed >/dev/null 2>&1 || status=$?
[ "$status" = 1 ] || fail "refuse a changed receipt" "the verifier ended with $status, not 1" "cargo test -p mc-transparency"
say "the visit is proven by $(ls ./*.receipt | wc -l) receipts and the public key alone; a changed one is refused"
