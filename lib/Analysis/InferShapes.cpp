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

#include "toscount/Ops/Expander.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/ScopeExit.h"

using namespace llvm;

namespace toscount {
namespace {

/// Folded contents beyond this many elements are not kept: a value may be known
/// beforehand without anyone needing its contents.
constexpr uint64_t MaxFolded = 1U << 16U;

bool oneElement(const Value &V) { return V.HasShape && elements(V.Dims) == 1; }

class Inference;

/// One control-flow node being expanded.
class Expansion final : public Expander {
public:
  Expansion(Inference &I, AnalysisState &S, const Node &N) : I(I), S(S), N(N) {}

  Expected<ValueList> copy(const Graph &Body,
                           ArrayRef<ValueId> Arguments) override;
  Expected<ValueList> apply(StringRef Op, ArrayRef<ValueId> Operands,
                            unsigned Results,
                            ArrayRef<Attribute> Attributes) override;
  Error setResult(unsigned O, ValueId V) override;
  ValueId constant(ArrayRef<int64_t> Contents, bool Scalar,
                   ElementType Type) override;
  [[nodiscard]] const Value &value(ValueId V) const override {
    return S.M.value(V);
  }
  std::optional<int64_t> assumed() override;
  void estimate(const Twine &Why) override;
  Expected<unsigned> costlier(ArrayRef<const Graph *> Branches) override;

  bool Estimated = false;

private:
  Expected<Count> weigh(const Graph &Branch);
  StringRef nameOf(const Node &Inner);

  Inference &I;
  AnalysisState &S;
  const Node &N;
};

class Inference {
public:
  explicit Inference(AnalysisState &S) : S(S) {}

  Error run() {
    growFacts();
    for (size_t Id = 0; Id < S.M.Values.size(); ++Id)
      if (S.M.Values[Id].Kind == ValueKind::Initializer)
        startInitializer(static_cast<ValueId>(Id));
    // Without control flow the nodes stay as they are.
    Nodes.reserve(S.nodes().size());
    for (const Node &N : S.nodes())
      if (Error E = process(N, 0))
        return E;
    S.M.Main->Nodes = std::move(Nodes);
    checkOutputs();
    return Error::success();
  }

  /// Infers \p N and appends it, or what it expands to. \p Group tells copies
  /// of one body node together; 0 for a node of the file.
  Error process(const Node &N, unsigned Group) {
    const OpInfo *Row = S.Registry.find(N.Domain, N.Op, N.Opset);
    if (Row != nullptr && Row->Kind == OpKind::Control)
      return expand(N, *Row);
    if (Nodes.size() >= MaxNodes)
      return makeError(S.place(N) + ": control flow expands to more than " +
                       Twine(MaxNodes) +
                       " nodes; assume fewer iterations with --assume");
    auto Id = static_cast<NodeId>(Nodes.size());
    for (ValueId Out : N.Outputs)
      if (Out != NoId)
        S.M.value(Out).Producer = Id;
    assumeContents(N);
    Error E = Row != nullptr ? inferKnown(N, *Row) : inferUnknown(N);
    if (E)
      return withContext(std::move(E), S.place(N));
    Nodes.push_back(N);
    S.Rows.push_back(Row);
    S.Groups.push_back(Group);
    S.Estimated.push_back(AssumedHere);
    return Error::success();
  }

  /// Facts for values that were added.
  void growFacts() {
    size_t Before = S.Facts.size();
    S.Facts.resize(S.M.Values.size());
    for (size_t Id = Before; Id < S.Facts.size(); ++Id)
      S.Facts[Id].Storage = static_cast<ValueId>(Id);
  }

  /// What \p V of a body is in the copy being made.
  [[nodiscard]] ValueId resolve(ValueId V) const {
    for (const DenseMap<ValueId, ValueId> &Scope : llvm::reverse(Scopes))
      if (auto It = Scope.find(V); It != Scope.end())
        return It->second;
    return V;
  }

