//===- Activation.cpp - activation functions ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Activations (PRelu has its slope besides), element by element. Where a
/// definition branches on data every branch is evaluated and one is selected by
/// comparison. A factor that an attribute sets to 1, or a term set to 0, is not
/// executed.
///
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"
#include "Families.h"
#include "Pointwise.h"
#include "ShapeHelpers.h"

using namespace llvm;

namespace toscount {
namespace {

unsigned unlessOne(double Factor) { return Factor == 1 ? 0 : 1; }
unsigned unlessZero(double Term) { return Term == 0 ? 0 : 1; }

/// x < 0 ? alpha * x : x, and its gradient.
EachCost leakyCost(const OpInstance &Op) {
  return {.Mul = unlessOne(Op.attrFloat("alpha", 0.01)),
          .Cmp = 1,
          .SavesInput = true};
}

/// x < 0 ? alpha * (exp(x) - 1) : x
EachCost eluCost(const OpInstance &Op) {
  return {
      .Sub = 1, .Mul = unlessOne(Op.attrFloat("alpha", 1)), .Cmp = 1, .Exp = 1};
}

/// dy * (y < 0 ? y + alpha : 1): the result alone tells the branch as long as
/// alpha is positive.
EachCost eluBackward(const OpInstance &Op) {
  return {.Add = 1,
          .Mul = 1,
          .Cmp = 1,
          .SavesInput = !(Op.attrFloat("alpha", 1) > 0),
          .SavesOutput = true};
}

/// max(0, x) + min(0, alpha * (exp(x / alpha) - 1))
EachCost celuCost(const OpInstance &Op) {
  unsigned Scaled = unlessOne(Op.attrFloat("alpha", 1));
  return {.Add = 1, .Sub = 1, .Mul = Scaled, .Div = Scaled, .Cmp = 2, .Exp = 1};
}

/// max(0, min(1, alpha * x + beta))
EachCost hardSigmoidCost(const OpInstance &Op) {
  return {.Add = unlessZero(Op.attrFloat("beta", 0.5)),
          .Mul = unlessOne(Op.attrFloat("alpha", 0.2)),
          .Cmp = 2};
}

EachCost hardSigmoidBackward(const OpInstance &Op) {
  return {.Mul = unlessOne(Op.attrFloat("alpha", 0.2)),
          .Cmp = 2,
          .SavesOutput = true};
}

EachCost shrinkCost(const OpInstance &Op) {
  unsigned Moved = unlessZero(Op.attrFloat("bias", 0));
  return {.Add = Moved, .Sub = Moved, .Cmp = 2};
}

/// x * sigmoid(alpha * x)
EachCost swishCost(const OpInstance &Op) {
  return {.Add = 1,
          .Sub = 1,
          .Mul = 1 + unlessOne(Op.attrFloat("alpha", 1)),
          .Div = 1,
          .Exp = 1};
}

/// dy * (s + alpha * y * (1 - s)), s the saved sigmoid
EachCost swishBackward(const OpInstance &Op) {
  return {.Add = 1,
          .Sub = 1,
          .Mul = 2 + unlessOne(Op.attrFloat("alpha", 1)),
          .SavesOutput = true,
          .Hidden = 1};
}

// -- Gelu: three forms.

Error shapeGelu(ShapeContext &C) {
  StringRef Form = C.attrString("approximate", "none");
  if (Form != "none" && Form != "tanh")
    return C.fail("its attribute 'approximate' must be none or tanh");
  return shapeLikeInput(C);
}

EachCost geluCost(const OpInstance &Op) {
  // x * sigmoid(1.702 * x): equation 3 of the TO paper.
  if (Op.paper())
    return {.Add = 1, .Sub = 1, .Mul = 2, .Div = 1, .Exp = 1};
  // x * (0.5 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x * x * x))))
  if (Op.attrString("approximate", "none") == "tanh")
    return {.Add = 3, .Sub = 2, .Mul = 6, .Div = 1, .Exp = 2};
  // x * (0.5 * (1 + erf(x / sqrt(2))))
  return {.Add = 1, .Mul = 2, .Div = 1, .Erf = 1};
}

EachCost geluBackward(const OpInstance &Op) {
  // dy * (s + 1.702 * y * (1 - s)), s the saved sigmoid
  if (Op.paper())
    return {.Add = 1, .Sub = 1, .Mul = 3, .SavesOutput = true, .Hidden = 1};
  // With t the saved tanh, q = x * x, P = 0.5 * (1 + t) and constants a, b:
  // dy * (P + x * ((1 - t * t) * (a + b * q)))
  if (Op.attrString("approximate", "none") == "tanh")
    return {.Add = 2, .Sub = 1, .Mul = 5, .SavesInput = true, .Hidden = 3};
  // With P = 0.5 * (1 + erf(x / sqrt(2))) saved:
  // dy * (P + x * (c * exp(-0.5 * (x * x))))
  return {.Add = 1, .Mul = 5, .Exp = 1, .SavesInput = true, .Hidden = 1};
}

// -- PRelu.

Expected<Shape> slopeShape(const ShapeContext &C) {
  Shape Dims(C.inShape(1));
  // Before opset 7 a list of slopes is one a channel.
  size_t Rank = C.inShape(0).size();
  if (C.opset() < 7 && Dims.size() == 1 && Dims[0] != 1 && Rank > 2)
    Dims.append(Rank - 2, 1);
  return Dims;
}

Error shapePRelu(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  Expected<Shape> Slope = slopeShape(C);
  if (!Slope)
    return Slope.takeError();
  Shape Result;
  if (!broadcast(C.inShape(0), *Slope, Result) ||
      ShapeRef(Result) != C.inShape(0))
    return C.fail("its slope of shape " + toString(C.inShape(1)) +
                  " does not broadcast to " + toString(C.inShape(0)));
  return C.setOutput(0, C.inType(0), Result);
}

void backwardPRelu(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0) && !G.needs(1))
    return;
  Count N = Op.outSize(0);
  G.savesInput(0);
  G.cmp(N, "where X is negative");
  if (G.needs(0)) {
    G.savesInput(1);
    G.mul(N, "the gradient times the slope");
  }
  if (G.needs(1)) {
    G.mul(N, "the gradient times X");
    sumBackOperand(Op, G, 1);
  }
}

