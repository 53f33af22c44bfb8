#!/usr/bin/env bash
# Run once by deploy/compose.yaml before anything else: the passwords of the three servers, then all
# secrets of test mode, each service's in its own folder of the volume. What exists is kept.
set -euo pipefail
umask 077
run_dir=/state
for name in postgres rabbitmq redis; do
  dir=$run_dir/secrets/infra/$name
  mkdir -p "$dir"
  [ -s "$dir/password" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password"
done
password() { cat "$run_dir/secrets/infra/$1/password"; }
export MC_POSTGRES_URL MC_RABBITMQ_URL MC_REDIS_URL
MC_POSTGRES_URL=postgres://medconnect:$(password postgres)@postgres:5432/medconnect
MC_RABBITMQ_URL=amqp://medconnect:$(password rabbitmq)@rabbitmq:5672/%2f
MC_REDIS_URL=redis://:$(password redis)@redis:6379/0
/usr/local/bin/medconnect provision --run-dir "$run_dir"
# Each service may enter its own folder only because only that folder is mounted for it; the
# servers' images read their password as their own users.
chown -R 65532:65532 "$run_dir"
chmod -R a+rX "$run_dir/secrets/infra"
