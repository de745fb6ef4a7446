"""fuzz.py TOOL FOLDER [--count N] [--seed S] [--seeds FOLDER] [-- FLAGS...]

Writes N damaged models into FOLDER and counts the folder, one process for all.
Half of them are valid models with damage (bits, bytes, numbers, fields); half
are single operators with random operands and attributes. Whatever the damage,
the tool must end with status 0 or 1 and give every file a row: its figures or
an error. When it does not, every file is tried alone and the culprits named.
The same seed always gives the same files.
"""
import argparse
import csv
import glob
import io
import json
import os
import random
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from onnxwrite import *  # noqa: E402

EXTREMES = [0, 1, 2, 3, 7, 8, 64, 255, 1 << 20, (1 << 31) - 1, 1 << 31, 1 << 32, 1 << 40, 1 << 61, 1 << 62,
            (1 << 63) - 1, -1, -2, -(1 << 31), -(1 << 62), -(1 << 63), 1 - (1 << 63)]

# The messages of onnx.proto: which fields hold which messages.
MESSAGES = {
    "model": {7: "graph", 8: "opset", 25: "function"},
    "graph": {1: "node", 5: "tensor", 11: "value", 12: "value", 13: "value", 15: "sparse"},
    "function": {7: "node", 9: "opset", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 22: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "value": {2: "type"},
    "type": {1: "tensortype", 8: "tensortype"},
    "tensortype": {2: "shape"},
    "shape": {1: "dim"},
    "opset": {}, "tensor": {}, "dim": {},
}


def read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


def parse(data, kind):
    """A message as a list of [field, wire type, payload]; messages as lists."""
    fields, at = [], 0
    while at < len(data):
        tag, at = read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            payload, at = read_varint(data, at)
        elif wire == 2:
            size, at = read_varint(data, at)
            payload, at = data[at:at + size], at + size
            inner = MESSAGES[kind].get(number)
            if inner is not None:
                payload = parse(payload, inner)
        else:
            size = 8 if wire == 1 else 4
            payload, at = data[at:at + size], at + size
        fields.append([number, wire, payload])
    return fields


def serialize(fields):
    out = b""
    for number, wire, payload in fields:
        out += varint(number << 3 | wire)
        if wire == 0:
            out += varint(payload)
        elif wire == 2:
            payload = serialize(payload) if isinstance(payload, list) else payload
            out += varint(len(payload)) + payload
        else:
            out += payload
    return out


def copied(fields):
    return [[n, w, copied(p) if isinstance(p, list) else p] for n, w, p in fields]


def every(fields):
    """All fields of a message and of those inside it, with the list each is in."""
    for item in fields:
        yield fields, item
        if isinstance(item[2], list):
            yield from every(item[2])


def damage_fields(tree, draw):
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        places = list(every(tree))
        holder, item = draw.choice(places)
        # Numbers are what operators trip over.
        numbers = [p for p in places if p[1][1] == 0]
        if numbers and draw.random() < 0.6:
            holder, item = draw.choice(numbers)
            old = item[2] - (1 << 64) if item[2] >> 63 else item[2]
            item[2] = draw.choice([*EXTREMES, old + 1, old - 1, -old, old * 2, draw.randint(-9, 9)]) & ((1 << 64) - 1)
            continue
        other_holder, other = draw.choice(places)
        action = draw.randrange(6)
        if action == 0:
            holder.remove(item)
        elif action == 1:
            holder.insert(draw.randint(0, len(holder)), copied([item])[0])
        elif action == 2:
            if item[1] == other[1] and isinstance(item[2], list) == isinstance(other[2], list):
                item[2] = copied([other])[0][2]
        elif action == 3:
            draw.shuffle(holder)
        elif action == 4:
            item[0] = draw.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 20, 21])
        elif item[1] in (1, 5):
            size = len(item[2])
            item[2] = draw.choice([b"\0" * size, b"\xff" * size, b"\0" * (size - 2) + b"\x80\x7f"])
        elif isinstance(item[2], bytes):
            item[2] = draw.choice([b"", item[2] * 2, item[2][:-1], b"\xff" + item[2], item[2] + item[2][:1]])


