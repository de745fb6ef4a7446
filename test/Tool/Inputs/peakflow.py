"""peakflow.py FOLDER: Bland and Altman's peak flows as records of two meters."""
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
# Wright and mini Wright peak flow meter, first readings, l/min.
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


def record(i, meter, value, **more):
    return json.dumps({"schema": "toscount.run/1", "job": f"{i:04x}", "model": f"subject-{i}", "samples": 1, "batch": 1,
                       "epochs": 1, "optimizer": "sgd", "loss": "mse", "dtype": "fp32", "hardware": "lungs",
                       "meter": meter, "energy": {"value": value, "unit": "J"}, "seconds": 10, **more}) + "\n"


def write(name, lines):
    (folder / f"{name}.jsonl").write_text("".join(lines))


wright = [record(i, "wright", value, meter_resolution_s=0.001) for i, value in enumerate(WRIGHT, 1)]
write("wright", wright + [record(99, "wright", 100)])
write("mini", reversed([record(i, "mini", value, meter_resolution_s=0.5, meter_sampling_s=0.5)
                        for i, value in enumerate(MINI, 1)]))
write("both", [record(i, "wright,mini", w, energy_by_domain={"wright": w, "mini-1": m - 100, "mini-2": 100})
               for i, (w, m) in enumerate(zip(WRIGHT, MINI), 1)])
write("other", [record(i + 100, "mini", value) for i, value in enumerate(MINI, 1)])
write("units", [record(i, "mini", value, energy={"value": value, "unit": "W samples"})
                for i, value in enumerate(MINI, 1)])
write("timed", [record(i, "wright", value, window_unix=[100, 110]) for i, value in enumerate(WRIGHT, 1)])
