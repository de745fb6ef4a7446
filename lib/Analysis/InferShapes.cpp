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

#include "Inference.h"

#include "toscount/Ops/OperandTypes.h"
#include "toscount/Support/Diagnostics.h"

#include <utility>

using namespace llvm;

namespace toscount {

/// Folded contents beyond this many elements are not kept: a value may be known
/// beforehand without anyone needing its contents.
static constexpr uint64_t MaxFolded = 1U << 16U;
/// All folds of large constants together touch at most this many.
static constexpr uint64_t MaxFoldedInAll = 1U << 24U;

/// More nodes than this are not made of control flow.
static constexpr size_t MaxNodes = 1'000'000;
/// Names of copies are as long as the names of all that they are nested in.
static constexpr size_t MaxNameBytes = size_t{1} << 26U;

static bool oneElement(const Value &V) {
  return V.HasShape && elements(V.Dims) == 1;
}

class Inference::Sizes final : public DataSizes {
public:
  Sizes(Inference &I, AnalysisState &S, const Node &N) : I(I), S(S), N(N) {}

  std::optional<int64_t> given(const Value &V, size_t Axis) override {
    if (auto It = S.DataDims.find({V.Name.str(), Axis});
        It != S.DataDims.end()) {
      if (!std::exchange(It->second.second, true))
        S.Result.BoundDims.emplace_back(
            V.Name.str() + ":" + std::to_string(Axis), It->second.first);
      return It->second.first;
    }
    if (!V.DeclaredRank || Axis >= V.Declared.size() ||
        V.Declared[Axis].Symbol.empty())
      return std::nullopt;
    StringRef Symbol = V.Declared[Axis].Symbol;
    auto It = S.Symbols.find(Symbol);
    if (It == S.Symbols.end())
      return std::nullopt;
    if (auto Own = S.DataSymbols.find(Symbol);
        Own != S.DataSymbols.end() && !std::exchange(Own->second, true))
      S.Result.BoundDims.emplace_back(Symbol.str(), It->second);
    return It->second;
  }

