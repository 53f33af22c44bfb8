#!/usr/bin/env bash
# What the audit log carries, as ratios against the plain thing in the same run: optimised programs,
# private servers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../local/lib.sh
. "$here/../local/lib.sh"
cd "$ROOT"
cargo build --release --locked -p mc-audit --example bench -p mc-transparency --example verify_speed
target/release/examples/bench
target/release/examples/verify_speed
