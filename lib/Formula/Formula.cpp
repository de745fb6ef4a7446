//===- Formula.cpp - totals of a model as polynomials ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Formula/Formula.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

struct Figure {
  StringLiteral Name;
  WideCount Cost::*Member;
};
/// Besides these, the bytes in all and the elementary functions.
constexpr Figure Figures[] = {
    {"macs", &Cost::Macs},
    {"flops", &Cost::Flops},
    {"tos", &Cost::TOs},
    {"bytes_read", &Cost::BytesRead},
    {"bytes_written", &Cost::BytesWritten},
    {"kernels", &Cost::Kernels},
    {"random", &Cost::Random},
    {"add", &Cost::Add},
    {"sub", &Cost::Sub},
    {"mul", &Cost::Mul},
    {"div", &Cost::Div},
    {"root", &Cost::Root},
    {"cmp", &Cost::Cmp},
};
constexpr StringLiteral ModelFigures[] = {"parameters", "trainable", "buffers",
                                          "activation_bytes"};

/// Calls \p Take with the name and number of each figure of \p C, always the
/// same names in the same order.
template <typename Callback> void eachFigure(const Cost &C, Callback Take) {
  for (const Figure &F : Figures) {
    if (F.Member == &Cost::BytesRead)
      Take("bytes", C.bytes());
    Take(F.Name, C.*F.Member);
  }
  for (unsigned F = 0; F < NumElementary; ++F)
    Take(name(static_cast<Elementary>(F)), C.ByFunction[F]);
}

/// Calls \p Take with the phase, name and number of each total of \p Table.
template <typename Callback>
void eachTotal(const CostTable &Table, Callback Take) {
  const ModelCounts &Counts = *Table.Counts;
  auto Phase = [&](StringRef Name, const Cost &C) {
    eachFigure(C,
               [&](StringRef Figure, WideCount N) { Take(Name, Figure, N); });
  };
  for (unsigned P = 0; P < NumPhases; ++P)
    if (Counts.has(static_cast<toscount::Phase>(P)))
      Phase(name(static_cast<toscount::Phase>(P)), Table.Phases[P]);
  Phase("all", Table.All);
  Take("", ModelFigures[0], Counts.Parameters.Total);
  Take("", ModelFigures[1], Counts.Parameters.Trainable);
  Take("", ModelFigures[2], Counts.Parameters.Buffers);
  if (Counts.has(toscount::Phase::Backward))
    Take("", ModelFigures[3], Counts.ActivationBytes);
}

/// What is to be varied, checked against the model's inputs.
class Variables {
public:
  Variables(const Model &M, const CountOptions &Options)
      : M(M), Options(Options) {
    for (ValueId Id : M.Main->Inputs)
      for (const Dim &D : M.value(Id).Declared)
        if (!D.known() && !D.Symbol.empty())
          Symbols.insert(D.Symbol);
  }

  Expected<std::vector<DimBinding>> find(ArrayRef<std::string> In) {
    std::vector<DimBinding> Found;
    if (In.empty()) {
      for (StringRef Symbol : inOrder())
        if (none_of(Options.Dims, [&](const DimBinding &B) {
              return same(resolve(B), {Symbol.str(), std::nullopt});
            }))
          Found.push_back({Symbol.str(), std::nullopt});
      if (Found.empty())
        return fail("no dimension with a name is left open; name those to "
                    "vary with --in, a fixed one as INPUT:AXIS");
    }
    for (const std::string &Name : In) {
      Expected<DimBinding> B = findOne(Name);
      if (!B)
        return B.takeError();
      for (const DimBinding &Other : Found)
        if (same(Other, *B))
          return fail("--in '" + printable(Name) + "' is dimension '" +
                      printable(shown(Other)) + "' again");
      for (const DimBinding &Bound : Options.Dims)
        if (same(resolve(Bound), *B))
          return fail("dimension '" + printable(shown(*B)) +
                      "' is both varied by --in and bound by --dim");
      Found.push_back(std::move(*B));
    }
    if (Found.size() > MaxVariables)
      return fail("polynomials in more than " + Twine(MaxVariables) +
                  " dimensions are not searched for (here " +
                  Twine(Found.size()) +
                  "); choose with --in and bind the "
                  "others with --dim");
    return Found;
  }

