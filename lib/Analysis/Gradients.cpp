//===- Gradients.cpp - the loss, and where its gradient flows -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

bool isScalar(ShapeRef Dims) { return elements(Dims) == 1; }

std::string listNames(const AnalysisState &S, ArrayRef<ValueId> Ids) {
  std::string List;
  for (ValueId Id : Ids)
    List += (List.empty() ? "" : ", ") + ("'" + printable(S.M.value(Id).Name)) +
            "' " + toString(S.M.value(Id).Dims);
  return List;
}

/// The graph output that the loss is taken of.
Expected<ValueId> lossOutput(AnalysisState &S) {
  std::string File = printable(S.M.Path);
  const std::string &Wanted = S.options().LossOutput;
  SmallVector<ValueId, 4> Floating;
  std::vector<StringRef> Names;
  for (ValueId Id : S.M.Main->Outputs) {
    const Value &V = S.M.value(Id);
    Names.push_back(V.Name);
    if (V.Name == Wanted)
      return Id;
    if (V.HasShape && isFloating(V.Type))
      Floating.push_back(Id);
  }
  if (!Wanted.empty())
    return makeError(File + ": no output is called '" + printable(Wanted) +
                     "'" + didYouMean(Wanted, Names) +
                     "; its floating outputs: " + listNames(S, Floating));
  if (Floating.empty())
    return makeError(File + ": the network has no floating output that a loss "
                            "could be taken of; use --phase infer");
  if (Floating.size() > 1)
    return makeError(File + ": the loss could be taken of several outputs: " +
                     listNames(S, Floating) + "; choose with --loss-output");
  return Floating.front();
}

/// The value behind views that rename \p Id without reshaping it.
ValueId behindAliases(const AnalysisState &S, ValueId Id) {
  while (S.M.value(Id).Kind == ValueKind::Result) {
    NodeId P = S.M.value(Id).Producer;
    const Node &N = S.nodes()[P];
    if (S.Rows[P] == nullptr || S.Rows[P]->Kind != OpKind::View ||
        N.Inputs.size() != 1 ||
        S.M.value(N.Inputs[0]).Dims != S.M.value(Id).Dims)
      break;
    Id = N.Inputs[0];
  }
  return Id;
}

const OpInfo *producerRow(const AnalysisState &S, ValueId Id) {
  const Value &V = S.M.value(Id);
  return V.Kind == ValueKind::Result ? S.Rows[V.Producer] : nullptr;
}

} // namespace

/// Elements drawn at random that no input of the network has touched: weights
/// drawn at every step.
static Count drawnWeights(const AnalysisState &S) {
  std::vector<bool> FromInput(S.Facts.size());
  for (ValueId Id : S.M.Main->Inputs)
    FromInput[Id] = true;
  Count Drawn = 0;
  for (NodeId I = 0; I < S.nodes().size(); ++I) {
    const Node &N = S.nodes()[I];
    bool Touched = llvm::any_of(
        N.Inputs, [&](ValueId In) { return In != NoId && FromInput[In]; });
    bool Draws = S.Rows[I] != nullptr && S.Rows[I]->Kind == OpKind::Random;
    for (ValueId Out : N.Outputs) {
      if (Out == NoId)
        continue;
      FromInput[Out] = Touched;
      if (Draws && !Touched)
        Drawn += elements(S.M.value(Out).Dims);
    }
  }
  return Drawn;
}

