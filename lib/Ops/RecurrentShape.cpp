//===- RecurrentShape.cpp - what RNN, GRU and LSTM share ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Recurrent.h"

#include "toscount/Support/Diagnostics.h"

#include <optional>

using namespace llvm;

namespace toscount {
namespace {

/// Multiplying by 1 and adding 0 is not counted, as in the operators of the
/// same names.
std::optional<CellFunction> cellFunction(StringRef Name, double Alpha,
                                         double Beta) {
  unsigned MulAlpha = Alpha == 1 ? 0 : 1;
  unsigned MulBeta = Beta == 1 ? 0 : 1;
  unsigned AddBeta = Beta == 0 ? 0 : 1;
  auto Is = [&](StringRef Other) { return Name.equals_insensitive(Other); };
  if (Is("Sigmoid"))
    return CellFunction{{.Add = 1, .Sub = 1, .Div = 1, .Exp = 1},
                        {.Sub = 1, .Mul = 2}};
  if (Is("Tanh"))
    return CellFunction{{.Add = 1, .Sub = 2, .Div = 1, .Exp = 2},
                        {.Sub = 1, .Mul = 2}};
  if (Is("Relu"))
    return CellFunction{{.Cmp = 1}, {.Cmp = 1}};
  if (Is("Affine"))
    return CellFunction{{.Add = AddBeta, .Mul = MulAlpha}, {.Mul = MulAlpha}};
  if (Is("LeakyRelu"))
    return CellFunction{
        {.Mul = MulAlpha, .Cmp = 1}, {.Mul = MulAlpha, .Cmp = 1}, 1};
  if (Is("ThresholdedRelu"))
    return CellFunction{{.Cmp = 1}, {.Cmp = 1}, 1};
  if (Is("ScaledTanh"))
    return CellFunction{
        {.Add = 1, .Sub = 2, .Mul = MulAlpha + MulBeta, .Div = 1, .Exp = 2},
        {.Sub = 1, .Mul = 2 + MulAlpha + MulBeta},
        1};
  if (Is("HardSigmoid"))
    return CellFunction{{.Add = AddBeta, .Mul = MulAlpha, .Cmp = 2},
                        {.Mul = MulAlpha, .Cmp = 2}};
  if (Is("Elu"))
    return CellFunction{{.Sub = 1, .Mul = MulAlpha, .Cmp = 1, .Exp = 1},
                        {.Add = 1, .Mul = 1, .Cmp = 1}};
  if (Is("Softsign"))
    return CellFunction{
        {.Add = 1, .Div = 1, .Cmp = 1}, {.Mul = 1, .Div = 1}, 1};
  if (Is("Softplus"))
    return CellFunction{
        {.Add = 1, .Exp = 1, .Log = 1}, {.Mul = 1, .Div = 1}, 2};
  return std::nullopt;
}

struct Scaling {
  std::optional<double> Alpha, Beta; ///< Defaults of those that it has.
};

Scaling defaults(StringRef Name) {
  auto Is = [&](StringRef Other) { return Name.equals_insensitive(Other); };
  if (Is("Affine"))
    return {1.0, 0.0};
  if (Is("LeakyRelu"))
    return {0.01, std::nullopt};
  if (Is("ThresholdedRelu") || Is("Elu"))
    return {1.0, std::nullopt};
  if (Is("ScaledTanh"))
    return {1.0, 1.0};
  if (Is("HardSigmoid"))
    return {0.2, 0.5};
  return {};
}

/// Activations of all directions. Alphas and betas are consumed, in order, by
/// the functions that have one.
Expected<SmallVector<CellFunction, 6>> cellFunctions(const OpInstance &Op,
                                                     const RecurrentKind &Kind,
                                                     size_t Directions) {
  SmallVector<StringRef, 6> Names;
  size_t Wanted = Kind.Functions.size() * Directions;
  if (Op.hasAttr("activations")) {
    ArrayRef<StringRef> Given = Op.attrStrings("activations");
    // RNN's schema gives two by default, whatever the directions.
    if (Given.size() < Wanted)
      return makeError("attribute 'activations' names " + Twine(Given.size()) +
                       " functions, but " + Twine(Wanted) + " are needed");
    Names.append(Given.begin(), Given.begin() + Wanted);
  } else {
    for (size_t D = 0; D < Directions; ++D)
      Names.append(Kind.Functions.begin(), Kind.Functions.end());
  }
  ArrayRef<double> Alphas = Op.attrFloats("activation_alpha");
  ArrayRef<double> Betas = Op.attrFloats("activation_beta");
  auto Next = [](ArrayRef<double> &Values, std::optional<double> Default) {
    double Value = Default.value_or(0);
    if (Default && !Values.empty()) {
      Value = Values.front();
      Values = Values.drop_front();
    }
    return Value;
  };
  SmallVector<CellFunction, 6> Functions;
  for (StringRef Name : Names) {
    Scaling S = defaults(Name);
    double Alpha = Next(Alphas, S.Alpha);
    double Beta = Next(Betas, S.Beta);
    std::optional<CellFunction> F = cellFunction(Name, Alpha, Beta);
    if (!F)
      return makeError("'" + printable(Name) +
                       "' is no activation function of recurrent operators");
    Functions.push_back(*F);
  }
  return Functions;
}

Error expectShape(const ShapeContext &C, unsigned I, StringRef What,
                  ShapeRef Wanted) {
  if (!C.hasInput(I) || C.inShape(I) == Wanted)
    return Error::success();
  return C.fail("operand " + Twine(I) + ", " + What + ", has shape " +
                toString(C.inShape(I)) + ", but " + toString(Wanted) +
                " is needed");
}

bool batchFirst(const OpInstance &Op) { return Op.attrInt("layout", 0) != 0; }

} // namespace

Error shapeRecurrent(ShapeContext &C, const RecurrentKind &Kind) {
  if (Error E = C.expectInputs(3, Kind.Cell ? 8 : 6))
    return E;
  for (unsigned I : {0U, 1U, 2U})
    if (Error E = C.expectRank(I, 3))
      return E;
  StringRef Direction = C.attrString("direction", "forward");
  if (Direction != "forward" && Direction != "reverse" &&
      Direction != "bidirectional")
    return C.fail("attribute 'direction' is '" + printable(Direction) +
                  "', which is none of forward, reverse, bidirectional");
  int64_t D = Direction == "bidirectional" ? 2 : 1;
  int64_t Layout = C.attrInt("layout", 0);
  if (Layout != 0 && Layout != 1)
    return C.fail("attribute 'layout' must be 0 or 1");
  ShapeRef X = C.inShape(0);
  int64_t Seq = X[Layout == 0 ? 0 : 1];
  int64_t Batch = X[Layout == 0 ? 1 : 0];
  int64_t Input = X[2];
  int64_t Hidden = C.inShape(2)[2];
  if (C.attrInt("hidden_size", Hidden) != Hidden)
    return C.fail("attribute 'hidden_size' is " +
                  Twine(C.attrInt("hidden_size", Hidden)) +
                  ", but operand 2, R, has shape " + toString(C.inShape(2)));
  if (Seq == 0 || Input == 0 || Hidden == 0)
    return C.fail("operands of shapes " + toString(X) + " and " +
                  toString(C.inShape(2)) +
                  " have no time steps, features or hidden units");
  // Sizes that fit no memory would overflow the products below.
  int64_t Rows = 0;
  if (__builtin_mul_overflow(Hidden, 2 * int64_t(Kind.Gates), &Rows))
    return C.fail("the hidden size " + Twine(Hidden) + " overflows");
  Rows /= 2;
  Shape State = {D, Batch, Hidden};
  if (Layout == 1)
    std::swap(State[0], State[1]);
  const std::pair<StringLiteral, Shape> Wanted[] = {{"X", Shape(X)},
                                                    {"W", {D, Rows, Input}},
                                                    {"R", {D, Rows, Hidden}},
                                                    {"B", {D, 2 * Rows}},
                                                    {"sequence_lens", {Batch}},
                                                    {"initial_h", State},
                                                    {"initial_c", State},
                                                    {"P", {D, 3 * Hidden}}};
  for (unsigned I = 1; I < C.numInputs(); ++I)
    if (Error E = expectShape(C, I, Wanted[I].first, Wanted[I].second))
      return E;
  if (C.hasInput(4) && !isInteger(C.inType(4)))
    return C.fail("operand 4, sequence_lens, must hold integers");
  if (Expected<SmallVector<CellFunction, 6>> F = cellFunctions(C, Kind, D); !F)
    return F.takeError();

  Shape Y = {Seq, D, Batch, Hidden};
  if (Layout == 1)
    Y = {Batch, Seq, D, Hidden};
  if (Error E = C.setOutput(0, C.inType(0), Y))
    return E;
  for (unsigned O = 1; O < (Kind.Cell ? 3U : 2U); ++O)
    if (Error E = C.setOutput(O, C.inType(0), State))
      return E;
  if (C.numOutputs() > (Kind.Cell ? 3U : 2U))
    return C.fail(Twine(C.numOutputs()) + " results are too many");
  return Error::success();
}

RecurrentPlan recurrentPlan(const OpInstance &Op, const RecurrentKind &Kind) {
  RecurrentPlan P;
  ShapeRef X = Op.inShape(0);
  P.Seq = X[batchFirst(Op) ? 1 : 0];
  P.Batch = X[batchFirst(Op) ? 0 : 1];
  P.Input = X[2];
  P.Hidden = Op.inShape(2)[2];
  auto D = static_cast<size_t>(Op.inShape(2)[0]);
  P.Directions = D;
  P.Clip = Op.hasAttr("clip");
  P.Functions = cantFail(cellFunctions(Op, Kind, D));
  return P;
}

void countActivation(Work &W, const RecurrentPlan &P, Count N,
                     const CellFunction &F) {
  if (P.Clip)
    W.cmp(N * 2, "clip: inputs of activations are kept within the threshold");
  countEach(W, N, F.Forward);
}

void countActivationBackward(GradWork &G, const RecurrentPlan &P, Count N,
                             const CellFunction &F) {
  if (P.Clip)
    G.cmp(N * 2, "clip: no gradient beyond the threshold");
  countEach(G, N, F.Backward);
  // The result, what else the function keeps, and what was clipped.
  G.savesHidden(G.type(), N * (1 + F.Hidden + (P.Clip ? 1 : 0)));
}

void countGates(const OpInstance &Op, Work &W, const RecurrentPlan &P,
                Count Gates) {
  Count N = W.let("N", P.Directions * P.gate() * Gates,
                  "directions * seq_length * batch * gates * hidden_size");
  W.as(ProductRole::Forward, Gates * P.Hidden);
  W.dots(N, P.Input, "X * W^T at every step");
  W.as(ProductRole::Forward, Gates * P.Hidden);
  W.dots(N, P.Hidden, "H * R^T at every step");
  W.add(N, "X * W^T + H * R^T");
  if (Op.hasInput(3))
    W.add(N * 2, "both biases of every gate");
}

void countArriving(GradWork &G, const RecurrentPlan &P) {
  Count Steps = G.hasGrad(0) ? P.Seq - 1 : Count(0);
  if (G.hasGrad(0) && G.hasGrad(1))
    Steps += 1;
  G.add(P.Directions * P.state() * Steps,
        "gradients of Y, Y_h and the next step's H are added");
}

void countInputs(const OpInstance &Op, GradWork &G, const RecurrentPlan &P,
                 Count Gates, Count Biases) {
  if (Op.hasInput(4))
    G.savesInput(4);
  if (G.needs(0)) {
    G.savesInput(1);
    G.as(ProductRole::DataGradient, P.Input);
    G.dots(P.Directions * P.uses() * P.Input, Gates * P.Hidden,
           "dX: the gates' gradients * W");
    G.add((P.Directions - 1) * P.uses() * P.Input,
          "dX of both directions is added");
  }
  if (G.needs(1)) {
    G.savesInput(0);
    G.as(ProductRole::WeightGradient, P.Input);
    G.dots(P.Directions * Gates * P.Hidden * P.Input, P.uses(),
           "dW: over all steps and sequences");
  }
  if (G.needs(3))
    G.sums(P.Directions * Biases * P.Hidden, P.uses(),
           "dB: over all steps and sequences");
}

Count passedOn(const GradWork &G, const RecurrentPlan &P, unsigned Initial) {
  Count Steps = P.Seq - 1;
  if (G.needs(Initial))
    Steps += 1;
  return P.Directions * P.state() * Steps;
}

} // namespace toscount
