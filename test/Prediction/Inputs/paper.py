"""paper.py PREDICTION COUNT: equation 4 of the transistor-operations paper."""
import json
import math
import sys

prediction = json.load(open(sys.argv[1], encoding="utf-8"))
count = json.load(open(sys.argv[2], encoding="utf-8"))
tos = int(count["run"]["totals"]["forward"]["tos"])
assert tos > 0
assert math.isclose(prediction["energy"]["value"], 1.71e3 + 3.65e-12 * tos, rel_tol=1e-12), (prediction["energy"], tos)
assert "interval" not in prediction and "phases" not in prediction
