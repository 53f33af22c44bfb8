"""services.toml, and which settings exist: MC_<SERVICE>__SECTION__KEY against services/<service>/config.toml."""

import pathlib
import tomllib

ROOT = pathlib.Path(__file__).parent.parent
ROWS = {row["name"]: row for row in tomllib.loads((ROOT / "services.toml").read_text())["service"]}
PRODUCT = {name for name, row in ROWS.items() if not row.get("test_mode_only")}
# Known to every service without a place in its defaults.
OPTIONAL = {"telemetry.otlp_endpoint", "telemetry.span_file", "secrets.endpoint_url", "http.body_bytes_max", "http.workers"}
OPTIONAL_ENDINGS = (".allow_private_addresses", ".base_url")  # of every upstream
TEST_MODE = ROOT / "deploy/local/test-mode.env"


def routes():
    """(path, "Exact" or "Prefix") -> service: what the front door must send where."""
    return {
        (route.removeprefix("= "), "Exact" if route.startswith("= ") else "Prefix"): name
        for name, row in ROWS.items()
        for route in row.get("routes", [])
    }


def test_mode_variables():
    """The settings in which test mode differs from the defaults."""
    lines = TEST_MODE.read_text().splitlines()
    return {line.partition("=")[0] for line in lines if line and not line.startswith("#")}


def setting_errors(variables):
    """A line for every variable that no service reads."""
    for variable in variables:
        service, _, path = variable.removeprefix("MC_").partition("__")
        path = path.lower().replace("__", ".")
        file = ROOT / "services" / service.lower().replace("_", "-") / "config.toml"
        if not variable.startswith("MC_") or not file.parent.is_dir():
            yield f"{variable}: no such service"
        elif path not in OPTIONAL and not path.endswith(OPTIONAL_ENDINGS) and file.exists():
            place = tomllib.loads(file.read_text())
            for part in path.split("."):
                place = place.get(part) if isinstance(place, dict) else None
            if place is None:
                yield f"{variable}: {service.lower()} has no setting {path}"
