"""models.py NAME: writes one of the models below to standard output. (The text format knows no sequences as inputs.)"""
import sys

import onnx
from onnx import TensorProto as T
from onnx import helper as h

N = h.make_node


def tensor(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def sequence(name, shape):
    return h.make_tensor_sequence_value_info(name, T.FLOAT, shape)


def optional(name, kind):
    return h.make_value_info(name, h.make_optional_type_proto(kind))


def number(name, value, kind=T.INT64):
    return h.make_tensor(name, kind, [], [value])


def weight(name, shape):
    size = 1
    for d in shape:
        size *= d
    return h.make_tensor(name, T.FLOAT, shape, [0.5] * size)


def model(nodes, inputs, outputs, stored=(), opset=17):
    g = h.make_graph(nodes, "net", inputs, outputs, list(stored))
    return h.make_model(g, opset_imports=[h.make_opsetid("", opset)])


def inputs():
    """Every tensor of a sequence through one weight."""
    return model([N("ConcatFromSequence", ["xs"], ["all"], axis=0), N("MatMul", ["all", "w"], ["y"])],
                 [sequence("xs", ["N", 3])], [tensor("y", ["M", 4])], [weight("w", [3, 4])])


def loop(trips=3):
    """A loop that appends to a sequence: results h w, h w^2..."""
    body = h.make_graph([N("Identity", ["go"], ["on"]), N("MatMul", ["h", "w"], ["next"]),
                         N("SequenceInsert", ["s", "next"], ["longer"])], "body",
                        [tensor("i", [], T.INT64), tensor("go", [], T.BOOL), tensor("h", [2, 3]), sequence("s", None)],
                        [tensor("on", [], T.BOOL), tensor("next", [2, 3]), sequence("longer", None)])
    return model([N("SequenceEmpty", [], ["none"]),
                  N("Loop", ["trips", "", "x", "none"], ["last", "all"], body=body),
                  N("SequenceLength", ["all"], ["length"]),
                  N("ConcatFromSequence", ["all"], ["y"], axis=0, new_axis=1)],
                 [tensor("x", [2, 3])], [tensor("y", ["L", 2, 3]), tensor("length", [], T.INT64)],
                 [weight("w", [3, 3]), number("trips", trips)])


def front(trips):
    """A loop that inserts in front, so that each sequence is a copy."""
    body = h.make_graph([N("Identity", ["go"], ["on"]), N("SequenceInsert", ["s", "x", "zero"], ["longer"])], "body",
                        [tensor("i", [], T.INT64), tensor("go", [], T.BOOL), sequence("s", None)],
                        [tensor("on", [], T.BOOL), sequence("longer", None)])
    return model([N("SequenceEmpty", [], ["none"]), N("Loop", ["trips", "", "none"], ["all"], body=body),
                  N("SequenceAt", ["all", "zero"], ["y"])],
                 [tensor("x", [2, 3])], [tensor("y", [2, 3])], [number("trips", trips), number("zero", 0)])


def map_():
    body = h.make_graph([N("MatMul", ["x", "w"], ["p"]), N("Add", ["p", "b"], ["z"])], "body",
                        [tensor("x", None), tensor("b", None)], [tensor("z", None)])
    return model([N("SequenceMap", ["xs", "bias"], ["ys"], "each", body=body),
                  N("SequenceAt", ["ys", "first"], ["y"])],
                 [sequence("xs", [2, 3]), tensor("bias", [4])], [tensor("y", [2, 4])],
                 [weight("w", [3, 4]), number("first", 0)])


def maybe():
    """An If by whether an optional input is given."""
    kind = h.make_tensor_type_proto(T.FLOAT, [2, 3])
    then = h.make_graph([N("OptionalGetElement", ["o"], ["t"]), N("MatMul", ["t", "w"], ["a"])], "then", [],
                        [tensor("a", [2, 3])])
    other = h.make_graph([N("Relu", ["x"], ["b"])], "else", [], [tensor("b", [2, 3])])
    return model([N("OptionalHasElement", ["o"], ["has"]),
                  N("If", ["has"], ["y"], then_branch=then, else_branch=other)],
                 [optional("o", kind), tensor("x", [2, 3])], [tensor("y", [2, 3])], [weight("w", [3, 3])])


def branches():
    """Both branches give a sequence."""
    then = h.make_graph([N("SequenceConstruct", ["x", "x"], ["a"])], "then", [], [sequence("a", None)])
    other = h.make_graph([N("MatMul", ["x", "w"], ["p"]), N("SequenceConstruct", ["p"], ["b"])], "else", [],
                         [sequence("b", None)])
    return model([N("If", ["c"], ["s"], then_branch=then, else_branch=other),
                  N("ConcatFromSequence", ["s"], ["y"], axis=0)],
                 [tensor("x", [2, 3]), tensor("c", [], T.BOOL)], [tensor("y", ["M", 3])], [weight("w", [3, 3])])


def nested(depth):
    """A type nested too deeply to mean anything."""
    kind = h.make_tensor_type_proto(T.FLOAT, [2])
    for _ in range(depth):
        kind = h.make_sequence_type_proto(kind)
    return model([N("Identity", ["x"], ["y"])], [h.make_value_info("x", kind)], [h.make_value_info("y", kind)])


def nodes(*made, stored=()):
    return model(list(made), [tensor("x", [4, 3])], [tensor("y", None)], stored)


def split(size, axis=0, shape=None):
    made = model([N("SplitToSequence", ["x", "size"], ["s"], axis=axis), N("SequenceAt", ["s", "zero"], ["y"])],
                 [tensor("x", shape or [4, 3])], [tensor("y", None)],
                 [number("size", size) if isinstance(size, int) else h.make_tensor("size", T.INT64, [len(size)], size),
                  number("zero", 0)])
    return made


CASES = {
    "inputs": inputs, "loop": loop, "map": map_, "maybe": maybe, "branches": branches,
    "long-loop": lambda: loop(20000), "front": lambda: front(300), "front-many": lambda: front(99000),
    "nested": lambda: nested(2), "nested-40": lambda: nested(40),
    "itself": lambda: nodes(N("SequenceConstruct", ["x"], ["s"]), N("SequenceInsert", ["s", "s"], ["t"], "twice"),
                            N("SequenceLength", ["t"], ["y"])),
    "cycle": lambda: nodes(N("SequenceInsert", ["t", "x"], ["s"], "one"), N("SequenceInsert", ["s", "x"], ["t"], "two"),
                           N("SequenceLength", ["t"], ["y"])),
    "mixed": lambda: nodes(N("Cast", ["x"], ["i"], to=7), N("SequenceConstruct", ["x", "i"], ["s"], "both"),
                           N("SequenceLength", ["s"], ["y"])),
    "empty-at": lambda: nodes(N("SequenceEmpty", [], ["s"]), N("SequenceAt", ["s", "n"], ["y"]), stored=[number("n", 0)]),
    "empty-erase": lambda: nodes(N("SequenceEmpty", [], ["s"]), N("SequenceErase", ["s"], ["t"], "gone"),
                                 N("SequenceLength", ["t"], ["y"])),
    "empty-concat": lambda: nodes(N("SequenceEmpty", [], ["s"]), N("ConcatFromSequence", ["s"], ["y"], axis=0)),
    "empty-type": lambda: nodes(N("SequenceEmpty", [], ["s"], dtype=99), N("SequenceLength", ["s"], ["y"])),
    "outside": lambda: nodes(N("SequenceConstruct", ["x"], ["s"]), N("SequenceAt", ["s", "n"], ["y"]),
                             stored=[number("n", -2)]),
    "far": lambda: nodes(N("SequenceConstruct", ["x"], ["s"]), N("SequenceInsert", ["s", "x", "n"], ["t"], "into"),
                         N("SequenceLength", ["t"], ["y"]), stored=[number("n", 2**63 - 1)]),
    "relu": lambda: nodes(N("SequenceConstruct", ["x"], ["s"]), N("Relu", ["s"], ["y"])),
    "not-a-sequence": lambda: nodes(N("SequenceLength", ["x"], ["y"])),
    "split-zero": lambda: split(0), "split-negative": lambda: split(-1),
    "split-huge": lambda: split(1, shape=[10**9, 1]), "split-sum": lambda: split([1, 2]),
    "split-minus": lambda: split([-1, 5]), "split-overflow": lambda: split([2**63 - 1, 2**63 - 1]),
    "split-axis": lambda: split(1, axis=-3),
    "get-nothing": lambda: nodes(N("Optional", [], ["o"], type=h.make_tensor_type_proto(T.FLOAT, [2])),
                                 N("OptionalGetElement", ["o"], ["y"])),
    "optional-twice": lambda: nodes(N("Optional", ["x"], ["o"]), N("Optional", ["o"], ["p"], "again"),
                                    N("OptionalHasElement", ["p"], ["y"])),
}

sys.stdout.buffer.write(CASES[sys.argv[1]]().SerializeToString())
