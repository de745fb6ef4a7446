"""known.py TOSCOUNT: run records whose energy is known.

Trainings of zoo:mlp networks that take 3 J a run and 2 nJ a MAC, disturbed by up to 1 %. The MACs are toscount's own.
"""
import csv
import io
import json
import subprocess
import sys

JOULES_A_RUN = 3.0
JOULES_A_MAC = 2e-9
SAMPLES, BATCH = 640, 64

models = [f"zoo:mlp:width={width},layers={layers}" for width in range(64, 320, 32) for layers in (1, 2, 3)]
table = subprocess.run([sys.argv[1], *models, "--batch", str(BATCH), "--samples", str(SAMPLES), "--optimizer", "sgd", "--format", "csv"],
                       check=True, capture_output=True, text=True).stdout
for i, row in enumerate(csv.DictReader(io.StringIO(table))):
    disturbed = 1 + 0.01 * ((i * 7919 % 101) / 50 - 1)
    joules = (JOULES_A_RUN + JOULES_A_MAC * int(row["run.macs"])) * disturbed
    print(json.dumps({"schema": "toscount.run/1", "model": row["name"], "samples": SAMPLES, "batch": BATCH, "epochs": 1, "optimizer": "sgd",
                      "loss": "cross-entropy", "dtype": "fp32", "hardware": "made up", "meter": "none", "energy": {"value": round(joules, 6), "unit": "J"},
                      "session": "ab"[i % 2]}))
