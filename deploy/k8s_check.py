"""Checks built overlays: published schemas, our own rules, and Ingress and HTTPRoutes against services.toml.

usage: k8s_check.py SCHEMAS OVERLAY.YAML...     (in an environment that holds kubernetes-validate)
SCHEMAS is a folder with <kind>_<version>.json of custom resources.
"""

import json
import pathlib
import re
import sys

import jsonschema
import kubernetes_validate
import yaml

from settings_check import PRODUCT, ROWS, routes, setting_errors, test_mode_variables

VERSION = "1.34"  # schemas of this Kubernetes release; the manifests use nothing newer than 1.30
CUSTOM = {"gateway.networking.k8s.io"}
KINDS = {"Deployment", "Service", "ServiceAccount", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "Job"}


def strict(schema):
    """The schema, with unknown fields as errors."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: strict(part) for key, part in schema.items()}
    if schema.get("type") == "object" and schema.get("properties") and "additionalProperties" not in schema:
        if not schema.get("x-kubernetes-preserve-unknown-fields") and schema["properties"].keys() - {"apiVersion"}:
            schema["additionalProperties"] = False
    return schema


def custom_errors(thing, file):
    """An object against the schema of a custom resource."""
    schema = strict(json.loads(file.read_text()))
    schema["properties"]["metadata"] = {"type": "object"}
    for error in jsonschema.Draft202012Validator(schema).iter_errors(thing):
        yield f"{label(thing)}: {'.'.join(str(part) for part in error.path)}: {error.message}"


def schema_errors(objects, schemas):
    """Every object against the schema of its kind; unknown fields are errors."""
    for thing in objects:
        group, _, version = thing["apiVersion"].rpartition("/")
        if group in CUSTOM:
            file = schemas / f"{thing['kind'].lower()}_{version}.json"
            if file.exists():
                yield from custom_errors(thing, file)
            elif any(schemas.iterdir()):
                yield f"{label(thing)}: there is no schema {file.name}"
            continue
        try:
            kubernetes_validate.validate(thing, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{label(thing)}: {'.'.join(str(part) for part in error.path)}: {error.message}"
        except kubernetes_validate.utils.SchemaNotFoundError:
            yield f"{label(thing)}: Kubernetes {VERSION} has no {thing['apiVersion']} {thing['kind']}"


def pod_errors(thing):
    """What the restricted pod security standard and our own rules require of a pod."""
    job = thing["spec"]["jobTemplate"] if thing["kind"] == "CronJob" else thing
    pod = job["spec"]["template"]["spec"]
    security = pod.get("securityContext", {})
    if not security.get("runAsNonRoot") or security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield f"{label(thing)}: the pod must run as non-root under the default seccomp profile"
    mounted = [s.get("secret", {}) for v in pod.get("volumes", []) for s in v.get("projected", {}).get("sources", [])]
    keys = {item["key"] for secret in mounted for item in secret.get("items", [])}
    owner = all(secret.get("name", "").startswith("medconnect-migrate-") for secret in mounted)
    if (thing["kind"] == "Deployment") == (owner or "database-owner.url" in keys):
        yield f"{label(thing)}: the owner's password is for migrations and retention, and they are given nothing else: {sorted(keys)}"
    account = pod.get("serviceAccountName", "")
    if pod.get("automountServiceAccountToken") is not False or not account:
        yield f"{label(thing)}: wants its own service account, without a mounted token"
    if (thing["kind"] == "Deployment") == account.startswith("medconnect-migrate-"):
        yield f"{label(thing)}: account {account}: migrations and retention have one of their own, which may read the owner's password"
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


def front_door_errors(objects):
    """Exactly one front door, Ingress or Gateway, with TLS and the routes of services.toml."""
    ingresses = [t for t in objects if t["kind"] == "Ingress"]
    gateways = [t for t in objects if t["kind"] == "Gateway"]
    if len(ingresses) + len(gateways) != 1:
        yield f"front door: want one Ingress or one Gateway, have {len(ingresses)} and {len(gateways)}"
    paths = {}
    hosts = set()
    for ingress in ingresses:
        if not ingress["spec"].get("tls"):
            yield f"{label(ingress)}: has no TLS"
        if ingress["metadata"].get("annotations"):
            yield f"{label(ingress)}: annotations bind it to one controller"
        for rule in ingress["spec"]["rules"]:
            hosts.add(rule["host"])
            for path in rule["http"]["paths"]:
                paths[path["path"], path["pathType"]] = path["backend"]["service"]["name"]
    for gateway in gateways:
        for listener in gateway["spec"]["listeners"]:
            hosts.add(listener["hostname"])
            if listener["protocol"] != "HTTPS" or not listener.get("tls", {}).get("certificateRefs"):
                yield f"{label(gateway)}: listener {listener['name']} has no TLS"
    for route in [t for t in objects if t["kind"] == "HTTPRoute"]:
        hosts.update(route["spec"].get("hostnames", []))
        if [parent["name"] for parent in route["spec"]["parentRefs"]] != ["front-door"]:
            yield f"{label(route)}: is not attached to the Gateway front-door"
        for rule in route["spec"]["rules"]:
            for match in rule["matches"]:
                path = match["path"]
                paths[path["value"], path["type"].removeprefix("Path")] = rule["backendRefs"][0]["name"]
    if len(hosts) != 1:
        yield f"front door: want one host, have {sorted(hosts)}"
    wanted = {path: f"medconnect-{service}" for path, service in routes().items()}
    for path in sorted(wanted.keys() | paths.keys()):
        if wanted.get(path) != paths.get(path):
            yield f"route {path}: services.toml -> {wanted.get(path)}, here -> {paths.get(path)}"
    services = {t["metadata"]["name"] for t in objects if t["kind"] == "Service"}
    for path, service in paths.items():
        if service not in services:
            yield f"route {path}: leads to {service}, which does not exist"


def whole_errors(name, objects):
    """What only the overlay as a whole can show."""
    expected = ROWS.keys() if name == "dev" else PRODUCT
    for kind in sorted(KINDS):
        found = {t["metadata"]["labels"].get("app.kubernetes.io/name") for t in objects if t["kind"] == kind}
        if found - {None} != set(expected):
            yield f"{kind}: have {sorted(found - {None})}, want {sorted(expected)}"
    set_here = {key for t in objects if t["kind"] == "ConfigMap" for key in t["data"]}
    in_test_mode = test_mode_variables()
    for variable in sorted(in_test_mode - set_here if name == "dev" else in_test_mode & set_here):
        yield f"ConfigMap: {variable} of test mode {'is missing' if name == 'dev' else 'must not be set here'}"
    denies = [t for t in objects if t["kind"] == "NetworkPolicy" and t["spec"]["podSelector"] == {} and not t["spec"].get("egress")]
    if not denies:
        yield "NetworkPolicy: nothing denies by default"
    yield from front_door_errors(objects)


def label(thing):
    return f"{thing['kind']} {thing['metadata']['name']}"


def main():
    failed = False
    for file in map(pathlib.Path, sys.argv[2:]):
        objects = [thing for thing in yaml.safe_load_all(file.read_text()) if thing]
        errors = list(schema_errors(objects, pathlib.Path(sys.argv[1])))
        for thing in objects:
            if thing["kind"] in ("Deployment", "Job", "CronJob"):
                errors += pod_errors(thing)
            if thing["kind"] == "ConfigMap":
                errors += setting_errors(thing["data"])
        errors += whole_errors(file.stem, objects)
        for error in errors:
            print(f"  {file.stem}: {error}")
        print(f"  {file.stem:<19} {len(objects)} objects, {len(routes())} routes: {'ok' if not errors else f'{len(errors)} errors'}")
        failed |= bool(errors)
    sys.exit(failed)


if __name__ == "__main__":
    main()
