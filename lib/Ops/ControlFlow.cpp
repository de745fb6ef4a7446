//===- ControlFlow.cpp - If, Loop and Scan --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Control flow is expanded: the branch that is taken, the body once for each
/// iteration. Where the choice or the number of iterations is only known when
/// the network runs, `--assume NODE=VALUE` gives it and the figure is an
/// estimate.
///
//===----------------------------------------------------------------------===//

#include "Families.h"

#include "toscount/Ops/Expander.h"
#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

using ValueList = Expander::ValueList;

const Graph *body(const OpInstance &Op, StringRef Name) {
  const Attribute *A = Op.node().attribute(Name);
  return A != nullptr && A->Kind == AttributeKind::Graph ? A->Subgraph
                                                         : nullptr;
}

/// The single number that \p V holds, when it is known beforehand.
std::optional<int64_t> known(const Expander &E, ValueId V) {
  const Constant *C = V != NoId ? E.value(V).Contents : nullptr;
  if (C == nullptr || C->Ints.size() != 1)
    return std::nullopt;
  return C->Ints[0];
}

Attribute intAttr(StringRef Name, int64_t V) {
  Attribute A;
  A.Name = Name;
  A.Kind = AttributeKind::Int;
  A.Int = V;
  return A;
}

/// Result \p O of the control-flow node is \p V.
Error setResult(Expander &E, unsigned O, ValueId V) {
  if (V == NoId)
    return makeError("its result " + Twine(O) + " is nothing");
  return E.finish(O, "Identity", V);
}

Error setResults(Expander &E, ArrayRef<ValueId> Values) {
  for (unsigned O = 0; O < Values.size(); ++O)
    if (Error Failed = setResult(E, O, Values[O]))
      return Failed;
  return Error::success();
}

// -- If.

Error expandIf(const OpInstance &Op, Expander &E) {
  const Graph *Then = body(Op, "then_branch");
  const Graph *Else = body(Op, "else_branch");
  if (!Op.hasInput(0) || Then == nullptr || Else == nullptr)
    return makeError("needs a condition, a then_branch and an else_branch");
  for (const Graph *Branch : {Then, Else})
    if (!Branch->Inputs.empty() || Branch->Outputs.size() != Op.numOutputs())
      return makeError("its branches must take no inputs and give " +
                       Twine(Op.numOutputs()) + " outputs");
  const Graph *Taken = nullptr;
  if (std::optional<int64_t> Condition = known(E, Op.node().Inputs[0])) {
    Taken = *Condition != 0 ? Then : Else;
  } else if (std::optional<int64_t> Assumed = E.assumed()) {
    Taken = *Assumed != 0 ? Then : Else;
    E.estimate(*Assumed != 0 ? "the then_branch is assumed to run"
                             : "the else_branch is assumed to run");
  } else {
    Expected<unsigned> More = E.costlier({Then, Else});
    if (!More)
      return More.takeError();
    Taken = *More == 0 ? Then : Else;
    E.estimate(*More == 0 ? "its condition is only known when the network "
                            "runs; the costlier then_branch is counted"
                          : "its condition is only known when the network "
                            "runs; the costlier else_branch is counted");
  }
  Expected<ValueList> Results = E.copy(*Taken, {});
  if (!Results)
    return Results.takeError();
  return setResults(E, *Results);
}

// -- What Loop and Scan share: results of every iteration, stacked.

/// Stacks \p Slices along a new \p Axis.
Expected<ValueId> stack(Expander &E, ArrayRef<ValueId> Slices, int64_t Axis) {
  SmallVector<ValueId, 8> Rows;
  ValueId AxisValue = E.constant(Axis, /*Scalar=*/false);
  for (ValueId Slice : Slices) {
    Expected<ValueList> Row = E.apply("Unsqueeze", {Slice, AxisValue}, 1, {});
    if (!Row)
      return Row.takeError();
    Rows.push_back(Row->front());
  }
  if (Rows.size() == 1)
    return Rows.front();
  Expected<ValueList> All = E.apply("Concat", Rows, 1, intAttr("axis", Axis));
  if (!All)
    return All.takeError();
  return All->front();
}

// -- Loop.

/// Iterations beyond this are refused: each is counted by itself.
constexpr int64_t MaxIterations = 100'000;

