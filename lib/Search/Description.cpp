//===- Description.cpp - candidates as points in space --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Search/Description.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <optional>

using namespace llvm;

namespace toscount {
namespace {

struct PathLengths {
  double Longest = 0, Shortest = 0;
};

bool multiplies(const LayerCounts &L, const LoweringOptions &Lowering) {
  auto Forward = static_cast<unsigned>(Phase::Forward);
  return lower(L.Phases.get(Forward), Lowering).Macs.value() > 0;
}

/// In layers that multiply, from any input to the first output.
PathLengths pathsOf(const ModelCounts &Counts,
                    const LoweringOptions &Lowering) {
  const Model &M = *Counts.Source;
  DenseSet<NodeId> Products;
  for (const LayerCounts &L : Counts.Layers)
    if (L.Origin != NoId && multiplies(L, Lowering))
      Products.insert(L.Origin);
  // By value: absent where only constants and parameters lead to it.
  std::vector<std::optional<PathLengths>> At(M.Values.size());
  for (ValueId Id : M.Main->Inputs)
    At[Id] = PathLengths();
  for (NodeId N = 0; N < M.Main->Nodes.size(); ++N) {
    std::optional<PathLengths> Here;
    for (ValueId Id : M.Main->Nodes[N].Inputs) {
      if (Id == NoId || !At[Id])
        continue;
      if (!Here)
        Here = At[Id];
      Here->Longest = std::max(Here->Longest, At[Id]->Longest);
      Here->Shortest = std::min(Here->Shortest, At[Id]->Shortest);
    }
    if (Here && Products.contains(N)) {
      ++Here->Longest;
      ++Here->Shortest;
    }
    for (ValueId Id : M.Main->Nodes[N].Outputs)
      if (Id != NoId)
        At[Id] = Here;
  }
  for (ValueId Id : M.Main->Outputs)
    if (At[Id])
      return *At[Id];
  return {};
}

/// "Conv 3x3", "MaxPool 2x2"; "elementwise" of all that have no parameters and
/// work element by element: which of them joins branches says little.
std::string kindOf(const LayerCounts &L, const ModelCounts &Counts) {
  const Node &N = Counts.Source->Main->Nodes[L.Origin];
  const Attribute *Kernel = N.attribute("kernel_shape");
  if (L.Class == KernelClass::Elementwise && Kernel == nullptr &&
      L.Parameters.value() == 0)
    return "elementwise";
  std::string Kind = escaped(L.Op);
  if (Kernel == nullptr)
    return Kind;
  std::string Taps;
  for (int64_t Size : Kernel->Ints)
    Taps += (Taps.empty() ? "" : "x") + std::to_string(Size);
  return Kind + " " + Taps;
}

/// Adds coordinates, and leaves out what says nothing new.
class Builder {
public:
  explicit Builder(size_t Candidates) { D.Points.resize(Candidates); }

  void add(const std::string &Name, std::vector<double> Column) {
    double Mean = mean(Column), Deviation = standardDeviation(Column);
    // Rounding alone makes no coordinate.
    if (!(Deviation > 1e-12 * std::abs(Mean)))
      return;
    for (double &Value : Column)
      Value = (Value - Mean) / Deviation;
    for (const std::vector<double> &Other : Columns)
      if (correlation(Other, Column).value_or(0) > 1 - 1e-9)
        return;
    D.Names.push_back(Name);
    for (size_t I = 0; I < Column.size(); ++I)
      D.Points[I].push_back(Column[I]);
    Columns.push_back(std::move(Column));
  }

  Description take() { return std::move(D); }

private:
  Description D;
  std::vector<std::vector<double>> Columns;
};

void addSetting(const SearchAxis &Axis, size_t Index,
                ArrayRef<SearchCandidate> Candidates, Builder &B) {
  std::string Title = Axis.Name;
  std::vector<double> Numbers;
  for (const SearchCandidate &C : Candidates) {
    double Number = 0;
    if (!parseNumber(C.Settings[Index].second, Number))
      break;
    Numbers.push_back(Number);
  }
  if (Numbers.size() != Candidates.size()) {
    for (const std::string &Value : Axis.Values) {
      std::vector<double> Is;
      for (const SearchCandidate &C : Candidates)
        Is.push_back(C.Settings[Index].second == Value ? 1 : 0);
      B.add(Title + " " + Value, std::move(Is));
    }
    return;
  }
  auto [Least, Most] = std::minmax_element(Numbers.begin(), Numbers.end());
  if (*Least > 0 && *Most >= 8 * *Least) {
    Title.insert(0, "log ");
    for (double &N : Numbers)
      N = std::log(N);
  }
  B.add(Title, std::move(Numbers));
}

} // namespace

Expected<ModelFigures> describeModel(const RunSpec &Spec,
                                     const OpRegistry &Registry) {
  CountOptions Options = Spec.Options;
  Options.Phases = Level::Train;
  Expected<CountedModel> Step = countPath(Spec.Model, Registry, Options);
  if (!Step)
    return Step.takeError();
  const ModelCounts &Counts = Step->Counts;
  Expected<CostTable> Table = lower(Counts, Spec.Lowering);
  if (!Table)
    return withContext(Table.takeError(), printable(Spec.Model));
  ModelFigures F;
  auto Log = [&](const char *Name, WideCount Value) {
    F[Name] = std::log1p(static_cast<double>(Value.value()));
  };
  Log("log params", WideCount(Counts.Parameters.Total));
  Log("log MACs", Table->All.Macs);
  Log("log bytes", Table->All.bytes());
  PathLengths Paths = pathsOf(Counts, Spec.Lowering);
  F["longest path"] = Paths.Longest;
  F["shortest path"] = Paths.Shortest;
  for (const LayerCounts &L : Counts.Layers)
    if (L.Origin != NoId && L.Class != KernelClass::Movement)
      F[kindOf(L, Counts) + " layers"] += 1;
  return F;
}

Description describe(const SearchSpace &Space,
                     ArrayRef<SearchCandidate> Candidates,
                     ArrayRef<ModelFigures> Models) {
  Builder B(Candidates.size());
  ModelFigures Names;
  for (const ModelFigures &M : Models)
    Names.insert(M.begin(), M.end());
  for (const auto &[Name, Ignored] : Names) {
    std::vector<double> Column;
    for (const ModelFigures &M : Models) {
      auto It = M.find(Name);
      Column.push_back(It == M.end() ? 0 : It->second);
    }
    B.add(Name, std::move(Column));
  }
  for (size_t I = 0; I < Space.Axes.size(); ++I)
    addSetting(Space.Axes[I], I, Candidates, B);
  for (size_t I = 0; I < Space.Features.size(); ++I) {
    std::vector<double> Column;
    for (const SearchCandidate &C : Candidates)
      Column.push_back(C.Features[I]);
    B.add(Space.Features[I], std::move(Column));
  }
  return B.take();
}

} // namespace toscount
