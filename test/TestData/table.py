#!/usr/bin/python3
"""The table of every model of Debian's libonnx-testdata: how toscount counts it.

  table.py TOOL [--data FOLDER] [--out FILE]

writes Markdown. All models are first counted in one process, as they are. What
is refused then because its inputs hold shapes, axes or sizes, which these tests
feed at run time, is counted again with the contents, lengths and dimensions
that were recorded as inputs, given as --assume and --dim. Classes:

  counted          computes; nothing was assumed
  free             moves elements or makes constants: 0 basic operations
  data-dependent   counted after an assumption about data, or an estimate
  rejected         refused, with the reason

A model that makes the tool crash ends the script with an error.
"""
import argparse
import csv
import glob
import io
import os
import re
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import onnx
from onnx import numpy_helper

PHASE = ["--phase", "infer"]


def count(tool, paths, flags=()):
    """Rows by path of the models that were counted, and errors of the others."""
    run = subprocess.run([tool, "count", *paths, *PHASE, *flags, "--format", "csv"],
                         capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit("crashed with status %s on %s: %s" % (run.returncode, " ".join(paths[:3]), run.stderr[-2000:]))
    rows, errors = {}, {}
    for row in csv.DictReader(io.StringIO(run.stdout)):
        if row.get("error"):
            errors[row["name"]] = row["error"]
        elif row["name"] in paths:
            rows[row["name"]] = row
    return rows, errors, run


def read(path, message):
    with open(path, "rb") as file:
        message.ParseFromString(file.read())
    return message


def tensor_flags(name, tensor, contents):
    flags = []
    for axis, size in enumerate(tensor.dims):
        if size:
            flags += ["--dim", "%s:%d=%d" % (name, axis, size)]
    array = numpy_helper.to_array(tensor)
    if contents and array.dtype.kind in "iuf" and 0 < array.size <= 64:
        values = ",".join("%d" % v if v == int(v) else repr(float(v)) for v in array.flatten())
        return flags, ["--assume", "%s=%s" % (name, values)]
    return flags, []


def sequence_flags(name, sequence):
    dims = []
    for i, tensor in enumerate(sequence.tensor_values):
        for axis, size in enumerate(tensor.dims):
            dims += ["--dim", "%s[%d]:%d=%d" % (name, i, axis, size)]
    return dims, ["--assume", "%s=%d" % (name, len(sequence.tensor_values))]


def recorded(path):
    """Flags that state what was recorded: (dimensions, assumptions) an input."""
    graph = onnx.load(path).graph
    stored = {i.name for i in graph.initializer}
    folder = os.path.join(os.path.dirname(path), "test_data_set_0")
    all_flags = []
    for i, value in enumerate(v for v in graph.input if v.name not in stored):
        file = os.path.join(folder, "input_%d.pb" % i)
        kind = value.type.WhichOneof("value")
        if not os.path.exists(file):
            continue
        if kind == "sequence_type":
            all_flags.append(sequence_flags(value.name, read(file, onnx.SequenceProto())))
        elif kind == "optional_type":
            optional = read(file, onnx.OptionalProto())
            if optional.HasField("tensor_value"):
                dims, _ = tensor_flags(value.name, optional.tensor_value, False)
                all_flags.append((dims, ["--assume", value.name + "=1"]))
            elif optional.HasField("sequence_value"):
                all_flags.append(sequence_flags(value.name, optional.sequence_value))
            else:
                all_flags.append(([], ["--assume", value.name + "=none"]))
        else:
            all_flags.append(tensor_flags(value.name, read(file, onnx.TensorProto()), True))
    return all_flags


def again(tool, path):
    """The error of \p path, if it is refused, and the assumptions that it took: those that the messages ask for."""
    flags = recorded(path)
    dims = [f for d, _ in flags for f in d]
    known = {a[1].rsplit("=", 1)[0]: a for _, a in flags if a}
    numbers = [n for n, a in known.items() if "," not in a[1]]
    taken = []
    while True:
        given = dims + [f for a in taken for f in a]
        run = subprocess.run([tool, "count", path, *PHASE, *given, "--format", "csv", "--columns", "name,tos"],
                             capture_output=True, text=True)
        if run.returncode not in (0, 1):
            sys.exit("crashed with status %s: %s" % (run.returncode, run.args))
        if run.returncode == 0:
            return None, taken
        error = run.stderr.strip().splitlines()[-1].removeprefix("toscount: error: ").removeprefix(path + ": ")
        asked = [n for n in re.findall(r"--assume (\S+?)=", error) if n in known]
        # A number of iterations may be computed from several inputs.
        wanted = [known[n] for n in asked or numbers if known[n] not in taken]
        if "--assume" not in error or not wanted:
            return error, taken
        taken.append(wanted[0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--data", default="/usr/share/libonnx-testdata/data")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    paths = sorted(glob.glob(arguments.data + "/*/*/model.onnx"))
    rows, errors, _ = count(arguments.tool, paths)
    lost = set(paths) - set(rows) - set(errors)
    if lost:
        sys.exit("neither counted nor refused: " + ", ".join(sorted(lost)))

    classes = {"counted": [], "free": [], "data-dependent": [], "rejected": []}
    for path, row in rows.items():
        computes = any(float(row[c]) for c in ("flops", "tos"))
        classes["data-dependent" if row["estimate"] == "yes" else "counted" if computes else "free"].append((path, ""))
    with ThreadPoolExecutor(2) as pool:
        for path, (error, assumed) in zip(errors, pool.map(lambda p: again(arguments.tool, p), errors)):
            classes["rejected" if error else "data-dependent"].append(
                (path, error or " ".join(f for a in assumed for f in a)))

    out = io.StringIO()
    total = len(paths)
    print("# The ONNX project's test models\n", file=out)
    print("Every model of Debian's `libonnx-testdata`, counted by `test/TestData/table.py TOOL`, which writes this page; a test "
          "holds it. Shapes and\nrecorded outputs are compared by `TestDataTests`.\n", file=out)
    print("| class | models | share | what it means |\n| --- | ---: | ---: | --- |", file=out)
    means = {"counted": "computes; nothing assumed", "free": "moves elements or makes constants: 0 basic operations",
             "data-dependent": "counted under the assumptions below, which state inputs that these tests feed at run time; or an estimate",
             "rejected": "refused by name, with the reason"}
    for name, models in classes.items():
        print("| %s | %d | %.1f %% | %s |" % (name, len(models), 100 * len(models) / total, means[name]), file=out)
    print("| all | %d | 100.0 %% | crashes: 0 |" % total, file=out)

    def short(path):
        return "/".join(path.split("/")[-3:-1])

    print("\n## Rejected\n\n| model | reason |\n| --- | --- |", file=out)
    for path, error in sorted(classes["rejected"]):
        print("| %s | %s |" % (short(path), error.replace("|", "\\|")), file=out)
    print("\n## Data-dependent\n\n| model | stated |\n| --- | --- |", file=out)
    for path, flags in sorted(classes["data-dependent"]):
        print("| %s | %s |" % (short(path), "`%s`" % flags if flags else "nothing: an upper bound is counted, an estimate"), file=out)
    for name in ("counted", "free"):
        print("\n## %s\n" % name.capitalize(), file=out)
        names = [short(p).removeprefix("node/") for p, _ in sorted(classes[name])]
        print("\n".join(textwrap.wrap(", ".join(names), 150, break_long_words=False, break_on_hyphens=False)), file=out)
    if arguments.out:
        with open(arguments.out, "w") as file:
            file.write(out.getvalue())
    else:
        sys.stdout.write(out.getvalue())


main()
