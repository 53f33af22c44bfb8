"""Writes what identifies a patient into every place of a request where it does not belong, on every documented route,
and keeps every refusal: `trigger_errors.py DIR`. Some requests are valid: what they carry must be stored sealed."""

import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from sign_in import FRONT_DOOR, PATIENT, sign_in  # noqa: E402

DOCUMENTS = os.environ["MC_SERVICES"].split()
# Who calls a service's routes where it is not the admin.
CALLER_OF = {"billing": "billing", "ehr-proxy": "doctor", "eligibility": "staff", "audit": "compliance"}
WORDS = [PATIENT[field] for field in ("given", "family", "birth_date", "member_id")]
TEXT = " ".join(WORDS)
COMPACT = "_".join(WORDS)
# An admin may choose any name for a machine.
FREE_WORDS = {"auth-add_client": ["name"]}
OUT = pathlib.Path(sys.argv[1])
TOKENS = {role: sign_in(role) for role in {*CALLER_OF.values(), "admin"}}
kept = 0


def send(name, method, path, token, body=None, headers=None, refused=True):
    """One request; a refusal is kept with its headers, an answer only where it should have been a refusal of ours."""
    global kept
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", **(headers or {})}
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    sent = {key: value for key, value in sent.items() if value is not None}
    request = urllib.request.Request(FRONT_DOOR + path, data, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            # a stream does not end, and is no refusal
            endless = answer.headers.get_content_type() == "text/event-stream"
            text = "" if endless else answer.read().decode(errors="replace")
            status, received = answer.status, str(answer.headers)
    except urllib.error.HTTPError as answer:
        status, text, received = answer.code, answer.read().decode(errors="replace"), str(answer.headers)
    except (ValueError, OSError):
        return None
    if status >= 500:
        sys.exit(f"{name}: {status}, a fault of ours: {text[:300]}")
    if status >= 400:
        kept += 1
        (OUT / f"{kept:04}-{name}.txt").write_text(f"{status}\n{received}\n{text}\n", encoding="utf-8")
    elif not refused:
        return json.loads(text or "null")
    return None


def example(operation, path):
    """The path with well-formed ids."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(uuid.uuid4()))
    return path


def fields_of(document, operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(document["components"]["schemas"].get(name, {}).get("properties", {}))


def trigger(document, service, method, path, operation):
    token, name = TOKENS[CALLER_OF.get(service, "admin")], f"{service}-{operation['operationId']}"
    right = example(operation, path)
    key = {"Idempotency-Key": COMPACT, "X-Access-Justification": "scheduled visit"}
    if "{" in path:
        for ending in (TEXT, COMPACT, f"{WORDS[1]}^{WORDS[0]}"):
            at = path.replace(path[path.index("{"):path.index("}") + 1], urllib.parse.quote(ending))
            send(f"{name}-path", method, at, token, {} if method != "GET" else None, key)
    send(f"{name}-below", method, f"{right}/{urllib.parse.quote(TEXT)}", token, headers=key)
    send(f"{name}-method", WORDS[1].upper(), right, token)
    query = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"} | {"name", WORDS[1]}
    for parameter in query:
        send(f"{name}-query", method, f"{right}?{urllib.parse.urlencode({parameter: TEXT})}", token, headers=key)
    documented = [p["name"] for p in operation.get("parameters", []) if p["in"] == "header"]
    for header in [*documented, "User-Agent", "Accept", "Cookie", "X-Forwarded-For", "X-Request-Id", "Content-Type", "traceparent"]:
        send(f"{name}-header", method, right, token, b"{}" if method != "GET" else None, {**key, header: TEXT})
    carried = {"tracestate": f"{WORDS[1].lower()}={WORDS[3]}", "baggage": f"patient={WORDS[1]}", **key}
    carried["traceparent"] = f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01"
    send(f"{name}-trace", method, right, token, {} if method != "GET" else None, carried)
    send(f"{name}-token", method, right, COMPACT, headers=key)
    if "requestBody" in operation:
        shapes = [TEXT, [TEXT], {TEXT: TEXT}, TEXT.encode(), json.dumps({"of": TEXT}).encode()[:-3]]
        fields = [field for field in fields_of(document, operation) if field not in FREE_WORDS.get(name, [])]
        shapes += [{field: value} for field in fields for value in (TEXT, {TEXT: TEXT}, [TEXT])]
        shapes += [{field: TEXT for field in fields}]
        for shape in shapes:
            send(f"{name}-body", method, right, token, shape, key)


def once():
    return {"Idempotency-Key": str(uuid.uuid4())}


def refused_for_a_reason():
    """Well-formed, and refused after it was understood."""
    member = {"member_id": WORDS[3], "family": WORDS[1], "given": WORDS[0], "birth_date": "2999-01-01"}
    coverage = {"patient_id": PATIENT["patient_id"], "payer": {"payer_id": "SBX01", "name": "Payer"}, "member": member,
                "provider": {"name": "Clinic", "npi": "1234567893"}}
    insurance, ehr = "/api/v1/integrations/insurance", "/api/v1/integrations/ehr"
    send("coverage-refused", "POST", f"{insurance}/coverages", TOKENS["staff"], coverage, once())
    email = f"{WORDS[0]}.{WORDS[1]}@{WORDS[3]}.test".lower()
    for again in range(2):
        send("login-refused", "POST", "/api/v1/auth/login", "", {"email": email, "password": TEXT, "device_id": "kiosk"})
    summary, encounter = f"{ehr}/patient-summary/{PATIENT['patient_id']}", f"{ehr}/encounter/{PATIENT['encounter_id']}"
    send("justification", "GET", summary, TOKENS["doctor"], headers={"X-Access-Justification": f"visit of {WORDS[0]} {WORDS[1]}"})
    note = {"diagnosis": f"{TEXT} has influenza"}
    send("encounter-version", "PUT", encounter, TOKENS["doctor"], note, {"If-Match": 'W/"0"'})
    send("encounter-role", "PUT", encounter, TOKENS["staff"], note)
    send("webhook", "POST", "/api/v1/integrations/stripe/webhook", "", note, {"Stripe-Signature": f"t=1,v1={COMPACT}"})
    send("no-such-route", "GET", f"/api/v1/{urllib.parse.quote(TEXT)}", TOKENS["admin"])
    send("no-such-door", "GET", f"/{urllib.parse.quote(TEXT)}?{urllib.parse.urlencode({'q': TEXT})}", TOKENS["admin"])
    return coverage


def right(coverage):
    """Accepted: what identifies the patient is stored sealed."""
    coverage["member"]["birth_date"] = PATIENT["birth_date"]
    insurance = "/api/v1/integrations/insurance"
    made = send("coverage", "POST", f"{insurance}/coverages", TOKENS["staff"], coverage, once(), refused=False)
    if not made:
        sys.exit("a right coverage was refused")
    send("verify", "GET", f"{insurance}/verify-eligibility?coverage_id={made['coverage_id']}", TOKENS["staff"], refused=False)
    charge = {"amount": 100, "currency": "usd", "patient_encounter_id": PATIENT["encounter_id"],
              "metadata": {"visit_type": f"visit of {TEXT}", "provider": TEXT}}
    carried = {**once(), "tracestate": f"{WORDS[1].lower()}={WORDS[3]}", "baggage": f"patient={WORDS[1]}",
               "traceparent": f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01"}
    send("charge", "POST", "/api/v1/integrations/stripe/payment-intent", TOKENS["billing"], charge, carried, refused=False)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    routes = 0
    for service in DOCUMENTS:
        with urllib.request.urlopen(f"{FRONT_DOOR}/api/v1/{service}/openapi.json", timeout=20) as answer:
            document = json.load(answer)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if not path.endswith("/logout"):
                    routes += 1
                    trigger(document, service, method.upper(), path, operation)
    right(refused_for_a_reason())
    print(f"{routes} routes called, {kept} refusals kept")


main()