  static std::string shown(const DimBinding &B) {
    return B.Axis ? B.Name + ":" + std::to_string(*B.Axis) : B.Name;
  }

private:
  Error fail(const Twine &Message) const {
    return makeError(printable(M.Path) + ": " + Message);
  }

  static bool same(const DimBinding &A, const DimBinding &B) {
    return A.Name == B.Name && A.Axis == B.Axis;
  }

  /// Symbols as the inputs mention them.
  std::vector<StringRef> inOrder() const {
    std::vector<StringRef> List;
    for (ValueId Id : M.Main->Inputs)
      for (const Dim &D : M.value(Id).Declared)
        if (Symbols.contains(D.Symbol) && !is_contained(List, D.Symbol))
          List.push_back(D.Symbol);
    return List;
  }

  /// A position that has a name, by its name.
  DimBinding resolve(const DimBinding &B) const {
    if (B.Axis)
      for (ValueId Id : M.Main->Inputs) {
        const Value &V = M.value(Id);
        if (V.Name == B.Name && *B.Axis < V.Declared.size() &&
            Symbols.contains(V.Declared[*B.Axis].Symbol))
          return {V.Declared[*B.Axis].Symbol.str(), std::nullopt};
      }
    return B;
  }

  Expected<DimBinding> findOne(StringRef Name) const {
    if (Symbols.contains(Name))
      return DimBinding{Name.str(), std::nullopt};
    std::vector<StringRef> Known = inOrder();
    auto [Input, Axis] = Name.rsplit(':');
    unsigned Number = 0;
    if (Input.size() == Name.size() || Axis.getAsInteger(10, Number)) {
      std::string Have;
      for (StringRef Symbol : Known)
        Have += (Have.empty() ? "" : ", ") + printable(Symbol);
      return fail("no input has a dimension called '" + printable(Name) + "'" +
                  didYouMean(Name, Known) +
                  (Have.empty() ? " (all are fixed; --in INPUT:AXIS varies one)"
                                : " (there are: " + Have + ")"));
    }
    std::vector<StringRef> Inputs;
    for (ValueId Id : M.Main->Inputs) {
      const Value &V = M.value(Id);
      Inputs.push_back(V.Name);
      if (V.Name != Input)
        continue;
      if (V.DeclaredRank && Number >= V.Declared.size())
        return fail("input '" + printable(Input) + "' has " +
                    Twine(V.Declared.size()) + " dimensions, no axis " +
                    Twine(Number));
      return resolve({Input.str(), Number});
    }
    return fail("no input is called '" + printable(Input) + "'" +
                didYouMean(Input, Inputs));
  }

  const Model &M;
  const CountOptions &Options;
  std::set<StringRef> Symbols;
};

/// Counts the model at one point after the other.
class Counter {
public:
  Counter(const Model &M, const OpRegistry &Registry,
          const CountOptions &Options, const LoweringOptions &Lowering,
          std::vector<DimBinding> Vary, FormulaTable &Table)
      : M(M), Registry(Registry), Options(Options), Lowering(Lowering),
        Vary(std::move(Vary)), Table(Table) {}

