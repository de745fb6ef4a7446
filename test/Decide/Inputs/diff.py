"""diff.py DIFF.json DIFF.csv OLD.json NEW.json: a difference agrees with the counts of both models."""
import csv
import json
import sys

diff, table, old, new = sys.argv[1:]
with open(diff, encoding="utf-8") as file:
    diff = json.load(file)
counts = {}
for side, name in ("old", old), ("new", new):
    with open(name, encoding="utf-8") as file:
        counts[side] = json.load(file)
figures = ("macs", "flops", "tos", "bytes", "kernels")
for side, count in counts.items():
    assert diff["params"][side] == count["parameters"]["total"]
    assert diff["activation_bytes"][side] == count["activation_bytes"]
    for phase, cost in count["totals"].items():
        for figure in figures:
            assert diff["totals"][phase][figure][side] == cost[figure], (phase, figure, side)
    # Nothing is unchanged here but the loss: the layers are all there is.
    loss = sum(count["layers"][-1][phase]["tos"] for phase in ("loss", "backward"))
    assert sum(l["tos"][side] for l in diff["layers"]) + loss == count["totals"]["all"]["tos"]
with open(table, encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
assert rows[-1]["change"] == "total"
for row, layer in zip(rows, diff["layers"]):
    for figure in figures + ("params",):
        for side in counts:
            assert int(row[side + "_" + figure]) == layer[figure][side]
print("%d layers, equal to the counts" % len(diff["layers"]))
