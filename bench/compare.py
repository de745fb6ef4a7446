#!/usr/bin/python3
"""Whole processes, side by side: the tool and what else reads the same model.

    compare.py BUILD MODELS NAME... [--runs N] [--seconds S] [--picture FILE.svg]
    compare.py BUILD --size [--runs N]

BUILD is a release build. The second form says only how large the executable is,
what it loads and how long it takes to start. MODELS a folder in which generate.py has written the
models called NAME; those called chain-N make a scaling curve, and the largest
of up to 100000 nodes is also read by the others.

The commands of a table are run in rounds, each in an order of its own, after one
round that is not counted: a machine whose speed drifts slows all of them alike,
and so does whatever large command ran just before. Figures are medians; a ratio
is a command's median over the first row's. cpu is user + system time, peak the
largest resident set, both as the kernel accounts for them. Only the standard
library is needed.
"""

import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

from picture import scaling_svg

PYTHON = "/usr/bin/python3"


class Samples:
    """What the runs of one command took."""

    def __init__(self):
        self.wall, self.cpu, self.peak = [], [], []
        self.failed = None

    def median(self, what):
        return statistics.median(getattr(self, what))


class Bench:
    def __init__(self, arguments):
        self.models, self.build = arguments.models, arguments.build
        self.runs, self.seconds = arguments.runs, arguments.seconds
        self.tool = os.path.join(self.build, "tools", "toscount", "toscount")

    def program(self, name):
        return os.path.join(self.build, "bench", name)

    def model(self, name):
        return os.path.join(self.models, f"{name}.onnx")

    def has(self, name):
        return os.path.exists(self.model(name))

    def run_once(self, command, into, counted):
        done = subprocess.run([self.program("time_command"), *command],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"compare.py: {done.stderr.strip()}")
        status, wall, user, system, peak = done.stdout.split()
        if status != "0":
            message = (done.stderr.strip().splitlines() or [""])[-1]
            into.failed = f"exit status {status}: {message}"
        elif counted:
            into.wall.append(float(wall))
            into.cpu.append(float(user) + float(system))
            into.peak.append(int(peak))

    def measure(self, commands):
        """Samples of each of `commands`, {label: argument list}."""
        samples = {label: Samples() for label in commands}
        start = time.monotonic()
        order = list(commands)
        source = random.Random(1)
        for round_number in range(self.runs + 1):
            late = time.monotonic() - start > self.seconds
            if late and round_number > 3:
                break
            source.shuffle(order)
            for label in order:
                if not samples[label].failed:
                    self.run_once(commands[label], samples[label], round_number > 0)
        return samples

    def tool_on(self, name, *flags):
        dims = ["--dim", "seq=128"] if name.startswith(("bert", "decoder")) else []
        return [self.tool, self.model(name), "--batch", "1", *dims, *flags]

    def readers(self, name):
        """The commands that everyone's reading of `name` is compared by."""
        train = ["--phase", "train", "--loss", "mse", "--optimizer", "adam"]
        commands = {"toscount": self.tool_on(name),
                    "toscount --phase train": self.tool_on(name, *train),
                    "toscount --format json":
                        self.tool_on(name, "--format", "json"),
                    "toscount dump (shapes only)":
                        [self.tool, "dump", *self.tool_on(name)[1:]]}
        for suffix, what in (("bare", "weights cut off"),
                             ("external", "external weights, absent")):
            if self.has(f"{name}-{suffix}"):
                commands[f"toscount, {what}"] = self.tool_on(f"{name}-{suffix}")
        for program, label in (("bare_walk", "bare walk"),
                               ("protobuf_parse", "C++ protobuf parse"),
                               ("protobuf_infer",
                                "C++ protobuf parse + shape inference")):
            if os.path.exists(self.program(program)):
                commands[label] = [self.program(program), self.model(name)]
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                              "onnx_infer.py")
        commands["Python onnx.load + infer_shapes"] = [
            PYTHON, script, self.model(name)]
        return commands


def milliseconds(seconds):
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"


def megabytes(size):
    return f"{size / 1e6:.1f} MB"


