"""Graphs that are wired wrongly, and dimensions no tensor has."""
from onnxwrite import *

RELU = [value("x", [2])]
OUT = ["y"]


def relu(name="", source="x", result="y"):
    return node("Relu", [source], [result], name)


def declared(dims, kind=FLOAT):
    return model([relu()], [value("x", dims, kind)], OUT)


def nested(depth):
    """An If whose then_branch holds an If, and so on; written from the inside."""
    inner = graph([relu()], [], OUT)
    for _ in range(depth):
        inner = graph([node("If", ["c"], ["y"], then_branch=("graph", inner))], [], OUT)
    return integer(1, 8) + field(7, inner) + field(8, opset(17))

# What is no mistake, however odd.
COUNTED = set("""
    node-names-twice no-nodes nothing no-outputs opset-1000 graph-attribute dims-scalar dims-rank-1000 dims-bound
    if scan sequence
    identity-float8 identity-int4 identity-bfloat16 identity-half identity-double stored-zero
""".split())


def cases():
    # Wiring.
    yield "cycle", model([node("Add", ["x", "b"], ["a"], "first"), relu("second", "a", "b")], RELU, ["b"])
    yield "cycle-of-one", model([node("Add", ["x", "a"], ["a"], "self")], RELU, ["a"])
    long = [relu("n%d" % i, "v%d" % i, "v%d" % (i + 1)) for i in range(50000)]
    yield "cycle-of-50000", model(long + [relu("back", "v50000", "v0")], RELU, ["v0"])
    yield "missing-input", model([relu("n", "nothing")], RELU, OUT)
    yield "missing-output", model([relu("n")], RELU, ["other"])
    yield "unnamed-output", model([relu("n")], RELU, [""])
    yield "output-twice", model([relu("n"), relu("m")], RELU, OUT)
    yield "input-twice", model([relu("n")], RELU + RELU, OUT)
    yield "initializer-twice", model([relu("n")], RELU, OUT, [tensor("w", [2]), tensor("w", [3])])
    yield "result-hides-input", model([relu("n", "x", "x")], RELU, ["x"])
    yield "unnamed-input", model([relu("n")], RELU + [value("", [2])], OUT)
    yield "unnamed-initializer", model([relu("n")], RELU, OUT, [tensor("", [2])])
    yield "node-names-twice", model([relu("same"), relu("same", "y", "z")], RELU, ["z"])
    yield "no-operator", model([field(1, "x") + field(2, "y")], RELU, OUT)
    yield "no-nodes", model([], RELU, ["x"])
    yield "nothing", model([], [], [])
    yield "no-outputs", model([relu()], RELU, [])
    yield "no-opset", integer(1, 8) + field(7, graph([relu()], RELU, OUT))
    yield "opset-0", model([relu()], RELU, OUT, version=0)
    yield "opset-low", model([relu()], RELU, OUT, version=-(1 << 63))
    yield "opset-high", model([relu()], RELU, OUT, version=(1 << 63) - 1)
    yield "opset-1000", model([relu()], RELU, OUT, version=1000)
    yield "opset-both", model([relu()], RELU, OUT, version=17, opsets=[("ai.onnx", 18)])
    yield "nested-10000", nested(10000)
    yield "nested-100", nested(100)
    yield "nested-in-tensors", integer(1, 8) + field(7, field(5, field(5, b"\x2a\xff\xff\x7f")))

    # Operators that nobody knows: all of them in one error.
    unknown = [relu("n"), node("Rleu", ["y"], ["a"], "typo"), node("Rleu", ["a"], ["b"]),
               node("Frobnicate", ["b"], ["c"], "strange"),
               node("Gizmo", ["c"], ["d"], "foreign", "com.example"), node("Mish", ["d"], ["z"], "new")]
    yield "unknown-operators", model(unknown, RELU, ["z"])
    yield "unknown-operators-allowed", model(unknown, RELU, ["z"]), ["--phase", "infer", "--allow-unknown"]
    yield "unknown-unshaped-allowed", model(
        [node("Frobnicate", ["x"], ["a"], "strange"), relu("n", "a")], RELU, OUT), ["--phase", "infer", "--allow-unknown"]
    branches = {k: ("graph", graph([node("Identity", ["x"], [k])], [], [k])) for k in ("then_branch", "else_branch")}
    loop = graph([node("Identity", ["k"], ["k2"]), node("Identity", ["x"], ["s"])],
                 [value("i", [], INT64), value("k", [], BOOL)], ["k2", "s"])
    yield "if", model([node("If", ["c"], ["y"], "choice", **branches)], RELU + [value("c", [], BOOL)], OUT)
    yield "loop", model([node("Loop", ["", "c"], ["y"], "again", body=("graph", loop))],
                        RELU + [value("c", [], BOOL)], OUT)
    yield "scan", model([node("Scan", ["x"], ["y"], "scan", num_scan_inputs=1, body=(
        "graph", graph([node("Identity", ["i"], ["o"])], [value("i", [])], ["o"])))], RELU, OUT)
    yield "sequence", model([node("SequenceConstruct", ["x"], ["y"], "list")], RELU, OUT)
    yield "sequence-input", model([relu()], [field(1, "x") + field(2, field(4, b""))], OUT)
    yield "graph-attribute", model([node("Relu", ["x"], ["y"], "n", body=("graph", loop))], RELU, OUT)

    # Dimensions.
    for name, dims in (("negative", [-1, 2]), ("low", [-(1 << 63)]), ("zero", [0, 2]), ("big", [1 << 62]),
                       ("big-product", [1 << 31, 1 << 31]), ("overflow", [1 << 40] * 4), ("high", [(1 << 63) - 1]),
                       ("zero-and-big", [0, 1 << 62]), ("none", None), ("scalar", []), ("open", ["N", "N", 2]),
                       ("unnamed", ["", 2]), ("strange", ["\x1b]0;owned\x07\u202e\u0085", 2]), ("rank-1000", [1] * 1000)):
        yield "dims-" + name, declared(dims)
    yield "dims-of-two-inputs", model([node("Add", ["x", "z"], ["y"])],
                                      [value("x", ["N", "C"]), value("z", ["N", "D"])], OUT)
    yield "dims-bound", model([node("Add", ["x", "z"], ["y"])], [value("x", ["N"]), value("z", ["N"])], OUT), \
        ["--phase", "infer", "--dim", "N=3"]
    yield "type-undefined", declared([2], 0)
    yield "type-unknown", declared([2], 99)
    yield "type-string", declared([2], STRING)
    yield "type-complex", declared([2], COMPLEX64)
    for name, kind in (("float8", 17), ("int4", 22), ("bfloat16", BFLOAT16), ("half", HALF), ("double", DOUBLE)):
        yield "identity-" + name, model([node("Identity", ["x"], ["y"])], [value("x", [3], kind)], OUT)
    for name, dims in (("negative", [-1]), ("overflow", [1 << 40] * 4), ("big", [1 << 62]), ("zero", [0]),
                       ("low", [-(1 << 63)]), ("rank-1000", [1] * 1000)):
        yield "stored-" + name, model([node("Identity", ["w"], ["y"])], RELU, OUT, [tensor("w", dims)])
    for name, stored in (
            ("short", integer(1, 4) + integer(2, 1) + field(8, "w") + field(9, b"\0" * 12)),
            ("long", integer(1, 4) + integer(2, 1) + field(8, "w") + field(9, b"\0" * 20)),
            ("odd", integer(1, 4) + integer(2, 1) + field(8, "w") + field(9, b"\0" * 15)),
            ("other-field", integer(1, 4) + integer(2, 1) + field(8, "w") + field(7, b"\1\2\3\4")),
            ("no-type", integer(1, 4) + field(8, "w") + field(9, b"\0" * 16)),
            ("type-99", integer(1, 4) + integer(2, 99) + field(8, "w") + field(9, b"\0" * 16)),
            ("raw-strings", integer(1, 1) + integer(2, STRING) + field(8, "w") + field(9, b"text"))):
        yield "contents-" + name, model([node("Identity", ["w"], ["y"])], RELU, OUT, [stored])

    # Names.
    evil = "\x1b[31mred\x07\u202egnp.exe\u2066\u0085\u200b\r\n\t\0end"
    yield "name-evil", model([node("Relu", ["missing"], ["y"], evil)], RELU, OUT)
    yield "name-evil-operator", model([node(evil, ["x"], ["y"], "n")], RELU, OUT)
    yield "name-evil-domain", model([node("Op", ["x"], ["y"], "n", evil)], RELU, OUT)
    yield "name-evil-input", model([relu("n", evil)], RELU, OUT)
    yield "name-not-utf8", model([node("Relu", ["missing"], ["y"], b"\xff\xfe\xc0\xaf")], RELU, OUT)
    yield "name-utf8", model([node("Relu", ["missing"], ["y"], "Schicht-\u00e4\u00f6\u00fc-\u5c64-\U0001f600")], RELU, OUT)
    yield "name-of-a-megabyte", model([node("Relu", ["missing"], ["y"], "a" * 1000000)], RELU, OUT)
    yield "names-of-a-megabyte", model([node("Op" + "b" * 1000000, ["x"], ["y"], "n")], RELU, OUT)
    yield "operators-1000", model([node("Op%d" % i, ["x"], ["y%d" % i]) for i in range(1000)], RELU, ["y0"])
