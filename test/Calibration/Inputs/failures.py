"""failures.py RUNS: what was done about runs that failed."""
import collections
import json
import sys

with open(sys.argv[1]) as file:
    failed = [r for r in map(json.loads, file) if r.get("status") == "failed"]
errors = [(r["model"], r["batch"], r["optimizer"]) for r in failed if r["failure"]["kind"] == "error"]
print("errors: each run once" if errors and len(errors) == len(set(errors)) else errors)
batches = collections.defaultdict(list)
for r in failed:
    if r["failure"]["kind"] == "out-of-memory":
        batches[r["model"]].append(r["batch"])
falling = all(a > b for b_ in batches.values() for a, b in zip(b_, b_[1:]))
print("out of memory: batches fall" if batches and falling else dict(batches))
