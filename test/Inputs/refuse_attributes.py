"""Attributes of the wrong kind, and numbers no operator can mean."""
from onnxwrite import *
from refuse_operands import one

LOW, HIGH, BIG = -(1 << 63), (1 << 63) - 1, 1 << 62
IMAGE, WEIGHT = [1, 3, 8, 8], [4, 3, 3, 3]

# What is no mistake, however odd.
COUNTED = set("""
    arange-limit-low eye-k-low trilu-k-low shape-start-low strides-high lrn-size-high eye-k-high trilu-k-high
    shape-start-high strides-big lrn-size-big eye-k-big trilu-k-big shape-start-big pads-zero pool-pads-zero
    transposed-pads-zero output-padding-zero softmax-axis-zero concat-axis-zero gather-axis-zero flatten-axis-zero
    reduce-axis-zero unsqueeze-axis-zero squeeze-axis-zero perm-zero split-sizes-zero tile-zero expand-zero
    pad-operand-zero onehot-depth-zero topk-k-zero resize-sizes-zero arange-limit-zero constant-of-shape-zero
    eye-k-zero trilu-k-zero window-zero cumsum-axis-zero shape-start-zero random-shape-zero softmax-axis-minus
    concat-axis-minus gather-axis-minus flatten-axis-minus reduce-axis-minus unsqueeze-axis-minus reshape-minus
    pad-operand-minus arange-limit-minus eye-k-minus trilu-k-minus cumsum-axis-minus shape-start-minus
    slice-step-low range-backwards tile-2-to-the-40 constant-of-shape-2-to-the-40 constant-of-shape-empty
    einsum-spaces einsum-dots-in-result
""".split())


