"""surface.py RUNS.csv: what `toscount search` can search of EC-NAS-Bench: the accuracy that each network of the table reached.

A row a training: `model`, and `accuracy`, that of the validation after epoch 4. Repeats of a network stay rows of their own.
"""
import csv
import importlib.util
import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, ".."))
from records import number, rows  # noqa: E402


def ecnas_records():
    """The records.py beside this file; the one above it has the same name."""
    found = importlib.util.spec_from_file_location("ecnas_records", os.path.join(here, "records.py"))
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def main(path):
    spec = ecnas_records().spec
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["model", "accuracy"])
    for line, row in rows(path, ["adjacency", "ops", "val_acc_ep4"]):
        model = spec(json.loads(row["adjacency"]), row["ops"].split(";"))
        out.writerow([model, number(path, line, row, "val_acc_ep4")])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
