# Shared by the scripts of this folder: places, ports, messages, pid files. Sourced, never run.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RUN_DIR=${RUN_DIR:-.run}
case $RUN_DIR in /*) ;; *) RUN_DIR=$ROOT/$RUN_DIR ;; esac
BIN_DIR=${MC_BIN_DIR:-target/debug}
case $BIN_DIR in /*) ;; *) BIN_DIR=$ROOT/$BIN_DIR ;; esac
# Every process started here carries this in its environment: that is how it is recognised as ours.
export MC_RUN_DIR=$RUN_DIR

# Below the ports that the kernel gives to outgoing connections (from 32768): one of those could
# hold a server's port while the server is down, even a client that tries to reach it.
: "${MC_PORT_POSTGRES:=25432}" "${MC_PORT_REDIS:=26380}" "${MC_PORT_FRONT_DOOR:=8080}"
: "${MC_PORT_RABBITMQ:=26672}" "${MC_PORT_RABBITMQ_MANAGEMENT:=26673}"
: "${MC_PORT_RABBITMQ_DIST:=26674}" "${MC_PORT_RABBITMQ_EPMD:=26675}"

# How many processes of each service behind the front door; each further one listens this much
# higher.
: "${MC_REPLICAS:=1}"
REPLICA_PORTS=50

# shellcheck source=service-table.sh
. "$ROOT/deploy/local/service-table.sh"
INFRA_USER=nobody   # who runs Postgres, RabbitMQ, Redis and nginx's workers when we are root

say() { printf '%s\n' "$*"; }
# fail WHAT WHY NEXT: prints all three and ends the script.
fail() {
  printf '\nFAILED  %s\n  why   %s\n  next  %s\n' "$1" "${2:-unknown}" "${3:-make logs}" >&2
  exit 1
}
now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }
# took SINCE_MS: time since then, for people
took() { local d=$(($(now_ms) - $1)); printf '%d.%02d s' $((d / 1000)) $((d % 1000 / 10)); }
ready_line() { printf '  %-14s %-22s %s\n' "$1" "$2" "$3"; }
# last lines of a process's log, indented (logs carry no secret by construction)
log_tail() { tail -n "${2:-8}" "$RUN_DIR/log/$1.log" 2>/dev/null | sed 's/^/        | /'; }
fail_log() { local n=$1; shift; printf '\n' >&2; log_tail "$n" >&2; fail "$@"; }

# replicas [COUNT]: a name for each process of our services: `auth` for the first, `auth-2` for the
# second. The sandbox has one.
replicas() {
  local service number
  for service in "${SERVICES[@]}"; do
    echo "$service"
    [ "$service" != "$TEST_MODE_SERVICE" ] || continue
    for ((number = 2; number <= ${1:-$MC_REPLICAS}; number++)); do echo "$service-$number"; done
  done
}
service_of() { echo "${1%-[2-9]}"; }
# port_of auth-2
port_of() {
  local service number; service=$(service_of "$1")
  number=${1#"$service"} number=${number#-}
  echo $((SERVICE_PORT[$service] + REPLICA_PORTS * (${number:-1} - 1)))
}

private_dir() { mkdir -p "$@" && chmod 700 "$@"; }
prepare_run_dir() {
  mkdir -p "$RUN_DIR"/{log,traces}
  private_dir "$RUN_DIR/secrets"
  private_dir "$RUN_DIR/secrets/infra"
  [ "$(id -u)" != 0 ] || chmod 711 "$RUN_DIR"
  data_dir >/dev/null
}

# Where the servers keep data: .run/data, or (when root's clone lies where an unprivileged user
# cannot reach it, as below /root) a folder below /var/tmp that .run/data then links to.
data_dir() {
  local link=$RUN_DIR/data dir
  if [ ! -e "$link" ]; then
    if [ "$(id -u)" = 0 ] && ! unprivileged test -x "$RUN_DIR"; then
      dir=/var/tmp/medconnect-$(printf %s "$RUN_DIR" | cksum | cut -d' ' -f1)
      mkdir -p "$dir" && ln -sfn "$dir" "$link"
    else
      mkdir -p "$link"
    fi
    [ "$(id -u)" != 0 ] || chown "$INFRA_USER" "$(readlink -f "$link")"
    chmod 700 "$(readlink -f "$link")"
  fi
  readlink -f "$link"
}

# Runs a command as the unprivileged user (as ourselves when we are not root).
AS_INFRA=()
[ "$(id -u)" != 0 ] ||
  AS_INFRA=(setpriv --reuid="$INFRA_USER" --regid="$(id -g "$INFRA_USER")" --clear-groups)
unprivileged() { "${AS_INFRA[@]}" "$@"; }
give() { [ "$(id -u)" != 0 ] || chown "$INFRA_USER" "$@"; }

# alive PID: there, and not merely waiting to be reaped
alive() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  [ "${stat:0:1}" != Z ]
}
dead() { ! alive "$1"; }
# is_ours PID: alive, and started by us for this run directory.
is_ours() {
  local pid=${1:-}
  [[ $pid =~ ^[0-9]+$ ]] && alive "$pid" || return 1
  grep -qzFx "MC_RUN_DIR=$RUN_DIR" "/proc/$pid/environ" 2>/dev/null ||
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$RUN_DIR/"
}
# pid_of NAME: the running process of .run/NAME.pid; a stale file is removed.
pid_of() {
  local file=$RUN_DIR/$1.pid pid
  [ -s "$file" ] && pid=$(head -n1 "$file" | tr -dc 0-9) || return 1
  if is_ours "$pid"; then echo "$pid"; else rm -f "$file"; return 1; fi
}
running() { pid_of "$1" >/dev/null; }
process_state() { if running "$1"; then echo "its process is alive"; else echo "its process has ended"; fi; }

# detach NAME COMMAND...: starts it in its own session, logging to .run/log/NAME.log; pid in
# .run/NAME.pid
detach() {
  local name=$1; shift
  setsid "$@" </dev/null >>"$RUN_DIR/log/$name.log" 2>&1 9>&- &
  echo $! >"$RUN_DIR/$name.pid"
}

# wait_until SECONDS COMMAND...: polls every 50 ms
wait_until() {
  local end=$(($(now_ms) + $1 * 1000)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$(now_ms)" -lt "$end" ] || return 1
    sleep 0.05
  done
}
gone() { ! is_ours "$1"; }
# stop NAME SIGNAL SECONDS: sends SIGNAL, waits, and only then kills; succeeds when it is gone
stop() {
  local pid; pid=$(pid_of "$1") || return 0
  kill -s "$2" "$pid" 2>/dev/null || true
  wait_until "$3" gone "$pid" || { say "  $1 did not stop in $3 s: killed"; kill -KILL "$pid" 2>/dev/null || true; wait_until 5 gone "$pid"; }
  rm -f "$RUN_DIR/$1.pid"
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# port_free NAME PORT VARIABLE: before a start, so that a stranger on the port is named as the cause
port_free() {
  ! listening "$2" || fail "start $1" "port $2 is taken by another process ($(port_holder "$2"))" \
    "end that process${3:+, or choose another port with $3}"
}
port_holder() { ss -ltnpH "sport = :$1" 2>/dev/null | grep -o 'users:.*' || echo 'not one of ours'; }

# secret infra/postgres/password: prints it, made at first use
infra_password() {
  local dir=$RUN_DIR/secrets/infra/$1
  if [ ! -s "$dir/password" ]; then
    private_dir "$dir"
    (umask 077; od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password")
  fi
  cat "$dir/password"
}
