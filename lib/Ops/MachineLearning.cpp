//===- MachineLearning.cpp - features of classical models -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The operators of ai.onnx.ml that prepare features and relabel results. What
/// looks a category up does no arithmetic: it moves elements.
///
//===----------------------------------------------------------------------===//

#include "MachineLearning.h"
#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

ElementType featureType(const OpInstance &Op) {
  return isFloating(Op.inType(0)) ? Op.inType(0) : ElementType::Float32;
}

Error expectNumbers(const ShapeContext &C, unsigned I) {
  if (isFloating(C.inType(I)) || isInteger(C.inType(I)))
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' is " + name(C.inType(I)) + ", but must hold numbers");
}

namespace {

/// Attribute \p Name has one number, or one for each feature.
Error checkPerFeature(const ShapeContext &C, StringRef Name, size_t Length) {
  ShapeRef X = C.inShape(0);
  if (Length <= 1 || (!X.empty() && Length == static_cast<uint64_t>(X.back())))
    return Error::success();
  return C.fail("its attribute '" + Name + "' has " + Twine(Length) +
                " numbers for an operand of shape " + toString(X));
}

Error shapeScaler(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectNumbers(C, 0))
    return E;
  for (StringRef Name : {"offset", "scale"})
    if (Error E = checkPerFeature(C, Name, C.attrFloats(Name).size()))
      return E;
  return C.setOutput(0, ElementType::Float32, C.inShape(0));
}

void forwardScaler(const OpInstance &Op, Work &W) {
  W.setType(featureType(Op));
  if (!Op.attrFloats("offset").empty())
    W.sub(Op.outSize(0), "offset, for each element");
  if (!Op.attrFloats("scale").empty())
    W.mul(Op.outSize(0), "by scale, for each element");
}

void backwardScaler(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  if (Op.attrFloats("scale").empty())
    G.alias(0);
  else
    G.mul(Op.inSize(0), "dx = dy * scale");
}

Error shapeNormalizer(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectNumbers(C, 0))
    return E;
  if (Error E = C.expectRankAtLeast(0, 1))
    return E;
  StringRef Norm = C.attrString("norm", "MAX");
  if (Norm != "MAX" && Norm != "L1" && Norm != "L2")
    return C.fail("its attribute 'norm' is '" + printable(Norm) +
                  "', but must be MAX, L1 or L2");
  return C.setOutput(0, ElementType::Float32, C.inShape(0));
}

void forwardNormalizer(const OpInstance &Op, Work &W) {
  W.setType(featureType(Op));
  Count N = Op.outSize(0);
  Count Rows = elements(Op.inShape(0).drop_back());
  Count Features = Op.inShape(0).back();
  if (N == 0)
    return;
  StringRef Norm = Op.attrString("norm", "MAX");
  if (Norm == "L2")
    W.mul(N, "the square of each element");
  if (Norm == "L1")
    W.cmp(N, "the magnitude of each element");
  if (Norm == "MAX")
    W.maxima(Rows, Features, "the greatest of each row");
  else
    W.sums(Rows, Features, "the sum of each row");
  if (Norm == "L2")
    W.root(Elementary::Sqrt, Rows, "the norm of each row");
  W.cmp(Rows, "rows whose divisor is zero are left as they are");
  W.div(N, "each element by its row's norm");
}

/// L1: s = sum |x|, dx = (dy - sign(x) sum(dy y)) / s, and alike.
void backwardNormalizer(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  Count N = Op.inSize(0);
  Count Rows = elements(Op.inShape(0).drop_back());
  Count Features = Op.inShape(0).back();
  if (N == 0)
    return;
  StringRef Norm = Op.attrString("norm", "MAX");
  G.savesOutput(0);
  G.savesHidden(featureType(Op), Rows);
  G.mul(N, "dy * y");
  G.sums(Rows, Features, "its sum over each row");
  if (Norm == "L2") {
    G.mul(N, "y * sum(dy * y)");
  } else {
    G.savesInput(0);
    G.cmp(N, Norm == "L1" ? "the sign of each element"
                          : "which element is its row's greatest");
  }
  G.sub(N, "dy less the norm's part");
  G.div(N, "by the row's norm");
}

