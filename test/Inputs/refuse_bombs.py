"""Small files that ask for much: time, memory, messages."""
from onnxwrite import *

# Set by refuse.py: the sanitizers take several times the time and memory.
SANITIZED = False
TRAIN = ["--phase", "train", "--loss", "mse"]

# What is no mistake, however much it is.
COUNTED = set("""
    concat-40-times tile-40-times pad-40-times append-20000 append-100000 casts-of-65536 branching-tree
    product-of-ranks outer-product concat-of-100000 sum-of-100000 sum-of-weights split-into-100000 one-user-of-each
    outputs-100000 rank-100000 transpose-rank-10000 reduce-rank-10000 unsqueeze-again loss-of-rank-1000 rnn-steps
    conv-taps conv-taps-skipped conv-taps-trained pool-taps-trained resize-large det-large mod-power integer-power
    a-million-nodes a-million-nodes-trained
""".split())


def chain(count, step, first, stored=(), version=17):
    """Nodes v1 = step(v0), v2 = step(v1)...; the last value shapes a tensor that is used."""
    nodes = [step(i, "v%d" % i, "v%d" % (i + 1)) for i in range(count)]
    last = "v%d" % count
    return model(nodes + [node("Size", [last], ["size"]), node("Cast", ["size"], ["float"], to=1),
                          node("Mul", ["x", "float"], ["y"])],
                 [value("x", [2])], ["y"], [first, *stored], version)


