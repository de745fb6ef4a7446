"""If, Loop and Scan that nest, grow, never end or fit nothing."""
from onnxwrite import *

X = [value("x", [2])]
C = value("c", [], BOOL)
CONDITION = value("cond", [], BOOL)
ONE = [value("i", [], INT64), value("b", [], BOOL)]

COUNTED = set("""
    if if-nested-8 if-unused if-of-nothing loop-100000-empty loop-0-times loop-minus loop-false scan-4 long-names
    loop-in-if loop-unknown-condition if-one-branch-unknown-operator body-without-used-results
""".split())


def relu(source, result, name=""):
    return node("Relu", [source], [result], name)


def choice(then, other, name="if", result="y"):
    return node("If", ["c"], [result], name, then_branch=("graph", then), else_branch=("graph", other))


def nest(depth, both):
    """Each branch holds an If; every condition is unknown."""
    inner = graph([relu("x", "t")], [], ["t"])
    leaf = inner
    for _ in range(depth):
        inner = graph([choice(inner, inner if both else leaf, "i", "t")], [], ["t"])
    return inner


def loop(trips, body, inputs=(), outputs=("y",), condition="", name="loop"):
    return node("Loop", [trips, condition, *inputs], list(outputs), name, body=("graph", body))


def number(name, n):
    return tensor(name, [], INT64, [n])


def step(nodes, state=(), results=()):
    """A body that keeps its condition."""
    return graph([*nodes], ONE + [value(s, None) for s in state], ["b", *results])


