"""stopped.py RECORDS WHY TARGET: the run stopped at the first epoch that reached it."""
import json
import sys

record = json.loads(open(sys.argv[1]).readline())
accuracies = [epoch["validation_accuracy"] for epoch in record["per_epoch"]]
target = float(sys.argv[3])
assert record["stopped"] == sys.argv[2], record["stopped"]
assert record["epochs"] == len(accuracies) < record["stopping"]["epochs"]
assert accuracies[-1] >= target > max([0, *accuracies[:-1]]), accuracies
assert record["accuracy"] == accuracies[-1]
