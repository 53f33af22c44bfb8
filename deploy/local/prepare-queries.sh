#!/usr/bin/env bash
# Renews .sqlx: a database of its own gets every migration, and the query macros write what they
# find in it. usage: prepare-queries.sh [PACKAGE...]     all packages, and queries that are gone are
# forgotten; or some of them
set -euo pipefail
here=$(dirname "$0")
for part in lib postgres; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
cd "$ROOT"

name=medconnect_queries
owner_psql -c "drop database if exists $name" -c "create database $name"
export OWNER_DATABASE=$name
as_owner deploy/postgres/apply.sh /nonexistent
for file in migrations/*/*.sql; do
  owner_psql -f "$file" >/dev/null || fail "apply $file" "Postgres refused it, see above" "correct it, then make prepare-queries"
done

# Only a package that is compiled anew writes its queries, and only one that uses the macros has
# any.
mapfile -t users < <(grep -lE '^sqlx' crates/*/Cargo.toml services/*/Cargo.toml | xargs -n1 dirname)
packages=("$@")
folder=$ROOT/.sqlx
[ $# -gt 0 ] || folder=$ROOT/.sqlx.new
rm -rf "$ROOT/.sqlx.new"
mkdir -p "$folder"
select=()
for user in "${users[@]}"; do
  package=$(sed -n 's/^name = "\(mc-[a-z0-9-]*\)"/\1/p' "$user/Cargo.toml" | head -n1)
  [ $# -eq 0 ] || [[ " ${packages[*]} " == *" $package "* ]] || continue
  touch "$user/src/lib.rs"
  select+=(-p "$package")
done
url=$(postgres_url)
DATABASE_URL=${url%/*}/$name SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$folder cargo check --all-targets "${select[@]}" ||
  fail "check the queries" "see above" "correct them, then make prepare-queries"
if [ "$folder" != "$ROOT/.sqlx" ]; then
  rm -rf "$ROOT/.sqlx"
  mv "$folder" "$ROOT/.sqlx"
fi
say "$(find .sqlx -name '*.json' | wc -l) queries in .sqlx; commit them"
