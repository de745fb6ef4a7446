"""check_paper.py FILE: the fit to equation4.csv, as JSON, is equation 4 within its uncertainty."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    fit = json.load(file)
for got, truth in zip(fit["coefficients"], (1.71e3, 3.65e-12)):
    assert abs(got["value"] - truth) < 2.8 * got["standard_error"], got
    assert got["standard_error"] < 0.05 * got["value"], got
judged = fit["validation"]
assert judged["configurations"] == 5 and judged["dropped"] == 10, judged
assert fit["n"] == 24 and judged["n"] == 16
rows = fit["training_rows"] + fit["validation_rows"]
assert len(rows) == len(set(rows)) == 40 and 4 not in rows, rows
assert 95 < judged["precision_min_percent"] <= judged["precision_mean_percent"] <= judged["precision_max_percent"] <= 100