Error shapeImputer(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectNumbers(C, 0))
    return E;
  StringRef Name =
      isFloating(C.inType(0)) ? "imputed_value_floats" : "imputed_value_int64s";
  size_t Length = C.attrFloats(Name).size() + C.attrInts(Name).size();
  if (Length == 0)
    return C.fail("its attribute '" + Name + "' is missing");
  if (Error E = checkPerFeature(C, Name, Length))
    return E;
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Error shapeNumbers(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectNumbers(C, 0))
    return E;
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

// -- Categories.

Error shapeLabelEncoder(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  ElementType Type = ElementType::Undefined;
  if (C.opset() < 2)
    Type = C.inType(0) == ElementType::String ? ElementType::Int64
                                              : ElementType::String;
  else if (!C.attrStrings("values_strings").empty())
    Type = ElementType::String;
  else if (!C.attrInts("values_int64s").empty())
    Type = ElementType::Int64;
  else if (!C.attrFloats("values_floats").empty())
    Type = ElementType::Float32;
  else if (const Constant *Values = C.attrTensor("values_tensor"))
    Type = Values->Type;
  if (Type == ElementType::Undefined)
    return C.fail("no attribute says what its labels are");
  return C.setOutput(0, Type, C.inShape(0));
}

Error shapeCategoryMapper(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  return C.setOutput(0,
                     C.inType(0) == ElementType::String ? ElementType::Int64
                                                        : ElementType::String,
                     C.inShape(0));
}

Error shapeOneHotEncoder(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  size_t Categories = std::max(C.attrInts("cats_int64s").size(),
                               C.attrStrings("cats_strings").size());
  if (Categories == 0)
    return C.fail("no attribute says what its categories are");
  Shape Y(C.inShape(0));
  Y.push_back(static_cast<int64_t>(Categories));
  return C.setOutput(0, ElementType::Float32, Y);
}

Error shapeZipMap(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRankAtLeast(0, 1))
    return E;
  size_t Labels = std::max(C.attrInts("classlabels_int64s").size(),
                           C.attrStrings("classlabels_strings").size());
  if (static_cast<uint64_t>(C.inShape(0).back()) != Labels)
    return C.fail(Twine(Labels) + " labels for an operand of shape " +
                  toString(C.inShape(0)));
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Error rejectMap(ShapeContext &C) {
  return C.fail("its operand is a map from keys to values, whose size is only "
                "known when the network runs");
}

// -- Columns.

Error shapeArrayFeatureExtractor(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Error E = C.expectRankAtLeast(0, 1))
    return E;
  Count Columns = elements(C.inShape(1));
  if (!isInteger(C.inType(1)) || !Columns.valid() || Columns == 0 ||
      Columns > Count(INT64_MAX))
    return C.fail("its columns are " + name(C.inType(1)) + " of shape " +
                  toString(C.inShape(1)) + ", but must be integers");
  Shape Y(C.inShape(0));
  Y.back() = static_cast<int64_t>(Columns.value());
  if (Y.size() == 1)
    Y.insert(Y.begin(), 1);
  return C.setOutput(0, C.inType(0), Y);
}

void forwardArrayFeatureExtractor(const OpInstance &Op, Work &W) {
  W.reads(0, Op.outSize(0));
}

void backwardArrayFeatureExtractor(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  G.savesInput(1);
  G.add(Op.outSize(0), "each gradient is added where its element lay");
}

Error shapeFeatureVectorizer(ShapeContext &C) {
  if (Error E = C.expectInputs(std::max(1U, C.numInputs()), C.numInputs()))
    return E;
  // A vector is one row; converters also give tensors of higher rank, each
  // row of which ONNX Runtime reads on end.
  auto Rows = [](ShapeRef X) { return X.size() >= 2 ? X[0] : 1; };
  Count Columns = 0;
  for (unsigned I = 0; I < C.numInputs(); ++I) {
    if (Error E = expectNumbers(C, I))
      return E;
    ShapeRef X = C.inShape(I);
    if (X.empty() || Rows(X) != Rows(C.inShape(0)))
      return C.fail("operand " + Twine(I) + " of shape " + toString(X) +
                    " does not stand beside operand 0 of shape " +
                    toString(C.inShape(0)));
    Columns += elements(X.size() == 1 ? X : X.drop_front());
  }
  if (!Columns.valid() || Columns > Count(INT64_MAX))
    return C.fail("its operands have more columns than any memory holds");
  return C.setOutput(
      0, ElementType::Float32,
      {Rows(C.inShape(0)), static_cast<int64_t>(Columns.value())});
}