def damage_bytes(data, draw):
    data = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 4])):
        if not data:
            break
        at = draw.randrange(len(data))
        action = draw.randrange(6)
        if action < 2:
            data[at] ^= 1 << draw.randrange(8)
        elif action == 2:
            data[at] = draw.choice([0, 1, 127, 128, 255])
        elif action == 3:
            del data[at:]
        elif action == 4:
            del data[at:at + draw.randint(1, 8)]
        else:
            start = draw.randrange(len(data))
            data[at:at] = data[start:start + draw.randint(1, 16)]
    return bytes(data)


def valid_models():
    """Small, and with all that matters: shape chains, weights, branches, recurrence."""
    yield model(
        [node("Conv", ["x", "w1", "b1"], ["c"], "conv", pads=[1, 1, 1, 1], strides=[2, 2], group=1),
         node("BatchNormalization", ["c", "s", "t", "m", "v"], ["n"], "norm", epsilon=1e-5),
         node("Relu", ["n"], ["r"]), node("MaxPool", ["r"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
         node("ConvTranspose", ["p", "w2"], ["u"], "up", strides=[2, 2], output_padding=[1, 1]),
         node("Shape", ["u"], ["shape"]), node("Gather", ["shape", "zero"], ["batch"], axis=0),
         node("Unsqueeze", ["batch", "axes"], ["batch1"]), node("Concat", ["batch1", "minus"], ["target"], axis=0),
         node("Reshape", ["u", "target"], ["flat"]), node("Gemm", ["flat", "w3", "b3"], ["g"], "fc", transB=1),
         node("Softmax", ["g"], ["y"], axis=-1)],
        [value("x", [2, 3, 8, 8])], ["y"],
        [tensor("w1", [4, 3, 3, 3]), tensor("b1", [4]), *(tensor(n, [4]) for n in "stmv"),
         tensor("w2", [4, 2, 3, 3]), tensor("zero", [], INT64, [0]), ints("axes", [0]), ints("minus", [-1]),
         tensor("w3", [5, 72]), tensor("b3", [5])])
    yield model(
        [node("Gather", ["emb", "ids"], ["e"], "embed"), node("MatMul", ["e", "wq"], ["q"]),
         node("MatMul", ["e", "wk"], ["k"]), node("Transpose", ["k"], ["kt"], perm=[0, 2, 1]),
         node("MatMul", ["q", "kt"], ["s"]), node("Sqrt", ["dim"], ["root"]), node("Div", ["s", "root"], ["d"]),
         node("Where", ["mask", "d", "low"], ["m"]), node("Softmax", ["m"], ["a"], axis=-1),
         node("MatMul", ["a", "e"], ["o"]), node("Add", ["o", "e"], ["res"]),
         node("LayerNormalization", ["res", "g", "b"], ["ln"], axis=-1, epsilon=1e-5),
         node("Einsum", ["ln", "wq"], ["ein"], equation="bsd,de->bse"),
         node("ReduceMean", ["ein"], ["mean"], axes=[1], keepdims=0), node("Slice", ["mean", "z", "t", "o1"], ["y"])],
        [value("ids", [2, 5], INT64), value("mask", [5, 5], BOOL)], ["y"],
        [tensor("emb", [11, 8]), tensor("wq", [8, 8]), tensor("wk", [8, 8]), tensor("dim", [], FLOAT, [8.0]),
         tensor("low", [], FLOAT, [-1e9]), tensor("g", [8]), tensor("b", [8]), ints("z", [0]), ints("t", [4]),
         ints("o1", [1])])
    yield model(
        [node("LSTM", ["x", "w", "r", "b"], ["h", "last", ""], "lstm", hidden_size=4, direction="bidirectional"),
         node("Squeeze", ["last"], ["sq"]), node("GRU", ["x", "gw", "gr"], ["gh"], "gru", hidden_size=4,
                                                  linear_before_reset=1),
         node("Split", ["gh", "parts"], ["p0", "p1"], axis=0), node("Concat", ["p0", "p1"], ["cat"], axis=0),
         node("Pad", ["cat", "pads"], ["pd"]), node("Resize", ["pd", "", "scales"], ["rs"], mode="linear"),
         node("Tile", ["rs", "reps"], ["y"]), node("TopK", ["y", "kk"], ["top", "idx"], axis=-1),
         node("OneHot", ["idx", "depth", "vals"], ["hot"])],
        [value("x", [6, 2, 3])], ["y"],
        [tensor("w", [2, 16, 3]), tensor("r", [2, 16, 4]), tensor("b", [2, 32]), tensor("gw", [1, 12, 3]),
         tensor("gr", [1, 12, 4]), ints("parts", [2, 4]), ints("pads", [0, 0, 1, 0, 0, 0, 0, 1]),
         tensor("scales", [4], FLOAT, [1.0, 1.0, 2.0, 2.0]), ints("reps", [1, 1, 2, 1]), ints("kk", [2]),
         tensor("depth", [], INT64, [5]), tensor("vals", [2], FLOAT, [0.0, 1.0])])
    branch = graph([node("Mul", ["x", "k"], ["t"])], [], ["t"], [tensor("k", [1], FLOAT, [2.0])])
    yield model([node("If", ["c"], ["y"], "if", then_branch=("graph", branch), else_branch=("graph", branch))],
                [value("x", [2]), value("c", [], BOOL)], ["y"])
    yield model(
        [node("Range", ["a", "b", "c"], ["r"]), node("Cast", ["r"], ["f"], to=1),
         node("ConstantOfShape", ["n"], ["z"], value=tensor("", [1], FLOAT, [1.0])),
         node("Expand", ["z", "big"], ["e"]), node("Add", ["e", "f"], ["s"]), node("CumSum", ["s", "a"], ["cs"]),
         node("QuantizeLinear", ["cs", "qs", "qz"], ["q"], axis=0),
         node("DequantizeLinear", ["q", "qs", "qz"], ["dq"]), node("Mul", ["dq", "x"], ["y"])],
        [value("x", [4])], ["y"],
        [tensor("a", [], INT64, [0]), tensor("b", [], INT64, [4]), tensor("c", [], INT64, [1]), ints("n", [1]),
         ints("big", [4]), tensor("qs", [], FLOAT, [0.5]), tensor("qz", [], UINT8, [3])])


NUMBERS = """axis axes group groups num_groups hidden_size keepdims to allowzero ceil_mode count_include_pad storage_order
    transA transB size blocksize batch_dims exclude_outside linear_before_reset layout input_forget fmod p k sorted
    largest select_last_index exclusive reverse inverse onesided num_outputs is_causal kv_num_heads q_num_heads
    num_heads rotary_embedding_dim interleaved head_size sampling_ratio output_height output_width upper dtype
    seed batch_axis time_axis start end noop_with_empty_axes center_point_box output_datatype periodic ignore_index
    stash_type saturate block_size offset_group sample_size detect_positive detect_negative axis_w maxsplit
    qk_matmul_output_mode softmax_precision unidirectional do_rotary past_present_share_buffer""".split()
LISTS = """kernel_shape strides pads dilations output_padding output_shape perm axes split shape pooled_shape scales
    starts ends axis nodes_featureids nodes_modes qkv_hidden_sizes block_shape image_shape""".split()
REALS = "alpha beta gamma epsilon momentum ratio lambd bias clip scale spatial_scale softcap low high mean".split()
WORDS = {
    "auto_pad": ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "x"], "mode": ["nearest", "linear", "cubic", "constant",
    "reflect", "edge", "wrap", "sum", "fan"], "direction": ["forward", "reverse", "bidirectional", "LEFT"],
    "equation": ["ij,jk->ik", "ij->ji", "...i->...", "ii->i", "i,i->", "b...,...", "->", "a" * 60],
    "approximate": ["none", "tanh"], "reduction": ["none", "mean", "sum", "add", "mul"],
    "coordinate_transformation_mode": ["half_pixel", "asymmetric", "align_corners", "tf_crop_and_resize"],
    "padding_mode": ["zeros", "border", "reflection"], "nearest_mode": ["floor", "ceil"],
    "keep_aspect_ratio_policy": ["stretch", "not_larger", "not_smaller"],
}
KINDS = [FLOAT] * 40 + [INT64] * 12 + [INT32, UINT8, INT8, BOOL, HALF, DOUBLE, STRING, COMPLEX64, BFLOAT16, 17, 22, 0] * 2


def random_dims(draw):
    rank = draw.choice([0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6])
    small = [1, 2, 2, 3, 4, 4, 8]
    wild = draw.random() < 0.05
    return [draw.choice(small + ([0, 1 << 20, 1 << 40, 1 << 61] if wild else [])) for _ in range(rank)]


def random_number(draw):
    return draw.choice(EXTREMES) if draw.random() < 0.2 else draw.choice([0, 1, 1, 2, 2, 3, 4, -1])


def random_operator(draw, operators):
    op, domain, opset = draw.choice(operators)
    shared = random_dims(draw)
    inputs, stored, names, first_dims = [], [], [], []
    for i in range(draw.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8])):
        name = "i%d" % i
        kind = draw.choice(KINDS)
        dims = shared if draw.random() < 0.5 else random_dims(draw)
        count = 1
        for d in dims:
            count *= d
        choice = draw.random()
        if choice < 0.1:
            names.append("")
            continue
        first_dims = first_dims if names.count("") < len(names) else dims
        names.append(name)
        if choice < 0.55:
            inputs.append(value(name, dims, kind))
        elif choice < 0.65 or count > 64 or kind not in (FLOAT, INT64, BOOL, STRING, INT32, DOUBLE):
            stored.append(tensor(name, dims, kind))
        elif kind == STRING:
            stored.append(tensor(name, dims, kind, [draw.choice(["", "a", "linear"]) for _ in range(count)]))
        elif kind == BOOL:
            stored.append(tensor(name, dims, kind, [draw.random() < 0.5 for _ in range(count)]))
        elif kind in (FLOAT, DOUBLE):
            stored.append(tensor(name, dims, kind, [draw.choice([0.0, 1.0, 2.0, 0.5, -1.0, 1e30, float("inf"),
                                                                 float("nan")]) for _ in range(count)]))
        elif kind == INT32:
            stored.append(tensor(name, dims, kind, [draw.randint(-2, 4) for _ in range(count)]))
        else:
            stored.append(tensor(name, dims, kind, [random_number(draw) for _ in range(count)]))
    attributes = {}
    for _ in range(draw.choice([0, 0, 1, 2, 3, 5, 8])):
        choice = draw.random()
        if choice < 0.4:
            attributes[draw.choice(NUMBERS)] = random_number(draw)
        elif choice < 0.75:
            attributes[draw.choice(LISTS)] = [random_number(draw) for _ in range(draw.choice([0, 1, 2, 2, 3, 4, 4, 6]))]
        elif choice < 0.85:
            attributes[draw.choice(REALS)] = draw.choice([0.0, 0.5, 1.0, -1.0, 1e38, float("nan"), float("inf")])
        else:
            word = draw.choice(list(WORDS))
            attributes[word] = draw.choice(WORDS[word])
    outputs = ["o%d" % i for i in range(draw.choice([1, 1, 1, 1, 2, 3]))]
    # A weight before the operator makes the gradient reach it.
    nodes = [node(op, names, outputs, "n", domain, **attributes)]
    first = next((n for n in names if n), "")
    if first and draw.random() < 0.7:
        names[names.index(first)] = "weighted"
        nodes = [node("Mul", [first, "weight"], ["weighted"], "m"), node(op, names, outputs, "n", domain, **attributes)]
        stored.append(tensor("weight", first_dims))
    return model(nodes, inputs, outputs[:1], stored, draw.choice([opset, opset, 7, 11, 13, 17, 18, 21, 23]),
                 [(domain, 1)] if domain else [])