def ratio(value):
    """Two or three digits, whatever the size."""
    digits = 0 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f}"


def print_table(header, rows):
    """A Markdown table, aligned; the first column to the left."""
    widths = [max(len(row[i]) for row in [header, *rows])
              for i in range(len(header))]

    def line(cells):
        return "| " + " | ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths))) + " |"

    print(line(header))
    print("|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":"
                         for i, w in enumerate(widths)) + "|")
    for row in rows:
        print(line(row))
    print(flush=True)


def figures(label, sample, base):
    if sample.failed:
        return [label, "failed", *[""] * 6]
    cells = [label, milliseconds(sample.median("wall")),
             f"{min(sample.wall) * 1e3:.1f}-{max(sample.wall) * 1e3:.1f}",
             milliseconds(sample.median("cpu")), megabytes(sample.median("peak"))]
    for what in ("wall", "cpu", "peak"):
        cells.append(ratio(sample.median(what) / base.median(what))
                     if base.wall else "")
    return cells


HEADER = ["command", "wall", "min-max (ms)", "cpu", "peak", "wall ratio",
          "cpu ratio", "peak ratio"]


def complain(samples):
    for label, sample in samples.items():
        if sample.failed:
            print(f"{label}: {sample.failed}")


def size_of(path):
    return f"{os.path.getsize(path):,}".replace(",", " ") + " bytes"


def compare_readers(bench, name):
    samples = bench.measure(bench.readers(name))
    base = samples["toscount"]
    print(f"### {name}.onnx, {size_of(bench.model(name))}, "
          f"{len(base.wall)} runs\n")
    print_table(HEADER, [figures(label, sample, base)
                         for label, sample in samples.items()])
    complain(samples)


def exponent(sizes, times):
    """Slope of the line through log(time) over log(size)."""
    x, y = [math.log(v) for v in sizes], [math.log(v) for v in times]
    x_mean, y_mean = statistics.fmean(x), statistics.fmean(y)
    return (sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y)) /
            sum((a - x_mean) ** 2 for a in x))


def scaling(bench, sizes, title, *flags):
    start = "start-up alone (--version)"
    commands = {start: [bench.tool, "--version"]}
    for size in sizes:
        commands[str(size)] = bench.tool_on(f"chain-{size}", *flags)
    samples = bench.measure(commands)
    print(f"### Chains of small nodes, {title}, {len(samples[start].wall)} runs\n")
    rows, fitted, memory = [], [], []
    for label, sample in samples.items():
        if sample.failed:
            rows.append([label, "failed", "", "", "", ""])
            continue
        per_node = ""
        if label != start:
            over = sample.median("cpu") - samples[start].median("cpu")
            per_node = f"{over / int(label) * 1e6:.2f} us"
            if over > 0:
                fitted.append((int(label), over))
            memory.append((int(label), sample.median("peak")))
        rows.append([label, milliseconds(sample.median("wall")),
                     f"{min(sample.wall) * 1e3:.1f}-{max(sample.wall) * 1e3:.1f}",
                     milliseconds(sample.median("cpu")), per_node,
                     megabytes(sample.median("peak"))])
    print_table(["nodes", "wall", "min-max (ms)", "cpu", "cpu a node", "peak"],
                rows)
    complain(samples)
    if len(fitted) > 1:
        print(f"cpu time above start-up grows as nodes^{exponent(*zip(*fitted)):.2f}"
              f" (least squares over the sizes), nodes^"
              f"{exponent(*zip(*fitted[-2:])):.2f} between the last two; "
              f"{(memory[-1][1] - memory[-2][1]) / (memory[-1][0] - memory[-2][0]):.0f}"
              " bytes of peak memory a node between them\n", flush=True)
    return fitted


def zoo_spec(source):
    """A network of the nasbench101 space, drawn at random."""
    inner = source.randint(1, 3)
    size = inner + 2
    edges = {(i, i + 1) for i in range(size - 1)}
    edges |= {(i, j) for i in range(size) for j in range(i + 2, size) if source.random() < 0.5}
    matrix = "/".join("".join(str(int((i, j) in edges)) for j in range(size)) for i in range(size))
    ops = "/".join(source.choice(["conv3x3", "conv1x1", "maxpool3x3"]) for _ in range(inner))
    return f"zoo:nasbench101:matrix={matrix},ops={ops}"


