"""evaluation.py JSON CSV: the figures of test/Prediction/evaluate.test, by hand."""
import csv
import json
import math
import sys

close = lambda a, b: math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
predicted = [43.048, 86.096, 42.0384, 281.0]
measured = [43.048, 86.096, 84.0768, 200.0]
ape = sorted(100 * abs(p / m - 1) for p, m in zip(predicted, measured))
report = json.load(open(sys.argv[1], encoding="utf-8"))
assert report["schema"] == "toscount.evaluation/1" and report["n"] == 4
assert close(report["mape_percent"], sum(ape) / 4), report["mape_percent"]
assert close(report["median_ape_percent"], (ape[1] + ape[2]) / 2)
assert close(report["p95_ape_percent"], ape[2] + 0.85 * (ape[3] - ape[2]))
assert close(report["bias_percent"], 100 * (sum(predicted) / sum(measured) - 1))
assert close(report["spearman"], 0.8), report["spearman"]
assert report["coverage_percent"] == 75 and report["beyond_range"] == 1
# FLOPs: 50 + 2e-4 a MAC; parameters: 15 of the small layer, 120300 of the large.
flops = [50 + 2e-4 * m for m in (480, 480, 384, 2400000)]
assert close(report["baselines"]["flops"]["mape_percent"], sum(100 * abs(p / m - 1) for p, m in zip(flops, measured)) / 4)
assert close(report["baselines"]["parameters"]["mape_percent"],
             sum(100 * abs(p / m - 1) for p, m in zip((15, 15, 15, 120300), measured)) / 4)
assert [g["group"] for g in report["groups"]] == ["small", "doubtful", "large"]
assert all(close(row["predicted"], p) for row, p in zip(report["rows"], predicted))

with open(sys.argv[2], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
assert [float(row["predicted"]) for row in rows] == [row["predicted"] for row in report["rows"]]
assert [row["covered"] for row in rows] == ["true", "true", "false", "true"]
assert [row["beyond_range"] for row in rows] == ["false", "false", "false", "true"]
assert [row["line"] for row in rows] == ["1", "2", "3", "4"]
