"""records.py TABLES.csv: run records of tables 3 to 10 of "A framework for measuring the training efficiency of a neural architecture".

Each row is the training of a LeNet or a Bayesian LeNet (BCNN) on a Tesla T4. What the paper calls energy is a sum of power samples in watts, and stays one:
unit "W samples". Energy per epoch of one model differs two- to sixfold between stopping criteria: criterion and data set are the session.

Two rows contradict the other sizes of their table tenfold; they are left out unless --suspects is given.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import Writer, number, rows, whole  # noqa: E402

SAMPLES = {"MNIST": 60000, "CIFAR": 50000}
DATA = {"MNIST": "mnist", "CIFAR": "cifar10"}
# (table, architecture, size): why.
SUSPECTS = {
    ("6", "BCNN", 5): "about a tenth of what the other sizes of the table lead to",
    ("9", "BCNN", 4): "about a tenth of what the other sizes of the table lead to",
}


def main(path, suspects):
    out = Writer(batch=256, optimizer="adam", dtype="fp32", hardware="Tesla T4", meter="nvidia-smi")
    for line, row in rows(path, ["table", "dataset", "criterion", "architecture", "size", "epochs", "accuracy", "energy_w_samples"]):
        where, size = f"{path}:{line}", whole(path, line, row, "size")
        if row["dataset"] not in DATA or row["architecture"] not in ("LeNet", "BCNN"):
            sys.exit(f"{where}: unknown data set '{row['dataset']}' or architecture '{row['architecture']}'")
        why = SUSPECTS.get((row["table"], row["architecture"], size))
        if why and not suspects:
            out.leave_out(where, why)
            continue
        lenet = row["architecture"] == "LeNet"
        name = "lenet" if lenet else "bcnn"
        out.write(number(path, line, row, "energy_w_samples"), "W samples", model=f"zoo:{name}:scale={size},data={DATA[row['dataset']]}",
                  samples=SAMPLES[row["dataset"]], epochs=whole(path, line, row, "epochs"), loss="cross-entropy" if lenet else "elbo",
                  accuracy=number(path, line, row, "accuracy"), group=f"{name}:{size}", session=f"{row['criterion']}, {row['dataset']}")
    out.finish()


if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if a != "--suspects"]
    if len(names) != 1:
        sys.exit(__doc__)
    main(names[0], "--suspects" in sys.argv)