Error chooseLoss(AnalysisState &S) {
  CountOptions &O = S.options();
  if (O.Phases == Level::Infer)
    return Error::success();
  std::string File = printable(S.M.Path);
  Expected<ValueId> Output = lossOutput(S);
  if (!Output)
    return Output.takeError();
  const Value &V = S.M.value(*Output);
  std::string Name = printable(V.Name);
  if (!V.HasShape || !isFloating(V.Type))
    return makeError(File + ": output '" + Name +
                     "' is not a floating tensor; a loss can't be taken of it");
  S.LossSeed = S.LossOutput = *Output;

  bool Chosen = O.Loss.empty();
  if (Chosen)
    O.Loss = isScalar(V.Dims) ? "graph" : "cross-entropy";
  if (O.Loss == "graph") {
    if (!isScalar(V.Dims))
      return makeError(File +
                       ": --loss graph needs an output that is one "
                       "number, but '" +
                       Name + "' has shape " + toString(V.Dims));
    if (Chosen)
      S.Result.Assumptions.push_back("output '" + Name +
                                     "' is one number and is taken for the "
                                     "loss (--loss graph)");
    return Error::success();
  }

  S.Loss = findLoss(O.Loss);
  if (S.Loss == nullptr)
    return makeError("unknown loss '" + printable(O.Loss) + "'");
  size_t Rank = V.Dims.size();
  size_t Axis = Rank == 0 ? 0 : Rank >= 4 ? 1 : Rank - 1;
  if (O.ClassAxis) {
    auto Signed = static_cast<int64_t>(Rank);
    if (*O.ClassAxis < -Signed || *O.ClassAxis >= Signed)
      return makeError(File + ": --class-axis " + Twine(*O.ClassAxis) +
                       " is outside output '" + Name + "' of shape " +
                       toString(V.Dims));
    Axis = OpInstance::axis(*O.ClassAxis, Rank);
  }
  S.ClassAxis = Axis;
  LossInput &L = S.LossShape;
  L.Type = O.Datatype.value_or(V.Type);
  L.Elements = elements(V.Dims);
  L.Classes = Rank == 0 ? 1 : V.Dims[Axis];
  L.Rows = L.Elements / L.Classes;
  if (L.Elements == 0)
    return makeError(File + ": output '" + Name + "' of shape " +
                     toString(V.Dims) +
                     " is empty; no loss can be taken of it");
  if (S.Loss->ClassTargets && L.Classes == 1) {
    if (Chosen)
      return makeError(File + ": output '" + Name + "' of shape " +
                       toString(V.Dims) +
                       " has one class, so cross-entropy says nothing; choose "
                       "--loss (bce-logits for one logit, mse for a number)");
    S.Result.Warnings.push_back("the loss is taken over one class");
  }
  if (Chosen)
    S.Result.Assumptions.push_back(
        "the loss is " + O.Loss + " over axis " + std::to_string(Axis) +
        " of output '" + Name + "' (choose with --loss, --class-axis)");

  L.DrawnWeights = drawnWeights(S);
  if (S.Loss->NeedsDrawnWeights && L.DrawnWeights == 0)
    return makeError(File + ": --loss " + S.Loss->Name +
                     " is for networks that draw their weights at random, and "
                     "this one draws none");
  if (!S.Loss->NeedsDrawnWeights && !(L.DrawnWeights == 0))
    S.Result.Warnings.push_back(
        "the network draws its weights at random, and the loss has no term for "
        "their divergence; --loss elbo has");
  ValueId Ends = behindAliases(S, *Output);
  const OpInfo *Last = producerRow(S, Ends);
  if (S.Loss->HasSoftmax && Last != nullptr && Last->Probabilities) {
    L.Probabilities = true;
    S.LossSeed = S.nodes()[S.M.value(Ends).Producer].Inputs[0];
    S.Result.Assumptions.push_back(
        "the network ends in probabilities: the loss takes their logarithm, "
        "and its gradient goes to the logits");
  }
  return Error::success();
}

Error markGradients(AnalysisState &S) {
  if (S.options().Phases != Level::Train)
    return Error::success();

  for (ValueFacts &F : S.Facts)
    F.NeedsGrad = F.Parameter && !F.Frozen;
  for (NodeId I = 0; I < S.nodes().size(); ++I) {
    const Node &N = S.nodes()[I];
    const OpInfo *Row = S.Rows[I];
    if (Row != nullptr && Row->Grad == Gradient::NotDifferentiable)
      continue;
    bool Needs = false;
    for (unsigned Slot = 0; Slot < N.Inputs.size(); ++Slot)
      Needs |= N.Inputs[Slot] != NoId && S.Facts[N.Inputs[Slot]].NeedsGrad &&
               (Row == nullptr || contains(Row->Differentiable, Slot));
    if (!Needs)
      continue;
    for (ValueId Out : N.Outputs)
      if (Out != NoId && isFloating(S.M.value(Out).Type))
        S.Facts[Out].NeedsGrad = true;
  }

  if (S.LossSeed != NoId)
    S.Facts[S.LossSeed].HasGrad = S.Facts[S.LossSeed].NeedsGrad;
  for (NodeId I = S.nodes().size(); I-- > 0;) {
    const Node &N = S.nodes()[I];
    const OpInfo *Row = S.Rows[I];
    bool Arrives = llvm::any_of(N.Outputs, [&](ValueId Out) {
      return Out != NoId && S.Facts[Out].HasGrad;
    });
    if (!Arrives || S.isAlias(N))
      continue;
    if (Row != nullptr && Row->Grad == Gradient::Missing)
      return makeError(S.place(N) +
                       ": its gradient has no counting rule yet; count with "
                       "--phase infer or validate, or --freeze what lies "
                       "before it");
    for (unsigned Slot = 0; Slot < N.Inputs.size(); ++Slot)
      if (N.Inputs[Slot] != NoId && S.Facts[N.Inputs[Slot]].NeedsGrad &&
          (Row == nullptr || contains(Row->Differentiable, Slot)))
        S.Facts[N.Inputs[Slot]].HasGrad = true;
  }

  bool Any = llvm::any_of(
      S.Facts, [](const ValueFacts &F) { return F.Parameter && F.HasGrad; });
  if (!Any)
    S.Result.Warnings.push_back(
        S.Result.Parameters.Total == 0
            ? "the network has no trainable parameters: there is no backward "
              "pass"
            : "no trainable parameter lies on a path to the loss: there is no "
              "backward pass");
  return Error::success();
}

} // namespace toscount
