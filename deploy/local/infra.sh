# Postgres, RabbitMQ and Redis together. Sourced by up.sh and down.sh.
# shellcheck shell=bash

infra_up() {
  local since name; since=$(now_ms)
  postgres_start
  redis_start
  rabbitmq_start
  redis_wait "$since"
  postgres_wait "$since"
  postgres_apply
  rabbitmq_wait "$since"
  rabbitmq_apply
  write_test_environment
}

# Addresses for integration tests: each test makes its own database and its own queue names there.
write_test_environment() {
  local file=$RUN_DIR/test.env
  (umask 077; cat >"$file.new" <<ENV
MC_TEST_POSTGRES_URL=$(postgres_url)
MC_TEST_RABBITMQ_URL=$(rabbitmq_url | sed 's,/%2f$,/tests,')
MC_TEST_RABBITMQ_ACCOUNTS=$(rabbitmq_accounts)
MC_TEST_REDIS_URL=$(redis_url)
MC_TEST_RABBITMQ_MANAGEMENT_URL=http://127.0.0.1:$MC_PORT_RABBITMQ_MANAGEMENT
ENV
  )
  mv "$file.new" "$file"
}
