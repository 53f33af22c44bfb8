"""Reads, with Stripe's official library, what our adapter has made at the peer, and checks it.

usage: stripe_check.py BASE_ADDRESS
"""

import re
import sys
from collections import Counter

import stripe

# The only facts that Stripe may hold: amount, currency, card data of Stripe's own, and opaque ids
# of ours.
OPAQUE = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{32}$")


def errors(intents):
    """What is wrong with the payment intents as a whole."""
    if not intents:
        yield "no payment intent was made: the adapter's test did not reach the peer"
        return
    if not any(intent.status == "succeeded" and intent.amount_received == intent.amount for intent in intents):
        yield "no payment intent succeeded with its whole amount"
    ids = Counter()
    for intent in intents:
        for name, value in (intent.metadata.to_dict() if intent.metadata else {}).items():
            if not OPAQUE.match(value):
                yield f"{intent.id}: metadata {name} is not an opaque id"
            ids[name, value] += 1
        for field in ("description", "receipt_email", "shipping", "customer", "statement_descriptor"):
            if getattr(intent, field, None):
                yield f"{intent.id}: {field} is set; nothing but amount, currency and an opaque id may leave"
    for (name, value), count in ids.items():
        if count > 1 and "payment" in name:
            yield f"metadata {name} {value} is on {count} payment intents: one payment was charged more than once"


def main():
    client = stripe.StripeClient("sk_test_interop", base_addresses={"api": sys.argv[1]}, max_network_retries=0)
    intents = list(client.v1.payment_intents.list({"limit": 100}).auto_paging_iter())
    found = list(errors(intents))
    for error in found:
        print(f"  stripe: {error}")
    statuses = ", ".join(f"{count} {status}" for status, count in Counter(i.status for i in intents).items())
    print(f"  stripe {stripe.VERSION} library reads {len(intents)} payment intents ({statuses}): {'ok' if not found else 'WRONG'}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
