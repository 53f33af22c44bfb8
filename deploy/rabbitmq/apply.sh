#!/usr/bin/env bash
# Sets the users of the services with their passwords, then imports definitions: exchanges, queues,
# streams, bindings and rights. Safe to repeat; nothing that holds messages is changed.
# usage: apply.sh ACCOUNTS DEFINITIONS...      ACCOUNTS: a user and its password a line
# The broker's management API comes from MC_RABBITMQ_MANAGEMENT_URL, MC_RABBITMQ_OPERATOR and
# MC_RABBITMQ_OPERATOR_PASSWORD (a user with the tag administrator).
set -euo pipefail
accounts=$1; shift
# Credentials and bodies come from pipes: a command line is visible to every user of the machine.
call() {
  curl -sS -f -m 20 -o /dev/null -H 'content-type: application/json' \
    --config <(printf 'user = "%s:%s"\n' "$MC_RABBITMQ_OPERATOR" "$MC_RABBITMQ_OPERATOR_PASSWORD") \
    "$MC_RABBITMQ_MANAGEMENT_URL/api/$1" "${@:2}"
}
while read -r user password; do
  tags=''
  # Brings dead letters back under the name of their sender; no service has this tag.
  [ "$user" != medconnect-mailbox ] || tags=impersonator
  printf '{"password":"%s","tags":"%s"}' "$password" "$tags" | call "users/$user" -X PUT --data-binary @-
done <"$accounts"
for definitions in "$@"; do
  call definitions -X POST --data-binary "@$definitions"
done
