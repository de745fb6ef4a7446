"""records.py RUNS.csv [--all-epochs]: run records of GAISSA-UPC/seaa2023_ect (commit 6fa5af6f, CC BY 4.0).

Each row is a training of a base of keras.applications with a head on an RTX 3090, read by nvidia-smi. The first ten epochs train the head only; regression gives
them about no energy, as if they had not been metered. They are left out of the recorded epochs, unless --all-epochs is given: then all are recorded, as if each
had trained everything. The optimizer is not in the table; Adam is taken.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import Writer, number, rows, whole  # noqa: E402

BASES = {"mobilenet_v2": "mobilenet-v2", "nasnet_mobile": "nasnet-mobile", "resnet50": "resnet50", "vgg16": "vgg16", "xception": "xception"}
FROZEN = 10  # epochs


def main(path, all_epochs):
    out = Writer(optimizer="adam", loss="bce", dtype="fp32", meter="nvidia-smi", boundary="gpu")
    for line, row in rows(path, ["architecture", "gpu model", "energy (MJ)", "training size", "validation size", "batch size", "trained epochs"]):
        where = f"{path}:{line}"
        if row["architecture"] not in BASES:
            sys.exit(f"{where}: unknown architecture '{row['architecture']}'")
        joules = number(path, line, row, "energy (MJ)") * 1e6
        epochs = whole(path, line, row, "trained epochs") - (0 if all_epochs else FROZEN)
        if joules <= 0 or epochs < 1:
            out.leave_out(where, f"energy is {joules:.6g} J in {epochs} epochs")
            continue
        out.write(joules, model=f"zoo:transfer:base={BASES[row['architecture']]}", samples=whole(path, line, row, "training size"),
                  validation_samples=whole(path, line, row, "validation size"), batch=whole(path, line, row, "batch size"), epochs=epochs,
                  hardware=row["gpu model"], group=row["architecture"])
    out.finish()


if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if a != "--all-epochs"]
    if len(names) != 1:
        sys.exit(__doc__)
    main(names[0], "--all-epochs" in sys.argv)
