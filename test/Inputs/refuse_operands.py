"""Operands that an operator cannot take: scalars, wrong types, contradictions."""
from onnxwrite import *


def one(op, operands, outputs=("y",), version=17, name="n", domain="", **attributes):
    """A model of one node. An operand: (dims) of a float input, (dims, kind),
    (dims, kind, contents) or ("w", dims...) for an initializer; None: absent."""
    inputs, stored, names = [], [], []
    for i, operand in enumerate(operands):
        label = "abcdefghijklmnopqrstuvwxyz"[i]
        if operand is None:
            names.append("")
            continue
        names.append(label)
        if isinstance(operand, list):
            inputs.append(value(label, operand))
        elif isinstance(operand[0], str):
            stored.append(tensor(label, *operand[1:]))
        elif len(operand) == 2:
            inputs.append(value(label, *operand))
        else:
            stored.append(tensor(label, *operand))
    while names and not names[-1]:
        names.pop()
    return model([node(op, names, list(outputs), name, domain, **attributes)], inputs,
                 [o for o in outputs if o], stored, version)

# What is no mistake, however odd.
COUNTED = set("""
    gather-string-data split-no-result
""".split())


def cases():
    image, scalar = [1, 3, 8, 8], []
    # A scalar where a tensor is needed.
    yield "conv-scalar-weight", one("Conv", [image, scalar])
    yield "conv-scalar-input", one("Conv", [scalar, [4, 3, 3, 3]])
    yield "conv-rank-2", one("Conv", [[1, 3], [4, 3]])
    yield "conv-scalar-bias", one("Conv", [image, [4, 3, 3, 3], scalar])
    yield "convtranspose-scalar-weight", one("ConvTranspose", [image, scalar])
    yield "convinteger-scalar", one("ConvInteger", [(scalar, UINT8), (scalar, UINT8)])
    yield "gemm-scalar-weight", one("Gemm", [[2, 3], scalar])
    yield "gemm-scalar-input", one("Gemm", [scalar, [3, 4]])
    yield "gemm-bias-too-wide", one("Gemm", [[2, 3], [3, 4], [5, 4]])
    yield "matmul-scalar-left", one("MatMul", [scalar, [3, 4]])
    yield "matmul-scalar-right", one("MatMul", [[3, 4], scalar])
    yield "matmul-scalars", one("MatMul", [scalar, scalar])
    yield "batchnorm-scalar-input", one("BatchNormalization", [scalar, [3], [3], [3], [3]])
    yield "batchnorm-scalar-scale", one("BatchNormalization", [image, scalar, [3], [3], [3]])
    yield "batchnorm-scale-of-4", one("BatchNormalization", [image, [4], [3], [3], [3]])
    yield "instancenorm-scalar", one("InstanceNormalization", [scalar, [3], [3]])
    yield "layernorm-scalar", one("LayerNormalization", [scalar, [3]])
    yield "groupnorm-scalar", one("GroupNormalization", [scalar, [2], [2]], version=21, num_groups=2)
    yield "lrn-scalar", one("LRN", [scalar], size=3)
    yield "lstm-scalar-input", one("LSTM", [scalar, [1, 16, 3], [1, 16, 4]], hidden_size=4)
    yield "lstm-scalar-weight", one("LSTM", [[5, 2, 3], scalar, [1, 16, 4]], hidden_size=4)
    yield "lstm-scalar-recurrence", one("LSTM", [[5, 2, 3], [1, 16, 3], scalar], hidden_size=4)
    yield "gru-scalar-input", one("GRU", [scalar, [1, 12, 3], [1, 12, 4]], hidden_size=4)
    yield "rnn-scalar-weight", one("RNN", [[5, 2, 3], scalar, [1, 4, 4]], hidden_size=4)
    yield "maxpool-scalar", one("MaxPool", [scalar], kernel_shape=[2, 2])
    yield "globalpool-scalar", one("GlobalAveragePool", [scalar])
    yield "softmax-scalar", one("Softmax", [scalar])
    yield "concat-scalars", one("Concat", [scalar, scalar], axis=0)
    yield "gather-scalar", one("Gather", [scalar, ([2], INT64)])
    yield "transpose-scalar", one("Transpose", [scalar], perm=[0])
    yield "split-scalar", one("Split", [scalar], ["y", "z"])
    yield "slice-scalar", one("Slice", [scalar, ([1], INT64, [0]), ([1], INT64, [1])])
    yield "resize-scalar", one("Resize", [scalar, None, ([1], FLOAT, [2.0])])
    yield "topk-scalar", one("TopK", [scalar, ([1], INT64, [1])], ["y", "i"])
    yield "det-scalar", one("Det", [scalar])
    yield "trilu-scalar", one("Trilu", [scalar])
    yield "depthtospace-scalar", one("DepthToSpace", [scalar], blocksize=2)
    yield "einsum-scalar", one("Einsum", [scalar, [3]], equation="ij,j->i")
    yield "loss-scalar", one("SoftmaxCrossEntropyLoss", [scalar, (scalar, INT64)])
    yield "gathernd-scalar-indices", one("GatherND", [image, (scalar, INT64)])
    yield "gathernd-scalar-data", one("GatherND", [scalar, ([2, 1], INT64)])
    yield "scatternd-scalar", one("ScatterND", [scalar, (scalar, INT64), scalar])
    yield "onehot-scalar-values", one("OneHot", [([2], INT64), (scalar, INT64, [3]), scalar])
    yield "pad-scalar", one("Pad", [scalar, ([2], INT64, [1, 1])])
    yield "nms-scalar", one("NonMaxSuppression", [scalar, scalar], ["y"])
    yield "roialign-scalar", one("RoiAlign", [scalar, scalar, (scalar, INT64)])
    yield "matmulinteger-scalar", one("MatMulInteger", [(scalar, UINT8), (scalar, UINT8)])
    yield "qlinearconv-scalar", one("QLinearConv", [(scalar, UINT8), scalar, (scalar, UINT8), (scalar, UINT8),
                                                   scalar, (scalar, UINT8), scalar, (scalar, UINT8)])
    yield "attention-scalar", one("Attention", [scalar, scalar, scalar], version=23)

    # Types.
    yield "gather-float-indices", one("Gather", [[4, 3], [2]])
    yield "add-float-and-int", one("Add", [[2, 3], ([2, 3], INT64)])
    yield "add-strings", one("Add", [([2], STRING), ([2], STRING)])
    yield "conv-strings", one("Conv", [(image, STRING), ([4, 3, 3, 3], STRING)])
    yield "relu-string", one("Relu", [([2], STRING)])
    yield "relu-bool", one("Relu", [([2], BOOL)])
    yield "matmul-mixed", one("MatMul", [[2, 3], ([3, 4], DOUBLE)])
    yield "gemm-strings", one("Gemm", [([2, 3], STRING), ([3, 4], STRING)])
    yield "softmax-int", one("Softmax", [([2, 3], INT64)])
    yield "and-floats", one("And", [[2], [2]])
    yield "not-float", one("Not", [[2]])
    yield "where-float-condition", one("Where", [[2], [2], [2]])
    yield "where-mixed", one("Where", [([2], BOOL), [2], ([2], INT64)])
    yield "reshape-float-shape", one("Reshape", [[2, 3], ([2], FLOAT, [3.0, 2.0])])
    yield "reshape-string-shape", one("Reshape", [[2, 3], ([2], STRING, ["3", "2"])])
    yield "expand-float-shape", one("Expand", [[1], ([1], FLOAT, [3.0])])
    yield "slice-float-starts", one("Slice", [[4], ([1], FLOAT, [0.0]), ([1], FLOAT, [1.0])])
    yield "topk-float-k", one("TopK", [[4], ([1], FLOAT, [2.0])], ["y", "i"])
    yield "lstm-int", one("LSTM", [([5, 2, 3], INT32), ([1, 16, 3], INT32), ([1, 16, 4], INT32)], hidden_size=4)
    yield "batchnorm-int", one("BatchNormalization", [(image, INT32)] + [([3], INT32)] * 4)
    yield "concat-mixed", one("Concat", [[2], ([2], INT64)], axis=0)
    yield "dequantize-float", one("DequantizeLinear", [[2], scalar])
    yield "gather-string-data", one("Gather", [([4], STRING), ([2], INT64)])

    # Operands missing or too many.
    yield "conv-no-weight", one("Conv", [image])
    yield "conv-nothing", one("Conv", [])
    yield "conv-absent-input", one("Conv", [None, [4, 3, 3, 3]])
    yield "add-one", one("Add", [[2]])
    yield "add-three", one("Add", [[2], [2], [2]])
    yield "relu-none", one("Relu", [])
    yield "relu-two", one("Relu", [[2], [2]])
    yield "concat-none", one("Concat", [], axis=0)
    yield "lstm-no-recurrence", one("LSTM", [[5, 2, 3], [1, 16, 3]], hidden_size=4)
    yield "relu-two-results", one("Relu", [[2]], ["y", "z"])
    yield "split-no-result", one("Split", [[4]], [""], name="n")

    # Shapes that contradict each other.
    yield "conv-channels", one("Conv", [image, [4, 2, 3, 3]])
    yield "conv-groups", one("Conv", [image, [4, 1, 3, 3]], group=2)
    yield "conv-kernel-too-large", one("Conv", [image, [4, 3, 9, 9]])
    yield "conv-kernel-shape", one("Conv", [image, [4, 3, 3, 3]], kernel_shape=[5, 5])
    yield "conv-bias", one("Conv", [image, [4, 3, 3, 3], [5]])
    yield "conv-ranks", one("Conv", [image, [4, 3, 3]])
    yield "matmul-inner", one("MatMul", [[2, 3], [4, 5]])
    yield "matmul-batch", one("MatMul", [[2, 2, 3], [3, 3, 5]])
    yield "gemm-inner", one("Gemm", [[2, 3], [4, 5]])
    yield "add-broadcast", one("Add", [[2, 3], [2, 4]])
    yield "concat-sizes", one("Concat", [[2, 3], [2, 4]], axis=0)
    yield "concat-ranks", one("Concat", [[2, 3], [2]], axis=0)
    yield "reshape-elements", one("Reshape", [[2, 3], ([2], INT64, [4, 2])])
    yield "lstm-hidden", one("LSTM", [[5, 2, 3], [1, 16, 3], [1, 16, 4]], hidden_size=5)
    yield "lstm-directions", one("LSTM", [[5, 2, 3], [1, 16, 3], [1, 16, 4]], hidden_size=4, direction="bidirectional")
    yield "einsum-sizes", one("Einsum", [[2, 3], [4, 5]], equation="ij,jk->ik")
    yield "where-broadcast", one("Where", [([2], BOOL), [3], [4]])
    yield "split-sizes", one("Split", [[4], ([2], INT64, [1, 2])], ["y", "z"])
