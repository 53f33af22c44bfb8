"""Checks deploy/compose.yaml with the file that it includes, deploy/otel/collector.yaml and deploy/rabbitmq/definitions.json against each other."""

import json
import pathlib
import re
import sys

import yaml

from settings_check import PRODUCT, ROWS, setting_errors, test_mode_variables

HERE = pathlib.Path(__file__).parent


def compose_errors():
    """Names, files, dependencies and ports of compose.yaml agree."""
    compose = yaml.safe_load((HERE / "compose.yaml").read_text())
    services = dict(compose["services"])
    for file in compose["include"]:
        included = yaml.safe_load((HERE / file).read_text())["services"]
        for name in included.keys() & services.keys():
            yield f"{name}: is in {file} too"
        services |= included
    for name, service in services.items():
        if not {"image", "build"} & service.keys():
            yield f"{name}: neither image nor build"
        for needed in service.get("depends_on", []):
            if needed not in services:
                yield f"{name}: depends on {needed}, which does not exist"
        for network in service.get("networks", []):
            if network not in compose["networks"]:
                yield f"{name}: network {network} does not exist"
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if source.startswith("."):
                if not (HERE / source).exists():
                    yield f"{name}: {source} does not exist"
            elif source not in compose["volumes"]:
                yield f"{name}: volume {source} does not exist"
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                yield f"{name}: port {port} is not bound to loopback"
        if re.search(r"(PASSWORD|SECRET|TOKEN)\b", " ".join(service.get("environment", {}))):
            yield f"{name}: a secret in the environment; secrets come as files"
    upstreams = (HERE / "nginx/upstreams.conf").read_text()
    for name, row in ROWS.items():
        port = row["port"]
        service = services.get(name, {})
        environment = service.get("environment", {})
        prefix = "MC_" + name.upper().replace("-", "_")
        if service.get("build", {}).get("args", {}).get("SERVICE") != name:
            yield f"{name}: is not built as itself"
        if environment.get("PORT") != str(port) or service.get("network_mode") != "service:loopback":
            yield f"{name}: want port {port} on the shared loopback"
        for variable in environment.keys() - {"PORT"}:
            if not variable.startswith(f"{prefix}__"):
                yield f"{name}: {variable} is no setting of it"
        yield from setting_errors(environment.keys() - {"PORT"})
        if not service.get("healthcheck"):
            yield f"{name}: has no healthcheck"
        mounts = " ".join(str(volume) for volume in service.get("volumes", []))
        if "-migrate" in mounts or "'subpath': 'secrets/" + name + "'" not in mounts:
            yield f"{name}: wants its own secrets and not the owner's of the database"
        if f"secrets/{name}-migrate" not in str(services.get(f"{name}-migrate", {}).get("volumes")):
            yield f"{name}-migrate: is not given the owner's password"
        if name in PRODUCT and f"server 127.0.0.1:{port};" not in upstreams:
            yield f"{name}: port {port} is missing in nginx/upstreams.conf"


def collector_errors():
    """Every component that a pipeline of the collector names is defined, and each defined one is used."""
    collector = yaml.safe_load((HERE / "otel/collector.yaml").read_text())
    for section in ("receivers", "processors", "exporters"):
        used = {name for pipeline in collector["service"]["pipelines"].values() for name in pipeline[section]}
        for name in used ^ collector[section].keys():
            yield f"{section}: {name} is not both defined and used"


def definitions_errors():
    """The exchange that every service publishes to is a durable topic."""
    definitions = json.loads((HERE / "rabbitmq/definitions.json").read_text())
    exchange = {e["name"]: e for e in definitions["exchanges"]}.get("medconnect.events", {})
    if (exchange.get("type"), exchange.get("durable")) != ("topic", True):
        yield "medconnect.events is not a durable topic exchange"
    for policy in definitions["policies"]:
        re.compile(policy["pattern"])


def test_mode_errors():
    """Every setting of test mode exists."""
    yield from setting_errors(test_mode_variables())


def main():
    failed = False
    for name, check in (
        ("compose.yaml", compose_errors),
        ("collector", collector_errors),
        ("definitions", definitions_errors),
        ("test-mode.env", test_mode_errors),
    ):
        errors = list(check())
        for error in errors:
            print(f"  {name}: {error}")
        print(f"  {name:<13} {'ok' if not errors else 'WRONG'}")
        failed |= bool(errors)
    sys.exit(failed)


if __name__ == "__main__":
    main()
