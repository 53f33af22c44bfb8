"""Starts seahaven-stripe-world as an HTTP server."""

import sys

import seahaven.http
from seahaven_stripe_world import world
from seahaven_stripe_world.http_api import handle

seahaven.http.main(world, handle, sys.argv[1:])
