"""sizes.py FILE: sums up a report of predicted sizes."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
print("%s, %s, %d models" % (report["schema"], report["unit"], len(report["models"])))
for score in report["scores"]:
    if "criterion" not in score:
        error = score["model"]["mean_abs_log"]
        print("%s: mean error below 0.05: %s, below the line's: %s" % (
            score["quantity"], error < 0.05, error < score["baseline"]["mean_abs_log"]))
print("accuracy within 0.003:", report["accuracy_error"] < 0.003)