def cases():
    # Of another kind than the operator's.
    yield "strides-int", one("Conv", [IMAGE, WEIGHT], strides=2)
    yield "strides-floats", one("Conv", [IMAGE, WEIGHT], strides=[2.0, 2.0])
    yield "strides-string", one("Conv", [IMAGE, WEIGHT], strides="2,2")
    yield "group-float", one("Conv", [IMAGE, [4, 1, 3, 3]], group=3.0)
    yield "group-ints", one("Conv", [IMAGE, WEIGHT], group=[1])
    yield "auto-pad-int", one("Conv", [IMAGE, WEIGHT], auto_pad=1)
    yield "auto-pad-unknown", one("Conv", [IMAGE, WEIGHT], auto_pad="SAME_UPER")
    yield "kernel-int", one("MaxPool", [IMAGE], kernel_shape=2)
    yield "kernel-missing", one("MaxPool", [IMAGE])
    yield "perm-int", one("Transpose", [[2, 3]], perm=1)
    yield "axis-ints", one("Softmax", [[2, 3]], axis=[1])
    yield "axis-float", one("Concat", [[2], [2]], axis=0.0)
    yield "axis-missing", one("Concat", [[2], [2]])
    yield "axes-int", one("ReduceSum", [[2, 3]], version=11, axes=1)
    yield "to-missing", one("Cast", [[2]])
    yield "to-unknown", one("Cast", [[2]], to=99)
    yield "to-undefined", one("Cast", [[2]], to=0)
    yield "to-float", one("Cast", [[2]], to=1.0)
    yield "trans-float", one("Gemm", [[2, 3], [2, 3]], transA=1.0)
    yield "value-int", one("ConstantOfShape", [([1], INT64, [2])], value=1)
    yield "value-two", one("ConstantOfShape", [([1], INT64, [2])], value=tensor("", [2], FLOAT, [1.0, 2.0]))
    yield "constant-nothing", one("Constant", [])
    yield "constant-two", one("Constant", [], value_int=1, value_float=1.0)
    yield "constant-wrong-kind", one("Constant", [], value_ints=1)
    yield "equation-missing", one("Einsum", [[2, 3]])
    yield "equation-int", one("Einsum", [[2, 3]], equation=1)
    yield "direction-unknown", one("LSTM", [[5, 2, 3], [1, 16, 3], [1, 16, 4]], hidden_size=4, direction="sideways")
    yield "activations-int", one("LSTM", [[5, 2, 3], [1, 16, 3], [1, 16, 4]], hidden_size=4, activations=1)
    yield "activations-unknown", one("RNN", [[5, 2, 3], [1, 4, 3], [1, 4, 4]], hidden_size=4, activations=["Tahn"])
    yield "mode-unknown", one("Resize", [IMAGE, None, ([4], FLOAT, [1.0, 1.0, 2.0, 2.0])], mode="cubist")
    yield "gelu-approximate-int", one("Gelu", [[2]], version=20, approximate=1)

    # Too small, too large, too many.
    for name, number in ("low", LOW), ("high", HIGH), ("big", BIG), ("zero", 0), ("minus", -1):
        yield "strides-" + name, one("Conv", [IMAGE, WEIGHT], strides=[number, number])
        yield "pads-" + name, one("Conv", [IMAGE, WEIGHT], pads=[number] * 4)
        yield "dilations-" + name, one("Conv", [IMAGE, WEIGHT], dilations=[number, number])
        yield "group-" + name, one("Conv", [IMAGE, WEIGHT], group=number)
        yield "kernel-" + name, one("Conv", [IMAGE, WEIGHT], kernel_shape=[number, number])
        yield "pool-kernel-" + name, one("MaxPool", [IMAGE], kernel_shape=[number, number])
        yield "pool-pads-" + name, one("AveragePool", [IMAGE], kernel_shape=[2, 2], pads=[number] * 4)
        yield "pool-dilations-" + name, one("MaxPool", [IMAGE], kernel_shape=[2, 2], dilations=[number, 1])
        yield "transposed-strides-" + name, one("ConvTranspose", [IMAGE, [3, 4, 3, 3]], strides=[number, number])
        yield "transposed-pads-" + name, one("ConvTranspose", [IMAGE, [3, 4, 3, 3]], pads=[number] * 4)
        yield "output-padding-" + name, one("ConvTranspose", [IMAGE, [3, 4, 3, 3]], output_padding=[number, number])
        yield "output-shape-" + name, one("ConvTranspose", [IMAGE, [3, 4, 3, 3]], output_shape=[number, number])
        yield "softmax-axis-" + name, one("Softmax", [[2, 3]], axis=number)
        yield "concat-axis-" + name, one("Concat", [[2], [2]], axis=number)
        yield "gather-axis-" + name, one("Gather", [[2, 3], ([1], INT64)], axis=number)
        yield "flatten-axis-" + name, one("Flatten", [[2, 3]], axis=number)
        yield "reduce-axis-" + name, one("ReduceSum", [[2, 3]], version=11, axes=[number])
        yield "unsqueeze-axis-" + name, one("Unsqueeze", [[2, 3]], version=11, axes=[number])
        yield "squeeze-axis-" + name, one("Squeeze", [[1, 3]], version=11, axes=[number])
        yield "perm-" + name, one("Transpose", [[2, 3]], perm=[number, 1])
        yield "blocksize-" + name, one("DepthToSpace", [[1, 4, 2, 2]], blocksize=number)
        yield "hidden-size-" + name, one("LSTM", [[5, 2, 3], [1, 16, 3], [1, 16, 4]], hidden_size=number)
        yield "lrn-size-" + name, one("LRN", [IMAGE], size=number)
        yield "split-sizes-" + name, one("Split", [[4]], ["y", "z"], version=11, split=[number, 4])
        yield "num-outputs-" + name, one("Split", [[4]], ["y", "z"], version=18, num_outputs=number)
        yield "groups-" + name, one("GroupNormalization", [[2, 4, 3], [4], [4]], version=21, num_groups=number)
        yield "tile-" + name, one("Tile", [[2], ([1], INT64, [number])])
        yield "expand-" + name, one("Expand", [[1], ([1], INT64, [number])])
        yield "reshape-" + name, one("Reshape", [[2, 3], ([1], INT64, [number])])
        yield "pad-operand-" + name, one("Pad", [[4], ([2], INT64, [number, number])])
        yield "onehot-depth-" + name, one("OneHot", [([2], INT64), ([], INT64, [number]), [2]])
        yield "topk-k-" + name, one("TopK", [[4], ([1], INT64, [number])], ["y", "i"])
        yield "resize-sizes-" + name, one("Resize", [[1, 1, 2, 2], None, None, ([4], INT64, [1, 1, number, 2])])
        yield "arange-limit-" + name, one("Range", [([], INT64, [0]), ([], INT64, [number]), ([], INT64, [1])])
        yield "constant-of-shape-" + name, one("ConstantOfShape", [([1], INT64, [number])])
        yield "eye-k-" + name, one("EyeLike", [[3, 3]], k=number)
        yield "trilu-k-" + name, one("Trilu", [[3, 3], ([], INT64, [number])])
        yield "window-" + name, one("HannWindow", [([], INT64, [number])])
        yield "cumsum-axis-" + name, one("CumSum", [[3], ([], INT64, [number])])
        yield "col2im-" + name, one("Col2Im", [[1, 4, 4], ([2], INT64, [number, 3]), ([2], INT64, [2, 2])], version=18)
        yield "shape-start-" + name, one("Shape", [[2, 3, 4]], start=number)
        yield "max-roi-" + name, one("MaxRoiPool", [IMAGE, [1, 5]], pooled_shape=[number, number])
        yield "roi-align-" + name, one("RoiAlign", [IMAGE, [1, 4], ([1], INT64)], output_height=number, sampling_ratio=2)
        yield "random-shape-" + name, one("RandomNormal", [], shape=[number, 2])

    # Lists of a wrong length, or that contradict themselves.
    yield "perm-twice", one("Transpose", [[2, 3]], perm=[1, 1])
    yield "perm-short", one("Transpose", [[2, 3]], perm=[0])
    yield "perm-empty", one("Transpose", [[2, 3]], perm=[])
    yield "pads-short", one("Conv", [IMAGE, WEIGHT], pads=[1, 1, 1])
    yield "pads-long", one("Conv", [IMAGE, WEIGHT], pads=[1] * 100000)
    yield "strides-short", one("Conv", [IMAGE, WEIGHT], strides=[1])
    yield "axes-twice", one("ReduceSum", [[2, 3]], version=11, axes=[1, -1])
    yield "unsqueeze-twice", one("Unsqueeze", [[2, 3]], version=11, axes=[0, 0])
    yield "squeeze-of-3", one("Squeeze", [[1, 3]], version=11, axes=[1])
    yield "reshape-two-free", one("Reshape", [[2, 3], ([2], INT64, [-1, -1])])
    yield "reshape-free-and-0", one("Reshape", [[2, 3], ([2], INT64, [-1, 0])], allowzero=1)
    yield "reshape-copies-too-far", one("Reshape", [[2], ([2], INT64, [2, 0])])
    yield "slice-step-0", one("Slice", [[4]] + [([1], INT64, [i]) for i in (0, 4, 0, 0)])
    yield "slice-step-low", one("Slice", [[4]] + [([1], INT64, [i]) for i in (HIGH, LOW, 0, LOW)])
    yield "slice-lengths", one("Slice", [[4], ([2], INT64, [0, 0]), ([1], INT64, [1])])
    yield "slice-axis-twice", one("Slice", [[4, 4]] + [([2], INT64, i) for i in ([0, 0], [1, 2], [0, 0])])
    yield "range-step-0", one("Range", [([], INT64, [i]) for i in (0, 10, 0)])
    yield "range-10-to-the-18", one("Range", [([], INT64, [i]) for i in (0, 10**18, 1)])
    yield "range-extremes", one("Range", [([], INT64, [i]) for i in (LOW, HIGH, 1)])
    yield "range-backwards", one("Range", [([], INT64, [i]) for i in (HIGH, LOW, LOW)])
    yield "range-nan", one("Range", [([], FLOAT, [i]) for i in (0.0, float("nan"), 1.0)])
    yield "range-infinite", one("Range", [([], FLOAT, [i]) for i in (0.0, float("inf"), 1.0)])
    yield "resize-nan", one("Resize", [[4], None, ([1], FLOAT, [float("nan")])])
    yield "resize-infinite", one("Resize", [[4], None, ([1], FLOAT, [float("inf")])])
    yield "resize-negative", one("Resize", [[4], None, ([1], FLOAT, [-1.0])])
    yield "resize-both", one("Resize", [[4], None, ([1], FLOAT, [2.0]), ([1], INT64, [8])])
    yield "upsample-zero", one("Upsample", [[4], ([1], FLOAT, [0.0])], version=9)
    yield "tile-2-to-the-40", one("Tile", [[1], ([1], INT64, [1 << 40])])
    yield "constant-of-shape-2-to-the-40", one("ConstantOfShape", [([1], INT64, [1 << 40])])
    yield "constant-of-shape-empty", one("ConstantOfShape", [([0], INT64, [])])
    yield "constant-of-shape-overflow", one("ConstantOfShape", [([4], INT64, [1 << 40] * 4)])

    # Equations.
    for name, equation in (
            ("empty", ""), ("arrow", "->"), ("no-operand", "->i"), ("commas", ",,,"), ("twice", "ij->k->l"),
            ("dots", "....ij->..."), ("two-ellipses", "...i...->i"), ("digit", "1j->j"), ("control", "\x1b[31mj->j"),
            ("long", "ij," * 50000 + "jk->ik"), ("letters", "".join(chr(97 + i % 26) for i in range(5000)) + "->a"),
            ("unknown-result", "ij->z"), ("result-twice", "ij->ii"), ("spaces", " i j -> j i "),
            ("dots-in-result", "ij->...ij"), ("unicode", "\u00e9j->j"), ("half-ellipsis", "..ij->ij")):
        yield "einsum-" + name, one("Einsum", [[2, 3]], equation=equation)
