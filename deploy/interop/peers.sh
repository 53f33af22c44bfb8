# How each peer is installed, started and made known to the tests. Sourced by run.sh.
# shellcheck shell=bash

# start NAME URL COMMAND...: waits until the URL answers; ends with run.sh
start() {
  local name=$1 url=$2; shift 2
  "$@" </dev/null >"$RUN_DIR/log/interop-$name.log" 2>&1 9>&- &
  PEER_PIDS+=("$!")
  wait_until 40 answers_or_dead "$url" "${PEER_PIDS[-1]}" || true
  answers "$url" || { echo "it did not start: $(tail -n1 "$RUN_DIR/log/interop-$name.log")" >&2; return 1; }
}
answers() { curl -s -o /dev/null -m 2 "$1"; }
answers_or_dead() { answers "$1" || [ ! -d "/proc/$2" ]; }
free_port() { "$1" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

moto() {
  local python dir=$RUN_DIR/interop/moto port
  python=$(python_at_least 3.10) || return
  virtual_environment "$dir" "$python" 'moto[server,secretsmanager]==5.2.*' || return
  port=$(free_port "$python")
  start moto "http://127.0.0.1:$port/moto-api/" "$dir/bin/moto_server" -H 127.0.0.1 -p "$port" || return
  export MC_INTEROP_AWS_URL=http://127.0.0.1:$port
  # any identity will do there; real ones must not be used by accident
  export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=interop AWS_SECRET_ACCESS_KEY=interop
  unset AWS_PROFILE AWS_SESSION_TOKEN
}

# It requires Python 3.14, of which it uses only late annotations; on 3.13 those are switched on for
# its modules.
stripe_world() {
  local python dir=$RUN_DIR/interop/stripe port
  local -a options=()
  if ! python=$(python_at_least 3.14 2>/dev/null); then
    python=$(python_at_least 3.13) || return
    options=(--no-compile --ignore-requires-python)
  fi
  virtual_environment "$dir" "$python" "${options[@]}" 'stripe==16.*' 'seahaven-stripe-world[http]==0.3.*' || return
  [ ${#options[@]} -eq 0 ] || cp "$ROOT/deploy/interop/late_annotations.py" "$("$dir/bin/python" -c 'import site; print(site.getsitepackages()[0])')/sitecustomize.py"
  port=$(free_port "$python")
  start stripe "http://127.0.0.1:$port/" "$dir/bin/python" -B "$ROOT/deploy/interop/stripe_world.py" \
    --host 127.0.0.1 --port "$port" --reset-options '{"startup":{"livemode":false}}' || return
  # every world is an account of its own, made at first use
  export MC_INTEROP_STRIPE_URL=http://127.0.0.1:$port/worlds/medconnect
}

oidc_provider() {
  local dir=$RUN_DIR/interop/oidc path port python
  path=$(node_path) || return
  python=$(python_at_least 3.8) || return
  node_packages "$dir" oidc-provider@9 jose@6 || return
  port=$(free_port "$python")
  cp "$ROOT/deploy/interop/authorization_server.mjs" "$dir/"
  PATH=$path:$PATH start oidc "http://127.0.0.1:$port/.well-known/openid-configuration" \
    "$path/node" "$dir/authorization_server.mjs" "$port" "$RUN_DIR/interop" || return
  export MC_INTEROP_OIDC_ISSUER=http://127.0.0.1:$port MC_INTEROP_OIDC_TOKEN_URL=http://127.0.0.1:$port/token
  # its clients, with the private keys whose public halves are registered there
  export MC_INTEROP_OIDC_ES384_CLIENT_ID=medconnect-es384 MC_INTEROP_OIDC_ES384_KEY_FILE=$RUN_DIR/interop/ES384.pem
  export MC_INTEROP_OIDC_RS384_CLIENT_ID=medconnect-rs384 MC_INTEROP_OIDC_RS384_KEY_FILE=$RUN_DIR/interop/RS384.pem
}