def list_operators(tool):
    rows = csv.DictReader(io.StringIO(subprocess.run([tool, "ops", "--format", "csv"], capture_output=True, text=True,
                                                     check=True).stdout))
    return [(r["name"], r["domain"], max(int(re.match(r"\d+", r["opsets"]).group()), 13)) for r in rows
            if r["opsets"] and r["status"] not in ("loss", "optimizer")]


def run(tool, target, flags):
    # The limit is on computing: a busy machine takes longer.
    done = subprocess.run([tool, target, "--format", "json", *flags], capture_output=True,
                          preexec_fn=limit_computing)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def limit_computing():
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))


LIMIT = 600


def verdict(status, out, err, count):
    """What is wrong with a folder's run, or nothing."""
    if status not in (0, 1):
        return "ended with status %s" % status
    if err:
        return "said on standard error: %s" % err[:2000]
    rows = out.decode("utf-8").splitlines()
    if len(rows) != count:
        return "%d rows for %d models" % (len(rows), count)
    for row in rows:
        row = json.loads(row)
        if "error" in row and not row["error"].startswith(row["model"]["path"] + ": "):
            return "an error without its file: %s" % row["error"]
        if "error" not in row and "totals" not in row:
            return "neither figures nor an error: %s" % row
    return ""


def main():
    global LIMIT
    options = argparse.ArgumentParser()
    options.add_argument("tool")
    options.add_argument("folder")
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--seeds", help="more valid models to damage")
    options.add_argument("--limit", type=int, default=600, help="seconds of computing")
    options.add_argument("--flags", default="--phase train --loss mse --optimizer adam")
    given = options.parse_args()
    LIMIT = given.limit
    draw = random.Random(given.seed)
    os.makedirs(given.folder, exist_ok=True)
    for old in glob.glob(os.path.join(given.folder, "*.onnx")):
        os.remove(old)
    seeds = list(valid_models())
    if given.seeds:
        for path in sorted(glob.glob(os.path.join(given.seeds, "**", "*.onnx"), recursive=True)):
            if os.path.getsize(path) < 20000:
                seeds.append(open(path, "rb").read())
    trees = [parse(s, "model") for s in seeds]
    operators = list_operators(given.tool)
    for i in range(given.count):
        which = draw.randrange(len(seeds))
        if given.seeds:
            kind = draw.choice([0, 1, 1, 1, 1])
        else:
            kind = draw.choice([0, 1, 2, 2])
        if kind == 0:
            content = damage_bytes(seeds[which], draw)
        elif kind == 1:
            tree = copied(trees[which])
            damage_fields(tree, draw)
            content = serialize(tree)
        else:
            content = random_operator(draw, operators)
        save(os.path.join(given.folder, "%06d.onnx" % i), content)

    flags = given.flags.split()
    status, out, err = run(given.tool, given.folder, flags)
    problem = verdict(status, out, err, given.count)
    if not problem:
        counted = sum("error" not in json.loads(row) for row in out.decode("utf-8").splitlines())
        print("%d counted, %d refused" % (counted, given.count - counted))
        return 0
    print("WRONG: %s" % problem)
    LIMIT = min(LIMIT, 20)
    for path in sorted(glob.glob(os.path.join(given.folder, "*.onnx"))):
        status, out, err = run(given.tool, path, flags)
        if status not in (0, 1) or (status == 0 and err) or (status == 1 and not re.match(
                r"toscount: error: %s: [^\n]+\n\Z" % re.escape(path), err)):
            print("WRONG %s: status %s\n%s" % (path, status, err[:1500]))
    return 1


if __name__ == "__main__":
    sys.exit(main())