def cases():
    leaf = graph([relu("x", "t")], [], ["t"])
    yield "if", model([choice(leaf, leaf)], X + [C], ["y"])
    yield "if-no-branch", model([node("If", ["c"], ["y"], "if", then_branch=("graph", leaf))], X + [C], ["y"])
    yield "if-no-condition", model([node("If", [""], ["y"], "if", then_branch=("graph", leaf),
                                         else_branch=("graph", leaf))], X, ["y"])
    yield "if-outputs", model([choice(leaf, graph([], [], ["x", "x"]))], X + [C], ["y"])
    yield "if-inputs", model([choice(graph([relu("q", "t")], [value("q", [2])], ["t"]), leaf)], X + [C], ["y"])
    yield "if-unused", model([choice(leaf, leaf, result=""), relu("x", "y")], X + [C], ["y"])
    yield "if-of-nothing", model([choice(graph([], [], ["x"]), graph([], [], ["x"]))], X + [C], ["y"])
    yield "if-one-branch-unknown-operator", model(
        [choice(leaf, graph([node("Frobnicate", ["x"], ["t"])], [], ["t"]))], X + [C], ["y"]), \
        ["--phase", "infer", "--allow-unknown"]
    yield "if-nested-8", model([choice(nest(8, True), leaf)], X + [C], ["y"])
    yield "if-nested-60", model([choice(nest(60, False), leaf)], X + [C], ["y"])
    yield "if-nested-20-both", model([choice(nest(20, True), leaf)], X + [C], ["y"])
    yield "if-nested-125", model([choice(nest(125, False), leaf)], X + [C], ["y"])
    yield "body-without-used-results", model(
        [choice(graph([relu("x", "t"), node("Identity", ["x"], [""]), node("Relu", ["x"], [])], [], ["t"]), leaf)],
        X + [C], ["y"])

    add = step([node("Add", ["s", "x"], ["r"])], ["s"], ["r"])
    for name, trips in (("10-to-the-9", 10**9), ("high", (1 << 63) - 1), ("100001", 100001)):
        yield "loop-" + name, model([loop("n", add, ["x"])], X, ["y"], [number("n", trips)])
    yield "loop-0-times", model([loop("n", add, ["x"])], X, ["y"], [number("n", 0)])
    yield "loop-minus", model([loop("n", add, ["x"])], X, ["y"], [number("n", -(1 << 63))])
    yield "loop-false", model([loop("n", add, ["x"], condition="no")], X, ["y"],
                              [number("n", 1 << 40), tensor("no", [], BOOL, [False])])
    yield "loop-forever", model([loop("", add, ["x"], condition="yes")], X, ["y"], [tensor("yes", [], BOOL, [True])])
    yield "loop-unbounded", model([loop("", add, ["x"])], X, ["y"])
    yield "loop-unknown-trips", model([loop("m", add, ["x"])], X + [value("m", [], INT64)], ["y"])
    yield "loop-unknown-condition", model([loop("n", add, ["x"], condition="c")], X + [C], ["y"], [number("n", 3)])
    yield "loop-float-trips", model([loop("n", add, ["x"])], X, ["y"], [tensor("n", [], FLOAT, [3.0])])
    yield "loop-string-trips", model([loop("n", add, ["x"])], X, ["y"], [tensor("n", [1], STRING, ["3"])])
    yield "loop-no-body", model([node("Loop", ["n", ""], ["y"], "loop")], X, ["y"], [number("n", 3)])
    yield "loop-body-int", model([node("Loop", ["n", ""], ["y"], "loop", body=3)], X, ["y"], [number("n", 3)])
    yield "loop-body-fits-not", model([loop("n", leaf, ["x"])], X, ["y"], [number("n", 3)])
    yield "loop-grows", model([loop("n", step([node("Concat", ["s", "s"], ["r"], axis=0)], ["s"], ["r"]), ["x"])], X,
                              ["y"], [number("n", 100)])
    yield "loop-appends", model([loop("n", step([node("Concat", ["s", "one"], ["r"], axis=0)], ["s"], ["r"]), ["one"]),
                                 node("Size", ["y"], ["z"])], X, ["z"], [number("n", 100000), ints("one", [1])])
    yield "loop-of-nothing", model([loop("n", step([], ["s"], ["s"]), [""])], X, ["y"], [number("n", 3)])
    yield "loop-absent-condition", model(
        [node("Loop", ["n", "", ""], ["y"], "loop", body=("graph", graph([], ONE + [value("s", None)], ["s", "x"])))],
        X, ["y"], [number("n", 3)])
    yield "loop-scans-nothing", model([loop("n", step([], [], ["x"]))], X, ["y"], [number("n", 0)])
    empty = step([], ["s"], ["s"])
    yield "loop-100000-empty", model([loop("n", empty, ["x"])], X, ["y"], [number("n", 100000)])
    inner = empty
    for _ in range(3):
        inner = step([loop("n", inner, ["s"], ["r"])], ["s"], ["r"])
    yield "loops-of-empty-loops", model([loop("n", inner, ["x"])], X, ["y"], [number("n", 100000)])
    inner = add
    for _ in range(5):
        inner = step([loop("n", inner, ["s"], ["r"])], ["s"], ["r"])
    yield "loops-nested", model([loop("n", inner, ["x"])], X, ["y"], [number("n", 50)])
    yield "loop-in-if", model([choice(graph([loop("n", add, ["x"], ["t"])], [], ["t"]), leaf)], X + [C], ["y"],
                              [number("n", 3)])
    yield "loop-cyclic-body", model(
        [loop("n", step([node("Add", ["s", "q"], ["r"], "first"), relu("r", "q", "second")], ["s"], ["r"]), ["x"])], X,
        ["y"], [number("n", 3)])
    yield "loop-wrong-inside", model(
        [loop("n", step([node("MatMul", ["s", "m"], ["r"], "product")], ["s"], ["r"]), ["x"])],
        X + [value("m", [3, 3])], ["y"], [number("n", 3)])
    many = step([relu("s", "r0")] + [relu("r%d" % i, "r%d" % (i + 1)) for i in range(20000)], ["s"], ["r20000"])
    yield "long-names", model([loop("n", many, ["x"], name="l" * 100000)], X, ["y"], [number("n", 2)])

    body = graph([node("Add", ["s", "p"], ["r"])], [value("s", None), value("p", None)], ["r", "r"])

    def scan(length, **attributes):
        attributes.setdefault("num_scan_inputs", 1)
        return model([node("Scan", ["x", "data"], ["last", "y"], "scan", body=("graph", body), **attributes)],
                     X + [value("data", [length, 2])], ["y"])

    yield "scan-4", scan(4)
    yield "scan-2-to-the-40", scan(1 << 40)
    yield "scan-inputs-0", scan(4, num_scan_inputs=0)
    yield "scan-inputs-3", scan(4, num_scan_inputs=3)
    yield "scan-inputs-high", scan(4, num_scan_inputs=(1 << 63) - 1)
    yield "scan-inputs-low", scan(4, num_scan_inputs=-(1 << 63))
    yield "scan-inputs-list", scan(4, num_scan_inputs=[1])
    yield "scan-axis-2", scan(4, scan_input_axes=[2])
    yield "scan-axis-low", scan(4, scan_input_axes=[-(1 << 63)])
    yield "scan-output-axis-high", scan(4, scan_output_axes=[(1 << 63) - 1])
    yield "scan-scalar", model([node("Scan", ["x", "data"], ["last", "y"], "scan", body=("graph", body),
                                     num_scan_inputs=1)], X + [value("data", [])], ["y"])
    yield "scan-lengths", model(
        [node("Scan", ["x", "d"], ["y"], "scan", num_scan_inputs=2, body=("graph", graph(
            [node("Add", ["p", "q"], ["r"])], [value("p", None), value("q", None)], ["r"])))],
        X + [value("d", [3])], ["y"])
