#!/usr/bin/python3
"""Files beyond 2 and 4 GiB whose weights are holes, and what counting them takes.

    large.py TOSCOUNT FOLDER

Prints for each file its size in GiB, the parameters and MACs that TOSCOUNT
says, and whether it stayed below 400 MB of memory, which no weights fit. A hole
is zeros: valid as raw_data and as packed elements of every type.
"""
import json
import os
import resource
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs"))
from onnxwrite import *

GIB = 1 << 30
# Fields of TensorProto.
RAW, FLOATS, INT32S, INT64S, DOUBLES, UINT64S = 9, 4, 5, 7, 10, 11


class Hole:
    """So many zero bytes, which take none on disk."""

    def __init__(self, size):
        self.size = size


def size(parts):
    return sum(p.size if isinstance(p, Hole) else len(p) for p in parts)


def wrapped(number, parts):
    """A length-delimited field around `parts`."""
    return [varint(number << 3 | 2) + varint(size(parts)), *parts]


def stored(name, dims, data_field, bytes_each, kind=FLOAT):
    """An initializer with contents in TensorProto's field `data_field`."""
    elements = 1
    for d in dims:
        elements *= d
    head = b"".join(integer(1, d) for d in dims) + integer(2, kind) + field(8, name)
    return [head, *wrapped(data_field, [Hole(elements * bytes_each)])]


def large(nodes, tensors):
    """A model of x[N, 1024]: `tensors` before `nodes`, as some writers do, and
    one more node and initializer at its very end."""
    parts = []
    for t in tensors:
        parts += wrapped(5, t)
    for n in nodes:
        parts += wrapped(1, n)
    parts.append(field(1, node("Add", ["h", "last"], ["y"], name="last"))
                 + field(2, "g") + field(11, value("x", ["N", 1024])) + field(12, output("y"))
                 + field(5, tensor("last", [1], FLOAT, [0.0])))
    return [integer(1, 8), *wrapped(7, parts), field(8, opset(17))]


def product(cast=False):
    """h = x times w, which is cast first when it is not of x's type."""
    if not cast:
        return [[node("MatMul", ["x", "w"], ["h"])]]
    return [[node("Cast", ["w"], ["cast"], to=FLOAT)], [node("MatMul", ["x", "cast"], ["h"])]]


def constant(attribute_name, kind, parts):
    """A Constant node whose attribute holds `parts`."""
    inside = [field(1, attribute_name), *parts, integer(20, kind)]
    return [field(2, "w") + field(4, "Constant"), *wrapped(5, inside)]


def files():
    wide = 600 * 1024  # 600 Ki columns by 1024 rows: 629 M elements
    yield "raw", large(product(), [stored("w", [1024, wide], RAW, 4)])
    yield "float-data", large(product(), [stored("w", [1024, wide], FLOATS, 4)])
    yield "double-data", large(product(cast=True), [stored("w", [1024, wide], DOUBLES, 8, DOUBLE)])
    yield "int64-data", large(product(cast=True), [stored("w", [1024, 4 * wide], INT64S, 1, INT64)])
    yield "int32-data", large(product(cast=True), [stored("w", [1024, 4 * wide], INT32S, 1, INT8)])
    yield "uint64-data", large(product(cast=True), [stored("w", [1024, 4 * wide], UINT64S, 1, UINT64)])
    yield "constant", large([constant("value", 4, wrapped(5, stored("", [1024, wide], RAW, 4)))] + product(), [])
    # In another file, which is not there, beyond its first 4 GiB.
    place = b"".join(field(13, field(1, k) + field(2, v)) for k, v in (
        ("location", "w.bin"), ("offset", str(5 * GIB)), ("length", str(4 * 1024 * wide))))
    yield "external", large(product(), [[
        integer(1, 1024) + integer(1, wide) + integer(2, FLOAT) + field(8, "w") + place + integer(14, 1)]])
    # Two of them, so that offsets pass 2^32.
    yield "two", large([[node("MatMul", ["x", "w"], ["f"])], [node("MatMul", ["x", "v"], ["g"])],
                        [node("Add", ["f", "g"], ["h"])]],
                       [stored("w", [1024, wide], RAW, 4), stored("v", [1024, wide], RAW, 4)])


def write(path, parts):
    with open(path, "wb") as out:
        for p in parts:
            if isinstance(p, Hole):
                out.seek(p.size, os.SEEK_CUR)
            else:
                out.write(p)
        out.truncate()


def main():
    tool, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for name, parts in files():
        path = os.path.join(folder, name + ".onnx")
        write(path, parts)
        gib = os.path.getsize(path) / GIB
        done = subprocess.run([tool, path, "--dim", "N=1", "--phase", "infer", "--format", "json"],
                              capture_output=True, text=True, check=False)
        os.remove(path)
        if done.returncode != 0:
            print(f"{name}: {gib:.1f} GiB: {done.stderr.strip()}")
            continue
        report = json.loads(done.stdout)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{name}: {gib:.1f} GiB, {report['parameters']['total']} parameters, "
              f"{report['totals']['all']['macs']} MACs, "
              + ("below 400 MB" if peak < 400 else f"{peak:.0f} MB"))


if __name__ == "__main__":
    main()
