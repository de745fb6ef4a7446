"""slopes.py TOSCOUNT CSV: the TO paper's families as ONNX text, counted with --convention paper; the least-squares
slope of forward TOs against forward MACs (the paper's FLOPs) beside each published ratio of slopes. Table II of the paper:
dnn: 4 inputs, three hidden layers of width 4 to 18, 1 output, sigmoid. cnn: 256x256x3, 32 channels, depth 2 to 10, stride 1,
kernels 3,3,3,3,3,3,4,5,6,7 (the first is not given there), GELU."""
import csv
import json
import subprocess
import sys

HEADER = '<ir_version: 8, opset_import: ["" : 20]>\n'


def dnn(width):
    sizes = [4, width, width, width, 1]
    weights, nodes, last = [], [], "x"
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        weights += [f"float[{inputs}, {outputs}] w{i} = {{}}", f"float[{outputs}] b{i} = {{}}"]
        nodes += [f"h{i} = Gemm ({last}, w{i}, b{i})", f"y{i} = Sigmoid (h{i})"]
        last = f"y{i}"
    return (f"{HEADER}dnn (float[1, 4] x) => (float[1, 1] {last})\n<{', '.join(weights)}>\n{{\n" + "\n".join(nodes) + "\n}\n")


def cnn(depth, auto_pad):
    weights, nodes, last, channels = [], [], "x", 3
    for i, k in enumerate([3, 3, 3, 3, 3, 3, 4, 5, 6, 7][:depth]):
        weights += [f"float[32, {channels}, {k}, {k}] w{i} = {{}}", f"float[32] b{i} = {{}}"]
        nodes += [f'h{i} = Conv <auto_pad = "{auto_pad}"> ({last}, w{i}, b{i})', f"y{i} = Gelu (h{i})"]
        last, channels = f"y{i}", 32
    return (f"{HEADER}cnn (float[1, 3, 256, 256] x) => (float[1, 32, H, W] {last})\n<{', '.join(weights)}>\n{{\n" + "\n".join(nodes) + "\n}\n")


def forward(tool, text):
    run = subprocess.run([tool, "-", "--phase", "infer", "--dtype", "fp32", "--convention", "paper", "--format", "json"],
                         input=text, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    totals = json.loads(run.stdout)["totals"]["forward"]
    return int(totals["macs"]), int(totals["tos"])


def slope(points):
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


tool, table = sys.argv[1:]
ours = {"dnn": [slope([forward(tool, dnn(w)) for w in range(4, 19)])],
        "cnn": [slope([forward(tool, cnn(d, pad)) for d in range(2, 11)]) for pad in ("SAME_UPPER", "VALID")]}
bound = {"dnn": 3.0, "cnn": 1.0}
failed = False
for row in csv.DictReader(open(table)):
    published = float(row["slope_flops_j"]) / float(row["slope_tos_j"])
    for value in ours[row["family"]]:
        percent = 100 * (value / published - 1)
        failed |= abs(percent) > bound[row["family"]]
        print(f'{row["family"]}, {row["hardware"]}: published {published:.0f} TOs a FLOP, counted {value:.0f} ({percent:+.2f} %)')
sys.exit(failed)
