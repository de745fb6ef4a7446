"""places.py KIND PICTURE.svg REPORT.json: marks stand where the numbers say.

Bars: lengths are in proportion to the numbers. Points: places on each axis are
a straight line of the numbers, or of their logarithms.
"""
import json
import math
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pages import read_svg

kind, picture, report = sys.argv[1:]
svg = read_svg(picture)
with open(report, encoding="utf-8") as file:
    data = json.load(file)


def straight(xs, ys, slack):
    """The largest distance in pixels from the line through the outermost."""
    low, high = min(range(len(xs)), key=lambda i: xs[i]), max(range(len(xs)), key=lambda i: xs[i])
    slope = (ys[high] - ys[low]) / (xs[high] - xs[low])
    worst = max(abs(ys[low] + slope * (x - xs[low]) - y) for x, y in zip(xs, ys))
    assert worst <= slack, (kind, worst)
    return slope


if kind == "ranking":
    models = [m for m in data["models"] if "rank" in m]
    marks = svg.marks()
    assert len(marks) == len(models), (len(marks), len(models))
    straight([m["energy"]["value"] for m in models], [right - left for _, left, right, _ in marks], 0.06)
    rows = [y for *_, y in marks]
    assert rows == sorted(rows)
    for (tip, *_), m in zip(marks, models):
        assert tip.startswith(m["model"] + ": "), tip
    print("%d bars" % len(marks))
elif kind == "predicted":
    rows = data["rows"]
    marks = sorted(svg.marks(), key=lambda m: (m[0]))
    byname = {}
    assert len(marks) == len(rows)
    rows = sorted(rows, key=lambda r: math.log(r["measured"]))
    marks = sorted(marks, key=lambda m: m[1])
    assert straight([math.log(r["measured"]) for r in rows], [x for _, x, _, _ in marks], 0.06) > 0
    rows = sorted(rows, key=lambda r: r["predicted"])
    marks = sorted(marks, key=lambda m: -m[3])
    assert straight([math.log(r["predicted"]) for r in rows], [y for *_, y in marks], 0.06) < 0
    print("%d points" % len(marks))
elif kind == "scaling":
    models = data["models"]
    marks = svg.marks()
    assert len(marks) == len(models)
    key = data["varied"][0]["key"]
    straight([math.log(float(m["values"][key])) for m in models], [x for _, x, _, _ in marks], 0.06)
    straight([math.log(float(m["tos"])) for m in models], [y for *_, y in marks], 0.06)
    print("%d points" % len(marks))
elif kind == "layers":
    # Each layer's bars, one a phase, beside each other; the largest on top.
    widths, numbers, names = [], [], []
    for tip, left, right, _ in svg.marks():
        name, _, rest = tip.partition(": ")
        phase = rest.split(" ")[0]
        layer = next(l for l in data["layers"] if name == l["name"] + (" (%s)" % l["op"] if "op" in l else ""))
        widths.append(right - left)
        numbers.append(int(layer[phase]["tos"]))
        names.append(layer["name"])
    straight(numbers, widths, 0.06)
    print("%d bars of %s" % (len(widths), ", ".join(sorted(set(names)))))