Error expandLoop(const OpInstance &Op, Expander &E) {
  const Graph *Body = body(Op, "body");
  if (Body == nullptr)
    return makeError("has no body");
  unsigned Carried = Op.numInputs() < 2 ? 0 : Op.numInputs() - 2;
  if (Body->Inputs.size() != Carried + 2 ||
      Body->Outputs.size() < Carried + 1 ||
      Op.numOutputs() > Body->Outputs.size() - 1)
    return makeError("its body takes " + Twine(Body->Inputs.size()) +
                     " and gives " + Twine(Body->Outputs.size()) +
                     " values, which does not fit its " + Twine(Carried) +
                     " loop-carried operands");
  std::optional<int64_t> Trips, Condition = 1;
  if (Op.hasInput(0))
    Trips = known(E, Op.node().Inputs[0]);
  if (Op.hasInput(1))
    Condition = known(E, Op.node().Inputs[1]);
  std::optional<int64_t> Assumed = E.assumed();
  if (Assumed)
    E.estimate(Twine(*Assumed) + " iterations are assumed");

  ValueList State(Op.node().Inputs.begin() + std::min(2U, Op.numInputs()),
                  Op.node().Inputs.end());
  unsigned Scans = Body->Outputs.size() - 1 - Carried;
  std::vector<ValueList> Scanned(Scans);
  for (int64_t I = 0;; ++I) {
    if (Assumed) {
      if (I >= *Assumed)
        break;
    } else {
      if ((Trips && I >= *Trips) || (Condition && *Condition == 0))
        break;
      // A condition that only data decides never ends the loop here: a known
      // number of trips is the most there can be.
      if (!Condition && !Trips)
        return makeError("its number of iterations is only known when the "
                         "network runs; give it with --assume " +
                         printable(Op.node().Name) + "=NUMBER" +
                         (Op.hasInput(0)
                              ? ", or its operand with --assume " +
                                    printable(Op.input(0).Name) + "=NUMBER"
                              : ""));
    }
    if (I >= MaxIterations)
      return makeError("more than " + Twine(MaxIterations) +
                       " iterations; assume fewer with --assume " +
                       printable(Op.node().Name) + "=NUMBER");
    ValueList Arguments = {E.constant(I, /*Scalar=*/true),
                           E.constant(1, /*Scalar=*/true, ElementType::Bool)};
    Arguments.append(State.begin(), State.end());
    Expected<ValueList> Results = E.copy(*Body, Arguments);
    if (!Results)
      return Results.takeError();
    Condition = known(E, Results->front());
    State.assign(Results->begin() + 1, Results->begin() + 1 + Carried);
    for (unsigned K = 0; K < Scans; ++K)
      Scanned[K].push_back((*Results)[1 + Carried + K]);
    if (!Condition && Trips && !Assumed && I == 0)
      E.estimate("its condition is only known when the network runs; all " +
                 Twine(*Trips) + " iterations are counted");
  }
  for (unsigned O = 0; O < Op.numOutputs(); ++O) {
    if (!Op.hasOutput(O))
      continue;
    if (O < Carried) {
      if (Error Failed = setResult(E, O, State[O]))
        return Failed;
      continue;
    }
    if (Scanned[O - Carried].empty())
      return makeError("it runs no iteration, so the size of its result " +
                       Twine(O) + " is nothing");
    Expected<ValueId> All = stack(E, Scanned[O - Carried], 0);
    if (!All)
      return All.takeError();
    if (Error Failed = setResult(E, O, *All))
      return Failed;
  }
  return Error::success();
}

// -- Scan (opset 9 and later).

/// Entry \p K of the attribute \p Name, or 0.
int64_t entry(const OpInstance &Op, StringRef Name, unsigned K) {
  ArrayRef<int64_t> All = Op.attrInts(Name);
  return K < All.size() ? All[K] : 0;
}

