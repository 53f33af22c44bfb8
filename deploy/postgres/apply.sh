#!/usr/bin/env bash
# Applies roles, schemas and grants, then sets each role's password from its secret. Safe to repeat.
# usage: apply.sh SECRETS_DIR      where SECRETS_DIR/<service>/database/serving_url and worker_url
# name role and password; `url` is that of the last release's programs, where it is still there.
# The owner comes from PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE. Used by every way of starting
# the system.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export PGOPTIONS='-c client_min_messages=warning'
run() { "${PSQL:-psql}" -X -q -v ON_ERROR_STOP=1 "$@"; }
url_decode() { local text=${1//%/\\x}; printf '%b' "$text"; }

for file in "$here"/*.sql; do run -f "$file"; done

for url in "$1"/*/database/{serving_url,worker_url,url}; do
  [ -s "$url" ] || continue
  [[ $(cat "$url") =~ ^postgres(ql)?://(mc_[a-z_]+):([^@]+)@ ]] || {
    echo "$url is not of the form postgres://mc_<schema>_serving:<password>@host:port/database (or _worker)" >&2
    exit 1
  }
  # In the environment, not on a command line, where every user of the machine could read it.
  MC_ROLE=${BASH_REMATCH[2]} MC_ROLE_PASSWORD=$(url_decode "${BASH_REMATCH[3]}") run -f "$here/password.psql"
done
