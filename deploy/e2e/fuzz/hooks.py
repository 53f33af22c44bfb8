"""For schemathesis: who may call what, and which ids exist."""

import functools
import itertools
import pathlib
import re
import sys
import uuid

import schemathesis

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from sign_in import PATIENT, TEST_MODE, call, sign_in  # noqa: E402

# The first pattern that fits gives the caller.
CALLERS = [
    (r"/integrations/ehr/connection", "admin"),
    (r"/integrations/ehr/", "doctor"),
    (r"/integrations/stripe/", "billing"),
    (r"/integrations/insurance/", "staff"),
    (r"/integrations/audit/", "compliance"),
    (r"", "admin"),
]
# Sign-ins that end with the call are made for it alone.
ENDS_THE_SIGN_IN = "/auth/logout"
fresh = itertools.count()

# Ids that exist, so that not every request ends in 404.
KNOWN = {
    "coverage_id": PATIENT["coverage_id"],
    "patient_id": PATIENT["patient_id"],
    "patient_encounter_id": PATIENT["encounter_id"],
    "/patient-summary/{id}": PATIENT["patient_id"],
    "/encounter/{id}": PATIENT["encounter_id"],
}
# A decision about a chart that is in use would change what the visit finds.
PATIENTS = {p["patient_id"] for p in TEST_MODE["patients"]}


@functools.cache
def ehr_connection():
    """As it is set; only that one may be set again."""
    current = call("/api/v1/integrations/ehr/connection", token=sign_in("admin"))
    return {name: current[name] for name in ("kind", "base_url", "secret_name", "scope")}


def caller_of(case, _context=None):
    path = case.operation.path
    name = next(name for pattern, name in CALLERS if re.search(pattern, path))
    return f"{name}#{next(fresh)}" if path.endswith(ENDS_THE_SIGN_IN) else name


# An access token is valid for 15 minutes.
@schemathesis.auth(refresh_interval=600, cache_by_key=caller_of)
class SignIn:
    def get(self, case, _context):
        return sign_in(caller_of(case).partition("#")[0])

    def set(self, case, token, _context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


@schemathesis.hook
def before_load_schema(_context, document):
    """Gives ids that exist as examples, and adds what the front door answers before a service sees the request."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if "400" in operation["responses"]:
                for too_long in ("414", "431"):
                    operation["responses"].setdefault(too_long, operation["responses"]["400"])
            for parameter in operation.get("parameters", []):
                ending = "/" + "/".join(path.split("/")[-2:])
                known = KNOWN.get(parameter["name"]) or KNOWN.get(ending)
                if parameter["in"] in ("path", "query") and known:
                    parameter["example"] = known
    schemas = document.get("components", {}).get("schemas", {})
    for name in ("VerifyRequest", "CreatePaymentRequest"):
        for field, shape in schemas.get(name, {}).get("properties", {}).items():
            if field in KNOWN:
                schemas[name]["properties"][field] = {"allOf": [shape], "example": KNOWN[field]}


def keep_what_the_visit_needs(body):
    """No consent of a patient and no connection to an EHR changes, whatever schemathesis learned from earlier answers."""
    if not isinstance(body, dict):
        return body
    if "decision" in body and str(body.get("patient_id")) in PATIENTS:
        return {**body, "patient_id": "another-patient"}
    if "secret_name" in body and body["secret_name"] == ehr_connection()["secret_name"]:
        return {**body, **ehr_connection()}
    return body


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """A well-formed creation is a new one, whatever an earlier run sent under the same key."""
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    case.body = keep_what_the_visit_needs(case.body)
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"fuzz-{uuid.uuid4()}"