  Expected<std::vector<WideCount>> count(const Point &Where) {
    // Counting fills the graph with shapes.
    Expected<std::unique_ptr<Model>> Again = loadAgain(M);
    if (!Again)
      return Again.takeError();
    CountOptions Here = Options;
    for (size_t V = 0; V < Vary.size(); ++V) {
      Here.Dims.push_back(Vary[V]);
      Here.Dims.back().Value = Where[V];
    }
    Expected<ModelCounts> Counts = countModel(**Again, Registry, Here);
    if (!Counts)
      return Counts.takeError();
    Expected<CostTable> Costs = lower(*Counts, Lowering);
    if (!Costs)
      return Costs.takeError();
    std::vector<WideCount> Totals;
    eachTotal(*Costs,
              [&](StringRef, StringRef, WideCount N) { Totals.push_back(N); });
    remember(*Costs, Where);
    return Totals;
  }

private:
  /// Keeps what is not a figure: of the first point everything, of later ones
  /// what changes it.
  void remember(const CostTable &Costs, const Point &Where) {
    const ModelCounts &Counts = *Costs.Counts;
    ModelCounts &Shared = Table.Shared;
    Table.Estimate |=
        any_of(Counts.Layers, [](const LayerCounts &L) { return L.Estimate; });
    Shared.LowerBound |= Counts.LowerBound;
    if (Shared.Source != nullptr) {
      auto Keep = [](std::vector<std::string> &Mine,
                     const std::vector<std::string> &Theirs) {
        erase_if(Mine, [&](const std::string &Line) {
          return !is_contained(Theirs, Line);
        });
      };
      Keep(Shared.Assumptions, Counts.Assumptions);
      Keep(Shared.Warnings, Counts.Warnings);
      return;
    }
    Shared.Source = &M;
    Shared.Options = Counts.Options;
    Shared.Options.Dims = Options.Dims;
    Shared.Batch = Options.Batch;
    Shared.Assumptions = Counts.Assumptions;
    Shared.Warnings = Counts.Warnings;
    for (const auto &Bound : Counts.BoundDims)
      if (!is_contained(Table.Variables, Bound.first))
        Shared.BoundDims.push_back(Bound);
    for (size_t I = 0; I < Counts.Inputs.size(); ++I)
      Table.Inputs.push_back(input(Counts.Inputs[I], M.Main->Inputs[I]));
    eachTotal(Costs, [&](StringRef Phase, StringRef Name, WideCount) {
      Table.Totals.push_back({Phase.str(), Name.str(), {}});
    });
  }

  FormulaInput input(const ModelCounts::BoundInput &Bound, ValueId Id) const {
    FormulaInput Input;
    const Value &V = M.value(Id);
    Input.Name = V.Name.str();
    Input.Type = Bound.Type;
    for (unsigned Axis = 0; Axis < Bound.Dims.size(); ++Axis) {
      std::string Text = std::to_string(Bound.Dims[Axis]);
      for (const DimBinding &B : Vary)
        if (B.Axis ? B.Name == V.Name && *B.Axis == Axis
                   : Axis < V.Declared.size() && !V.Declared[Axis].known() &&
                         V.Declared[Axis].Symbol == B.Name)
          Text = Variables::shown(B);
      Input.Dims.push_back(std::move(Text));
    }
    return Input;
  }

  const Model &M;
  const OpRegistry &Registry;
  const CountOptions &Options;
  const LoweringOptions &Lowering;
  std::vector<DimBinding> Vary;
  FormulaTable &Table;
};

} // namespace

std::vector<StringRef> formulaTotalNames() {
  std::vector<StringRef> Names;
  eachFigure(Cost(), [&](StringRef Name, WideCount) { Names.push_back(Name); });
  Names.insert(Names.end(), std::begin(ModelFigures), std::end(ModelFigures));
  return Names;
}

Expected<FormulaTable> findFormulas(const Model &M, const OpRegistry &Registry,
                                    const CountOptions &Options,
                                    const LoweringOptions &Lowering,
                                    ArrayRef<std::string> In) {
  Expected<std::vector<DimBinding>> Vary = Variables(M, Options).find(In);
  if (!Vary)
    return Vary.takeError();
  FormulaTable Table;
  Table.Lowering = Lowering;
  for (const DimBinding &B : *Vary)
    Table.Variables.push_back(Variables::shown(B));
  Counter C(M, Registry, Options, Lowering, *Vary, Table);
  Expected<SearchResult> Found = findPolynomials(
      [&](const Point &Where) { return C.count(Where); }, Table.Variables);
  if (!Found) {
    // The file stands first in every message, and only there.
    std::string Text = toString(Found.takeError());
    const std::string File = printable(M.Path) + ": ";
    if (size_t At = Text.find(File); At != std::string::npos)
      Text.erase(At, File.size());
    return makeError(File + Text);
  }
  for (size_t T = 0; T < Table.Totals.size(); ++T)
    Table.Totals[T].Formula = std::move(Found->Totals[T]);
  Table.Counted = std::move(Found->Evaluated);
  Table.Uncounted = std::move(Found->Failed);
  return Table;
}

} // namespace toscount
