#!/usr/bin/env bash
# Builds every overlay, checks every object against the published schemas and our own rules, and
# compares Ingress and HTTPRoutes with services.toml. What it cannot check here is skipped by name;
# PEERS=required makes that an error.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=local/lib.sh
. "$here/local/lib.sh"
# shellcheck source=local/tools.sh
. "$here/local/tools.sh"
cd "$ROOT"

mkdir -p "$TOOLS"
"$here/local/install.sh" tools || skip kubernetes "the tools it needs are not installed (see above)"
python=$(python_at_least 3.11 2>&1) || skip kubernetes "$python"
why=$(virtual_environment "$TOOLS/kubernetes-validate" "$python" 'kubernetes-validate==1.35.*' 2>&1) || skip kubernetes "$why"
kubectl=$(kubectl_program 2>"$TOOLS/kubectl.why") || skip kubernetes "$(cat "$TOOLS/kubectl.why")"

built=$RUN_DIR/k8s
rm -rf "$built"
mkdir -p "$built/schemas"
# Schemas of custom resources (Gateway API), from a folder beside the repository.
schemas=${MC_SHARED_DATA:-$ROOT/../shared/data}/kubernetes
if [ -d "$schemas" ]; then
  cp "$schemas"/{gateway,httproute}_v1.json "$built/schemas/"
else
  skipped "schemas of the Gateway API" "there is no $schemas"
fi
for overlay in k8s/overlays/*/; do
  name=$(basename "$overlay")
  "$kubectl" kustomize "$overlay" >"$built/$name.yaml" ||
    fail "build $overlay" "kustomize refused it, see above" "$kubectl kustomize $overlay"
done
"$TOOLS/kubernetes-validate/bin/python" -B "$here/k8s_check.py" "$built/schemas" "$built"/*.yaml ||
  fail "check the Kubernetes objects" "see above" "correct k8s/, then make k8s-check"
