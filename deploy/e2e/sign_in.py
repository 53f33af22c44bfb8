"""Test mode's accounts and the way in through the front door. Standard library only."""

import base64
import hashlib
import hmac
import json
import os
import struct
import time
import urllib.request

with open(os.environ["MC_TEST_MODE"], encoding="utf-8") as file:
    TEST_MODE = json.load(file)
FRONT_DOOR = TEST_MODE["front_door"]
ORGANIZATION = "northside"
ACCOUNTS = {a["name"]: a for a in TEST_MODE["accounts"] if a["organization"] == ORGANIZATION}
PATIENT = next(p for p in TEST_MODE["patients"] if p["organization"] == ORGANIZATION)


def call(path, body=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(FRONT_DOOR + path, data, headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def one_time_code(secret):
    """RFC 6238: SHA-1, six digits, thirty seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(name):
    """An access token of the account; it lives 15 minutes."""
    account = ACCOUNTS[name]
    credentials = {"email": account["email"], "password": account["password"], "device_id": "checks"}
    answer = call("/api/v1/auth/login", credentials)
    if answer.get("mfa_required"):
        code = one_time_code(account["totp_secret"])
        answer = call("/api/v1/auth/mfa/verify", {"mfa_token": answer["mfa_token"], "code": code})
    return answer["access_token"]
