#!/usr/bin/env bash
# Installs what the local system needs and the machine lacks. Nothing missing: nothing done. Never
# starts the machine's own Postgres, RabbitMQ, Redis or nginx. `install.sh tools` adds what the
# deployment checks and the interoperability tests need besides.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

missing=()
need() { [ "$1" = yes ] || missing+=("$2"); }
has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
yes_if() { if "$@"; then echo yes; else echo no; fi; }

need "$(yes_if compgen -G '/usr/lib/postgresql/*/bin/initdb' | tail -n1)" postgresql
need "$(yes_if has redis-server)" redis-server
need "$(yes_if test -x /usr/lib/rabbitmq/bin/rabbitmq-server)" rabbitmq-server
need "$(yes_if has nginx)" nginx-light
need "$(yes_if has curl)" curl
need "$(yes_if has jq)" jq
need "$(yes_if has ss)" iproute2
need "$(yes_if has setpriv)" util-linux
need "$(yes_if has cc)" gcc
need "$(yes_if test -e /usr/include/stdlib.h)" libc6-dev
need "$(yes_if test -d /etc/ssl/certs)" ca-certificates
if [ "${1:-}" = tools ]; then
  need "$(yes_if has python3)" python3
  # python3 without ensurepip cannot make the virtual environments that keep everything else below
  # .run
  need "$(yes_if python3 -c 'import ensurepip, venv' 2>/dev/null)" python3-venv
fi

has cargo || fail "find Rust" "cargo is not on the PATH" "install Rust 1.95 or newer: https://rustup.rs"
[ ${#missing[@]} -gt 0 ] || exit 0

has apt-get || fail "install ${missing[*]}" "this is not a Debian or Ubuntu system" \
  "install PostgreSQL 15+, RabbitMQ 3.10+ (with management plugin), Redis 7+, nginx 1.22+, curl, ss, setpriv and a C compiler, then repeat"
as_root=()
if [ "$(id -u)" != 0 ]; then
  has sudo || fail "install ${missing[*]}" "not root, and sudo is not installed" \
    "run as root: apt-get install --no-install-recommends ${missing[*]}"
  as_root=(sudo)
fi

# While packages configure themselves no daemon may start and no default Postgres cluster is made;
# both switches are put back as they were.
undo=()
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/medconnect.conf
# shellcheck disable=SC2317
restore() { [ ${#undo[@]} -eq 0 ] || "${as_root[@]}" rm -f "${undo[@]}"; }
trap restore EXIT
if [ ! -e $policy ]; then
  undo+=("$policy")
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
  "${as_root[@]}" chmod 755 $policy
fi
if [ ! -e $cluster ]; then
  undo+=("$cluster")
  "${as_root[@]}" mkdir -p "${cluster%/*}"
  printf 'create_main_cluster = false\n' | "${as_root[@]}" tee $cluster >/dev/null
fi

mkdir -p "$RUN_DIR/log"
log=$RUN_DIR/log/install.log
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Options::=--force-confold "$@" >>"$log" 2>&1; }
install() { apt install -y --no-install-recommends "${missing[@]}"; }

start=$(now_ms)
say "installing by apt-get: ${missing[*]}"
# A fresh image has no package lists; an old one has stale lists: refresh only when needed.
install || { say "  refreshing the package lists"; apt update || true; install; } ||
  fail_log install "install ${missing[*]}" "apt-get failed (last lines above, all of it in $log)" \
    "apt-get update && apt-get install --no-install-recommends ${missing[*]}"

# What we brought in must not start at the next boot either.
if [ -d /run/systemd/system ]; then
  for package in "${missing[@]}"; do
    case $package in
      postgresql | redis-server) "${as_root[@]}" systemctl disable --quiet "$package" || true ;;
      rabbitmq-server) "${as_root[@]}" systemctl disable --quiet rabbitmq-server epmd.socket || true ;;
      nginx-light) "${as_root[@]}" systemctl disable --quiet nginx || true ;;
    esac
  done
fi
say "installed in $(took "$start")"
