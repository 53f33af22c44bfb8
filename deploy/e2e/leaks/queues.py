"""The broker's queues, through its management API: `queues.py tap` copies all events into a queue of ours from now on,
`queues.py collect DIR` writes the messages of every queue to files (and leaves them there), `queues.py untap` ends the copying."""

import base64
import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request

TAP, EXCHANGE, AT_ONCE = "leak-scan", "medconnect.events", 100_000
URL = urllib.parse.urlsplit(os.environ["MC_BROKER_URL"])
VHOST = urllib.parse.quote(urllib.parse.unquote(URL.path[1:]) or "/", safe="")
API = f"http://{URL.hostname}:{os.environ['MC_PORT_RABBITMQ_MANAGEMENT']}/api"


def call(method, path, body=None):
    user = f"{urllib.parse.unquote(URL.username)}:{urllib.parse.unquote(URL.password)}"
    headers = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode(), "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(API + path, data, headers, method=method), timeout=60) as answer:
        return json.loads(answer.read() or "null")


def tap():
    # ends by itself where this check is killed
    call("PUT", f"/queues/{VHOST}/{TAP}", {"durable": True, "arguments": {"x-expires": 900_000}})
    call("POST", f"/bindings/{VHOST}/e/{EXCHANGE}/q/{TAP}", {"routing_key": "#"})


def collect(out):
    out.mkdir(parents=True, exist_ok=True)
    queues = messages = 0
    for queue in call("GET", f"/queues/{VHOST}"):
        name = queue["name"]
        # Neither can be read by a second consumer: a stream (checkpoints, whose files are scanned)
        # and a queue with one active consumer (audit records, which the tap has).
        if queue.get("type") == "stream" or queue.get("arguments", {}).get("x-single-active-consumer"):
            continue
        mode = "ack_requeue_false" if name == TAP else "ack_requeue_true"
        wanted = {"count": AT_ONCE, "ackmode": mode, "encoding": "auto"}
        try:
            held = call("POST", f"/queues/{VHOST}/{urllib.parse.quote(name, safe='')}/get", wanted)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            continue  # gone meanwhile
        queues, messages = queues + 1, messages + len(held)
        lines = [json.dumps([m["routing_key"], m["properties"], m["payload"]]) for m in held]
        (out / name).write_text("\n".join([name, *lines]) + "\n", encoding="utf-8")
    print(f"{messages} messages in {queues} queues")


def untap():
    try:
        call("DELETE", f"/queues/{VHOST}/{TAP}")
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise


{"tap": tap, "untap": untap, "collect": lambda: collect(pathlib.Path(sys.argv[2]))}[sys.argv[1]]()
