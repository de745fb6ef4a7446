"""records.py RUNS.csv: run records of EC-NAS-Bench's measured trainings.

The table has a row a training of a NASBench-101 network on CIFAR-10 by saintslab/EC-NAS-Bench (commit 1a82fdde, MIT). Cumulated kWh contain a PUE of
1.59; the energy recorded is that between the end of epoch 0, where graphs have been built, and the end of epoch 4: 625 steps of 256 images.

A session is a card and a campaign: a stretch of trainings without a pause of several hours. What else ran on the machine changed between campaigns, not at
midnight: the CPU packages took 119 W on the average in one of them and 85 W in another, for like networks.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from records import Writer, number, rows, whole  # noqa: E402

# Campaigns end in these pauses, and are called by the day of most of their runs.
CAMPAIGNS = [("2022-08-23 05:00", "2022-08-22"), ("2022-08-23 20:00", "2022-08-23"), ("2022-08-24 12:00", "2022-08-24")]
PUE = 1.59
JOULES = 3.6e6  # a kWh


def prune(matrix, ops):
    """Keeps the vertices on a path from the first to the last."""
    last = len(matrix) - 1
    ahead, behind = {0}, {last}
    for v in range(last + 1):
        if v in ahead:
            ahead |= {to for to in range(v + 1, last + 1) if matrix[v][to]}
    for v in range(last, -1, -1):
        if v in behind:
            behind |= {frm for frm in range(v) if matrix[frm][v]}
    kept = sorted(ahead & behind)
    return [[matrix[a][b] for b in kept] for a in kept], [ops[v] for v in kept]


def spec(matrix, ops):
    matrix, ops = prune(matrix, ops)
    text = "/".join("".join(str(int(bool(e))) for e in row) for row in matrix)
    inner = "/".join(op.replace("-bn-relu", "") for op in ops[1:-1])
    return f"zoo:nasbench101:matrix={text},ops={inner or 'none'}"


def session(row):
    start = row["seg_start_ep0"]
    day = start[:10]
    if day >= "2022-08-22":
        day = next((name for end, name in CAMPAIGNS if start < end), day)
    return f"{row['gpu']}, {day}"


def main(path):
    needed = ["hash", "adjacency", "ops", "gpu", "cum_kWh_ep0", "cum_kWh_ep4", "train_steps_ep4", "train_time_s_ep4", "seg_start_ep0"]
    out = Writer(samples=40000, batch=256, epochs=4, optimizer="rmsprop", loss="cross-entropy", dtype="fp32",
                 hardware="Quadro RTX 6000 + 2 CPU packages", meter="carbontracker", boundary="gpu+package")
    for line, row in rows(path, needed):
        where = f"{path}:{line}"
        joules = (number(path, line, row, "cum_kWh_ep4") - number(path, line, row, "cum_kWh_ep0")) * JOULES / PUE
        if joules <= 0:
            out.leave_out(where, f"energy is {joules:.6g} J")
            continue
        model = spec(json.loads(row["adjacency"]), row["ops"].split(";"))
        out.write(joules, model=model, steps=whole(path, line, row, "train_steps_ep4"), seconds=number(path, line, row, "train_time_s_ep4"),
                  group=row["hash"], session=session(row))
    out.finish()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
