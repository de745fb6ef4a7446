"""check_json.py FILE: `toscount fit --format json` of Pontius: schema, certified values, sizes that agree."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    fit = json.load(file)
assert fit["schema"] == "toscount.fit/1", fit["schema"]
assert fit["n"] == 40 and len(fit["residuals"]) == 40 and fit["degrees_of_freedom"] == 37
certified = [("intercept", 0.673565789473684e-03, 0.107938612033077e-03),
             ("x", 0.732059160401003e-06, 0.157817399981659e-09),
             ("x^2", -0.316081871345029e-14, 0.486652849992036e-16)]
for got, (name, value, deviation) in zip(fit["coefficients"], certified):
    assert got["name"] == name, got
    assert abs(got["value"] / value - 1) < 1e-10, got
    assert abs(got["standard_error"] / deviation - 1) < 1e-10, got
for i, row in enumerate(fit["covariance"]):
    assert abs(row[i] ** 0.5 / certified[i][2] - 1) < 1e-10, row
assert abs(fit["residual_deviation"] / 0.205177424076185e-03 - 1) < 1e-10
assert abs(fit["r2"] / 0.999999900178537 - 1) < 1e-12
assert fit["cross_validation"]["folds"] == 10 and fit["cross_validation"]["groups"] == 40