  /// Forgets every node from \p Size on.
  void truncate(size_t Size) {
    Nodes.resize(Size);
    S.Rows.resize(Size);
    S.Groups.resize(Size);
    S.Estimated.resize(Size);
  }

  std::vector<Node> Nodes;
  std::vector<DenseMap<ValueId, ValueId>> Scopes;
  /// Of a body node under an expanded node: its group and name.
  std::map<std::pair<const char *, const Node *>,
           std::pair<unsigned, StringRef>>
      Copies;

private:
  static constexpr size_t MaxNodes = 1'000'000;

  Error expand(const Node &N, const OpInfo &Row) {
    for (ValueId Id : N.Inputs)
      if (Id != NoId && !S.M.value(Id).HasShape)
        return makeError(S.place(N) + ": operand '" +
                         printable(S.M.value(Id).Name) +
                         "' is not a tensor of known shape; such operands are "
                         "not counted");
    size_t First = Nodes.size();
    assumeContents(N);
    Expansion E(*this, S, N);
    OpInstance Op(S.M, N, S.options().Rules);
    if (Error Failed = Row.Expand(Op, E)) {
      // An error inside a body names its own node.
      std::string Text = toString(std::move(Failed));
      if (StringRef(Text).starts_with(printable(S.M.Path) + ": node '"))
        return makeError(Text);
      return makeError(S.place(N) + ": " + Text);
    }
    if (E.Estimated)
      std::fill(S.Estimated.begin() + First, S.Estimated.end(), true);
    return Error::success();
  }

