# The programs of the last release, on today's database and broker. Sourced by chaos.sh.
# shellcheck shell=bash disable=SC2034

# Its tag, as the test of its statements names it.
LAST_RELEASE=$(sed -n 's/^const TAG: &str = "\(.*\)";$/\1/p' "$ROOT/crates/testkit/tests/last_release.rs")
LAST_RELEASE_DIR=$RUN_DIR/last-release
# The broker's account of all its processes; a release later this file goes, or is written anew.
LAST_RELEASE_USER=last-release

last_release_exists() { git -C "$ROOT" rev-parse -q --verify "$LAST_RELEASE^{commit}" 2>/dev/null; }

# Its programs in .run/last-release/target/debug; a build of an earlier run is used again.
last_release_build() {
  local commit service stamp=$LAST_RELEASE_DIR/built; commit=$(last_release_exists)
  local -a packages=()
  [ "$(cat "$stamp" 2>/dev/null)" != "$commit" ] || return 0
  say "building the programs of $LAST_RELEASE (the first time: some minutes)"
  rm -rf "$LAST_RELEASE_DIR/source"
  mkdir -p "$LAST_RELEASE_DIR/source"
  git -C "$ROOT" archive "$commit" | tar -x -C "$LAST_RELEASE_DIR/source"
  for service in "${PUBLIC_SERVICES[@]}"; do packages+=(-p "mc-$service"); done
  (cd "$LAST_RELEASE_DIR/source" && CARGO_TARGET_DIR=$LAST_RELEASE_DIR/target SQLX_OFFLINE=true \
    cargo build -q --locked --bins "${packages[@]}") ||
    fail "build $LAST_RELEASE" "the compiler refused it, see above" "rm -r $LAST_RELEASE_DIR, then make chaos"
  echo "$commit" >"$stamp"
}

last_release_password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Today's secrets, with the database role and the broker's account that it knows. As the runbook of
# the upgrade says, the account has lost the right to publish: what old processes record waits in
# the outbox for a process of today.
last_release_prepare() {
  local service folder schema password
  password=$(last_release_password)
  for service in "${PUBLIC_SERVICES[@]}"; do
    folder=$RUN_DIR/secrets/$service-last-release schema=${service//-/_}
    rm -rf "$folder"
    cp -a "$RUN_DIR/secrets/$service" "$folder"
    (umask 077
      [ -s "$folder/database/url" ] ||
        sed -E "s,//[^@]*@,//mc_$schema:$(last_release_password)@," "$folder/database/serving_url" >"$folder/database/url"
      sed -E "s,//[^@]*@,//$LAST_RELEASE_USER:$password@," "$RUN_DIR/secrets/$service/broker/url" >"$folder/broker/url")
    rm "$folder"/database/{serving_url,worker_url}
  done
  postgres_apply
  rabbitmq_api "users/$LAST_RELEASE_USER" -X PUT -H 'content-type: application/json' --data-binary @- <<<"{\"password\":\"$password\",\"tags\":\"\"}"
  rabbitmq_api "permissions/%2f/$LAST_RELEASE_USER" -X PUT -H 'content-type: application/json' --data-binary \
    '{"configure":".*","write":"^(?!medconnect\\.events$).*","read":".*"}'
}

# Its processes as second replicas, behind the front door.
last_release_start() {
  local service MC_REPLICAS=2 SERVICES_SINCE; SERVICES_SINCE=$(now_ms)
  for service in "${PUBLIC_SERVICES[@]}"; do
    rm -f "$RUN_DIR/traces/$service-2.jsonl"
    BIN_DIR=$LAST_RELEASE_DIR/target/debug service_start "$service-2" "$service-last-release"
  done
  for service in "${PUBLIC_SERVICES[@]}"; do service_wait "$service-2"; done
  nginx_start
}

# requests to the API that an old process has answered
last_release_answers() {
  curl -s -m 5 "http://127.0.0.1:$(port_of "$1-2")/metrics" |
    sed -nE 's,^http_server_request_duration_seconds_count\{.*http_route="/api/.*\} ([0-9]+)$,\1,p' | awk '{ n += $1 } END { print n + 0 }'
}

last_release_lose_broker() { rabbitmq_api "users/$LAST_RELEASE_USER" -X DELETE; }

last_release_remove() {
  local service
  for service in "${PUBLIC_SERVICES[@]}"; do
    rm -rf "$RUN_DIR/secrets/$service-last-release"
    [ -s "$RUN_DIR/secrets/$service/database/url" ] || owner_psql -q -c "alter role mc_${service//-/_} password null"
  done
}
