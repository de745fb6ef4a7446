//===- Fusion.cpp - operators that are several standard ones in one -------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Fusion.h"

#include "Families.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

/// Definitions are written in the newest operators.
static constexpr int Opset = 24;

/// The row of a standard operator.
static const OpInfo *rowOf(StringRef Name) {
  for (ArrayRef<OpInfo> Rows : {
#define TOSCOUNT_FAMILY(NAME, FUNCTION, CLASS) FUNCTION(),
#include "Families.def"
       })
    for (const OpInfo &Row : Rows)
      if (Row.Domain.empty() && Row.Name == Name && Row.Since <= Opset &&
          Opset <= Row.Until)
        return &Row;
  return nullptr;
}

Fusion::Fusion(const OpInstance &Op) : Op(Op) {
  // The operands keep their numbers.
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    M.addValue(Op.hasInput(I) ? Op.input(I) : Value());
}

Error Fusion::fail(const Twine &Message) const { return makeError(Message); }

Error Fusion::expectOperands(unsigned Least, unsigned Most) const {
  for (unsigned I = 0; I < Least; ++I)
    if (!Op.hasInput(I))
      return fail("operand " + Twine(I) + " is missing");
  if (Op.numInputs() > Most)
    return fail(Twine(Op.numInputs()) +
                " operands, but the operator takes at most " + Twine(Most));
  return Error::success();
}

Error Fusion::expectOperands(unsigned Least, unsigned Most, size_t Rank) const {
  if (Error E = expectOperands(Least, Most))
    return E;
  if (Op.inShape(0).size() >= Rank)
    return Error::success();
  return fail("operand 0 has shape " + toString(Op.inShape(0)) +
              ", but at least " + Twine(Rank) + " dimensions are needed");
}

Error Fusion::expectShape(unsigned I, ShapeRef Dims) const {
  if (!Op.hasInput(I) || Op.inShape(I) == Dims)
    return Error::success();
  return fail("operand " + Twine(I) + " '" + printable(Op.input(I).Name) +
              "' has shape " + toString(Op.inShape(I)) + ", but must have " +
              toString(Dims));
}