  /// `--assume VALUE=1,2,3`: contents of an operand that only data would tell.
  void assumeContents(const Node &N) {
    AssumedHere = false;
    if (S.options().Assumptions.empty())
      return;
    for (ValueId Id : N.Inputs) {
      if (Id == NoId)
        continue;
      Value &V = S.M.value(Id);
      auto It = S.options().Assumptions.find(V.Name.str());
      if (It == S.options().Assumptions.end())
        continue;
      S.UsedAssumptions.insert(It->first);
      AssumedHere = true;
      if (V.Contents != nullptr ||
          !(elements(V.Dims) == Count(It->second.size())))
        continue;
      Constant C;
      C.Type = V.Type;
      C.Dims = V.Dims;
      std::vector<double> Floats(It->second.begin(), It->second.end());
      if (isFloating(V.Type))
        C.Floats = Floats;
      else
        C.Ints = It->second;
      V.Contents = S.M.createConstant(C);
    }
  }
  bool AssumedHere = false;

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
    if (Error E = Row.Shape(Context))
      return E;
    Count Results = 0;
    for (ValueId Id : N.Outputs) {
      if (Id == NoId)
        continue;
      const Value &V = S.M.value(Id);
      if (!V.HasShape)
        return makeError("its operands do not determine the shape of result '" +
                         printable(V.Name) + "'");
      Results += elements(V.Dims);
    }
    if (Row.Fold != nullptr && Results.valid() && Results <= MaxFolded &&
        contentsKnown(N))
      if (Error E = Row.Fold(Context))
        return E;
    classify(N, Row);
    return Error::success();
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
                         "counted");
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
};

/// A name for the copy of \p Inner, the same for every iteration.
StringRef Expansion::nameOf(const Node &Inner) {
  auto &[Group, Name] = I.Copies[{N.Name.data(), &Inner}];
  if (Group == 0) {
    Group = I.Copies.size();
    Name = S.M.copy((N.Name + "/" + Inner.Name).str());
  }
  return Name;
}

Expected<Expansion::ValueList> Expansion::copy(const Graph &Body,
                                               ArrayRef<ValueId> Arguments) {
  if (Body.Inputs.size() != Arguments.size())
    return makeError("its body takes " + Twine(Body.Inputs.size()) +
                     " inputs, not " + Twine(Arguments.size()));
  I.Scopes.emplace_back();
  auto Leave = llvm::make_scope_exit([&] { I.Scopes.pop_back(); });
  for (size_t K = 0; K < Arguments.size(); ++K)
    I.Scopes.back()[Body.Inputs[K]] = Arguments[K];
  for (const Node &Inner : Body.Nodes) {
    Node Copy = Inner;
    Copy.Name = nameOf(Inner);
    SmallVector<ValueId, 8> Operands, Results;
    for (ValueId In : Inner.Inputs)
      Operands.push_back(In == NoId ? NoId : I.resolve(In));
    for (ValueId Out : Inner.Outputs) {
      if (Out == NoId) {
        Results.push_back(NoId);
        continue;
      }
      Value Fresh = S.M.value(Out);
      Fresh.HasShape = false;
      Fresh.Contents = nullptr;
      Results.push_back(S.M.addValue(Fresh));
      I.Scopes.back()[Out] = Results.back();
    }
    I.growFacts();
    Copy.Inputs = S.M.copy(ArrayRef<ValueId>(Operands));
    Copy.Outputs = S.M.copy(ArrayRef<ValueId>(Results));
    if (Error E = I.process(Copy, I.Copies[{N.Name.data(), &Inner}].first))
      return E;
  }
  ValueList Results;
  for (ValueId Out : Body.Outputs)
    Results.push_back(I.resolve(Out));
  return Results;
}

Expected<Expansion::ValueList>
Expansion::apply(StringRef Op, ArrayRef<ValueId> Operands, unsigned Results,
                 ArrayRef<Attribute> Attributes) {
  Node Made;
  Made.Name = N.Name;
  Made.Op = Op;
  Made.Opset = 13;
  Made.Inputs = S.M.copy(Operands);
  Made.Attributes = S.M.copy(Attributes);
  ValueList Fresh;
  for (unsigned K = 0; K < Results; ++K) {
    Value V;
    V.Name = N.Name;
    Fresh.push_back(S.M.addValue(V));
  }
  I.growFacts();
  Made.Outputs = S.M.copy(ArrayRef<ValueId>(Fresh));
  if (Error E = I.process(Made, 0))
    return E;
  return Fresh;
}

Error Expansion::setResult(unsigned O, ValueId V) {
  if (O >= N.Outputs.size() || N.Outputs[O] == NoId)
    return Error::success();
  if (V == NoId)
    return makeError("its result " + Twine(O) + " is nothing");
  Node Same;
  Same.Name = N.Name;
  Same.Op = "Identity";
  Same.Opset = 13;
  Same.Inputs = S.M.copy(ArrayRef<ValueId>(V));
  Same.Outputs = N.Outputs.slice(O, 1);
  return I.process(Same, 0);
}

ValueId Expansion::constant(ArrayRef<int64_t> Contents, bool Scalar,
                            ElementType Type) {
  Constant C;
  C.Type = Type;
  auto Length = static_cast<int64_t>(Contents.size());
  if (!Scalar)
    C.Dims = Length;
  C.Ints = Contents;
  Value V;
  V.Name = N.Name;
  V.Kind = ValueKind::Initializer;
  V.Type = Type;
  V.HasShape = true;
  V.Contents = S.M.createConstant(C);
  V.Dims = V.Contents->Dims;
  ValueId Id = S.M.addValue(V);
  I.growFacts();
  S.Facts[Id].Static = S.Facts[Id].Layout = true;
  return Id;
}

std::optional<int64_t> Expansion::assumed() {
  auto It = S.options().Assumptions.find(N.Name.str());
  if (It == S.options().Assumptions.end() || It->second.size() != 1)
    return std::nullopt;
  S.UsedAssumptions.insert(It->first);
  return It->second.front();
}

void Expansion::estimate(const Twine &Why) {
  Estimated = true;
  std::string Text = "node '" + printable(N.Name) + "' (" + printable(N.Op) +
                     "): " + Why.str();
  if (!is_contained(S.Result.Assumptions, Text))
    S.Result.Assumptions.push_back(Text);
}

/// What one branch costs: copied, weighed and forgotten.
Expected<Count> Expansion::weigh(const Graph &Branch) {
  size_t Before = I.Nodes.size();
  size_t Said = S.Result.Assumptions.size();
  Expected<ValueList> Results = copy(Branch, {});
  Count Total = 0;
  for (size_t K = Before; K < I.Nodes.size(); ++K) {
    const OpInfo *Row = S.Rows[K];
    if (Row == nullptr || Row->Forward == nullptr ||
        S.Facts[I.Nodes[K].Outputs[0]].Layout)
      continue;
    OpInstance Op(S.M, I.Nodes[K], S.options().Rules);
    Work W(Op.computeType());
    Row->Forward(Op, W);
    const CountOptions &O = S.options();
    Total += O.Weigh ? O.Weigh(W) : W.total().Mul + W.total().Add;
  }
  I.truncate(Before);
  S.Result.Assumptions.resize(Said);
  if (!Results)
    return Results.takeError();
  return Total;
}

Expected<unsigned> Expansion::costlier(ArrayRef<const Graph *> Branches) {
  std::optional<unsigned> Best;
  Count Most = 0;
  Error Failed = Error::success();
  for (unsigned B = 0; B < Branches.size(); ++B) {
    Expected<Count> Cost = weigh(*Branches[B]);
    if (!Cost) {
      Failed = joinErrors(std::move(Failed), Cost.takeError());
      continue;
    }
    if (!Best || *Cost > Most) {
      Best = B;
      Most = *Cost;
    }
  }
  // A branch that can't be counted can't be the one that ran.
  if (!Best)
    return Failed;
  consumeError(std::move(Failed));
  return *Best;
}

} // namespace