def zoo(bench, count):
    """Many networks in one process, on one core and on all."""
    source = random.Random(1)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(zoo_spec(source) for _ in range(count)) + "\n")
        listed.flush()
        command = [bench.tool, "--list", listed.name, "--batch", "256", "--format", "csv", "-o", os.devnull]
        samples = bench.measure({"one core": ["taskset", "-c", "0", *command], "all cores": command})
    one = samples["one core"]
    print(f"### {count} networks of nasbench101, counted for training, {len(one.wall)} runs\n")
    print_table(["", "wall", "networks a second", "peak"],
                [[label, milliseconds(sample.median("wall")), f"{count / sample.median('wall'):.0f}",
                  megabytes(sample.median("peak"))] for label, sample in samples.items() if not sample.failed])
    complain(samples)


def executable(bench):
    print("### The executable\n")
    with tempfile.NamedTemporaryFile() as stripped:
        if subprocess.run(["strip", "-o", stripped.name, bench.tool],
                          check=False).returncode == 0:
            print(f"- stripped: {size_of(stripped.name)}")
    modules = os.path.join(bench.build, "lib", "toscount")
    for module in sorted(os.listdir(modules)) if os.path.isdir(modules) else []:
        print(f"- opened on demand: {module}, {size_of(os.path.join(modules, module))}")
    listed = subprocess.run(["ldd", bench.tool], capture_output=True, text=True,
                            check=False).stdout
    names = [os.path.basename(line.split()[0]) for line in listed.splitlines()]
    names = [n for n in names if not n.startswith(("linux-vdso", "ld-linux"))]
    print(f"- shared libraries: {', '.join(sorted(names)) or 'none'}")
    sample = bench.measure({"": [bench.tool, "--version"]})[""]
    if not sample.failed:
        print(f"- start-up (`toscount --version`, {len(sample.wall)} runs): wall "
              f"{milliseconds(sample.median('wall'))}, cpu "
              f"{milliseconds(sample.median('cpu'))}, peak "
              f"{megabytes(sample.median('peak'))}")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", metavar="BUILD")
    parser.add_argument("models", metavar="MODELS", nargs="?")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--size", action="store_true",
                        help="only the executable: size, libraries, start-up")
    parser.add_argument("--runs", type=int, default=20,
                        help="rounds that are counted (default 20)")
    parser.add_argument("--seconds", type=float, default=120,
                        help="after so long a table begins no further round, "
                        "but has at least three (default 120)")
    parser.add_argument("--picture", metavar="FILE.svg",
                        help="also draw the scaling curves")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs must be positive")
    if not arguments.size and not arguments.names:
        parser.error("name the models, or give --size")
    bench = Bench(arguments)
    if not os.path.exists(bench.tool):
        sys.exit(f"compare.py: there is no {bench.tool}")

    executable(bench)
    if arguments.size:
        return
    chains = sorted(int(name[len("chain-"):]) for name in arguments.names
                    if name.startswith("chain-"))
    for name in arguments.names:
        if not name.startswith("chain-") and not name.endswith(("-bare", "-external")):
            compare_readers(bench, name)
    compared = [size for size in chains if size <= 100000]
    if compared:
        compare_readers(bench, f"chain-{compared[-1]}")
    if chains:
        infer = scaling(bench, chains, "inference", "--phase", "infer")
        train = scaling(bench, chains, "training", "--phase", "train", "--loss",
                        "mse", "--optimizer", "adam")
        if arguments.picture:
            with open(arguments.picture, "w", encoding="utf-8") as out:
                out.write(scaling_svg(
                    [(name, [(n, seconds * 1e3) for n, seconds in line])
                     for name, line in (("training step", train), ("inference", infer)) if line],
                    "nodes", "cpu time above start-up (ms)"))
    zoo(bench, 10000 if arguments.runs > 5 else 1000)


if __name__ == "__main__":
    main()
