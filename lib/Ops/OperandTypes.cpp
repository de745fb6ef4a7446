//===- OperandTypes.cpp - element types that operands may have ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/OperandTypes.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

#include <array>

using namespace llvm;

namespace toscount {
namespace {

struct Signature {
  StringLiteral Types;
  StringLiteral Operators;
};

/// The ONNX definitions' type constraints, the widest of all opsets.
constexpr Signature Signatures[] = {
    {"f",
     "Acos Acosh Asin Asinh Atan Atanh AveragePool Bernoulli Ceil Celu Cos "
     "Cosh Det DynamicQuantizeLinear Elu Exp Floor Gelu GlobalAveragePool "
     "GlobalLpPool GlobalMaxPool HardSigmoid HardSwish Hardmax IsInf IsNaN LRN "
     "LeakyRelu Log LogSoftmax LpNormalization LpPool "
     "MeanVarianceNormalization Mish Multinomial Reciprocal Round Selu Sigmoid "
     "Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu"},
    {"fi", "Abs ArgMax ArgMin Erf MaxPool Neg Relu Shrink Sign"},
    {"i", "BitwiseNot BlackmanWindow ConstantOfShape HammingWindow HannWindow "
          "ImageDecoder"},
    {"b", "Not"},
    {"s", "RegexFullMatch StringNormalizer StringSplit"},
    {"s s", "StringConcat"},
    {"is", "TfIdfVectorizer"},
    {"fib", "EyeLike"},
    {"fibs", "Cast"},
    {"fibs fibs", "CastLike"},
    {"fi fi", "Pow"},
    {"fi i", "CumSum ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMean "
             "ReduceProd ReduceSum ReduceSumSquare TopK"},
    {"fib i", "ReduceMax ReduceMin"},
    {"f i", "AffineGrid"},
    {"f i i", "DFT MaxUnpool"},
    {"f f", "RMSNormalization"},
    {"f f b", "Dropout"},
    {"f f i f f", "NonMaxSuppression"},
    {"f f f fib f f", "Attention"},
    {"f Tf Tf", "LayerNormalization"},
    {"f Tf Tf Uf Uf", "BatchNormalization"},
    {"Tf Tf Tf", "Conv ConvTranspose GroupNormalization InstanceNormalization"},
    {"Tf Tf Tf Tf Tf", "DeformConv"},
    {"Tf Tf Tf i", "RotaryEmbedding"},
    {"Tf Tf i", "RoiAlign"},
    {"Tf i Tf i", "STFT"},
    {"Tf i Tf", "NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss"},
    {"Tf Tf Tf Tf i Tf", "GRU RNN"},
    {"Tf Tf Tf Tf i Tf Tf Tf", "LSTM"},
    {"Tfi Tfi", "Add Div Greater GreaterOrEqual Less LessOrEqual MatMul Mod "
                "Mul PRelu Sub"},
    {"Tfi Tfi Tfi", "Clip Gemm Range"},
    {"Tfi+", "Einsum Max Mean Min Sum"},
    {"Tfibs Tfibs", "Equal"},
    {"Ti Ti", "BitShift BitwiseAnd BitwiseOr BitwiseXor"},
    {"Tb Tb", "And Or Xor"},
    {"Ti Ui Ti Ui", "ConvInteger MatMulInteger"},
    {"Ti Ti Ti f f", "MelWeightMatrix"},
    {"fi f fi", "QuantizeLinear"},
    {"Tfi f Tfi", "DequantizeLinear"},
    {"Tfi f Tfi Ufi f Ufi f fi", "QLinearMatMul"},
    {"Ti f Ti Ui f Ui f i i", "QLinearConv"},
    {"fi fi *", "OneHot"},
    {"* i", "CenterCropPad Expand Gather GatherElements GatherND Reshape "
            "ReverseSequence Squeeze Trilu Unsqueeze"},
    {"* fi", "Split Tile"},
    {"* f", "GridSample Upsample"},
    {"* b", "Compress"},
    {"* i i", "Col2Im"},
    {"* f f i", "Resize"},
    {"* Ii Ii Ii Ii", "Slice"},
    {"T* i T*", "Pad Scatter ScatterElements ScatterND"},
    {"T*+", "Concat"},
    {"b T* T*", "Where"},
};

bool lists(StringRef Operators, StringRef Name) {
  for (StringRef Rest = Operators; !Rest.empty();) {
    auto [First, Others] = Rest.split(' ');
    if (First == Name)
      return true;
    Rest = Others;
  }
  return false;
}

char classOf(ElementType Type) {
  if (isFloating(Type))
    return 'f';
  switch (Type) {
  case ElementType::Bool:
    return 'b';
  case ElementType::String:
    return 's';
  case ElementType::Complex64:
  case ElementType::Complex128:
    return 'c';
  default:
    return 'i';
  }
}

std::string spelled(StringRef Classes) {
  std::string Text;
  for (char C : Classes) {
    StringRef Word = C == 'f'   ? "floating"
                     : C == 'i' ? "integer"
                     : C == 'b' ? "bool"
                     : C == 's' ? "string"
                                : "complex";
    Text += (Text.empty() ? "" : " or ") + Word.str();
  }
  return Text;
}

std::string describe(const ShapeContext &C, unsigned I) {
  return "operand " + std::to_string(I) + " '" + printable(C.input(I).Name) +
         "' is " + name(C.inType(I)).str();
}

} // namespace

StringRef operandTypes(const OpInfo &Row) {
  if (!Row.Domain.empty())
    return "";
  for (const Signature &S : Signatures)
    if (lists(S.Operators, Row.Name))
      return S.Types;
  return "";
}

Error checkOperandTypes(const ShapeContext &C, StringRef Types) {
  std::array<std::optional<unsigned>, 26> Seen;
  StringRef Word;
  for (unsigned I = 0; I < C.numInputs(); ++I) {
    if (!Word.ends_with("+")) {
      if (Types.empty())
        break;
      std::tie(Word, Types) = Types.split(' ');
    }
    if (!C.hasInput(I))
      continue;
    bool Bound = isUpper(Word.front());
    StringRef Classes = Word.drop_front(Bound ? 1 : 0).rtrim('+');
    if (Classes != "*" && !Classes.contains(classOf(C.inType(I))))
      return C.fail(describe(C, I) + ", but must be " + spelled(Classes) +
                    "; export the model again");
    if (!Bound)
      continue;
    std::optional<unsigned> &First = Seen[Word.front() - 'A'];
    if (!First)
      First = I;
    else if (C.inType(*First) != C.inType(I))
      return C.fail(describe(C, *First) + " and " + describe(C, I) +
                    ", but both must be of one type; export the model again "
                    "with a Cast");
  }
  return Error::success();
}

} // namespace toscount
