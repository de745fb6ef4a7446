"""nodetests.py TOOL RUNNER NODES OUT [NAME...]: the runner against the ONNX
project's recorded node tests below NODES.

Every test whose graph consists of operators that the runner has is tried: the
graph is exported by `TOOL campaign --graphs`, run by `RUNNER --check`, and its
outputs are compared with the recorded ones. Prints a table, operator by
operator, of passed and tried, and what failed. Files go to the folder OUT.
"""
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy
import onnx
from onnx import numpy_helper

# Random draws, which are other than recorded.
EXPECTED = ("test_bernoulli", "test_training_dropout")
TYPES = {
    "float32": "fp32", "float64": "fp64", "float16": "fp16", "int64": "int64", "int32": "int32",
    "int16": "int16", "int8": "int8", "uint8": "uint8", "bool": "bool",
}


def number(value):
    if isinstance(value, float) and not numpy.isfinite(value):
        return "nan" if numpy.isnan(value) else "inf" if value > 0 else "-inf"
    return int(value) if isinstance(value, bool) else value


def tensor(path):
    """The stored tensor as JSON; None for what is none or of another type."""
    proto = onnx.TensorProto()
    try:
        proto.ParseFromString(path.read_bytes())
        array = numpy_helper.to_array(proto)
    except Exception:
        return None
    if str(array.dtype) not in TYPES:
        return None
    return {"type": TYPES[str(array.dtype)], "shape": list(array.shape),
            "contents": [number(v) for v in array.ravel().tolist()]}


def recorded(folder, kind, names):
    tensors = {}
    for i, name in enumerate(names):
        path = folder / "test_data_set_0" / f"{kind}_{i}.pb"
        value = tensor(path) if path.exists() else None
        if value is None:
            return None
        tensors[name] = value
    return tensors


def with_constants(model, inputs, folder, out):
    """A copy whose small whole-number inputs are initializers."""
    for i, value in reversed(list(enumerate(model.graph.input))):
        known = inputs.get(value.name)
        if known and known["type"].startswith("int") and len(known["contents"]) <= 64:
            stored = onnx.TensorProto()
            stored.ParseFromString((folder / "test_data_set_0" / f"input_{i}.pb").read_bytes())
            stored.name = value.name
            model.graph.initializer.append(stored)
            del model.graph.input[i]
    path = out / "constants.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def main():
    tool, runner, nodes, out = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    out.mkdir(parents=True, exist_ok=True)
    known = set(subprocess.run([runner, "--operators"], check=True, capture_output=True, text=True).stdout.split())
    lines, operators, skipped = [], {}, Counter()
    for folder in sorted(nodes.iterdir()):
        if sys.argv[5:] and folder.name not in sys.argv[5:]:
            continue
        model = onnx.load(str(folder / "model.onnx"))
        used = {(f"{n.domain}." if n.domain else "") + n.op_type for n in model.graph.node}
        if not used <= known:
            skipped["with operators the runner has not"] += 1
            continue
        inputs = recorded(folder, "input", [v.name for v in model.graph.input if v.name])
        outputs = recorded(folder, "output", [v.name for v in model.graph.output if v.name])
        if inputs is None or outputs is None:
            skipped["of sequences or types LibTorch has not"] += 1
            continue
        export = subprocess.run([tool, "campaign", "--graphs", str(folder / "model.onnx")], capture_output=True, text=True)
        if export.returncode:
            # What shapes follow from is fed at run time: make it constant.
            export = subprocess.run([tool, "campaign", "--graphs", str(with_constants(model, inputs, folder, out))],
                                    capture_output=True, text=True)
        if export.returncode:
            skipped["refused by the exporter"] += 1
            continue
        line = json.loads(export.stdout)
        line.update(name=folder.name, inputs=inputs, outputs=outputs)
        lines.append(json.dumps(line))
        operators[folder.name] = sorted(used)
    file = out / "nodetests.jsonl"
    file.write_text("".join(line + "\n" for line in lines))
    check = subprocess.run([runner, "--check", str(file)], capture_output=True, text=True)
    sys.stderr.write(check.stderr)
    tried, passed, failures = Counter(), Counter(), []
    for line in check.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        name = rest.split(":")[0]
        if verdict not in ("passed", "failed"):
            continue
        for operator in operators[name]:
            tried[operator] += 1
            passed[operator] += verdict == "passed"
        if verdict == "failed":
            failures.append(rest)
    print(f"{'operator':32}{'passed':>8}{'tried':>8}")
    for operator in sorted(tried):
        print(f"{operator:32}{passed[operator]:8}{tried[operator]:8}")
    print(f"{check.stdout.splitlines()[-1]}")
    for why, count in sorted(skipped.items()):
        print(f"not tried: {count} {why}")
    for failure in failures:
        print("failed, as expected:" if failure.startswith(EXPECTED) else "FAILED:", failure)
    sys.exit(any(not failure.startswith(EXPECTED) for failure in failures) or not tried)


main()
