"""Validates AuditEvents, and what the server says of itself, with the R4B models of fhir.resources (AuditEvent did not change between R4 and R4B)."""

import argparse
import collections
import json
import sys

from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

MODELS = {"AuditEvent": AuditEvent, "CapabilityStatement": CapabilityStatement}

SEARCH = "/api/v1/integrations/audit/fhir/AuditEvent?_count=200"


def from_file(name):
    text = sys.stdin.read() if name == "-" else open(name, encoding="utf-8").read()
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def from_the_running_system():
    from sign_in import call, sign_in

    bundle = call(SEARCH, token=sign_in("compliance"))
    Bundle.model_validate(bundle)
    return [entry["resource"] for entry in bundle.get("entry", [])]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--running", action="store_true", help="search the running system")
    parser.add_argument("files", nargs="*", help="NDJSON files; - is standard input")
    arguments = parser.parse_args()
    profiles, faults, read = collections.Counter(), [], 0
    events = [event for name in arguments.files for event in from_file(name)]
    for event in events + (from_the_running_system() if arguments.running else []):
        read += 1
        try:
            MODELS[event["resourceType"]].model_validate(event)
        except (KeyError, ValueError) as error:
            faults.append(f"{event.get('id')}: {str(error).splitlines()[:3]}")
        for profile in event.get("meta", {}).get("profile", ["no profile"]):
            profiles[profile.rsplit("/", 1)[-1]] += 1
    for profile, count in sorted(profiles.items()):
        print(f"  {count:6}  {profile}")
    for fault in faults[:20]:
        print(f"  FAULT {fault}", file=sys.stderr)
    print(f"  {read} read, {len(faults)} not valid")
    return 1 if faults or not read else 0


sys.exit(main())