Error Fusion::expectLikeInput(ValueId Id) const {
  if (shape(Id) == Op.inShape(0))
    return Error::success();
  return fail("what is added to operand 0 of shape " + toString(Op.inShape(0)) +
              " makes it one of " + toString(shape(Id)));
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

ValueId Fusion::add(ElementType Type, ShapeRef Dims) {
  Count Bits = elements(Dims) * std::max(bitWidth(Type), 8U);
  if (!Bits.valid() || Bits > Count(INT64_MAX)) {
    if (!failed())
      Problem = "an intermediate of shape " + toString(Dims) +
                " would be more than any memory holds";
    Dims = {};
  }
  Value V;
  V.Type = Type;
  V.Dims = M.copy(Dims);
  V.HasShape = true;
  return M.addValue(V);
}

ValueId Fusion::meaningless() { return add(ElementType::Float32, {}); }

SmallVector<ValueId, 4> Fusion::applyAll(StringLiteral Name,
                                         ArrayRef<ValueId> In, unsigned Results,
                                         ArrayRef<Attribute> Attributes) {
  Step S;
  S.Row = rowOf(Name);
  SmallVector<ValueId, 4> Out;
  for (unsigned O = 0; O < Results; ++O)
    Out.push_back(M.addValue(Value()));
  S.N.Name = S.N.Op = Name;
  S.N.Opset = Opset;
  S.N.Inputs = M.copy(In);
  S.N.Outputs = M.copy(ArrayRef<ValueId>(Out));
  S.N.Attributes = M.copy(Attributes);
  if (!failed() && S.Row == nullptr)
    Problem = ("no operator " + Name).str();
  if (!failed()) {
    ShapeContext C(M, S.N, Op.settings());
    if (Error E = S.Row->Shape(C))
      Problem = (Name + ": ").str() + llvm::toString(std::move(E));
  }
  if (failed())
    return SmallVector<ValueId, 4>(Results, meaningless());
  Steps.push_back(S);
  return Out;
}

ValueId Fusion::arrange(ArrayRef<ValueId> From, ShapeRef Dims,
                        ElementType Type) {
  ValueId To = add(Type, Dims);
  Step S;
  S.N.Inputs = M.copy(From);
  S.N.Outputs = M.copy(ArrayRef<ValueId>(To));
  Steps.push_back(S);
  return To;
}

ValueId Fusion::arrange(ArrayRef<ValueId> From, ShapeRef Dims) {
  return arrange(From, Dims, type(From[0]));
}

SmallVector<ValueId, 4> Fusion::split(ValueId From, ArrayRef<Shape> Parts) {
  SmallVector<ValueId, 4> To;
  for (const Shape &Part : Parts)
    To.push_back(add(type(From), Part));
  Step S;
  S.N.Inputs = M.copy(ArrayRef<ValueId>(From));
  S.N.Outputs = M.copy(ArrayRef<ValueId>(To));
  Steps.push_back(S);
  return To;
}

ValueId Fusion::constant(ElementType Type, ShapeRef Dims) {
  return add(Type, Dims);
}

ValueId Fusion::integers(ArrayRef<int64_t> Contents) {
  ValueId Id = add(ElementType::Int64, {static_cast<int64_t>(Contents.size())});
  Constant C;
  C.Type = ElementType::Int64;
  C.Dims = M.value(Id).Dims;
  C.Ints = Contents;
  M.value(Id).Contents = M.createConstant(C);
  return Id;
}

void Fusion::result(unsigned O, ValueId Id) {
  if (Op.hasOutput(O))
    Results.push_back({O, Id});
}

static Attribute named(StringLiteral Name, AttributeKind Kind) {
  Attribute A;
  A.Name = Name;
  A.Kind = Kind;
  return A;
}
Attribute Fusion::attr(StringLiteral Name, int64_t V) const {
  Attribute A = named(Name, AttributeKind::Int);
  A.Int = V;
  return A;
}
Attribute Fusion::attr(StringLiteral Name, double V) const {
  Attribute A = named(Name, AttributeKind::Float);
  A.Float = V;
  return A;
}
Attribute Fusion::attr(StringLiteral Name, StringRef V) const {
  Attribute A = named(Name, AttributeKind::String);
  A.String = V;
  return A;
}
Attribute Fusion::attrInts(StringLiteral Name, ShapeRef V) {
  Attribute A = named(Name, AttributeKind::Ints);
  A.Ints = M.copy(V);
  return A;
}

//===----------------------------------------------------------------------===//
// Shapes and forward
//===----------------------------------------------------------------------===//

Error Fusion::shapes(ShapeContext &C, Error Defined) {
  // What the definition says after a step failed makes no sense.
  if (failed()) {
    consumeError(std::move(Defined));
    return C.fail(Problem);
  }
  if (Defined)
    return Defined;
  for (auto [O, Id] : Results)
    if (Error E = C.setOutput(O, type(Id), shape(Id)))
      return E;
  for (unsigned O = 0; O < C.numOutputs(); ++O)
    if (C.hasOutput(O) &&
        llvm::none_of(Results, [&](auto &R) { return R.first == O; }))
      return C.fail("it has no result " + Twine(O));
  return Error::success();
}

static Count partOr(ArrayRef<Work::Partial> Parts, unsigned I, Count Whole) {
  for (const Work::Partial &P : Parts)
    if (P.Index == I)
      return P.Elements;
  return Whole;
}

void Fusion::partialReads(Work &W, ArrayRef<Count> Read,
                          ArrayRef<bool> Used) const {
  for (unsigned I = 0; I < Op.numInputs(); ++I) {
    Count Part = partOr(Partly, I, Read[I]);
    if (Used[I] && Part < Op.inSize(I))
      W.reads(I, Part);
  }
}

void Fusion::forward(Work &W) {
  ElementType Before = W.type();
  std::vector<Count> Read(Op.numInputs());
  SmallVector<bool, 8> Used(Op.numInputs());
  for (const Step &S : Steps) {
    if (S.Row != nullptr && S.Row->Forward != nullptr) {
      OpInstance Inner(M, S.N, Op.settings());
      W.setType(Inner.computeType());
      S.Row->Forward(Inner, W);
    }
    for (unsigned I = 0; I < S.N.Inputs.size(); ++I)
      if (ValueId Id = S.N.Inputs[I]; isOperand(Id)) {
        Used[Id] = true;
        Read[Id] += partOr(W.Reads, I, Op.inSize(Id));
      }
    // Nothing of a step's traffic leaves the fused operator.
    W.Reads.clear();
    W.Writes.clear();
    W.IsView = false;
    W.Kernels = 1;
  }
  W.setType(Before);
  partialReads(W, Read, Used);
}

//===----------------------------------------------------------------------===//
// Backward
//===----------------------------------------------------------------------===//

/// Whether a gradient passes through step \p S to its operand \p I.
bool Fusion::passes(const Step &S, unsigned I) const {
  ValueId Id = S.N.Inputs[I];
  if (Id == NoId || !isFloating(type(Id)))
    return false;
  if (S.Row == nullptr)
    return true;
  return contains(S.Row->Differentiable, I) &&
         (S.Row->Grad == Gradient::Rule || S.Row->moves());
}

/// What backward reads of \p Id: what it was arranged from, in the end.
void Fusion::save(ValueId Id, GradWork &G, std::vector<bool> &Seen) const {
  if (Id == NoId || Seen[Id])
    return;
  Seen[Id] = true;
  if (isOperand(Id))
    return G.savesInput(Id);
  for (auto [O, R] : Results)
    if (R == Id)
      return G.savesOutput(O);
  for (const Step &S : Steps) {
    if (!llvm::is_contained(S.N.Outputs, Id))
      continue;
    if (S.Row != nullptr && !S.Row->moves())
      return G.savesHidden(type(Id), elements(shape(Id)));
    for (ValueId From : S.N.Inputs)
      save(From, G, Seen);
  }
}

void Fusion::backward(const Step &S, GradWork &G, std::vector<Flow> &Flows,
                      unsigned &Tensors, std::vector<ValueId> &Saved) {
  SmallVector<bool, 8> Needs, HasGrad;
  for (unsigned I = 0; I < S.N.Inputs.size(); ++I)
    Needs.push_back(passes(S, I) && Flows[S.N.Inputs[I]].Needs);
  unsigned Arriving = 0;
  for (ValueId Out : S.N.Outputs) {
    HasGrad.push_back(Flows[Out].Arrived != 0);
    if (HasGrad.back())
      Arriving = Flows[Out].Tensor;
  }
  if (!llvm::is_contained(Needs, true) || !llvm::is_contained(HasGrad, true))
    return;

  G.Needs = Needs;
  G.HasGrad = HasGrad;
  OpInstance Inner(M, S.N, Op.settings());
  if (S.Row != nullptr && S.Row->Backward != nullptr) {
    G.setType(Inner.computeType());
    S.Row->Backward(Inner, G);
  }
  for (unsigned I : G.SavedInputs)
    if (Inner.hasInput(I))
      Saved.push_back(S.N.Inputs[I]);
  for (unsigned O : G.SavedOutputs)
    if (Inner.hasOutput(O))
      Saved.push_back(S.N.Outputs[O]);
  for (unsigned I = 0; I < Needs.size(); ++I) {
    if (!Needs[I])
      continue;
    Flow &F = Flows[S.N.Inputs[I]];
    bool Same = llvm::is_contained(G.Aliases, I);
    if (++F.Arrived > 1) {
      G.setType(type(S.N.Inputs[I]));
      G.add(elements(shape(S.N.Inputs[I])),
            "a value used several times accumulates its gradients");
      Same = false;
    }
    F.Tensor = Same ? Arriving : ++Tensors;
    F.SummedFrom = F.Arrived > 1 ? Count(0) : partOr(G.BroadcastFrom, I, 0);
    F.Written.reset();
    if (F.Arrived == 1)
      for (const Work::Partial &P : G.Writes)
        if (P.Index == I)
          F.Written = P.Elements;
  }
  G.SavedInputs.clear();
  G.SavedOutputs.clear();
  G.Aliases.clear();
  G.BroadcastFrom.clear();
  G.Reads.clear();
  G.Writes.clear();
  G.Kernels = 0;
}

void Fusion::backward(GradWork &G) {
  ElementType Before = G.type();
  ArrayRef<bool> Needs = G.Needs;
  ArrayRef<bool> HasGrad = G.HasGrad;
  std::vector<Flow> Flows(M.Values.size());
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    // Nothing has to be computed for a gradient without elements.
    Flows[I].Needs = G.needs(I) && Op.inSize(I) > Count(0);
  for (const Step &S : Steps)
    for (unsigned I = 0; I < S.N.Inputs.size(); ++I)
      if (passes(S, I) && Flows[S.N.Inputs[I]].Needs)
        for (ValueId Out : S.N.Outputs)
          Flows[Out].Needs =
              isFloating(type(Out)) && elements(shape(Out)) > Count(0);
  // Tensors 1 to n are the arriving gradients.
  unsigned Tensors = 0;
  for (auto [O, Id] : Results) {
    ++Tensors;
    if (!G.hasGrad(O))
      continue;
    if (Flows[Id].Arrived++ == 0)
      Flows[Id].Tensor = Tensors;
    else
      G.add(elements(shape(Id)), "gradients of two results of one value");
  }
  unsigned Arriving = Tensors;
  std::vector<ValueId> Saved;
  for (const Step &S : llvm::reverse(Steps))
    backward(S, G, Flows, Tensors, Saved);
  G.Needs = Needs;
  G.HasGrad = HasGrad;
  G.setType(Before);

  std::vector<bool> Seen(M.Values.size());
  for (ValueId Id : Saved)
    save(Id, G, Seen);
  // A gradient that is the arriving one, or another operand's, is no tensor
  // of its own.
  for (unsigned I = 0; I < Op.numInputs(); ++I) {
    if (!G.needs(I))
      continue;
    const Flow &F = Flows[I];
    bool Known = F.Tensor <= Arriving;
    for (unsigned J = 0; J < I; ++J)
      Known |= G.needs(J) && Flows[J].Tensor == F.Tensor;
    if (Known)
      G.alias(I);
    if (F.SummedFrom > Count(0))
      G.BroadcastFrom.push_back({I, F.SummedFrom});
    if (F.Written)
      G.Writes.push_back({I, *F.Written});
  }
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

Error shapeFusion(ShapeContext &C, Definition Define) {
  Fusion F(C);
  return F.shapes(C, Define(F));
}

void forwardFusion(const OpInstance &Op, Work &W, Definition Define) {
  Fusion F(Op);
  cantFail(Define(F));
  F.forward(W);
}

void backwardFusion(const OpInstance &Op, GradWork &G, Definition Define) {
  Fusion F(Op);
  cantFail(Define(F));
  F.backward(G);
}

} // namespace toscount