// Shape arithmetic of exporters clamps at 0 with it.
double rectified(double X) { return std::max(X, 0.0); }
Int128 rectifiedInt(IntType /*T*/, Int128 X) { return std::max(X, Int128(0)); }

constexpr OpInfo Rows[] = {
    {.Name = "Relu",
     .Types = "fi",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Fold = foldEach<rectified, rectifiedInt>,
     .Forward = each<EachCost{.Cmp = 1}>,
     .Backward = eachBackward<EachCost{.Cmp = 1, .SavesOutput = true}>,
     .ForwardDoc = "max(0, x): cmp 1",
     .BackwardDoc = "dy where y > 0: cmp 1"},
    {.Name = "LeakyRelu",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = eachBy<leakyCost>,
     .Backward = eachBackwardBy<leakyCost>,
     .ForwardDoc = "alpha * x where x < 0, otherwise x: mul 1, cmp 1",
     .BackwardDoc = "dy * alpha where x < 0, otherwise dy: mul 1, cmp 1"},
    {.Name = "PRelu",
     .Types = "Tfi Tfi",
     .Trainable = operands(1),
     .Differentiable = operands(0, 1),
     .Grad = Gradient::Rule,
     .Shape = shapePRelu,
     .Forward = each<EachCost{.Mul = 1, .Cmp = 1}>,
     .Backward = backwardPRelu,
     .ForwardDoc = "slope * x where x < 0, otherwise x: mul 1, cmp 1",
     .BackwardDoc = "the mask: cmp 1; dX: mul 1 (slope); dSlope: mul 1 (x), "
                    "summed back to the slope's shape"},
    {.Name = "ThresholdedRelu",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Cmp = 1}>,
     .Backward = eachBackward<EachCost{.Cmp = 1, .SavesInput = true}>,
     .ForwardDoc = "x where x > alpha, otherwise 0: cmp 1",
     .BackwardDoc = "dy where x > alpha: cmp 1"},
    {.Name = "Elu",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = eachBy<eluCost>,
     .Backward = eachBackwardBy<eluBackward>,
     .ForwardDoc = "alpha * (exp(x) - 1) where x < 0, otherwise x: exp 1, "
                   "sub 1, cmp 1, and mul 1 unless alpha is 1",
     .BackwardDoc = "dy * (y + alpha where y < 0, otherwise 1): add 1, cmp 1, "
                    "mul 1"},
    {.Name = "Celu",
     .Since = 12,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = eachBy<celuCost>,
     .Backward = eachBackward<EachCost{
         .Mul = 1, .Cmp = 1, .SavesInput = true, .Hidden = 1}>,
     .ForwardDoc =
         "max(0, x) + min(0, alpha * (exp(x / alpha) - 1)): cmp 2, exp 1, "
         "sub 1, add 1, and mul 1, div 1 unless alpha is 1",
     .BackwardDoc = "dy * (exp(x / alpha), saved, where x < 0, otherwise 1): "
                    "cmp 1, mul 1"},
    {.Name = "Selu",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Sub = 1, .Mul = 2, .Cmp = 1, .Exp = 1}>,
     .Backward = eachBackward<EachCost{
         .Add = 1, .Mul = 1, .Cmp = 1, .SavesOutput = true}>,
     .ForwardDoc = "gamma * (alpha * exp(x) - alpha where x <= 0, otherwise "
                   "x): exp 1, mul 2, sub 1, cmp 1",
     .BackwardDoc = "dy * (y + gamma * alpha where y <= 0, otherwise gamma): "
                    "add 1, cmp 1, mul 1"},
    {.Name = "Gelu",
     .Since = 20,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeGelu,
     .Forward = eachBy<geluCost>,
     .Backward = eachBackwardBy<geluBackward>,
     .ForwardDoc =
         "x * (0.5 * (1 + erf(x / sqrt(2)))): mul 2, add 1, div 1, erf 1; "
         "approximate=tanh: x * (0.5 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * "
         "x * x * x)))): mul 6, add 3, sub 2, div 1, exp 2; paper convention: "
         "x * sigmoid(1.702 * x): add 1, sub 1, mul 2, div 1, exp 1",
     .BackwardDoc =
         "dy * (P + x * c * exp(-0.5 * x * x)), P = y / x saved: mul 5, "
         "add 1, exp 1; tanh form: mul 5, add 2, sub 1; paper convention: "
         "dy * (s + 1.702 * y * (1 - s)): add 1, sub 1, mul 3"},
    {.Name = "Sigmoid",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Add = 1, .Sub = 1, .Div = 1, .Exp = 1}>,
     .Backward =
         eachBackward<EachCost{.Sub = 1, .Mul = 2, .SavesOutput = true}>,
     .ForwardDoc = "y = 1 / (1 + exp(-x)): sub 1, exp 1, add 1, div 1",
     .BackwardDoc = "dx = dy * y * (1 - y): sub 1, mul 2"},
    {.Name = "Tanh",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Add = 1, .Sub = 2, .Div = 1, .Exp = 2}>,
     .Backward =
         eachBackward<EachCost{.Sub = 1, .Mul = 2, .SavesOutput = true}>,
     .ForwardDoc = "(exp(x) - exp(-x)) / (exp(x) + exp(-x)): exp 2, sub 2, "
                   "add 1, div 1",
     .BackwardDoc = "dx = dy * (1 - y * y): sub 1, mul 2"},
    {.Name = "HardSigmoid",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = eachBy<hardSigmoidCost>,
     .Backward = eachBackwardBy<hardSigmoidBackward>,
     .ForwardDoc = "max(0, min(1, alpha * x + beta)): mul 1, add 1, cmp 2",
     .BackwardDoc = "dy * alpha where 0 < y < 1: cmp 2, mul 1"},
    {.Name = "HardSwish",
     .Since = 14,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Add = 1, .Mul = 2, .Cmp = 2}>,
     .Backward = eachBackward<EachCost{
         .Add = 1, .Mul = 2, .Cmp = 2, .SavesInput = true, .Hidden = 1}>,
     .ForwardDoc = "x * max(0, min(1, x * (1/6) + 0.5)): mul 2, add 1, cmp 2",
     .BackwardDoc = "dy * (h + (x * (1/6) where 0 < h < 1)), h = y / x saved: "
                    "cmp 2, add 1, mul 2"},
    {.Name = "Softplus",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Add = 1, .Exp = 1, .Log = 1}>,
     .Backward = eachBackward<EachCost{.Mul = 1, .Div = 1, .Hidden = 2}>,
     .ForwardDoc = "log(exp(x) + 1): exp 1, add 1, log 1",
     .BackwardDoc = "dy * exp(x) / (exp(x) + 1), both saved: mul 1, div 1"},
    {.Name = "Softsign",
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{.Add = 1, .Div = 1, .Cmp = 1}>,
     .Backward = eachBackward<EachCost{.Mul = 1, .Div = 1, .Hidden = 1}>,
     .ForwardDoc = "x / (1 + |x|): cmp 1, add 1, div 1",
     .BackwardDoc = "dy / (d * d), d = 1 + |x| saved: mul 1, div 1"},
    {.Name = "Mish",
     .Since = 18,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = each<EachCost{
         .Add = 2, .Sub = 2, .Mul = 1, .Div = 1, .Exp = 3, .Log = 1}>,
     .Backward = eachBackward<EachCost{.Add = 1,
                                       .Sub = 1,
                                       .Mul = 4,
                                       .Div = 1,
                                       .SavesInput = true,
                                       .Hidden = 3}>,
     .ForwardDoc = "x * tanh(log(exp(x) + 1)): exp 3, log 1, add 2, sub 2, "
                   "div 1, mul 1",
     .BackwardDoc =
         "dy * (t + x * (1 - t * t) * e / (e + 1)), t the saved tanh, e the "
         "saved exp(x): mul 4, div 1, sub 1, add 1"},
    {.Name = "Swish",
     .Since = 24,
     .Types = "f",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = eachBy<swishCost>,
     .Backward = eachBackwardBy<swishBackward>,
     .ForwardDoc = "x * sigmoid(alpha * x): sub 1, exp 1, add 1, div 1, "
                   "mul 1, and mul 1 unless alpha is 1",
     .BackwardDoc = "dy * (s + alpha * y * (1 - s)), s the saved sigmoid: "
                    "sub 1, add 1, mul 2, and mul 1 unless alpha is 1"},
    {.Name = "Shrink",
     .Since = 9,
     .Types = "fi",
     .Trainable = operands(0),
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeLikeInput,
     .Forward = eachBy<shrinkCost>,
     .Backward = eachBackward<EachCost{.Cmp = 2, .SavesInput = true}>,
     .ForwardDoc = "x + bias where x < -lambd, x - bias where x > lambd, "
                   "otherwise 0: cmp 2, and add 1, sub 1 unless bias is 0",
     .BackwardDoc = "dy where |x| > lambd: cmp 2"},
};

} // namespace

ArrayRef<OpInfo> activationOps() { return Rows; }

} // namespace toscount
