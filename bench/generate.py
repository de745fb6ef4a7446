#!/usr/bin/python3
"""Writes the models that the benchmarks count.

    generate.py FOLDER MODEL...

A MODEL is a network of the literature with random weights:
    resnet50    53 convolutions, batch normalisation unfused, 102 MB
    bert-base   12 encoder layers of width 768, 438 MB
    decoder     8 decoder layers of width 2048, 1.9 GB in one file
each also as
    NAME-bare       the weights declared, their bytes left out
    NAME-external   the weights in a second file, which is not written
or a graph of small nodes without weights:
    chain-N     N nodes, one after the other, a parameter at every fourth
    fan-W       ten times: one value read by W nodes, their results summed

Files that exist are kept. The same model always has the same bytes.
"""

import argparse
import os
import random
import sys

from onnx import GraphProto, ModelProto, TensorProto, helper

OPSET = 17
IR_VERSION = 8

# Field numbers of onnx.proto, for what is written by hand: weights are
# streamed, and a million nodes are not worth a million Python objects.
MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_INITIALIZER = 1, 5
NODE_INPUT, NODE_OUTPUT, NODE_NAME, NODE_OP_TYPE = 1, 2, 3, 4
TENSOR_RAW_DATA = 9


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def head(field, length):
    """Tag and length of a length-delimited field."""
    return varint(field << 3 | 2) + varint(length)


def field(number, data):
    return head(number, len(data)) + data


class RandomBytes:
    """Reproducible bytes: one random block, over and over."""

    def __init__(self, seed):
        self.block = random.Random(seed).randbytes(1 << 20)

    def write(self, file, size):
        while size > 0:
            part = min(size, len(self.block))
            file.write(self.block if part == len(self.block)
                       else memoryview(self.block)[:part])
            size -= part


class Net:
    """A graph under construction, with PyTorch's way of naming nodes."""

    def __init__(self, name):
        self.name = name
        self.nodes = []
        self.weights = []  # (name, dims): floats, contents random
        self.constants = []  # TensorProto with its contents
        self.inputs, self.outputs = [], []

    def input(self, name, kind, dims):
        self.inputs.append(helper.make_tensor_value_info(name, kind, dims))
        return name

    def output(self, name, dims):
        self.outputs.append(
            helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))

    def weight(self, name, *dims):
        self.weights.append((name, dims))
        return name

    def ints(self, name, values, scalar=False):
        self.constants.append(helper.make_tensor(
            name, TensorProto.INT64, [] if scalar else [len(values)], values))
        return name

    def floats(self, name, value):
        self.constants.append(
            helper.make_tensor(name, TensorProto.FLOAT, [], [value]))
        return name

    def node(self, op, scope, *inputs, out=None, **attributes):
        name = f"{scope}/{op}"
        out = out or f"{name}_output_0"
        self.nodes.append(
            helper.make_node(op, inputs, [out], name=name, **attributes))
        return out

    def linear(self, scope, name, x, fan_in, fan_out):
        y = self.node("MatMul", scope, x,
                      self.weight(f"{name}.weight", fan_in, fan_out))
        return self.node("Add", scope, self.weight(f"{name}.bias", fan_out), y)

    def norm(self, scope, name, x, width):
        return self.node(
            "LayerNormalization", scope, x,
            self.weight(f"{name}.weight", width),
            self.weight(f"{name}.bias", width), axis=-1, epsilon=1e-12)

    def parts(self, storage):
        """The serialized graph: bytes, or numbers of random bytes."""
        nodes = GraphProto(name=self.name, node=self.nodes)
        ends = GraphProto(input=self.inputs, output=self.outputs)
        yield nodes.SerializeToString()
        offset = 0
        for name, dims in self.weights:
            tensor = TensorProto(name=name, dims=dims,
                                 data_type=TensorProto.FLOAT)
            size = 4
            for dim in dims:
                size *= dim
            if storage == "external":
                tensor.data_location = TensorProto.EXTERNAL
                for key, value in (("location", f"{self.name}.weights"),
                                   ("offset", str(offset)),
                                   ("length", str(size))):
                    entry = tensor.external_data.add()
                    entry.key, entry.value = key, value
            offset += size
            data = tensor.SerializeToString()
            if storage != "inside":
                yield field(GRAPH_INITIALIZER, data)
                continue
            raw = head(TENSOR_RAW_DATA, size)
            yield head(GRAPH_INITIALIZER, len(data) + len(raw) + size) + data + raw
            yield size
        for tensor in self.constants:
            yield field(GRAPH_INITIALIZER, tensor.SerializeToString())
        yield ends.SerializeToString()


