#!/usr/bin/env bash
# Makes a service that starts, is ready and passes the house tests:
#   deploy/new-service.sh NAME [PURPOSE]     NAME in lower case, such as `referrals` or `care-plans`
# It writes services/NAME, migrations/SCHEMA and a row of services.toml, then everything that is
# generated from that row. MC_HOUSE names a built house test to use instead of building it.
set -euo pipefail
# shellcheck source=local/lib.sh
. "$(dirname "$0")/local/lib.sh"
cd "$ROOT"

name=${1:-} purpose=${2:-"to be described"}
[[ $name =~ ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ ]] \
  || fail "make a service" "'$name' is not a name: lower case letters, digits and single hyphens" "deploy/new-service.sh NAME [PURPOSE]"
[[ $purpose =~ ^[A-Za-z0-9\ ,.:\;?\'-]+$ ]] \
  || fail "make a service" "the purpose holds other characters than letters, digits and , . : ; ? ' -" "deploy/new-service.sh $name 'what it is for'"
schema=${name//-/_}
case $schema in
  front_door|every_service|public|information_schema|pg_*) fail "make a service" "$name is a reserved name" "take another name" ;;
esac
for path in "services/$name" "crates/$name" "migrations/$schema"; do
  [ ! -e "$path" ] || fail "make a service" "$path exists" "take another name"
done
port=$(printf '%s\n' "${SERVICE_PORT[@]}" | sort -n | tail -1)
port=$((port + 1))

fill() {
  local text; text=$(<"$1")
  text=${text//__NAME__/$name} text=${text//__SCHEMA__/$schema} text=${text//__UPPER__/${schema^^}}
  text=${text//__PORT__/$port} text=${text//__PURPOSE__/$purpose}
  printf '%s\n' "$text"
}

template=deploy/new-service
while IFS= read -r -d '' file; do
  [ "$file" != services.toml ] || continue
  mkdir -p "services/$name/$(dirname "$file")"
  fill "$template/$file" >"services/$name/$file"
done < <(cd "$template" && find . -type f -printf '%P\0')
fill "$template/services.toml" >>services.toml
# Outbox, inbox and data keys, and the rights of the roles, are the same in every schema but for its
# name.
mkdir -p "migrations/$schema"
for same in 20261122000001_mailbox.sql 20261130000010_roles.sql 20261130000020_mailbox_by_day.sql 20261130000040_locks.sql; do
  for found in migrations/*/"$same"; do break; done
  like=$(basename "$(dirname "$found")")
  sed "s/\b$like\./$schema./g; s/mc_$like\b/mc_$schema/g; s/mc_${like}_/mc_${schema}_/g; s/'$like'/'$schema'/g" \
    "$found" >"migrations/$schema/$same"
done

cargo metadata --offline --format-version 1 >/dev/null   # adds the package to Cargo.lock
if [ -n "${MC_HOUSE:-}" ]; then
  MC_UPDATE_DOCS=1 "$MC_HOUSE" -q generated:: documents::
else
  MC_UPDATE_DOCS=1 cargo test -q -p mc-testkit --test house -- generated:: documents::
fi
# The service that checks what every route records; it is found by its table.
log=$(grep -l '^const WALKS' services/*/tests/routes.rs)
log=${log%/tests/routes.rs}
cat <<NEXT

made services/$name on port $port, schema $schema

next  cargo nextest run -p mc-$name      after make infra
      make build openapi                 writes docs/openapi/$name.json
      make check                         before the commit

then  a route: CONTRIBUTING.md, "Recipe: a route"
      what it records: ROUTES and WALKS in $log/tests/routes.rs, CATALOGUE in $log/src/domain/catalogue.rs
      a POST with Idempotency-Key: copy migrations/*/*_idempotency_keys.sql of a neighbour, with schema $schema
NEXT