Error expandScan(const OpInstance &Op, Expander &E) {
  const Graph *Body = body(Op, "body");
  int64_t Inputs = Op.attrInt("num_scan_inputs", 0);
  if (Body == nullptr || Inputs < 1 || Inputs > int64_t(Op.numInputs()) ||
      Body->Inputs.size() != Op.numInputs())
    return makeError("its num_scan_inputs and its body's inputs do not fit "
                     "its operands");
  unsigned States = Op.numInputs() - Inputs;
  if (Body->Outputs.size() != Op.numOutputs() || Op.numOutputs() < States)
    return makeError("its body's outputs do not fit its results");

  ValueList State(Op.node().Inputs.begin(), Op.node().Inputs.begin() + States);
  std::optional<int64_t> Length;
  std::vector<ValueList> Slices;
  for (unsigned K = 0; K < Inputs; ++K) {
    if (!Op.hasInput(States + K))
      return makeError("scan operand " + Twine(K) + " is missing");
    ValueId V = Op.node().Inputs[States + K];
    ShapeRef Dims = E.value(V).Dims;
    int64_t Axis = entry(Op, "scan_input_axes", K);
    auto Rank = static_cast<int64_t>(Dims.size());
    if (Axis < -Rank || Axis >= Rank)
      return makeError("scan operand " + Twine(K) + " of shape " +
                       toString(Dims) + " has no axis " + Twine(Axis));
    size_t At = OpInstance::axis(Axis, Dims.size());
    if (Length && *Length != Dims[At])
      return makeError("its scan operands have different lengths");
    Length = Dims[At];
    if (*Length < 1 || *Length > MaxIterations)
      return makeError("its scan operands have length " + Twine(*Length) +
                       ", but 1 to " + Twine(MaxIterations) +
                       " can be counted");
    SmallVector<int64_t, 8> Ones(*Length, 1);
    Expected<ValueList> Parts =
        E.apply("Split", {V, E.constant(Ones, /*Scalar=*/false)}, *Length,
                intAttr("axis", int64_t(At)));
    if (!Parts)
      return Parts.takeError();
    ValueList Squeezed;
    ValueId AxisValue = E.constant(int64_t(At), /*Scalar=*/false);
    for (ValueId Part : *Parts) {
      Expected<ValueList> Slice = E.apply("Squeeze", {Part, AxisValue}, 1, {});
      if (!Slice)
        return Slice.takeError();
      Squeezed.push_back(Slice->front());
    }
    if (entry(Op, "scan_input_directions", K) == 1)
      std::reverse(Squeezed.begin(), Squeezed.end());
    Slices.push_back(std::move(Squeezed));
  }

  std::vector<ValueList> Scanned(Op.numOutputs() - States);
  for (int64_t I = 0; I < *Length; ++I) {
    ValueList Arguments = State;
    for (const ValueList &Operand : Slices)
      Arguments.push_back(Operand[I]);
    Expected<ValueList> Results = E.copy(*Body, Arguments);
    if (!Results)
      return Results.takeError();
    State.assign(Results->begin(), Results->begin() + States);
    for (unsigned K = 0; K < Scanned.size(); ++K)
      Scanned[K].push_back((*Results)[States + K]);
  }
  for (unsigned O = 0; O < Op.numOutputs(); ++O) {
    if (!Op.hasOutput(O))
      continue;
    ValueId Result = O < States ? State[O] : NoId;
    if (O >= States) {
      ValueList &All = Scanned[O - States];
      if (is_contained(All, NoId))
        return makeError("its result " + Twine(O) + " is nothing");
      if (entry(Op, "scan_output_directions", O - States) == 1)
        std::reverse(All.begin(), All.end());
      int64_t Axis = entry(Op, "scan_output_axes", O - States);
      auto Rank = static_cast<int64_t>(E.value(All[0]).Dims.size()) + 1;
      if (Axis < -Rank || Axis >= Rank)
        return makeError("scan result " + Twine(O - States) + " has no axis " +
                         Twine(Axis));
      Expected<ValueId> Stacked =
          stack(E, All, int64_t(OpInstance::axis(Axis, Rank)));
      if (!Stacked)
        return Stacked.takeError();
      Result = *Stacked;
    }
    if (Error Failed = setResult(E, O, Result))
      return Failed;
  }
  return Error::success();
}

// -- Scan of opset 8: everything has a batch dimension in front, and the body
// -- runs for each of its elements.

/// The slices of \p V along its first dimension.
Expected<ValueList> unstack(Expander &E, ValueId V) {
  ShapeRef Dims = E.value(V).Dims;
  if (E.items(V) != nullptr || Dims.empty() || Dims[0] < 1 ||
      Dims[0] > MaxIterations)
    return makeError("operand '" + printable(E.value(V).Name) + "' of shape " +
                     toString(Dims) + " has no 1 to " + Twine(MaxIterations) +
                     " slices");
  SmallVector<int64_t, 8> Ones(static_cast<size_t>(Dims[0]), 1);
  Expected<ValueList> Parts =
      E.apply("Split", {V, E.constant(Ones, /*Scalar=*/false)},
              static_cast<unsigned>(Ones.size()), intAttr("axis", 0));
  if (!Parts)
    return Parts.takeError();
  ValueId Axis = E.constant(0, /*Scalar=*/false);
  for (ValueId &Part : *Parts) {
    Expected<ValueList> Slice = E.apply("Squeeze", {Part, Axis}, 1, {});
    if (!Slice)
      return Slice.takeError();
    Part = Slice->front();
  }
  return Parts;
}