  void estimate(const Twine &Why) override {
    I.AssumedHere = true;
    std::string Text = "node '" + printable(N.Name) + "' (" + printable(N.Op) +
                       "): " + Why.str();
    if (!is_contained(S.Result.Assumptions, Text))
      S.Result.Assumptions.push_back(Text);
  }

private:
  Inference &I;
  AnalysisState &S;
  const Node &N;
};

Error Inference::run() {
  growFacts();
  for (size_t Id = 0; Id < S.M.Values.size(); ++Id)
    if (S.M.Values[Id].Kind == ValueKind::Initializer)
      startInitializer(static_cast<ValueId>(Id));
  // Without control flow the nodes stay as they are.
  Nodes.reserve(S.nodes().size());
  MostSteps = S.nodes().size() + MaxNodes;
  for (const Node &N : S.nodes())
    if (Error E = process(N, 0))
      return E;
  S.M.Main->Nodes = std::move(Nodes);
  checkOutputs();
  return Error::success();
}

Error Inference::process(const Node &N, unsigned Group) {
  const OpInfo *Row = S.Registry.find(N.Domain, N.Op, N.Opset);
  if (Error E = spend(N))
    return E;
  if (Row != nullptr && (Row->Kind == OpKind::Control ||
                         (Row->Expand != nullptr && takesItems(N))))
    return expand(N, *Row, Group);
  auto Id = static_cast<NodeId>(Nodes.size());
  for (ValueId Out : N.Outputs)
    if (Out != NoId)
      S.M.value(Out).Producer = Id;
  if (Error E = assumeContents(N))
    return E;
  Error E = Row != nullptr ? inferKnown(N, *Row) : inferUnknown(N);
  if (E)
    return withContext(std::move(E), S.place(N));
  Nodes.push_back(N);
  S.Rows.push_back(Row);
  S.Groups.push_back(Group);
  // Whatever is made of a size that was assumed rests on that, too.
  bool Estimate = AssumedHere || llvm::any_of(N.Inputs, [&](ValueId In) {
                    return In != NoId && S.Facts[In].Assumed;
                  });
  for (ValueId Out : N.Outputs)
    if (Out != NoId)
      S.Facts[Out].Assumed = Estimate;
  S.Estimated.push_back(Estimate);
  return Error::success();
}

bool Inference::takesItems(const Node &N) const {
  return !S.Items.empty() && llvm::any_of(N.Inputs, [&](ValueId Id) {
    return Id != NoId && S.Items.contains(Id);
  });
}

unsigned Inference::madeGroup(unsigned Group, StringRef Op) {
  if (Group == 0)
    return 0;
  unsigned &Number = Made[{Group, Op}];
  if (Number == 0)
    Number = newGroup();
  return Number;
}

Error Inference::spend(const Node &N, size_t Operands) {
  Steps += 1 + Operands / 16;
  if (Steps <= MostSteps)
    return Error::success();
  return makeError(S.place(N) + ": control flow expands to more than " +
                   Twine(MaxNodes) +
                   " nodes; assume fewer iterations with --assume");
}

StringRef Inference::copiedName(const Node &N, const Node &Inner) {
  size_t Bytes = N.Name.size() + 1 + Inner.Name.size();
  if (NameBytes + Bytes > MaxNameBytes)
    return Inner.Name;
  NameBytes += Bytes;
  return S.M.copy(StringRef((N.Name + "/" + Inner.Name).str()));
}

void Inference::growFacts() {
  size_t Before = S.Facts.size();
  S.Facts.resize(S.M.Values.size());
  for (size_t Id = Before; Id < S.Facts.size(); ++Id)
    S.Facts[Id].Storage = static_cast<ValueId>(Id);
}

ValueId Inference::resolve(ValueId V) const {
  for (const DenseMap<ValueId, ValueId> &Scope : llvm::reverse(Scopes))
    if (auto It = Scope.find(V); It != Scope.end())
      return It->second;
  return V;
}

void Inference::truncate(size_t Size) {
  Nodes.resize(Size);
  S.Rows.resize(Size);
  S.Groups.resize(Size);
  S.Estimated.resize(Size);
}

void Inference::startInitializer(ValueId Id) {
  Value &V = S.M.value(Id);
  V.HasShape = true;
  ValueFacts &F = S.Facts[Id];
  F.Layout = true;
  F.Static = !isFloating(V.Type) || oneElement(V);
}

Error Inference::expand(const Node &N, const OpInfo &Row, unsigned Group) {
  for (ValueId Id : N.Inputs)
    if (Id != NoId && !S.M.value(Id).HasShape && !S.Items.contains(Id))
      return makeError(S.place(N) + ": operand '" +
                       printable(S.M.value(Id).Name) +
                       "' is not a tensor of known shape; such operands are "
                       "not counted");
  size_t First = Nodes.size();
  if (Error E = assumeContents(N))
    return E;
  bool Told = AssumedHere;
  Expected<bool> Estimate = expandControlFlow(*this, S, N, Row, Group);
  if (!Estimate) {
    // An error inside a body names its own node.
    std::string Text = toString(Estimate.takeError());
    if (StringRef(Text).starts_with(printable(S.M.Path) + ": node '"))
      return makeError(Text);
    return makeError(S.place(N) + ": " + Text);
  }
  // So does what is taken of a sequence that rests on an assumption.
  bool Rests = Told || llvm::any_of(N.Inputs, [&](ValueId In) {
                 return In != NoId && S.Facts[In].Assumed;
               });
  for (ValueId Out : N.Outputs)
    if (Out != NoId && (Rests || (*Estimate && S.Items.contains(Out))))
      S.Facts[Out].Assumed = true;
  if (Rests || *Estimate)
    std::fill(S.Estimated.begin() + static_cast<ptrdiff_t>(First),
              S.Estimated.end(), true);
  return Error::success();
}

Error Inference::assumeContents(const Node &N) {
  AssumedHere = false;
  const CountOptions &O = S.options();
  if (O.Assumptions.empty() && O.RealAssumptions.empty())
    return Error::success();
  for (ValueId Id : N.Inputs) {
    if (Id == NoId || !S.M.value(Id).HasShape)
      continue;
    Value &V = S.M.value(Id);
    std::string Name = V.Name.str();
    auto It = O.Assumptions.find(Name);
    auto Real = O.RealAssumptions.find(Name);
    // What a control-flow node of that name was told is not about its result.
    bool Whole = It != O.Assumptions.end();
    if ((!Whole && Real == O.RealAssumptions.end()) ||
        S.AssumedNodes.contains(Name))
      continue;
    S.UsedAssumptions.insert(Name);
    AssumedHere = true;
    if (V.Contents != nullptr)
      continue;
    size_t Given = Whole ? It->second.size() : Real->second.size();
    std::string What = S.place(N) + ": --assume " + printable(Name);
    if (elements(V.Dims) != Count(Given))
      return makeError(What + " gives " + Twine(Given) +
                       (Given == 1 ? " value" : " values") + ", but operand '" +
                       printable(Name) + "' has shape " + toString(V.Dims));
    if (!isFloating(V.Type) && (!Whole || V.Type == ElementType::String))
      return makeError(What + ": operand '" + printable(Name) + "' is " +
                       name(V.Type) +
                       (V.Type == ElementType::String
                            ? ", whose contents can't be assumed"
                            : ", whose contents are whole numbers"));
    Constant C;
    C.Type = V.Type;
    C.Dims = V.Dims;
    std::vector<double> Floats;
    if (!Whole)
      Floats = Real->second;
    else if (isFloating(V.Type))
      Floats.assign(It->second.begin(), It->second.end());
    if (isFloating(V.Type))
      C.Floats = Floats;
    else
      C.Ints = It->second;
    V.Contents = S.M.createConstant(C);
  }
  return Error::success();
}

Error Inference::inferKnown(const Node &N, const OpInfo &Row) {
  for (ValueId Id : N.Inputs)
    if (Id != NoId && !S.M.value(Id).HasShape)
      return makeError("operand '" + printable(S.M.value(Id).Name) +
                       (S.Items.contains(Id)
                            ? "' is a sequence or an optional, but must be a "
                              "tensor"
                            : "' is not a tensor of known shape; such operands "
                              "are not counted"));
  Sizes Decided(*this, S, N);
  ShapeContext Context(S.M, N, S.options().Rules, S.OldBatch, S.NewBatch,
                       &Decided);
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
  bool Used = llvm::any_of(N.Outputs, [](ValueId Id) { return Id != NoId; });
  if (Row.Fold != nullptr && Used && Results.valid() && Results <= MaxFolded &&
      contentsKnown(N) && mayFold(N, Results))
    if (Error E = Row.Fold(Context))
      return E;
  classify(N, Row);
  return Error::success();
}

Error Inference::checkTypes(const ShapeContext &C, const OpInfo &Row) {
  for (unsigned I = 0; I < C.numInputs(); ++I)
    if (C.hasInput(I) && C.inType(I) == ElementType::Undefined)
      return makeError("operand '" + printable(C.input(I).Name) +
                       "' has no element type that is known; export the "
                       "model again");
  return checkOperandTypes(C, Row.Types);
}

/// Every fold takes time and memory in proportion to what it reads and makes; a
/// file may chain as many as it likes.
bool Inference::mayFold(const Node &N, Count Results) {
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
        "the model computes more with constants than is followed; large ones "
        "are taken as unknown from node '" +
        printable(N.Name) + "' on");
  WarnedOfFolding = true;
  return false;
}

