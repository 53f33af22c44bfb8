# Generated from services.toml by `make generate`; do not edit.
# Sourced by lib.sh; RUN_DIR is set.
# shellcheck shell=bash disable=SC2034
SERVICES=(auth billing ehr-proxy eligibility audit console sandbox)
# behind the front door, each with an OpenAPI document
PUBLIC_SERVICES=(auth billing ehr-proxy eligibility audit console)
# each with a user of its own at the broker
BROKER_SERVICES=(auth billing ehr-proxy eligibility audit console)
TEST_MODE_SERVICE=sandbox
declare -A SERVICE_PORT=([auth]=8101 [billing]=8102 [ehr-proxy]=8103 [eligibility]=8104 [audit]=8105 [console]=8106 [sandbox]=8107)
PUBLIC_SCHEMAS=(auth billing ehr_proxy eligibility audit console)
# settings of a system on one machine
LOCAL_SETTINGS=(
  "MC_AUDIT__CHECKPOINTS__FOLDER=$RUN_DIR/audit-checkpoints"
)
