//===- InferShapes.cpp - types, shapes, folding, layout -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Asks every operator's row for the shapes of its results, in execution order,
/// folds what is known before the network runs, and finds the movement of
/// parameters and constants that is mere layout.
///
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Ops/OperandTypes.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

using namespace llvm;

namespace toscount {
namespace {

/// Folded contents beyond this many elements are not kept: a value may be known
/// beforehand without anyone needing its contents.
constexpr uint64_t MaxFolded = 1U << 16U;
/// All folds of large constants together touch at most this many.
constexpr uint64_t MaxFoldedInAll = 1U << 24U;

bool oneElement(const Value &V) { return V.HasShape && elements(V.Dims) == 1; }

class Inference {
public:
  explicit Inference(AnalysisState &S) : S(S) {}

  Error run() {
    S.Facts.resize(S.M.Values.size());
    for (size_t Id = 0; Id < S.M.Values.size(); ++Id) {
      S.Facts[Id].Storage = static_cast<ValueId>(Id);
      if (S.M.Values[Id].Kind == ValueKind::Initializer)
        startInitializer(static_cast<ValueId>(Id));
    }
    NodeId Index = 0;
    for (const Node &N : S.nodes()) {
      const OpInfo *Row = S.Rows[Index++];
      Error E = Row != nullptr ? inferKnown(N, *Row) : inferUnknown(N);
      if (E)
        return withContext(std::move(E), S.place(N));
    }
    checkOutputs();
    return Error::success();
  }

private:
  /// Constants are known beforehand unless they may be parameters: floating
  /// initializers of more than one element.
  void startInitializer(ValueId Id) {
    Value &V = S.M.value(Id);
    V.HasShape = true;
    ValueFacts &F = S.Facts[Id];
    F.Layout = true;
    F.Static = !isFloating(V.Type) || oneElement(V);
  }

  Error inferKnown(const Node &N, const OpInfo &Row) {
    for (ValueId Id : N.Inputs)
      if (Id != NoId && !S.M.value(Id).HasShape)
        return makeError("operand '" + printable(S.M.value(Id).Name) +
                         "' is not a tensor of known shape; such operands are "
                         "not counted");
    ShapeContext Context(S.M, N, S.options().Rules, S.OldBatch, S.NewBatch);
    if (Error E = checkTypes(Context, Row))
      return E;
    Error Failed = Row.Shape(Context);
    // What an attribute of the wrong kind leads to is beside the point.
    if (Error E = Context.checkAttributes()) {
      consumeError(std::move(Failed));
      return E;
    }
    if (Failed)
      return Failed;
    Count Results = 0;
    for (ValueId Id : N.Outputs) {
      if (Id == NoId)
        continue;
      const Value &V = S.M.value(Id);
      if (!V.HasShape)
        return makeError("its operands do not determine the shape of result '" +
                         printable(V.Name) +
                         "', or the operator has no such result");
      Results += elements(V.Dims);
    }
    if (Row.Fold != nullptr && Results.valid() && Results <= MaxFolded &&
        contentsKnown(N) && mayFold(N, Results))
      if (Error E = Row.Fold(Context))
        return E;
    classify(N, Row);
    return Error::success();
  }

  Error checkTypes(const ShapeContext &C, const OpInfo &Row) {
    for (unsigned I = 0; I < C.numInputs(); ++I)
      if (C.hasInput(I) && C.inType(I) == ElementType::Undefined)
        return makeError("operand '" + printable(C.input(I).Name) +
                         "' has no element type that is known; export the "
                         "model again");
    auto [It, New] = Types.try_emplace(&Row);
    if (New)
      It->second = operandTypes(Row);
    return checkOperandTypes(C, It->second);
  }

  /// Every fold takes time and memory in proportion to what it reads and makes;
  /// a file may chain as many as it likes.
  bool mayFold(const Node &N, Count Results) {
    Count Cost = Results;
    for (ValueId Id : N.Inputs)
      if (Id != NoId)
        Cost += elements(S.M.value(Id).Dims);
    if (Cost <= MaxKeptElements)
      return true;
    Count Total = Folded + Cost;
    if (Total <= MaxFoldedInAll) {
      Folded = Total;
      return true;
    }
    if (!WarnedOfFolding)
      S.Result.Warnings.push_back(
          "the model computes more with constants than is followed; large "
          "ones are taken as unknown from node '" +
          printable(N.Name) + "' on");
    WarnedOfFolding = true;
    return false;
  }

  bool contentsKnown(const Node &N) const {
    return llvm::all_of(N.Inputs, [&](ValueId Id) {
      return Id == NoId || S.M.value(Id).Contents != nullptr;
    });
  }

