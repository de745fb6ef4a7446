"""sums.py GROUPED.json PLAIN.json: the totals of both agree, and the groups of the first sum to them.

Prints what it compared; exits 1 at the first figure that differs."""
import json
import sys

grouped, plain = (json.load(open(path)) for path in sys.argv[1:3])


def figures(cost, prefix=""):
    for key, value in cost.items():
        if isinstance(value, dict):
            yield from figures(value, prefix + key + ".")
        else:
            yield prefix + key, int(value)


def require(what, a, b):
    if a != b:
        sys.exit("%s: %s and %s" % (what, a, b))


require("totals", grouped["totals"], plain["totals"])
require("parameters", grouped["parameters"], plain["parameters"])
compared = 0
for phase, cost in plain["totals"].items():
    sums = {}
    for row in grouped["groups"]:
        for key, value in figures(row.get(phase, {})):
            sums[key] = sums.get(key, 0) + value
    if not sums:
        continue
    for key, value in figures(cost):
        require(phase + "." + key, sums.get(key, 0), value)
        compared += 1
layers = sum(row["layers"] for row in grouped["groups"])
require("layers", layers, len(plain["layers"]))
if compared == 0:
    sys.exit("nothing was compared")
print("%d layers in %d groups, %d figures agree" % (layers, len(grouped["groups"]), compared))
