"""same.py A B: two records of the same training: equal losses and accuracies."""
import json
import sys

a, b = (json.loads(open(file).readline()) for file in sys.argv[1:])
for key in ("final_loss", "accuracy", "samples", "steps"):
    assert a[key] == b[key], (key, a[key], b[key])
assert a["per_epoch"][0]["loss"] == b["per_epoch"][0]["loss"]
