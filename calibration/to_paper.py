"""to_paper.py TOSCOUNT RUNS.jsonl: measured runs as a table for `toscount fit --protocol to-paper`.

Columns: `model`, the energy, and what the transistor-operations paper explains it by: TOs and FLOPs of the forward pass of one sample, times samples and epochs.
"""
import csv
import json
import subprocess
import sys


def main(tool, path):
    counted = {}
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["model", "tos", "flops", "energy"])
    for line in open(path, encoding="utf-8"):
        run = json.loads(line)
        if run.get("status") == "failed":
            continue
        model = run["model"]
        if model not in counted:
            text = subprocess.run([tool, model, "--batch", "1", "--phase", "infer", "--format", "json"], check=True, capture_output=True, text=True).stdout
            counted[model] = json.loads(text)["totals"]["all"]
        times = run["samples"] * run["epochs"]
        figures = [int(counted[model][name]) * times for name in ("tos", "flops")]
        rows.writerow([model, *figures, f"{run['energy']['value']:.9g}"])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
