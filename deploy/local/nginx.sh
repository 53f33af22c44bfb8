# The front door. Sourced by up.sh and down.sh.
# shellcheck shell=bash

nginx_program() { command -v nginx || echo /usr/sbin/nginx; }

nginx_configure() {
  local dir=$RUN_DIR/nginx
  mkdir -p "$dir/tmp"
  sed -e "s|@RUN_DIR@|$RUN_DIR|g" -e "s|@NGINX_DIR@|$ROOT/deploy/nginx|g" -e "s|@USER@|${NGINX_USER:-}|g" \
    -e "s|@PORT@|$MC_PORT_FRONT_DOOR|g" "$ROOT/deploy/nginx/nginx.conf.in" >"$dir/nginx.conf.new"
  cmp -s "$dir/nginx.conf.new" "$dir/nginx.conf" || mv "$dir/nginx.conf.new" "$dir/nginx.conf"
}
nginx_start() { :; }
nginx_wait() { :; }
nginx_ready() { false; }
nginx_stop() { stop nginx QUIT 5; }