def cases():
    two = tensor("v0", [1], INT64, [7])
    yield "concat-60-times", model(
        [node("Concat", ["v%d" % i] * 2, ["v%d" % (i + 1)], axis=0) for i in range(60)]
        + [node("Size", ["v60"], ["s"]), node("Cast", ["s"], ["f"], to=1), node("Mul", ["x", "f"], ["y"])],
        [value("x", [2])], ["y"], [two])
    yield "expand-60-times", chain(60, lambda i, a, b: node("Expand", [a, "shape%d" % i], [b]), two,
                                   [ints("shape%d" % i, [2] * (i + 1)) for i in range(60)])
    yield "concat-40-times", chain(40, lambda i, a, b: node("Concat", [a, a], [b], axis=0), two)
    yield "tile-60-times", chain(60, lambda i, a, b: node("Tile", [a, "two"], [b]), two, [ints("two", [2])])
    yield "tile-40-times", chain(40, lambda i, a, b: node("Tile", [a, "two"], [b]), two, [ints("two", [2])])
    yield "pad-40-times", chain(40, lambda i, a, b: node("Pad", [a, "pads"], [b]), two, [ints("pads", [0, 60000])])
    yield "resize-60-times", chain(60, lambda i, a, b: node("Resize", [a, "", "scales"], [b]),
                                   tensor("v0", [1], FLOAT, [1.0]), [tensor("scales", [1], FLOAT, [2.0])])
    # Each node folds a longer list: quadratic in what is kept.
    yield "append-20000", chain(20000, lambda i, a, b: node("Concat", [a, "v0"], [b], axis=0), two)
    yield "append-100000", chain(100000, lambda i, a, b: node("Concat", [a, "v0"], [b], axis=0), two)
    yield "copies-of-65536", model(
        [node("ConstantOfShape", ["n"], ["v0"], value=tensor("", [1], INT64, [3]))]
        + [node("Add", ["v%d" % i, "v%d" % i], ["v%d" % (i + 1)]) for i in range(20000)]
        + [node("Size", ["v20000"], ["s"]), node("Cast", ["s"], ["f"], to=1), node("Mul", ["x", "f"], ["y"])],
        [value("x", [2])], ["y"], [ints("n", [65536])])
    yield "casts-of-65536", model(
        [node("Range", ["zero", "n", "one"], ["v0"])]
        + [node("Cast", ["v%d" % i], ["v%d" % (i + 1)], to=1 + 6 * (i % 2)) for i in range(20000)]
        + [node("Cast", ["v20000"], ["f"], to=1), node("ReduceSum", ["f"], ["g"]), node("Mul", ["x", "g"], ["y"])],
        [value("x", [2])], ["y"],
        [tensor(n, [], INT64, [i]) for n, i in (("zero", 0), ("n", 65536), ("one", 1))])
    yield "branching-tree", chain(60, lambda i, a, b: node("Add", [a, a], [b]), two)
    yield "product-of-ranks", model(
        [node("Einsum", ["x"] * 8, ["y"], equation=",".join(["abcdefgh"] * 8) + "->h")], [value("x", [2] * 8)], ["y"])
    yield "outer-product", model([node("Einsum", ["x"] * 52, ["y"], equation=",".join(
        chr(c) for c in [*range(65, 91), *range(97, 123)]) + "->")], [value("x", [2])], ["y"])
    yield "outer-product-of-big", model([node("Einsum", ["x"] * 4, ["y"], equation="a,b,c,d->")],
                                        [value("x", [1 << 20])], ["y"])
    yield "concat-of-100000", model([node("Concat", ["x"] * 100000, ["y"], axis=0)], [value("x", [2])], ["y"])
    yield "sum-of-100000", model([node("Sum", ["x"] * 100000, ["y"])], [value("x", [2])], ["y"]), TRAIN
    yield "sum-of-weights", model([node("Sum", ["w%d" % i for i in range(20000)] + ["x"], ["y"])], [value("x", [2])],
                                  ["y"], [tensor("w%d" % i, [2]) for i in range(20000)]), TRAIN
    yield "split-into-100000", model([node("Split", ["x"], ["y%d" % i for i in range(100000)], num_outputs=100000)],
                                     [value("x", [100000])], ["y0"], version=18)
    yield "one-user-of-each", model([node("Add", ["x", "w%d" % i], ["y%d" % i]) for i in range(20000)]
                                    + [node("Concat", ["y%d" % i for i in range(20000)], ["y"], axis=0)],
                                    [value("x", [2])], ["y"], [tensor("w%d" % i, [2]) for i in range(20000)]), TRAIN
    yield "outputs-100000", model([node("Relu", ["x"], ["y%d" % i]) for i in range(100000)], [value("x", [2])],
                                  ["y%d" % i for i in range(100000)])
    yield "outputs-100000-train", model([node("Relu", ["x"], ["y%d" % i]) for i in range(100000)], [value("x", [2])],
                                        ["y%d" % i for i in range(100000)]), TRAIN
    yield "inputs-100000", model([node("Relu", ["x0"], ["y"])], [value("x%d" % i, ["N%d" % i]) for i in range(100000)],
                                 ["y"])
    yield "rank-100000", model([node("Relu", ["x"], ["y"])], [value("x", [1] * 100000)], ["y"])
    yield "transpose-rank-10000", model([node("Transpose", ["x"], ["y"])] , [value("x", [1] * 10000)], ["y"])
    yield "reduce-rank-10000", model([node("ReduceSum", ["x"], ["y"], axes=list(range(10000)))],
                                     [value("x", [1] * 10000)], ["y"], version=11)
    yield "unsqueeze-again", chain(3000, lambda i, a, b: node("Unsqueeze", [a], [b], axes=[0]), two, version=11)
    yield "loss-of-rank-1000", model([node("Relu", ["x"], ["y"])], [value("x", [2] + [1] * 1000)], ["y"]), TRAIN
    yield "attributes-10000", model([node("Relu", ["x"], ["y"], "n", **{"a%d" % i: i for i in range(10000)})],
                                    [value("x", [2])], ["y"])
    yield "rnn-steps", model([node("RNN", ["x", "w", "r"], ["y"], hidden_size=4)], [value("x", [1 << 40, 1, 3])],
                             ["y"], [tensor("w", [1, 4, 3]), tensor("r", [1, 4, 4])])
    yield "conv-taps", model([node("Conv", ["x", "w"], ["y"], pads=[1 << 20] * 4)], [value("x", [1, 1, 8, 8])], ["y"],
                             [tensor("w", [1, 1, 3, 3])])
    yield "conv-taps-skipped", model([node("Conv", ["x", "w"], ["y"], pads=[1 << 28, 0, 1 << 28, 0])],
                                     [value("x", [1, 1, 8, 8])], ["y"], [tensor("w", [1, 1, 1 << 20, 3])]), \
        ["--phase", "infer", "--skip-padding-taps"]
    yield "conv-taps-trained", model([node("Conv", ["x", "v"], ["h"]), node(
        "Conv", ["h", "w"], ["y"], pads=[1 << 28, 0, 1 << 28, 0], strides=[3, 1])], [value("x", [1, 1, 8, 8])], ["y"],
        [tensor("v", [1, 1, 1, 1]), tensor("w", [1, 1, 1 << 20, 3])]), TRAIN
    yield "pool-taps-trained", model([node("Conv", ["x", "v"], ["h"]), node(
        "AveragePool", ["h"], ["y"], kernel_shape=[1 << 28, 3], pads=[(1 << 28) - 1, 0, (1 << 28) - 1, 0])],
        [value("x", [1, 1, 1 << 28, 8])], ["y"], [tensor("v", [1, 1, 1, 1])]), TRAIN
    yield "resize-large", model([node("Resize", ["x", "", "", "s"], ["y"], mode="cubic", antialias=1)],
                                [value("x", [1, 1, 1 << 20, 4])], ["y"], [ints("s", [1, 1, 1 << 30, 4])], version=18)
    yield "dft-large", model([node("DFT", ["x"], ["y"], axis=1)], [value("x", [1, 1 << 40, 1])], ["y"])
    yield "det-large", model([node("Det", ["x"], ["y"])], [value("x", [1 << 20, 1 << 20])], ["y"])
    yield "mod-power", model([node("Pow", ["x", "p"], ["y"])], [value("x", [4])], ["y"],
                             [tensor("p", [], FLOAT, [3e38])])
    yield "integer-power", model([node("Pow", ["x", "p"], ["y"])], [value("x", [4])], ["y"],
                                 [tensor("p", [], INT64, [(1 << 63) - 1])])
    size = 100000 if SANITIZED else 1000000
    many = [node("Relu", ["v%d" % i], ["v%d" % (i + 1)]) for i in range(size)]
    yield "a-million-nodes", model(many, [value("v0", [2])], ["v%d" % size])
    yield "a-million-nodes-trained", model(
        [node("Mul", ["x", "w"], ["v0"])] + many, [value("x", [2])], ["v%d" % size], [tensor("w", [2])]), TRAIN