Error resolveOperators(AnalysisState &S) {
  struct Unknown {
    std::string FirstNode;
    unsigned Nodes = 0;
    std::string Advice;
  };
  MapVector<std::pair<StringRef, StringRef>, Unknown> Missing;
  auto Check = [&](const Node &N) {
    if (S.Registry.find(N.Domain, N.Op, N.Opset) != nullptr)
      return;
    Unknown &U = Missing[{N.Domain, N.Op}];
    if (U.Nodes++ != 0)
      return;
    U.FirstNode = printable(N.Name);
    if (int First = S.Registry.firstOpset(N.Domain, N.Op)) {
      U.Advice = " (known from opset " + std::to_string(First) +
                 ", the model uses " + std::to_string(N.Opset) + ")";
      return;
    }
    std::vector<StringRef> Names;
    for (const OpFamily &Family : S.Registry.families())
      for (const OpInfo &Other : Family.Rows)
        Names.push_back(Other.Name);
    U.Advice = didYouMean(N.Op, Names);
  };
  // Subgraphs included, without recursion on their depth.
  std::vector<const Graph *> Graphs = {S.M.Main};
  while (!Graphs.empty()) {
    const Graph *G = Graphs.back();
    Graphs.pop_back();
    for (const Node &N : G->Nodes) {
      Check(N);
      for (const Attribute &A : N.Attributes)
        if (A.Kind == AttributeKind::Graph && A.Subgraph != nullptr)
          Graphs.push_back(A.Subgraph);
    }
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

Error inferShapes(AnalysisState &S) {
  if (Error E = Inference(S).run())
    return E;
  std::vector<StringRef> Names;
  for (const Value &V : S.M.Values)
    if (V.Kind != ValueKind::Initializer)
      Names.push_back(V.Name);
  for (const auto &[Name, Contents] : S.options().Assumptions)
    if (S.UsedAssumptions.count(Name) == 0)
      return makeError(printable(S.M.Path) + ": --assume " + printable(Name) +
                       ": no control-flow node and no operand that is looked "
                       "at is called so" +
                       didYouMean(Name, Names));
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
