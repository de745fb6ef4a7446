"""accuracies.py TABLES.csv TABLE13.csv: the trainings of tables 5 to 10 and 13 of "A framework for measuring the training efficiency of a neural architecture", a table for `toscount efficiency --learning-curves`.

Accuracies of tables 3 and 4 are means over table 13's columns, which stand for them. Four rows that contradict their own print or the other sizes are left out.
"""
import csv
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import number, rows, whole  # noqa: E402

SAMPLES = {"MNIST": 60000, "CIFAR": 50000}
DATA = {"MNIST": "", "CIFAR": ",data=cifar10"}
STOP = {"early-stopping": "patience", "accuracy-bound": "accuracy", "energy-bound": "energy"}
# (table, architecture, size): a misprint or an outlier.
LEFT_OUT = {("6", "BCNN", 5), ("8", "BCNN", 1), ("9", "BCNN", 4)}


def main(tables, table13):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["model", "samples", "batch", "optimizer", "epochs", "accuracy", "stop"])

    def write(dataset, architecture, size, epochs, accuracy, stop):
        model = f"zoo:{architecture.lower()}:scale={size}{DATA[dataset]}"
        out.writerow([model, SAMPLES[dataset], 256, "adam", epochs, accuracy, stop])

    for line, row in rows(table13, ["dataset", "architecture", "size", "test_50", "test_100"]):
        for epochs in (50, 100):
            write(row["dataset"], row["architecture"], whole(table13, line, row, "size"), epochs, number(table13, line, row, f"test_{epochs}"), "epochs")
    for line, row in rows(tables, ["table", "dataset", "criterion", "architecture", "size", "epochs", "accuracy"]):
        size = whole(tables, line, row, "size")
        if row["criterion"] in STOP and (row["table"], row["architecture"], size) not in LEFT_OUT:
            write(row["dataset"], row["architecture"], size, whole(tables, line, row, "epochs"), number(tables, line, row, "accuracy"), STOP[row["criterion"]])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
