"""table.py TOSCOUNT RUNS.csv: what GAISSA-UPC/seaa2023_ect's trainings take, frozen and full epochs counted apart, as a table for `toscount fit --x`.

The first ten epochs train the head alone (--trainable head), the others everything; validation images are counted in both. Columns: the energy, epochs as
trained, and MACs of the run by three readings: `macs_plain` counts every epoch as a full one, without validation, as FLOPs are usually taken;
`macs_metered` counts the frozen epochs as what they are; `macs_unmetered` leaves them out, as if the meter had not seen them.
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import number, rows, whole  # noqa: E402

BASES = {"mobilenet_v2": "mobilenet-v2", "nasnet_mobile": "nasnet-mobile", "resnet50": "resnet50", "vgg16": "vgg16", "xception": "xception"}
FROZEN = 10  # epochs


def macs(tool, base, samples, batch, *flags):
    """MACs of an epoch of that many samples."""
    command = [tool, f"zoo:transfer:base={base}", "--loss", "bce", "--optimizer", "adam", "--batch", str(batch), "--samples", str(samples), "--epochs", "1",
               "--format", "json", *flags]
    totals = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["run"]["totals"]
    return int(totals["all"]["macs"])


def main(tool, path):
    counted = {}
    print("architecture,energy,epochs,full_epochs,macs_plain,macs_metered,macs_unmetered")
    for line, row in rows(path, ["architecture", "energy (MJ)", "training size", "validation size", "batch size", "trained epochs"]):
        name = row["architecture"]
        if name not in BASES:
            sys.exit(f"{path}:{line}: unknown architecture '{name}'")
        key = (BASES[name], whole(path, line, row, "training size"), whole(path, line, row, "validation size"), whole(path, line, row, "batch size"))
        if key not in counted:
            base, training, validation, batch = key
            counted[key] = (macs(tool, base, training, batch), macs(tool, base, training, batch, "--trainable", "head"),
                            macs(tool, base, validation, batch, "--phase", "validate"))
        full, frozen, validated = counted[key]
        epochs = whole(path, line, row, "trained epochs")
        joules = number(path, line, row, "energy (MJ)") * 1e6
        print(f"{name},{joules:.9g},{epochs},{epochs - FROZEN},{epochs * full},{FROZEN * (frozen + validated) + (epochs - FROZEN) * (full + validated)},"
              f"{(epochs - FROZEN) * (full + validated)}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