def resnet50():
    net = Net("resnet50")
    x = net.input("image", TensorProto.FLOAT, ["N", 3, 224, 224])

    def conv_norm(scope, name, x, c_in, c_out, kernel, stride):
        """The convolution `name` of a block and the normalisation after it."""
        at, dot = f"/{scope.replace('.', '/')}".rstrip("/"), f"{scope}." if scope else ""
        norm = name.replace("conv", "bn") if "conv" in name else "downsample.1"
        pad = kernel // 2
        x = net.node(
            "Conv", f"{at}/{name}", x,
            net.weight(f"{dot}{name}.weight", c_out, c_in, kernel, kernel),
            kernel_shape=[kernel, kernel], strides=[stride, stride],
            pads=[pad] * 4, dilations=[1, 1], group=1)
        statistics = [net.weight(f"{dot}{norm}.{part}", c_out) for part in
                      ("weight", "bias", "running_mean", "running_var")]
        return net.node("BatchNormalization", f"{at}/{norm}", x, *statistics,
                        epsilon=1e-5, momentum=0.9)

    x = net.node("Relu", "", conv_norm("", "conv1", x, 3, 64, 7, 2))
    x = net.node("MaxPool", "/maxpool", x, kernel_shape=[3, 3], strides=[2, 2],
                 pads=[1, 1, 1, 1], ceil_mode=0)
    c_in = 64
    for stage, (blocks, width) in enumerate(
            ((3, 64), (4, 128), (6, 256), (3, 512)), start=1):
        for block in range(blocks):
            scope = f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            at = "/" + scope.replace(".", "/")
            y = conv_norm(scope, "conv1", x, c_in, width, 1, 1)
            y = net.node("Relu", f"{at}/relu1", y)
            y = conv_norm(scope, "conv2", y, width, width, 3, stride)
            y = net.node("Relu", f"{at}/relu2", y)
            y = conv_norm(scope, "conv3", y, width, 4 * width, 1, 1)
            if block == 0:
                x = conv_norm(scope, "downsample.0", x, c_in, 4 * width, 1,
                              stride)
            x = net.node("Relu", f"{at}/relu", net.node("Add", at, y, x))
            c_in = 4 * width
    x = net.node("GlobalAveragePool", "/avgpool", x)
    x = net.node("Flatten", "", x, axis=1)
    net.node("Gemm", "/fc", x, net.weight("fc.weight", 1000, 2048),
             net.weight("fc.bias", 1000), out="logits", alpha=1.0, beta=1.0,
             transB=1)
    net.output("logits", ["N", 1000])
    return net


def attention(net, at, name, x, width, heads, bias):
    """Self-attention of `heads` heads; `bias` is added to the scores."""
    def split(part, perm):
        y = net.linear(f"{at}/{part}", f"{name}.{part}", x, width, width)
        y = net.node("Reshape", f"{at}/{part}", y, "split_heads")
        return net.node("Transpose", f"{at}/{part}", y, perm=perm)

    query = split("query", [0, 2, 1, 3])
    key = split("key", [0, 2, 3, 1])
    value = split("value", [0, 2, 1, 3])
    scores = net.node("MatMul", f"{at}/scores", query, key)
    scores = net.node("Div", at, scores, "head_root")
    scores = net.node("Add", at, scores, bias)
    y = net.node("MatMul", f"{at}/mix", net.node("Softmax", at, scores, axis=-1),
                 value)
    y = net.node("Transpose", at, y, perm=[0, 2, 1, 3])
    y = net.node("Reshape", at, y, "join_heads")
    return net.linear(f"{at}/output", f"{name}.output", y, width, width)


def gelu(net, at, x):
    """GELU as PyTorch exports it before opset 20."""
    y = net.node("Div", f"{at}/act", x, "root_of_two")
    y = net.node("Erf", f"{at}/act", y)
    y = net.node("Add", f"{at}/act", y, "one")
    y = net.node("Mul", f"{at}/act", x, y)
    return net.node("Mul", f"{at}/act_1", y, "half")


