#!/usr/bin/env bash
# Beside a broker, as in compose: the same as apply.sh with rabbitmqctl. Safe to repeat.
# usage: accounts.sh ACCOUNTS DEFINITIONS      ACCOUNTS: a user and its password a line
set -euo pipefail
rabbitmqctl await_startup --timeout 60
while read -r user password; do
  rabbitmqctl -q add_user "$user" <<<"$password" 2>/dev/null || rabbitmqctl -q change_password "$user" <<<"$password"
done <"$1"
# Brings dead letters back under the name of their sender; no service has this tag.
rabbitmqctl -q set_user_tags medconnect-mailbox impersonator
rabbitmqctl import_definitions "$2"