constexpr OpInfo Rows[] = {
    {.Name = "ArrayFeatureExtractor",
     .Domain = MlDomain,
     .Kind = OpKind::Move,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeArrayFeatureExtractor,
     .Forward = forwardArrayFeatureExtractor,
     .Backward = backwardArrayFeatureExtractor,
     .ForwardDoc = "moves the selected columns only",
     .BackwardDoc = "one add for each selected element"},
    {.Name = "Binarizer",
     .Domain = MlDomain,
     .Shape = shapeNumbers,
     .Forward = each<EachCost{.Cmp = 1}>,
     .ForwardDoc = "x > threshold: cmp 1 for each element",
     .BackwardDoc = "its derivative is zero wherever it exists"},
    {.Name = "CastMap",
     .Domain = MlDomain,
     .Shape = rejectMap,
     .ForwardDoc = "rejected: its operand is a map"},
    {.Name = "CategoryMapper",
     .Domain = MlDomain,
     .Kind = OpKind::Move,
     .Shape = shapeCategoryMapper,
     .ForwardDoc = "looks labels up: no operations"},
    {.Name = "DictVectorizer",
     .Domain = MlDomain,
     .Shape = rejectMap,
     .ForwardDoc = "rejected: its operand is a map"},
    {.Name = "FeatureVectorizer",
     .Domain = MlDomain,
     .Kind = OpKind::Move,
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeFeatureVectorizer,
     .ForwardDoc = "puts its operands side by side: no operations",
     .BackwardDoc = "each operand's columns of the gradient"},
    {.Name = "Imputer",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeImputer,
     .Forward = each<EachCost{.Cmp = 1}>,
     .Backward = eachBackward<EachCost{.Cmp = 1, .SavesInput = true}>,
     .ForwardDoc = "x = replaced_value ? imputed_value : x: cmp 1 for each "
                   "element",
     .BackwardDoc = "the gradient where the element was kept: cmp 1"},
    {.Name = "LabelEncoder",
     .Domain = MlDomain,
     .Kind = OpKind::Move,
     .Shape = shapeLabelEncoder,
     .ForwardDoc = "looks labels up: no operations"},
    {.Name = "Normalizer",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeNormalizer,
     .Forward = forwardNormalizer,
     .Backward = backwardNormalizer,
     .ForwardDoc =
         "each row of C features by its norm: div 1 an element, cmp 1 a row; "
         "MAX: C-1 cmp a row; L1: cmp 1 an element, C-1 add a row; L2: mul 1 "
         "an element, C-1 add and sqrt 1 a row",
     .BackwardDoc =
         "dx = (dy - d * sum(dy * y)) / norm, where d is y (L2: mul 1), the "
         "element's sign (L1: cmp 1) or whether it is the greatest (MAX: cmp "
         "1): mul 1, sub 1, div 1 an element, C-1 add a row"},
    {.Name = "OneHotEncoder",
     .Domain = MlDomain,
     .Kind = OpKind::Move,
     .Shape = shapeOneHotEncoder,
     .ForwardDoc = "looks categories up: no operations"},
    {.Name = "Scaler",
     .Domain = MlDomain,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeScaler,
     .Forward = forwardScaler,
     .Backward = backwardScaler,
     .ForwardDoc = "y = (x - offset) * scale: sub 1, mul 1 for each element",
     .BackwardDoc = "dx = dy * scale: mul 1"},
    {.Name = "ZipMap",
     .Domain = MlDomain,
     .Kind = OpKind::View,
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeZipMap,
     .ForwardDoc = "names the columns of its operand: free"},
};

} // namespace

ArrayRef<OpInfo> machineLearningOps() { return Rows; }

} // namespace toscount
