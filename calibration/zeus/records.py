"""records.py POWER.csv: run records of ml-energy/zeus (commit 75a8b939, Apache-2.0).

Each row is an epoch of training on a V100 at some batch size and power limit: seconds times mean watts of the GPU. The power limit is the session. Networks
that are not in the zoo (ShuffleNetV2, DeepSpeech2, NCF) are left out. The table gives neither the samples of an epoch nor the length of sequences: those of the
published data sets are taken, 384 tokens for SQuAD and 128 for Sentiment140. Each batch size is an architecture of its own: what is asked is how energy
depends on it.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import Writer, number, rows, whole  # noqa: E402

# network, data set: model, samples an epoch.
KNOWN = {
    ("resnet50", "imagenet"): ("zoo:resnet:depth=50", 1281167),
    ("bert_base_uncased", "squad"): ("zoo:bert:seq=384,classes=2", 88524),
    ("bert_base_uncased", "sentiment140"): ("zoo:bert:seq=128,classes=2", 1600000),
}


def main(path):
    out = Writer(epochs=1, loss="cross-entropy", dtype="fp32", hardware="Tesla V100", meter="zeus", boundary="gpu")
    unknown = {}
    for line, row in rows(path, ["dataset", "network", "batch_size", "optimizer", "power_limit", "time_per_epoch", "average_power"]):
        where = f"{path}:{line}"
        key = (row["network"], row["dataset"])
        if key not in KNOWN:
            unknown[key] = unknown.get(key, 0) + 1
            continue
        seconds, watts = number(path, line, row, "time_per_epoch"), number(path, line, row, "average_power")
        if seconds <= 0 or watts <= 0:
            out.leave_out(where, f"{seconds:.6g} s at {watts:.6g} W")
            continue
        model, samples = KNOWN[key]
        batch = whole(path, line, row, "batch_size")
        out.write(seconds * watts, model=model, samples=samples, batch=batch, optimizer=row["optimizer"], seconds=seconds,
                  group=f"{row['network']}, {row['dataset']}, batch {batch}", session=f"{whole(path, line, row, 'power_limit')} W")
    for (network, dataset), count in sorted(unknown.items()):
        out.leave_out(f"{path}: {count} rows", f"{network} on {dataset} is not in the zoo")
    out.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