  void classify(const Node &N, const OpInfo &Row) {
    bool AllStatic = true;
    bool AllLayout = !N.Inputs.empty();
    bool FromShapes = false;
    Count Sources = 0;
    for (ValueId Id : N.Inputs) {
      if (Id == NoId)
        continue;
      const ValueFacts &F = S.Facts[Id];
      AllStatic &= F.Static;
      AllLayout &= F.Layout;
      FromShapes |= F.FromShapes;
      if (!F.Static || isFloating(S.M.value(Id).Type))
        Sources += elements(S.M.value(Id).Dims);
      // The shape of an activation is what makes a size symbolic.
      if (Row.Kind == OpKind::Static && !F.Static && !F.Layout)
        FromShapes = true;
    }
    bool Known =
        Row.Kind == OpKind::Static || (Row.Kind != OpKind::Random && AllStatic);
    for (ValueId Id : N.Outputs) {
      if (Id == NoId)
        continue;
      ValueFacts &F = S.Facts[Id];
      F.Static = Known;
      F.FromShapes = Known && FromShapes;
      // Layout rearranges or selects. What makes more elements than it was
      // given (Expand of a class token over the batch) does real work.
      F.Layout = Known || (Row.moves() && AllLayout &&
                           elements(S.M.value(Id).Dims) <= Sources);
    }
    if (Row.Kind == OpKind::View && !N.Inputs.empty() && N.Inputs[0] != NoId)
      S.Facts[N.Outputs[0]].Storage = S.Facts[N.Inputs[0]].Storage;
  }

  /// Without a row the file's own word is all there is.
  Error inferUnknown(const Node &N) {
    for (ValueId Id : N.Outputs) {
      if (Id == NoId)
        continue;
      Value &V = S.M.value(Id);
      Shape Dims;
      for (const Dim &D : V.Declared) {
        auto It = S.Symbols.find(D.Symbol);
        if (!D.known() && It == S.Symbols.end())
          break;
        Dims.push_back(D.known() ? D.Value : It->second);
      }
      if (V.Type == ElementType::Undefined || !V.DeclaredRank ||
          Dims.size() != V.Declared.size())
        return makeError("the operator is unknown and the file does not say "
                         "the shape of its result '" +
                         printable(V.Name) +
                         "', so what follows can't be "
                         "counted; export the model with its shapes");
      Node Alone = N;
      ShapeContext Context(S.M, Alone, S.options().Rules);
      unsigned Index = &Id - N.Outputs.begin();
      if (Error E = Context.setOutput(Index, V.Type, Dims))
        return E;
    }
    return Error::success();
  }

  /// Declared output shapes that contradict what was inferred are the file's
  /// mistake (a batch that was rebound is not).
  void checkOutputs() {
    if (S.NewBatch != 0)
      return;
    for (ValueId Id : S.M.Main->Outputs) {
      const Value &V = S.M.value(Id);
      if (!V.DeclaredRank || !V.HasShape)
        continue;
      bool Same = V.Declared.size() == V.Dims.size();
      for (size_t I = 0; Same && I < V.Dims.size(); ++I)
        Same = !V.Declared[I].known() || V.Declared[I].Value == V.Dims[I];
      if (!Same)
        S.Result.Warnings.push_back("output '" + printable(V.Name) +
                                    "' has shape " + toString(V.Dims) +
                                    ", not what the file declares");
    }
  }

  AnalysisState &S;
  DenseMap<const OpInfo *, StringRef> Types;
  Count Folded = 0; ///< Elements that folding large constants has touched.
  bool WarnedOfFolding = false;
};

} // namespace

Error resolveOperators(AnalysisState &S) {
  struct Unknown {
    std::string FirstNode;
    unsigned Nodes = 0;
    std::string Advice;
  };
  MapVector<std::pair<StringRef, StringRef>, Unknown> Missing;
  for (const Node &N : S.nodes()) {
    const OpInfo *Row = S.Registry.find(N.Domain, N.Op, N.Opset);
    S.Rows.push_back(Row);
    if (Row != nullptr)
      continue;
    Unknown &U = Missing[{N.Domain, N.Op}];
    if (U.Nodes++ != 0)
      continue;
    U.FirstNode = printable(N.Name);
    if (int First = S.Registry.firstOpset(N.Domain, N.Op)) {
      U.Advice = " (known from opset " + std::to_string(First) +
                 ", the model uses " + std::to_string(N.Opset) + ")";
      continue;
    }
    std::vector<StringRef> Names;
    for (const OpFamily &Family : S.Registry.families())
      for (const OpInfo &Other : Family.Rows)
        if (Other.Domain == N.Domain)
          Names.push_back(Other.Name);
    U.Advice = didYouMean(N.Op, Names);
  }
  if (Missing.empty())
    return Error::success();
  std::string List;
  for (const auto &[Name, U] : Missing) {
    std::string Full = (Name.first.empty() ? "" : printable(Name.first) + ".") +
                       printable(Name.second);
    List += (List.empty() ? "" : ", ") + Full + " (node '" + U.FirstNode +
            (U.Nodes > 1 ? "' and " + std::to_string(U.Nodes - 1) + " more"
                         : std::string("'")) +
            ")" + U.Advice;
  }
  if (!S.options().AllowUnknown)
    return makeError(printable(S.M.Path) +
                     ": operators without a counting rule: " + List +
                     "; --allow-unknown counts them as zero");
  S.Result.LowerBound = true;
  S.Result.Warnings.push_back("counted as zero: " + List);
  return Error::success();
}

Error inferShapes(AnalysisState &S) { return Inference(S).run(); }

void setDatatype(AnalysisState &S) {
  if (!S.options().Datatype)
    return;
  for (Value &V : S.M.Values)
    if (isFloating(V.Type))
      V.Type = *S.options().Datatype;
  for (ModelCounts::BoundInput &Input : S.Result.Inputs)
    if (isFloating(Input.Type))
      Input.Type = *S.options().Datatype;
}

} // namespace toscount
