"""ecnas.py TOSCOUNT RUNS.csv: the trainable parameters of every row of the EC-NAS measurements (NASBench-101 cells
trained on CIFAR-10), counted of `zoo:nasbench101` and as published. Prints how many rows and networks are equal."""
import csv
import json
import subprocess
import sys


def spec(row):
    matrix = "/".join("".join(map(str, line)) for line in json.loads(row["adjacency"]))
    ops = [op.removesuffix("-bn-relu") for op in row["ops"].split(";")[1:-1]]
    return f"zoo:nasbench101:matrix={matrix},ops={'/'.join(ops) or 'none'}"


tool, table = sys.argv[1:]
rows = list(csv.DictReader(open(table)))
specs = sorted({spec(row) for row in rows})
run = subprocess.run([tool, "count", *specs, "--phase", "infer", "--batch", "1", "--format", "csv"],
                     check=True, capture_output=True, text=True)
counted = {row["name"]: int(row["trainable"]) for row in csv.DictReader(run.stdout.splitlines())}
wrong = [row for row in rows if counted[spec(row)] != int(row["trainable_params"])]
for row in wrong[:10]:
    print(f"{spec(row)}: counted {counted[spec(row)]}, published {row['trainable_params']}")
print(f"{len(rows) - len(wrong)} of {len(rows)} rows, {len(specs)} networks")
sys.exit(bool(wrong) or not rows)
