"""calibrated.py REPORT PROFILE RUNS: holds a calibration by known-runner.py against what is known."""
import json
import sys

report, profile = (json.load(open(name)) for name in sys.argv[1:3])
with open(sys.argv[3]) as file:
    runs = [json.loads(line) for line in file]
truth = {"step": 2e-3, "macs": 4e-10}
found = {c["name"]: c["value"] for c in report["fit"]["coefficients"]}
near = ["%s within 3 %%" % name for name in truth if name in found and abs(found[name] / truth[name] - 1) < 0.03]
print("coefficients:", ", ".join(near) if len(near) == len(found) else found)
keys = [(r["model"], r["batch"], r["optimizer"]) for r in runs if r["seconds"] >= 0.5]
print("each run once" if len(keys) == len(set(keys)) else keys)
held = {row["model"] for row in report["validation"]["rows"]}
fitted = {r["model"] for r in runs} - held
counts = report["fit"]["n"], report["validation"]["n"]
print("held back and fitted share no architecture" if len(held) == 3 and len(fitted) == report["fit"]["groups"]
      and sum(counts) == len(keys) else (held, fitted, counts))
mape = report["validation"]["mape_percent"]
print("validated below 3 %" if 0 < mape < 3 else mape)
energy = next(f for f in profile["families"] if f["role"] == "energy")
scores = [s for s in energy["cross_validation"] if s["method"] == "validation on 3 architectures that were held back"]
print("the profile holds the validation, and is estimated" if profile["estimated"] and scores[0]["mape_percent"] == mape else scores)