Error expandBatchScan(const OpInstance &Op, Expander &E) {
  const Graph *Body = body(Op, "body");
  int64_t Inputs = Op.attrInt("num_scan_inputs", 0);
  if (Body == nullptr || Inputs < 1 || Inputs >= int64_t(Op.numInputs()) ||
      Body->Inputs.size() + 1 != Op.numInputs())
    return makeError("its num_scan_inputs and its body's inputs do not fit "
                     "its operands");
  if (Op.hasInput(0))
    return makeError("the lengths of its sequences (operand 0 '" +
                     printable(Op.input(0).Name) +
                     "') are only known when the network runs; export the "
                     "model for opset 9");
  unsigned States = Op.numInputs() - 1 - Inputs;
  if (Body->Outputs.size() != Op.numOutputs() || Op.numOutputs() < States)
    return makeError("its body's outputs do not fit its results");
  std::vector<ValueList> ByBatch; // Of each operand.
  for (unsigned I = 1; I < Op.numInputs(); ++I) {
    if (!Op.hasInput(I))
      return makeError("operand " + Twine(I) + " is missing");
    Expected<ValueList> Slices = unstack(E, Op.node().Inputs[I]);
    if (!Slices)
      return Slices.takeError();
    if (I > 1 && Slices->size() != ByBatch.front().size())
      return makeError("its operands have different batches");
    ByBatch.push_back(std::move(*Slices));
  }
  std::vector<ValueList> Results(Op.numOutputs());
  for (size_t B = 0; B < ByBatch.front().size(); ++B) {
    ValueList State;
    for (unsigned K = 0; K < States; ++K)
      State.push_back(ByBatch[K][B]);
    std::vector<ValueList> Steps;
    for (unsigned K = 0; K < Inputs; ++K) {
      Expected<ValueList> Slices = unstack(E, ByBatch[States + K][B]);
      if (!Slices)
        return Slices.takeError();
      if (entry(Op, "directions", K) == 1)
        std::reverse(Slices->begin(), Slices->end());
      if (K > 0 && Slices->size() != Steps.front().size())
        return makeError("its scan operands have different lengths");
      Steps.push_back(std::move(*Slices));
    }
    std::vector<ValueList> Scanned(Op.numOutputs() - States);
    for (size_t T = 0; T < Steps.front().size(); ++T) {
      ValueList Arguments = State;
      for (const ValueList &Operand : Steps)
        Arguments.push_back(Operand[T]);
      Expected<ValueList> Made = E.copy(*Body, Arguments);
      if (!Made)
        return Made.takeError();
      if (is_contained(*Made, NoId))
        return makeError("one of its body's outputs is nothing");
      State.assign(Made->begin(), Made->begin() + States);
      for (unsigned K = 0; K < Scanned.size(); ++K)
        Scanned[K].push_back((*Made)[States + K]);
    }
    for (unsigned O = 0; O < Results.size(); ++O) {
      if (O < States) {
        Results[O].push_back(State[O]);
        continue;
      }
      Expected<ValueId> All = stack(E, Scanned[O - States], 0);
      if (!All)
        return All.takeError();
      Results[O].push_back(*All);
    }
  }
  for (unsigned O = 0; O < Results.size(); ++O) {
    if (!Op.hasOutput(O))
      continue;
    Expected<ValueId> All = stack(E, Results[O], 0);
    if (!All)
      return All.takeError();
    if (Error Failed = setResult(E, O, *All))
      return Failed;
  }
  return Error::success();
}

constexpr OpInfo Rows[] = {
    {.Name = "If",
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandIf,
     .ForwardDoc =
         "the branch that its condition chooses when that is known beforehand; "
         "otherwise --assume NODE=then or else, otherwise the costlier one: an "
         "estimate",
     .BackwardDoc = "through the branch that runs"},
    {.Name = "Loop",
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandLoop,
     .ForwardDoc =
         "its body once for each iteration: as many as its trip count and "
         "condition say when they are known beforehand, or --assume "
         "NODE=NUMBER: an estimate. Results of every iteration are stacked (a "
         "Concat)",
     .BackwardDoc = "through every iteration"},
    {.Name = "Scan",
     .Since = 8,
     .Until = 8,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandBatchScan,
     .ForwardDoc =
         "its body once for each batch element and slice of its scan operands, "
         "which are split (a Split), and stacks the results (a Concat); "
         "sequences of different lengths are refused",
     .BackwardDoc = "through every slice"},
    {.Name = "Scan",
     .Since = 9,
     .Kind = OpKind::Control,
     .Grad = Gradient::Rule,
     .Expand = expandScan,
     .ForwardDoc =
         "its body once for each slice of its scan operands, which are "
         "split (a Split), and stacks the results (a Concat)",
     .BackwardDoc = "through every slice"},
};

} // namespace

ArrayRef<OpInfo> controlFlowOps() { return Rows; }

} // namespace toscount
