#!/usr/bin/env bash
# Builds every overlay, checks every object against the published schemas and our own rules, and compares the
# Ingress with the front door's route table. Says by name what it had to skip; fails on anything invalid.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=local/lib.sh
. "$here/local/lib.sh"
# shellcheck source=local/tools.sh
. "$here/local/tools.sh"
cd "$ROOT"

skip() { say "SKIPPED kubernetes: $1"; exit 0; }
"$here/local/install.sh" tools || skip "the tools it needs are not installed (see above)"
python=$(python_at_least 3.8 2>&1) || skip "$python"
why=$(virtual_environment "$TOOLS/kubernetes-validate" "$python" 'kubernetes-validate==1.35.*' 2>&1) || skip "$why"
kubectl=$(kubectl_program 2>"$TOOLS/kubectl.why") || skip "$(cat "$TOOLS/kubectl.why")"

built=$RUN_DIR/k8s
mkdir -p "$built"
for overlay in k8s/overlays/*/; do
  name=$(basename "$overlay")
  "$kubectl" kustomize "$overlay" >"$built/$name.yaml" ||
    fail "build $overlay" "kustomize refused it, see above" "$kubectl kustomize $overlay"
done
"$TOOLS/kubernetes-validate/bin/python" -B "$here/k8s_check.py" deploy/nginx/routes.conf "$built"/*.yaml ||
  fail "check the Kubernetes objects" "see above" "correct k8s/, then make k8s-check"
