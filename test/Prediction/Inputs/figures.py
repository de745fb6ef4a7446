"""figures.py JSON CSV: the figures of test/Prediction/predict.test, by hand."""
import csv
import json
import math
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
energy = 40 + 6 * 0.5 + 480 * 1e-4
assert report["schema"] == "toscount.prediction/1"
assert math.isclose(report["energy"]["value"], energy, rel_tol=1e-12), report["energy"]
assert report["energy"]["unit"] == "J"
low, high = report["interval"]
assert math.isclose(low, energy * math.exp(-0.2)) and math.isclose(high, energy * math.exp(0.2))
assert report["level"] == 0.9 and report["seconds"] == 12
assert math.isclose(report["emissions_g"], energy / 3.6e6 * 1.2 * 500), report["emissions_g"]
assert math.isclose(report["cost"], energy / 3.6e6 * 1.2 * 0.25)
assert report["extrapolation"] == [] and report["profile"]["name"] == "mlp"
assert math.isclose(sum(report["phases"].values()), energy)
assert math.isclose(sum(layer["energy"] for layer in report["layers"]), 480 * 1e-4)

with open(sys.argv[2], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
assert float(rows[0]["energy"]) == report["energy"]["value"]
layers = [row for row in rows if row["layer"]]
assert math.isclose(sum(float(row["energy"]) for row in layers), 480 * 1e-4)
assert {row["phase"] for row in layers} == {"forward", "backward"}
