#!/usr/bin/env bash
# What make demo prints last.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cat <<TEXT

The system is running.
  open    http://127.0.0.1:$MC_PORT_FRONT_DOOR/ (what runs, the API reference)
  learn   docs/quickstart.md (executed by make quickstart)
  look    ${RUN_DIR#"$ROOT"/}/visit.json (the visit), ${RUN_DIR#"$ROOT"/}/test-mode.json (accounts and ids to try with)
  again   make visit
  trace   make traces
  watch   make status, make logs
  stop    make down (keeps data), make clean (removes it)
TEXT
