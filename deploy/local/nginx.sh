# The front door. Sourced by up.sh and down.sh.
# shellcheck shell=bash

nginx_program() { command -v nginx || { [ -x /usr/sbin/nginx ] && echo /usr/sbin/nginx; }; }
nginx_address() { echo "http://127.0.0.1:$MC_PORT_FRONT_DOOR"; }

nginx_configure() {
  local dir=$RUN_DIR/nginx user_line=''
  mkdir -p "$dir"
  # Master as root only reads and listens; the workers, which meet the callers, are unprivileged.
  [ "$(id -u)" != 0 ] || user_line="user $INFRA_USER $(id -gn "$INFRA_USER");"
  cp "$ROOT"/deploy/nginx/{http,server,routes,refusal}.conf "$dir/"
  nginx_upstreams >"$dir/upstreams.conf"
  sed -e "s|@RUN_DIR@|$RUN_DIR|g" -e "s|@PORT@|$MC_PORT_FRONT_DOOR|g" -e "s|@USER_LINE@|$user_line|" \
    "$ROOT/deploy/nginx/local.conf.in" >"$dir/nginx.conf"
  "$(nginx_program)" -q -t -p "$dir" -c "$dir/nginx.conf" 2>"$dir/check" || {
    sed 's/^/        | /' "$dir/check" >&2
    fail "check deploy/nginx" "nginx refuses the configuration, see above" "correct it, then make up"
  }
}

# One line a service, with every process of it. One that does not answer is left out for a second.
nginx_upstreams() {
  local line name number servers
  while IFS= read -r line; do
    if [ "$MC_REPLICAS" -gt 1 ] && [[ $line =~ ^upstream\ ([a-z-]+)\ \{\ server\ [0-9.:]+\; ]]; then
      name=${BASH_REMATCH[1]} servers=''
      for number in '' $(seq -f '-%g' 2 "$MC_REPLICAS"); do
        servers+="server 127.0.0.1:$(port_of "$name$number") fail_timeout=1s; "
      done
      line="upstream $name { $servers${line#"${BASH_REMATCH[0]} "}"
    fi
    printf '%s\n' "$line"
  done <"$ROOT/deploy/nginx/upstreams.conf"
}

nginx_start() {
  local dir=$RUN_DIR/nginx sum pid
  [ -n "$(nginx_program)" ] || fail "start nginx" "it is not installed" "make install"
  nginx_configure
  sum=$(cat "$dir"/*.conf | cksum)
  if pid=$(pid_of nginx); then
    [ "$(cat "$dir/running" 2>/dev/null)" = "$sum" ] || kill -HUP "$pid"
  else
    nginx_end_orphans
    port_free nginx "$MC_PORT_FRONT_DOOR" MC_PORT_FRONT_DOOR
    NGINX_SINCE=$(now_ms)
    detach nginx "$(nginx_program)" -p "$dir" -c "$dir/nginx.conf"
  fi
  echo "$sum" >"$dir/running"
}

# Workers survive a master that was killed, and keep its port. Ours are those that write our log.
nginx_end_orphans() {
  local fd pid
  while read -r fd; do
    pid=${fd#/proc/} pid=${pid%%/*}
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = nginx ] || continue
    kill -TERM "$pid" 2>/dev/null || true
    wait_until 5 dead "$pid" || kill -KILL "$pid" 2>/dev/null || true
  done < <(find /proc/[0-9]*/fd/2 -maxdepth 0 -lname "$RUN_DIR/log/nginx.log" 2>/dev/null)
}

# Its own answer to a path without a route: nginx runs, whatever is behind it.
nginx_ready() { [ "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$(nginx_address)/no-such-route")" = 404 ]; }
nginx_up_or_dead() { nginx_ready || ! running nginx; }
nginx_wait() {
  wait_until 10 nginx_up_or_dead || true
  nginx_ready || fail_log nginx "start nginx" "$(process_state nginx) and it does not answer on $(nginx_address)" "make logs NAME=nginx"
  ready_line nginx "127.0.0.1:$MC_PORT_FRONT_DOOR" "ready after $(took "${NGINX_SINCE:-$(now_ms)}")"
}

nginx_stop() {
  stop nginx QUIT 5
  nginx_end_orphans
}
