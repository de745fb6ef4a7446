//===- PatternTable.cpp - blocks and how they are written -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One row a way of writing a block (see PatternTable.h). The larger stands
/// before the smaller that it contains, unless it names it as a block.
///
//===----------------------------------------------------------------------===//

#include "PatternTable.h"

using namespace llvm;

namespace toscount {
namespace {

// clang-format off

constexpr PatternMacro Macros[] = {
    {"Square", "a", "{Pow(a, 2) | Mul(a, a)}"},
    {"Cube", "a", "{Pow(a, 3) | Mul(a, Mul(a, a))}"},
    {"Half", "a", "{Mul(a, 0.5) | Div(a, 2)}"},
    {"Sixth", "a", "{Div(a, 6) | Mul(a, 0.166666667)}"},
    {"Quotient", "a, b",
     "{Div(a, b) | Mul(a, Reciprocal(b)) | Mul(a, Div(1, b)) | Mul(a, Pow(b, -1))}"},
    {"RootInverse", "a",
     "{Reciprocal(Sqrt(a)) | Div(1, Sqrt(a)) | Pow(a, -0.5)}"},
    {"OverRoot", "a, b",
     "{Div(a, Sqrt(b)) | Div(a, Pow(b, 0.5)) | Mul(a, RootInverse(b))}"},
    {"Mean", "a", "ReduceMean:last(a, ...)"},

    // GELU: x, one half and 1 + f, multiplied in any order.
    {"HalfTimes", "a, b", "{Mul(Half(a), b) | Half(Mul(a, b)) | Mul(a, Half(b))}"},
    {"OverRoot2", "a", "{Div(a, 1.41421356) | Mul(a, 0.707106781)}"},
    {"RootTwoOverPi", "a", "{Mul(a, 0.797884561) | Div(a, 1.25331414)}"},
    {"CubicTerm", "a", "{Mul(Cube(a), 0.044715) | Mul(a, Mul(a, Mul(a, 0.044715)))}"},
    {"TanhArgument", "a",
     "{RootTwoOverPi(Add(a, CubicTerm(a)))"
     " | Mul(RootTwoOverPi(a), Add(1, {Mul(a, Mul(a, 0.044715)) | Mul(Square(a), 0.044715)}))}"},

    // Normalization over the last dimensions.
    {"Standard", "a",
     "OverRoot(Sub(a, Mean(a)), Add(Mean(Square(Sub(a, Mean(a)))), #))"},
    {"OverRootMeanSquare", "a", "OverRoot(a, Add(Mean(Square(a)), #))"},

    {"Relu6", "a", "{Clip(a, 0, 6) | Clip[min=0,max=6](a) | Min(Max(a, 0), 6) | Min(Relu(a), 6)}"},
    {"Gate", "a", "{Sigmoid|HardSigmoid(a) | Sixth(Relu6(Add(a, 3)))}"},
    {"Activation", "a",
     "{Relu|Clip|LeakyRelu|PRelu|Elu|Selu|Celu|Sigmoid|HardSigmoid|Tanh|Softplus|ThresholdedRelu(a, ...)"
     " | <SiLU>(a) | <HardSwish>(a) | <Mish>(a) | <GELU>(a)}"},
    {"Weights", "", "{% | DequantizeLinear(%, ...)}"},
    {"Convolution", "a",
     "?Add(Conv|ConvTranspose|com.microsoft.FusedConv|com.microsoft.NhwcConv(a, ...), $)"},
    {"Product", "a", "{MatMul(a, Weights()) | Gemm(a, Weights(), ...)}"},
    {"Dense", "a", "?Add(Product(a), $)"},
    {"Pool", "a", "{GlobalAveragePool(a) | ReduceMean(a, ...)}"},
    {"Squeezed", "a", "?Add({Conv(a, ...) | Product(a)}, $)"},

    // Attention: scores are scaled, masked and biased in any order.
    {"Adjusted", "a",
     "{Mul(a, #) | Div(a, #) | Add(a, _) | Sub(a, _) | Where(_, a, _) | Where(_, _, a)}"},
    {"Scaled", "a", "{Mul(a, #) | Div(a, #)}"},
    {"Scores", "",
     "~?Adjusted(~?Adjusted(~?Adjusted(~?Adjusted(~MatMul|Einsum|com.microsoft.FusedMatMul(~?Scaled(~_), ~?Scaled(~_))))))"},
    // Rows that are masked whole are made zero.
    {"Probabilities", "a",
     "{!<Softmax>(a) | Where(IsNaN(p), _, p=!<Softmax>(a))}"},

    // Cells: gates are parts of one sum, or computed one by one.
    {"GateSum", "",
     "{Add(Dense(_), Dense(_)) | Add(Add(Product(_), Product(_)), $) | Dense(Concat(_, _))}"},
    {"LstmCell", "first, other",
     "Mul(Sigmoid|HardSigmoid(first), Tanh(!Add(Mul(Sigmoid|HardSigmoid(other), _),"
     " Mul(Sigmoid|HardSigmoid(other), Tanh(other)))))"},
    {"GruGate", "", "Sigmoid|HardSigmoid(?Add(^_, ^_))"},
    {"GruCandidate", "",
     "Tanh({Add(^_, Mul(GruGate(), ^_))"
     " | Add(^_, ~Product(Mul(GruGate(), _)))"
     " | Dense(Concat(_, Mul(GruGate(), _)))"
     " | Dense(Concat(Mul(GruGate(), _), _))})"},
};

constexpr PatternRow Rows[] = {
    {"LayerNorm", "?Add(?Mul(~Standard(x), $), $)"},
    {"LayerNorm", // y = x r + (b - m r), as TensorFlow writes it.
     "Add(Mul(x, r=Mul(RootInverse(Add(Mean(Square(Sub(x, m=Mean(x)))), #)), $)), Sub($, Mul(m, r)))"},
    {"LayerNorm", // ONNX's own function: the mean of squares less the squared mean.
     "?Add(?Mul(~Div(Sub(x, m=!Mean(x)), !Sqrt(Add(Sub(Mean(Square(x)), Square(m)), #))), $), $)"},
    {"LayerNorm",
     "LayerNormalization|com.microsoft.LayerNormalization|com.microsoft.SkipLayerNormalization"
     "|com.microsoft.EmbedLayerNormalization(x, ...)"},
    {"RMSNorm", "?Mul(~OverRootMeanSquare(x), {$ | Add($, 1)})"},
    {"RMSNorm",
     "RMSNormalization|SimplifiedLayerNormalization|com.microsoft.SimplifiedLayerNormalization"
     "|com.microsoft.SkipSimplifiedLayerNormalization(x, ...)"},

    {"GELU", "HalfTimes(x, Add(Erf(OverRoot2(x)), 1))", false, "Gelu", 20},
    {"GELU", "HalfTimes(x, Add(Tanh(TanhArgument(x)), 1))", false, "Gelu", 20},
    {"GELU", "Mul(x, Sigmoid({Mul(x, 1.702) | Div(x, 0.587544066)}))", false, "Gelu", 20},
    {"GELU",
     "Gelu|com.microsoft.Gelu|com.microsoft.FastGelu|com.microsoft.BiasGelu|com.microsoft.QuickGelu(x, ...)"},
    {"Mish", "Mul(x, Tanh({Softplus(x) | Log(Add(Exp(x), 1))}))"},
    {"Mish", "Mish(x)"},
    {"SiLU", "{Mul(x, Sigmoid(x)) | Div(x, Add(Exp(Neg(x)), 1))}"},
    {"SiLU", "Swish[alpha=1](x)"},
    {"HardSwish",
     "{Mul(x, Sixth(Relu6(Add(x, 3)))) | Sixth(Mul(x, Relu6(Add(x, 3)))) | Mul(Sixth(x), Relu6(Add(x, 3)))}"},
    {"HardSwish", "Mul(x, HardSigmoid[alpha=0.166666667](x))"},
    {"HardSwish", "HardSwish(x)"},

    {"Softmax", "Quotient(Exp(s=?Sub(x, ReduceMax(x, ...))), ReduceSum(Exp(s), ...))"},
    {"Softmax", "Softmax|com.microsoft.BiasSoftmax(x, ...)"},
    {"Attention", "MatMul|Einsum(~Probabilities(Scores()), ~_)", true},
    {"Attention",
     "Attention|com.microsoft.Attention|com.microsoft.MultiHeadAttention|com.microsoft.GroupQueryAttention"
     "|com.microsoft.QAttention|com.microsoft.DecoderMaskedMultiHeadAttention(x, ...)", true},

    {"Rotary embedding", "Add(Mul(x, _), Mul(~Concat(~Neg(^x), ^x), _))"},
    {"Rotary embedding",
     "Concat(~Sub(Mul(^x, _), Mul(^x, _)), ~Add(Mul(^x, _), Mul(^x, _)))"},
    {"Rotary embedding", "RotaryEmbedding|com.microsoft.RotaryEmbedding(x, ...)"},

    {"LSTM step", "LstmCell(^g=GateSum(), ^g)"},
    {"LSTM step", "LstmCell(^g, ^g)"},
    {"LSTM step", "LstmCell(~GateSum(), ~GateSum())"},
    {"LSTM step", "LstmCell(_, _)"},
    {"LSTM", "LSTM|com.microsoft.DynamicQuantizeLSTM(x, ...)"},
    {"GRU step", "Add(Mul(Sub(1, z), GruCandidate()), Mul(z=GruGate(), _))"},
    {"GRU step", "Add(n, Mul(GruGate(), Sub(_, n=GruCandidate())))"},
    {"GRU", "GRU(x, ...)"},

    {"Squeeze-excite",
     "Mul(x, ~Gate(~Squeezed(Activation(~Squeezed(~Pool(x))))))"},
    {"Conv+BN+act", "Activation(BatchNormalization(Convolution(x), ...))"},
    {"Conv+BN", "BatchNormalization(Convolution(x), ...)"},
    {"Conv+act", "Activation(Convolution(x))"},
    {"Conv", "Convolution(x)"},
    {"Linear", "Dense(x)"},
    {"Linear", "?Add(com.microsoft.MatMulNBits|com.microsoft.FusedGemm|com.microsoft.FusedMatMul(x, %, ...), $)"},
};

// clang-format on

constexpr StringLiteral Moving[] = {
    "Reshape",   "Transpose", "Cast",    "Identity", "Squeeze",
    "Unsqueeze", "Expand",    "Flatten", "Dropout",  "CastLike"};
constexpr StringLiteral Selecting[] = {"Split", "Slice", "Gather"};
constexpr StringLiteral Commuting[] = {"Add", "Mul", "Min", "Max"};

} // namespace

ArrayRef<PatternMacro> patternMacros() { return Macros; }
ArrayRef<PatternRow> patternRows() { return Rows; }
ArrayRef<StringLiteral> movingOperators() { return Moving; }
ArrayRef<StringLiteral> selectingOperators() { return Selecting; }
ArrayRef<StringLiteral> commutingOperators() { return Commuting; }

} // namespace toscount
