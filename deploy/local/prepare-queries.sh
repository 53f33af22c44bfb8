#!/usr/bin/env bash
# Renews .sqlx: a database of its own gets every migration, and the query macros write what they learn from it.
set -euo pipefail
here=$(dirname "$0")
for part in lib postgres provision; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
cd "$ROOT"
name=medconnect_queries
owner_psql -c "drop database if exists $name" -c "create database $name"
export OWNER_DATABASE=$name
for file in deploy/postgres/*.sql; do owner_psql -f "$file"; done
for folder in migrations/*/; do
  for file in "$folder"*.sql; do
    [ -e "$file" ] || continue
    owner_psql -f "$file" >/dev/null || fail "apply $file" "Postgres refused it, see above" "correct it, then make prepare-queries"
  done
done
url=$(postgres_url)
mkdir -p .sqlx
# Only a package that is compiled anew writes its queries.
for manifest in $(grep -lE '^sqlx' crates/*/Cargo.toml services/*/Cargo.toml); do touch "${manifest%Cargo.toml}src/lib.rs"; done
DATABASE_URL="${url%/*}/$name" SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$ROOT/.sqlx" cargo check --workspace --all-targets ||
  fail "check the queries" "see above" "correct them, then make prepare-queries"
say "$(find .sqlx -name '*.json' | wc -l) queries in .sqlx; commit them"
