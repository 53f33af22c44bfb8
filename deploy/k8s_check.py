"""Checks built overlays: published schemas, our own rules, and the Ingress against the front door's route table.

usage: k8s_check.py ROUTES.CONF OVERLAY.YAML...     (in an environment that holds kubernetes-validate)
"""

import pathlib
import re
import sys

import kubernetes_validate
import yaml

from settings_check import setting_errors, test_mode_variables

VERSION = "1.34"  # schemas of this Kubernetes release; the manifests use nothing newer than 1.30
ROUTE = re.compile(r"^location ~ \^(\S+?)\(/\|\$\)\s.*proxy_pass http://([a-z-]+);", re.M)
SERVICES = {"auth", "billing", "ehr-proxy", "eligibility", "audit", "console"}
KINDS = {"Deployment", "Service", "ServiceAccount", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "Job"}


def schema_errors(objects):
    """Every object against the schema of its kind; unknown fields are errors."""
    for thing in objects:
        try:
            kubernetes_validate.validate(thing, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{label(thing)}: {'.'.join(str(part) for part in error.path)}: {error.message}"
        except kubernetes_validate.utils.SchemaNotFoundError:
            yield f"{label(thing)}: Kubernetes {VERSION} has no {thing['apiVersion']} {thing['kind']}"


def pod_errors(thing):
    """What the restricted pod security standard and our own rules ask of a pod."""
    job = thing["spec"]["jobTemplate"] if thing["kind"] == "CronJob" else thing
    pod = job["spec"]["template"]["spec"]
    security = pod.get("securityContext", {})
    if not security.get("runAsNonRoot") or security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield f"{label(thing)}: the pod must run as non-root under the default seccomp profile"
    if pod.get("automountServiceAccountToken") is not False or not pod.get("serviceAccountName"):
        yield f"{label(thing)}: wants its own service account, without a mounted token"
    for container in pod.get("initContainers", []) + pod["containers"]:
        own = container.get("securityContext", {})
        if (
            own.get("allowPrivilegeEscalation") is not False
            or not own.get("readOnlyRootFilesystem")
            or own.get("capabilities", {}).get("drop") != ["ALL"]
        ):
            yield f"{label(thing)}: container {container['name']} is not restricted"
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= set(resources.get("requests", {})) or "memory" not in resources.get("limits", {}):
            yield f"{label(thing)}: container {container['name']} lacks resource requests or limits"
        if thing["kind"] == "Deployment":
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if probe not in container:
                    yield f"{label(thing)}: container {container['name']} has no {probe}"
        if re.search(r":latest$|^[^:]+$", container["image"]):
            yield f"{label(thing)}: image {container['image']} has no fixed tag"
        for variable in container.get("env", []):
            if "secretKeyRef" in variable.get("valueFrom", {}):
                yield f"{label(thing)}: secrets come as files, not as variable {variable['name']}"


def whole_errors(name, objects, routes):
    """What only the overlay as a whole can show."""
    expected = SERVICES | ({"sandbox"} if name == "dev" else set())
    for kind in sorted(KINDS):
        found = {t["metadata"]["labels"].get("app.kubernetes.io/name") for t in objects if t["kind"] == kind}
        if found - {None} != expected:
            yield f"{kind}: have {sorted(found - {None})}, want {sorted(expected)}"
    set_here = {key for t in objects if t["kind"] == "ConfigMap" for key in t["data"]}
    in_test_mode = test_mode_variables()
    for variable in sorted(in_test_mode - set_here if name == "dev" else in_test_mode & set_here):
        yield f"ConfigMap: {variable} of test mode {'is missing' if name == 'dev' else 'must not be set here'}"
    denies = [t for t in objects if t["kind"] == "NetworkPolicy" and t["spec"]["podSelector"] == {} and not t["spec"].get("egress")]
    if not denies:
        yield "NetworkPolicy: nothing denies by default"
    ingresses = [t for t in objects if t["kind"] == "Ingress"]
    if len(ingresses) != 1 or not ingresses[0]["spec"].get("tls"):
        yield "Ingress: want exactly one, with TLS"
        return
    paths = {}
    for rule in ingresses[0]["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            paths[path["path"]] = path["backend"]["service"]["name"].removeprefix("medconnect-")
            if path["pathType"] != "Prefix":
                yield f"Ingress: {path['path']} must be of type Prefix, as at the front door"
    for path in sorted(routes.keys() | paths.keys()):
        if routes.get(path) != paths.get(path):
            yield f"route {path}: front door -> {routes.get(path)}, Ingress -> {paths.get(path)}"
    services = {t["metadata"]["name"] for t in objects if t["kind"] == "Service"}
    for path, service in paths.items():
        if f"medconnect-{service}" not in services:
            yield f"Ingress: {path} leads to medconnect-{service}, which does not exist"


def label(thing):
    return f"{thing['kind']} {thing['metadata']['name']}"


def main():
    text = pathlib.Path(sys.argv[1]).read_text()
    routes = dict(ROUTE.findall(text))
    if len(routes) != len(re.findall(r"^location (?!/ )", text, re.M)):
        sys.exit(f"{sys.argv[1]}: a location that is not of the form of the others")
    failed = False
    for file in map(pathlib.Path, sys.argv[2:]):
        objects = [thing for thing in yaml.safe_load_all(file.read_text()) if thing]
        errors = list(schema_errors(objects))
        for thing in objects:
            if thing["kind"] in ("Deployment", "Job", "CronJob"):
                errors += pod_errors(thing)
            if thing["kind"] == "ConfigMap":
                errors += setting_errors(thing["data"])
        errors += whole_errors(file.stem, objects, routes)
        for error in errors:
            print(f"  {file.stem}: {error}")
        print(f"  {file.stem:<11} {len(objects)} objects, {len(routes)} routes: {'ok' if not errors else f'{len(errors)} errors'}")
        failed |= bool(errors)
    sys.exit(failed)


if __name__ == "__main__":
    main()
