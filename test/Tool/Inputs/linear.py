#!/usr/bin/python3
"""How the instructions that a command runs grow with a graph, by callgrind.

    linear.py TOSCOUNT FOLDER

Counts them on three graphs, each twice as large as the one before. Between them
the instructions grow by d1, then by d2; start-up is in neither, and log2(d2/d1)
is the exponent: 1 for work in proportion to the graph, 2 for pairs of nodes.
Prints a line for each command and graph: linear, or the exponent.
"""
import math
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs"))
from onnxwrite import *

SMALLEST = 200
# Vectors that double, and tables that grow, make steps.
MOST = 1.15


def chain(n):
    """Nodes one after the other in scopes of four, a parameter in each scope."""
    nodes, stored, last = [], [], "x"
    for i in range(n):
        name, out = f"/layer.{i // 4}/{i % 4}", f"v{i}"
        if i % 4 == 0:
            stored.append(tensor(f"w{i}", [8]))
            nodes.append(node("Add", [last, f"w{i}"], [out], name=name))
        else:
            nodes.append(node("Relu", [last], [out], name=name))
        last = out
    return model(nodes, [value("x", ["N", 8])], [last], stored)


def backwards(n):
    """The nodes of a chain, the last one first."""
    nodes = [node("Relu", ["x" if i == 0 else f"v{i - 1}"], [f"v{i}"], name=f"n{i}") for i in range(n)]
    return model(nodes[::-1], [value("x", ["N", 8])], [f"v{n - 1}"])


def fan(n):
    """One value read by n nodes, one node that reads all their results."""
    branches = [f"b{i}" for i in range(n)]
    nodes = [node("Add", ["x", "w"], ["a"], name="first")]
    nodes += [node("Relu", ["a"], [b], name=b) for b in branches]
    nodes.append(node("Sum", branches, ["y"], name="last"))
    return model(nodes, [value("x", ["N", 8])], ["y"], [tensor("w", [8])])


def deep(n):
    """A few nodes in a scope of 10 n components."""
    scope = "/".join(f"s{i}" for i in range(10 * n))
    nodes = [node("Relu", ["x" if i == 0 else f"v{i - 1}"], [f"v{i}"], name=f"/{scope}/n{i}") for i in range(4)]
    return model(nodes, [value("x", ["N", 8])], ["v3"])


def gelus(n):
    """Linear layers with a GELU written out: blocks within blocks."""
    nodes, stored, last = [], [tensor("root2", [], FLOAT, [2 ** 0.5]), tensor("one", [], FLOAT, [1.0]),
                               tensor("half", [], FLOAT, [0.5])], "x"
    for i in range(n // 4):
        stored += [tensor(f"w{i}", [8, 8]), tensor(f"b{i}", [8])]
        for op, inputs, out in (("MatMul", [last, f"w{i}"], f"m{i}"), ("Add", [f"m{i}", f"b{i}"], f"a{i}"),
                                ("Div", [f"a{i}", "root2"], f"d{i}"), ("Erf", [f"d{i}"], f"e{i}"),
                                ("Add", [f"e{i}", "one"], f"p{i}"), ("Mul", [f"a{i}", f"p{i}"], f"q{i}"),
                                ("Mul", [f"q{i}", "half"], f"g{i}")):
            nodes.append(node(op, inputs, [out], name=f"/layer.{i}/{out}"))
        last = f"g{i}"
    return model(nodes, [value("x", ["N", 8])], [last], stored)


COUNT = ["--batch", "2", "--loss", "mse", "--optimizer", "adam"]
INFER = ["--batch", "2", "--phase", "infer"]


def cases():
    for graph in (chain, backwards, fan, deep, gelus):
        yield "count", graph, lambda f: [f, *COUNT]
    for group in ("op", "scope", "block"):
        yield f"by {group}", gelus, lambda f, group=group: [f, *COUNT, "--group-by", group]
    yield "by scope", deep, lambda f: [f, *INFER, "--group-by", "scope"]
    for form in ("json", "csv", "md"):
        yield form, chain, lambda f, form=form: [f, *INFER, "--format", form]
    yield "top", chain, lambda f: [f, *INFER, "--top", "5"]
    yield "dump", fan, lambda f: ["dump", f, "--batch", "2"]
    yield "explain", chain, lambda f: ["explain", f, *COUNT, "--node", "loss"]
    yield "diff", gelus, lambda f: ["diff", f, f, *INFER]
    yield "formula", fan, lambda f: ["formula", f, "--phase", "infer"]


def instructions(command, out):
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *command],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"linear.py: {' '.join(command)}: {done.stderr.strip()}")
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def main():
    tool, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for graph in (chain, backwards, fan, deep, gelus):
        for factor in (1, 2, 4):
            save(os.path.join(folder, f"{graph.__name__}-{factor}.onnx"), graph(factor * SMALLEST))

    def measure(case):
        name, graph, arguments = case
        spent = [instructions([tool, *arguments(os.path.join(folder, f"{graph.__name__}-{factor}.onnx"))],
                              os.path.join(folder, f"{name}-{graph.__name__}.out")) for factor in (1, 2, 4)]
        exponent = math.log2((spent[2] - spent[1]) / (spent[1] - spent[0]))
        return f"{name}, {graph.__name__}: " + ("linear" if exponent < MOST else f"{exponent:.2f} {spent}")

    with ThreadPoolExecutor(2) as pool:
        for line in pool.map(measure, cases()):
            print(line)


if __name__ == "__main__":
    main()
