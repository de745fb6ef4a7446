"""growth.py SWEEP.json: computes every exponent and residual again from the models of a sweep."""
import json
import math
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    sweep = json.load(file)


def line(points):
    """Slope, and root mean square residual, of log y on log x."""
    x, y = ([math.log(p[i]) for p in points] for i in (0, 1))
    a, b = sum(x) / len(x), sum(y) / len(y)
    slope = sum((u - a) * (v - b) for u, v in zip(x, y)) / sum((u - a) ** 2 for u in x)
    rms = math.sqrt(sum((v - b - slope * (u - a)) ** 2 for u, v in zip(x, y)) / len(x))
    return slope, 100 * math.expm1(rms)


def figure(model, name):
    value = model[name]
    return value["value"] if name == "energy" else int(value)


for series in sweep["growth"]:
    models = [m for m in sweep["models"]
              if all(m["values"][k] == v for k, v in series["at"].items())]
    for name in ("params", "macs", "tos", "energy"):
        found = series[name]
        slope, residual = line([(int(m["values"][series["key"]]), figure(m, name)) for m in models])
        assert found["n"] == len(models)
        assert abs(found["exponent"] - slope) < 1e-9, (series, name, slope)
        if len(models) > 2:
            assert abs(found["residual_percent"] - residual) < 1e-7, (series, name, residual)
        else:
            assert "residual_percent" not in found
print("%d models, %d series" % (len(sweep["models"]), len(sweep["growth"])))