bool Inference::contentsKnown(const Node &N) const {
  return llvm::all_of(N.Inputs, [&](ValueId Id) {
    return Id == NoId || S.M.value(Id).Contents != nullptr;
  });
}

void Inference::classify(const Node &N, const OpInfo &Row) {
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
  bool Known = (Row.Kind == OpKind::Static && !AssumedHere) ||
               (Row.Kind != OpKind::Random && AllStatic);
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
  if (Row.Kind == OpKind::View && !N.Inputs.empty() && N.Inputs[0] != NoId &&
      !N.Outputs.empty() && N.Outputs[0] != NoId)
    S.Facts[N.Outputs[0]].Storage = S.Facts[N.Inputs[0]].Storage;
}

Error Inference::inferUnknown(const Node &N) {
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

void Inference::checkOutputs() {
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

Error inferShapes(AnalysisState &S) {
  if (Error E = Inference(S).run())
    return E;
  std::vector<StringRef> Names;
  for (const Value &V : S.M.Values)
    if (V.Kind != ValueKind::Initializer)
      Names.push_back(V.Name);
  std::vector<std::string> Given;
  for (const auto &[Name, Contents] : S.options().Assumptions)
    Given.push_back(Name);
  for (const auto &[Name, Contents] : S.options().RealAssumptions)
    Given.push_back(Name);
  for (const std::string &Name : Given)
    if (!S.UsedAssumptions.contains(Name))
      return makeError(printable(S.M.Path) + ": --assume " + printable(Name) +
                       ": no control-flow node and no operand that is looked "
                       "at is called so" +
                       didYouMean(Name, Names));
  for (const auto &[Place, Given] : S.DataDims)
    if (!Given.second && !S.options().PassOverForeignDims)
      return makeError(printable(S.M.Path) + ": --dim " +
                       printable(Place.first) + ":" + Twine(Place.second) +
                       ": this size of '" + printable(Place.first) +
                       "' does not depend on data alone; bind the dimensions "
                       "of inputs");
  for (const auto &[Name, Met] : S.DataSymbols)
    if (!Met && !S.options().PassOverForeignDims)
      return makeError(printable(S.M.Path) + ": --dim " + printable(Name) +
                       ": no input and no size that only data decides is "
                       "called so; bind the dimensions of inputs");
  return Error::success();
}

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
