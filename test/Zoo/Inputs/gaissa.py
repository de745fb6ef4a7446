"""gaissa.py TOSCOUNT RUNS.csv: multiply-accumulates of the five networks of the SEAA 2023 measurements beside the FLOPs
published with them, which TensorFlow's profiler counted: 2 a multiply-accumulate, and the poolings, biases, additions and
the scaling of the image, which are below 1 %."""
import csv
import subprocess
import sys

tool, table = sys.argv[1:]
published = {row["architecture"]: float(row["GFLOPs"]) for row in csv.DictReader(open(table))}
bases = {name: name.replace("_", "-") for name in published}
specs = {name: f"zoo:transfer:base={base}" for name, base in bases.items()}
run = subprocess.run([tool, "count", *specs.values(), "--phase", "infer", "--batch", "1", "--format", "csv"],
                     check=True, capture_output=True, text=True)
macs = {row["name"]: int(row["macs"]) for row in csv.DictReader(run.stdout.splitlines())}
bad = not published
for name, spec in sorted(specs.items()):
    rest = published[name] / (2e-9 * macs[spec]) - 1
    bad |= not 0 <= rest < 0.01
    print(f"{name}: {macs[spec]} MACs, published FLOPs {100 * rest:.2f} % above twice that")
sys.exit(bad)
