# The private Postgres. Sourced by up.sh and down.sh.
# shellcheck shell=bash

# newest installed server's programs (never a wrapper found on the PATH)
postgres_bin() { compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n1 | xargs -r dirname; }
postgres_url() {
  echo "${MC_POSTGRES_URL:-postgres://medconnect:$(infra_password postgres)@127.0.0.1:$MC_PORT_POSTGRES/medconnect}"
}
# as_owner COMMAND...: with the owner's address in PGHOST and so on; the password is on no command
# line
as_owner() {
  local url; url=$(postgres_url)
  [[ $url =~ $POSTGRES_URL_FORM ]] || return 2
  PGUSER=${BASH_REMATCH[2]} PGPASSWORD=$(url_decode "${BASH_REMATCH[4]}") PGHOST=${BASH_REMATCH[5]} \
    PGPORT=${BASH_REMATCH[7]:-5432} PGDATABASE=${OWNER_DATABASE:-${BASH_REMATCH[8]}} PGCONNECT_TIMEOUT=5 \
    PSQL=$(psql_program) "$@"
}
POSTGRES_URL_FORM='^postgres(ql)?://([^:@/]+)(:([^@]*))?@([^:/?]+)(:([0-9]+))?/([^?]*)'
psql_program() { local bin; bin=$(postgres_bin); echo "${bin:+$bin/}psql"; }
owner_psql() { as_owner "$(psql_program)" -X -q -v ON_ERROR_STOP=1 "$@"; }
url_decode() { local text=${1//%/\\x}; printf '%b' "$text"; }
postgres_ready() { owner_psql -c 'select 1' </dev/null; }

postgres_init() {
  local dir=$1 bin=$2 pwfile
  pwfile=$(data_dir)/.postgres-password
  # A directory without its last-written file is the rest of an interrupted first start.
  rm -rf "$dir" && mkdir "$dir" && give "$dir" && chmod 700 "$dir"
  (umask 077; infra_password postgres >"$pwfile")
  give "$pwfile"
  unprivileged "$bin/initdb" -D "$dir" -U medconnect -A scram-sha-256 --pwfile="$pwfile" -E UTF8 --locale=C.UTF-8 \
    >>"$RUN_DIR/log/postgres.log" 2>&1 ||
    { rm -f "$pwfile"; fail_log postgres "create the database cluster" "initdb failed, see above" "make clean up"; }
  rm -f "$pwfile"
  unprivileged touch "$dir/medconnect.initialised"
}

# After kill -9 of the postmaster: its children need a moment to notice, and its lock file may by
# now carry the number of a process that is no Postgres at all.
postgres_clear_stale_lock() {
  local dir=$1 pid
  [ -s "$dir/postmaster.pid" ] || return 0
  pid=$(head -n1 "$dir/postmaster.pid")
  wait_until 15 no_process_in "$dir" ||
    fail "start postgres" "processes of an earlier Postgres still use $dir" "make down, then make up"
  if [ -d "/proc/$pid" ]; then rm -f "$dir/postmaster.pid"; fi
}
# A shutdown that was requested ("smart": it waits for clients, and takes no new ones) is in line 8
# of the lock file.
postgres_is_stopping() { [[ $(sed -n 8p "$1/postmaster.pid" 2>/dev/null) =~ ^(stopping|shut) ]]; }
no_process_in() { [ -z "$(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$1" 2>/dev/null)" ]; }

postgres_start() {
  if [ -n "${MC_POSTGRES_URL:-}" ]; then
    [[ $MC_POSTGRES_URL =~ $POSTGRES_URL_FORM ]] || fail "read MC_POSTGRES_URL" \
      "it is not of the form postgres://user:password@host:port/database" "correct it in the environment"
    return 0
  fi
  local dir bin; dir=$(data_dir)/postgres; bin=$(postgres_bin)
  if running postgres; then
    postgres_is_stopping "$dir" || return 0
    say "  postgres is shutting down and waits for its clients: ending it, then starting it"
    stop postgres INT 20
  fi
  [ -n "$bin" ] || fail "start postgres" "no server below /usr/lib/postgresql" "make install"
  port_free postgres "$MC_PORT_POSTGRES" MC_PORT_POSTGRES
  [ -e "$dir/medconnect.initialised" ] || postgres_init "$dir" "$bin"
  postgres_clear_stale_lock "$dir"
  # After a SIGKILL the folder is synced as a whole: file by file takes minutes where tests have
  # left hundreds of databases. Errors are logged without the statement, its parameters and row
  # contents: they could hold patient data.
  detach postgres "${AS_INFRA[@]}" "$bin/postgres" -D "$dir" -c listen_addresses=127.0.0.1 -p "$MC_PORT_POSTGRES" \
    -c unix_socket_directories= -c fsync=on -c max_connections=900 -c shared_buffers=512MB \
    -c max_wal_size=4GB -c wal_compression=on -c recovery_init_sync_method=syncfs \
    -c log_min_error_statement=panic -c log_error_verbosity=terse -c log_parameter_max_length_on_error=0 \
    -c log_checkpoints=off -c timezone=UTC -c log_timezone=UTC \
    -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000
}

postgres_wait() {
  local since=$1 where="127.0.0.1:$MC_PORT_POSTGRES"
  if [ -n "${MC_POSTGRES_URL:-}" ]; then
    postgres_ready >/dev/null || fail "reach Postgres" "the server of MC_POSTGRES_URL does not answer, see above" "correct MC_POSTGRES_URL"
    ready_line postgres 'given (MC_POSTGRES_URL)' 'used as it is'
    return
  fi
  OWNER_DATABASE=postgres wait_until 60 postgres_up_or_dead || true
  OWNER_DATABASE=postgres postgres_ready >/dev/null 2>&1 ||
    fail_log postgres "start postgres" "$(process_state postgres) and it does not answer on $where" "make logs, then make up"
  [ -n "$(OWNER_DATABASE=postgres owner_psql -Atc "select 1 from pg_database where datname = 'medconnect'")" ] ||
    OWNER_DATABASE=postgres owner_psql -c 'create database medconnect'
  ready_line postgres "$where" "ready after $(took "$since")"
}
postgres_up_or_dead() { postgres_ready || ! running postgres; }

# Schemas, roles and grants, and the serving roles' passwords.
postgres_apply() {
  as_owner "$ROOT/deploy/postgres/apply.sh" "$RUN_DIR/secrets" >>"$RUN_DIR/log/postgres-setup.log" 2>&1 ||
    fail_log postgres-setup "apply deploy/postgres" "Postgres refused it, see above" "correct it, then make up"
}

# Databases that earlier tests left for inspection; those in use stay.
postgres_drop_test_databases() {
  owner_psql >/dev/null <<'SQL'
SELECT format('DROP DATABASE IF EXISTS %I', datname) FROM pg_database
 WHERE datname ~ '^test_[0-9a-f]{32}$'
   AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)
\gexec
SQL
}

postgres_stop() { stop postgres INT 20; }
