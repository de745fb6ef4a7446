"""papers.py TOOL FOLDER: checks the transcribed tables of the framework's paper.

What is not in the tables is quoted here: the ratios that tables 12, 14 and A2
print (cut off after two decimals, so a ratio agrees when the interval of its
printed parts meets [printed - 0.005, printed + 0.01)), and which models the
text calls overtrained.
"""
import csv
import json
import os
import subprocess
import sys

tool, folder = sys.argv[1:]
RUNS = os.path.join(folder, "training_efficiency_tables_3_to_10.csv")
MEANS = os.path.join(folder, "architecture_efficiency_tables_11_12_14_a2.csv")
LONGER = os.path.join(folder, "overtraining_table_13.csv")
RATIOS = {  # LeNet/BCNN on MNIST and on CIFAR, MNIST/CIFAR of LeNet and of BCNN
    "12": (4.46, 5.18, 1.82, 2.11),
    "14": (3.10, 1.09, 1.04, 0.36),
    "A2": (3.35, 16.41, 0.46, 2.25),
}


def run(*arguments):
    done = subprocess.run([tool, "efficiency", *arguments, "--format", "json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


check = run(RUNS, "--set", "hardware=Tesla T4", "--check", "--printed-mean", "architecture_efficiency_printed",
            "--means", MEANS)
counts = check["counts"]
print("tables 3-12: %d cells, %d agree, %d misprint, %d carried, %d unexplained" % (
    len(check["cells"]), counts["agrees"], counts["misprint"], counts["carried"], counts["unexplained"]))
with open(RUNS, encoding="utf-8") as file:
    tables = [None, None] + [row["table"] for row in csv.DictReader(file)]


def place(item):
    line = int(item["where"].rsplit(":", 1)[1])
    return "table %s %s %s" % (tables[line], item["architecture"], item["size"])


for cell in check["cells"]:
    if cell["verdict"] == "misprint":
        print("misprint:", place(cell), cell["reason"].replace("agrees with ", ""))
for outlier in check["outliers"]:
    if not outlier["misprint"]:
        print("outlier: %s %s %.4g" % (place(outlier), outlier["quantity"], outlier["value"]))
print("unit:", check["unit"])

with open(LONGER, encoding="utf-8") as file:
    printed = list(csv.DictReader(file))
models = run(LONGER, "--overtraining", "50,100")["models"]
verdicts = columns_a = columns_b = 0
for model, row in zip(models, printed, strict=True):
    expected = not (row["dataset"] == "CIFAR" and row["architecture"] == "BCNN")
    verdicts += model["overtrained"] == expected
    columns_a += "%.2f" % model["a"] == row["column_a_printed"]
    columns_b += "%.2f" % model["b"] == row["column_b_printed"]
print("table 13: %d of 20 verdicts, %d of 20 columns A, %d of 20 columns B" % (verdicts, columns_a, columns_b))


def interval(value, unit):
    return value - unit / 2, value + unit


for table, wanted in RATIOS.items():
    report = run(MEANS, "--efficiency", "efficiency_printed", "--unit", "W samples", "--where", "table=" + table,
                 "--baseline", "BCNN", "--baseline", "CIFAR")
    means = {(m["architecture"], m["dataset"]): m["efficiency"] for m in report["overall"]}
    good = 0
    for ratio, value in zip(sorted(report["ratios"], key=lambda r: (r["of"], r.get("dataset") == "CIFAR", r.get("architecture") == "BCNN")), wanted, strict=True):
        if ratio["of"] == "architecture":
            top, bottom = (ratio["numerator"], ratio["dataset"]), (ratio["denominator"], ratio["dataset"])
        else:
            top, bottom = (ratio["architecture"], ratio["numerator"]), (ratio["architecture"], ratio["denominator"])
        low = interval(means[top], 1e-8)[0] / interval(means[bottom], 1e-8)[1]
        high = interval(means[top], 1e-8)[1] / interval(means[bottom], 1e-8)[0]
        printed_low, printed_high = interval(value, 0.01)
        good += low < printed_high and printed_low < high and abs(ratio["ratio"] - means[top] / means[bottom]) < 1e-9
    print("table %s ratios: %d of %d" % (table, good, len(wanted)))

pair = run(MEANS, "--efficiency", "efficiency_printed", "--where", "table=12", "--where", "table=A2")["hardware"][0]
print("hardware: %d means, architectures ordered alike on %d of %d data sets" % (
    pair["models"], pair["same_order"], pair["orders"]))

sizes = run(RUNS, "--predict-sizes", "--curves", LONGER, "--printed", "efficiency_printed")
print("leave one size out: %d models, %d left out" % (len(sizes["models"]), len(sizes["left_out"])))
for score in sizes["scores"]:
    if "criterion" not in score:
        print("%s: %.2f, line %.2f" % (score["quantity"], score["model"]["mean_abs_log"], score["baseline"]["mean_abs_log"]))
