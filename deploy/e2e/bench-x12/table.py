"""Prints the measurements as tables: rates in MB/s (millions of bytes per second of processor time), the best run
of each, and ratios. Typed values are measured by the clock."""

import json
import sys

best = {}
for line in open(sys.argv[1], encoding="utf-8"):
    one = json.loads(line)
    key = (one["kind"], one["size"], one["what"])
    of = one["of"]
    if of["seconds"] <= 0:
        continue
    of["rate"] = of["bytes"] / of["seconds"] / 1e6
    if key not in best or best[key]["rate"] < of["rate"]:
        best[key] = of
ours = [(kind, size) for kind, size, what in best if what == "check"]
peers = ["pyx12", "x12sdk", "node-x12"]


def memory(kind, size):
    return max(best[kind, size, what].get("memory_bytes", 0) for what in ("read", "check")) / 1e6


print("| file | plain scan | read | validate | claims/s validated | memory |")
print("|---|---|---|---|---|---|")
for kind, size in ours:
    scan, read, check = (best[kind, size, what] for what in ("scan", "read", "check"))
    claims = check["claims"] / check["seconds"]
    print(f"| {kind} {size} | {scan['rate']:,.0f} MB/s | {read['rate']:,.0f} MB/s | {check['rate']:,.0f} MB/s "
          f"| {claims:,.0f} | {memory(kind, size):.1f} MB |")
print()
print("| typed values over a stream | speed | values/s | memory |")
print("|---|---|---|---|")
for (kind, size, what), values in best.items():
    if what == "values":
        print(f"| {kind} {size} | {values['rate']:,.0f} MB/s | {values['claims'] / values['seconds']:,.0f} "
              f"| {values['memory_bytes'] / 1e6:.1f} MB |")
print()
print("| 271 about one patient | `summary()` |")
print("|---|---|")
for kind, size, what in best:
    if what == "summary":
        print(f"| {int(size) / 1e6:.1f} MB | {best[kind, size, what]['seconds'] * 1000:.1f} ms |")
print()
print("| file | " + " | ".join(f"{peer} | factor" for peer in peers) + " |")
print("|---|" + "---|" * 2 * len(peers))
smallest = {kind: size for kind, size in reversed(ours)}
for kind in dict.fromkeys(kind for kind, _ in ours):
    size = smallest[kind]
    cells = []
    for peer in peers:
        found = next((of for (k, _, what), of in best.items() if (k, what) == (kind, peer)), None)
        if found is None:
            cells += ["not supported", ""]
            continue
        # node-x12 only parses, so it is compared with reading; the others with validating
        own = best[kind, size, "read" if peer == "node-x12" else "check"]["rate"]
        cells += [f"{found['rate']:,.2f} MB/s", f"{own / found['rate']:,.0f}"]
    print(f"| {kind} | " + " | ".join(cells) + " |")