def transformer_constants(net, width, heads):
    net.ints("split_heads", [0, 0, heads, width // heads])
    net.ints("join_heads", [0, 0, width])
    net.floats("head_root", float(width // heads) ** 0.5)
    net.floats("root_of_two", 2.0 ** 0.5)
    net.floats("one", 1.0)
    net.floats("half", 0.5)
    net.floats("lowest", -1e4)
    net.ints("zero", [0])
    net.ints("axis_one", [1])
    net.ints("axes_12", [1, 2])
    net.ints("index_one", [1], scalar=True)


def sequence_length(net, tokens):
    """The length as a tensor of one element, and as the graph computes it."""
    shape = net.node("Shape", "/embeddings", tokens)
    length = net.node("Gather", "/embeddings/length", shape, "index_one", axis=0)
    return net.node("Unsqueeze", "/embeddings/length", length, "zero")


def bert_base(layers=12, width=768, heads=12, vocabulary=30522, positions=512):
    net = Net("bert-base")
    tokens = net.input("input_ids", TensorProto.INT64, ["N", "seq"])
    types = net.input("token_type_ids", TensorProto.INT64, ["N", "seq"])
    mask = net.input("attention_mask", TensorProto.INT64, ["N", "seq"])
    transformer_constants(net, width, heads)
    net.ints("position_ids", list(range(positions)))

    bias = net.node("Unsqueeze", "/mask", mask, "axes_12")
    bias = net.node("Cast", "/mask", bias, to=TensorProto.FLOAT)
    bias = net.node("Sub", "/mask", "one", bias)
    bias = net.node("Mul", "/mask", bias, "lowest")

    at = "/embeddings"
    place = net.node("Slice", at, "position_ids", "zero",
                     sequence_length(net, tokens), "zero")
    x = net.node("Gather", f"{at}/word",
                 net.weight("embeddings.word.weight", vocabulary, width), tokens)
    y = net.node("Gather", f"{at}/type",
                 net.weight("embeddings.type.weight", 2, width), types)
    x = net.node("Add", f"{at}/a", x, y)
    y = net.node("Gather", f"{at}/position",
                 net.weight("embeddings.position.weight", positions, width),
                 place)
    x = net.node("Add", f"{at}/b", x, y)
    x = net.norm(at, "embeddings.norm", x, width)
    for layer in range(layers):
        at, name = f"/encoder/layer.{layer}", f"encoder.layer.{layer}"
        y = attention(net, f"{at}/attention", f"{name}.attention", x, width,
                      heads, bias)
        x = net.norm(f"{at}/attention", f"{name}.attention.norm",
                     net.node("Add", f"{at}/attention/residual", y, x), width)
        y = net.linear(f"{at}/intermediate", f"{name}.intermediate", x, width,
                       4 * width)
        y = net.linear(f"{at}/output", f"{name}.output", gelu(net, at, y),
                       4 * width, width)
        x = net.norm(f"{at}/output", f"{name}.output.norm",
                     net.node("Add", f"{at}/residual", y, x), width)
    first = net.node("Gather", "/pooler", x, "first_token", axis=1)
    net.ints("first_token", [0], scalar=True)
    net.node("Tanh", "/pooler", net.linear("/pooler", "pooler", first, width,
                                           width), out="pooled")
    net.output("pooled", ["N", width])
    return net


def decoder(layers=8, width=2048, heads=16, vocabulary=32000, positions=2048):
    net = Net("decoder")
    tokens = net.input("input_ids", TensorProto.INT64, ["N", "seq"])
    mask = net.input("causal_mask", TensorProto.FLOAT, ["seq", "seq"])
    transformer_constants(net, width, heads)
    net.ints("position_ids", list(range(positions)))
    embedding = net.weight("embeddings.word.weight", vocabulary, width)
    place = net.node("Slice", "/embeddings", "position_ids", "zero",
                     sequence_length(net, tokens), "zero")
    x = net.node("Gather", "/embeddings/word", embedding, tokens)
    y = net.node("Gather", "/embeddings/position",
                 net.weight("embeddings.position.weight", positions, width),
                 place)
    x = net.node("Add", "/embeddings", x, y)
    for layer in range(layers):
        at, name = f"/layers.{layer}", f"layers.{layer}"
        y = net.norm(f"{at}/norm1", f"{name}.norm1", x, width)
        y = attention(net, f"{at}/attention", f"{name}.attention", y, width,
                      heads, mask)
        x = net.node("Add", f"{at}/attention/residual", x, y)
        y = net.norm(f"{at}/norm2", f"{name}.norm2", x, width)
        y = net.linear(f"{at}/up", f"{name}.up", y, width, 4 * width)
        y = net.linear(f"{at}/down", f"{name}.down", gelu(net, at, y),
                       4 * width, width)
        x = net.node("Add", f"{at}/residual", x, y)
    x = net.norm("/norm", "norm", x, width)
    head_weight = net.node("Transpose", "/head", embedding, perm=[1, 0])
    net.node("MatMul", "/head", x, head_weight, out="logits")
    net.output("logits", ["N", "seq", vocabulary])
    return net


def small_node(op, name, inputs, output):
    """A NodeProto without attributes, in bytes."""
    data = b"".join(field(NODE_INPUT, i.encode()) for i in inputs)
    data += field(NODE_OUTPUT, output.encode())
    data += field(NODE_NAME, name.encode())
    data += field(NODE_OP_TYPE, op.encode())
    return field(GRAPH_NODE, data)


class SmallNodes:
    """A graph of float[N, 128] values, its nodes written at once."""

    width = 128

    def __init__(self, name, body, output, parameters=()):
        self.name, self.body, self.output = name, body, output
        self.parameters = parameters

    def parts(self, storage):
        yield from self.body
        for name in self.parameters:
            yield field(GRAPH_INITIALIZER, TensorProto(
                name=name, dims=[self.width],
                data_type=TensorProto.FLOAT).SerializeToString())
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT,
                                              ["N", self.width])
                for name in ("v0", self.output)]
        yield GraphProto(name=self.name, input=ends[:1],
                         output=ends[1:]).SerializeToString()


def chain(length):
    def body():
        for i in range(length):
            op = ("Add", "Relu", "Sigmoid", "Tanh")[i % 4]
            inputs = [f"v{i}", f"bias{i}"] if op == "Add" else [f"v{i}"]
            yield small_node(op, f"/block.{i // 4}/{op}", inputs, f"v{i + 1}")

    return SmallNodes(f"chain-{length}", body(), f"v{length}",
                      (f"bias{i}" for i in range(0, length, 4)))


def fan(width, layers=10):
    def body():
        for layer in range(layers):
            for i in range(width):
                yield small_node("Relu", f"/layer.{layer}/{i}/Relu",
                                 [f"v{layer}"], f"v{layer}.{i}")
            yield small_node("Sum", f"/layer.{layer}/Sum",
                             [f"v{layer}.{i}" for i in range(width)],
                             f"v{layer + 1}")

    return SmallNodes(f"fan-{width}", body(), f"v{layers}")


def build(spec):
    """The graph called `spec` and where its weights are stored."""
    name, storage = spec, "inside"
    for suffix in ("bare", "external"):
        if spec.endswith(f"-{suffix}"):
            name, storage = spec[:-len(suffix) - 1], suffix
    networks = {"resnet50": resnet50, "bert-base": bert_base,
                "decoder": decoder}
    if name in networks:
        return networks[name](), storage
    kind, _, number = spec.partition("-")
    if kind in ("chain", "fan") and number.isdigit() and int(number) > 0:
        return (chain if kind == "chain" else fan)(int(number)), storage
    raise SystemExit(f"generate.py: no model is called '{spec}'")


def write(path, spec):
    graph, storage = build(spec)
    parts = list(graph.parts(storage))
    size = sum(p if isinstance(p, int) else len(p) for p in parts)
    model = ModelProto(ir_version=IR_VERSION, producer_name="toscount bench",
                       opset_import=[helper.make_opsetid("", OPSET)])
    data = RandomBytes(spec)
    partial = f"{path}.part"
    with open(partial, "wb", buffering=1 << 20) as file:
        file.write(model.SerializeToString())
        file.write(head(MODEL_GRAPH, size))
        for part in parts:
            if isinstance(part, int):
                data.write(file, part)
            else:
                file.write(part)
    os.replace(partial, path)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("models", nargs="+", metavar="MODEL")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    for spec in arguments.models:
        path = os.path.join(arguments.folder, f"{spec}.onnx")
        if os.path.exists(path):
            continue
        print(f"writing {path}", file=sys.stderr)
        write(path, spec)


if __name__ == "__main__":
    main()
