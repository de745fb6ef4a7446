//===- Random.cpp - operators that draw random numbers --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Random draws, scaled and shifted as their operator says, are counted as
/// random elements and cost no basic operation. Dropout's mask is drawn; what
/// it does with the data is computed.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

/// RandomNormal, RandomUniform: attributes alone.
Error shapeDraw(ShapeContext &C) {
  if (Error E = C.expectInputs(0, 0))
    return E;
  if (!C.hasAttr("shape"))
    return C.fail("its attribute 'shape' is missing");
  Expected<ElementType> Type = typeAttr(C, "dtype", ElementType::Float32);
  if (!Type)
    return Type.takeError();
  return C.setOutput(0, *Type, C.attrInts("shape"));
}

/// The shape of operand 0, and its type unless dtype names another.
Error shapeDrawLike(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  Expected<ElementType> Type = typeAttr(C, "dtype", C.inType(0));
  if (!Type)
    return Type.takeError();
  return C.setOutput(0, *Type, C.inShape(0));
}

Error shapeMultinomial(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRank(0, 2))
    return E;
  Expected<ElementType> Type = typeAttr(C, "dtype", ElementType::Int32);
  if (!Type)
    return Type.takeError();
  return C.setOutput(0, *Type, {C.inShape(0)[0], C.attrInt("sample_size", 1)});
}

void draw(const OpInstance &Op, Work &W) {
  W.random(Op.outSize(0), "one draw for each element of the result");
}

/// Operand 0 only lends its shape.
void drawLike(const OpInstance &Op, Work &W) {
  W.reads(0, 0);
  draw(Op, W);
}

// -- Dropout.

/// Nothing when it is only known when the network runs.
std::optional<double> ratio(const OpInstance &Op) {
  if (Op.opset() < 12)
    return Op.attrFloat("ratio", 0.5);
  if (!Op.hasInput(1))
    return 0.5;
  const Constant *Ratio = Op.contents(1);
  if (Ratio == nullptr || Ratio->size() != 1)
    return std::nullopt;
  return Ratio->number(0);
}

/// By contract the level decides, not the node's training_mode or is_test.
bool drops(const OpInstance &Op) {
  return Op.settings().Training && ratio(Op) != 0.0;
}

Error shapeDropout(ShapeContext &C) {
  if (Error E = C.expectInputs(1, C.opset() < 12 ? 1 : 3))
    return E;
  for (unsigned I : {1U, 2U})
    if (C.hasInput(I) && !(C.inSize(I) == 1))
      return C.fail(Twine("its ") + (I == 1 ? "ratio" : "training_mode") +
                    " has shape " + toString(C.inShape(I)) +
                    ", not one element");
  if (std::optional<double> R = ratio(C); R && !(*R >= 0 && *R <= 1))
    return C.fail("its ratio is not between 0 and 1");
  if (Error E = C.setOutput(0, C.inType(0), C.inShape(0)))
    return E;
  return C.setOutput(1, C.opset() < 10 ? C.inType(0) : ElementType::Bool,
                     C.inShape(0));
}

void forwardDropout(const OpInstance &Op, Work &W) {
  if (!drops(Op)) {
    W.view();
    return;
  }
  Count N = Op.outSize(0);
  W.random(N, "the mask");
  if (!ratio(Op)) {
    W.sub(1, "1 - ratio");
    W.div(1, "scale = 1 / (1 - ratio)");
  }
  W.mul(N * 2, "data times mask and scale");
}

void backwardDropout(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  if (!drops(Op)) {
    G.alias(0);
    return;
  }
  Count N = Op.outSize(0);
  if (Op.hasOutput(1))
    G.savesOutput(1);
  else
    G.savesHidden(ElementType::Bool, N);
  if (!ratio(Op))
    G.savesHidden(G.type(), 1);
  G.mul(N * 2, "the gradient times mask and scale");
}

constexpr OpInfo Rows[] = {
    {.Name = "RandomNormal",
     .Kind = OpKind::Random,
     .Shape = shapeDraw,
     .Forward = draw,
     .ForwardDoc = "one random element for each element: no basic operation"},
    {.Name = "RandomUniform",
     .Kind = OpKind::Random,
     .Shape = shapeDraw,
     .Forward = draw,
     .ForwardDoc = "one random element for each element: no basic operation"},
    {.Name = "RandomNormalLike",
     .Kind = OpKind::Random,
     .Shape = shapeDrawLike,
     .Forward = drawLike,
     .ForwardDoc = "one random element for each element: no basic operation"},
    {.Name = "RandomUniformLike",
     .Kind = OpKind::Random,
     .Shape = shapeDrawLike,
     .Forward = drawLike,
     .ForwardDoc = "one random element for each element: no basic operation"},
    {.Name = "Multinomial",
     .Since = 7,
     .Kind = OpKind::Random,
     .Types = "f",
     .Shape = shapeMultinomial,
     .Forward = draw,
     .ForwardDoc = "one random element for each sample: no basic operation"},
    {.Name = "Bernoulli",
     .Since = 15,
     .Kind = OpKind::Random,
     .Types = "f",
     .Shape = shapeDrawLike,
     .Forward = draw,
     .ForwardDoc = "one random element for each element: no basic operation"},
    {.Name = "Dropout",
     .Types = "f f b",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeDropout,
     .Forward = forwardDropout,
     .Backward = backwardDropout,
     .ForwardDoc = "in training data * mask * (1 / (1 - ratio)): one random "
                   "element, mul 2; in inference or with ratio 0 a view",
     .BackwardDoc = "dy * mask * (1 / (1 - ratio)): mul 2"},
};

} // namespace

ArrayRef<OpInfo> randomOps() { return Rows; }

} // namespace toscount
