//===- Sections.cpp - what text and Markdown reports are made of ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Sections.h"

#include "DisplayText.h"

#include "toscount/Report/Numbers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

std::string plural(WideCount N, StringRef Thing) {
  return toString(N) + " " + Thing.str() + (N == 1 ? "" : "s");
}

std::vector<Phase> phasesOf(const ModelCounts &Counts) {
  std::vector<Phase> Phases;
  for (unsigned P = 0; P < NumPhases; ++P)
    if (Counts.has(static_cast<Phase>(P)))
      Phases.push_back(static_cast<Phase>(P));
  return Phases;
}

/// How a column behaves when room is short (see Report.h).
struct Behaviour {
  StringLiteral Column;
  unsigned Least, Drop;
};
constexpr Behaviour Behaviours[] = {
    {"name", 20, 0}, {"op", 10, 1},   {"output", 11, 7}, {"params", 0, 6},
    {"bytes", 0, 5}, {"flops", 0, 4}, {"share", 0, 3},   {"macs", 0, 2},
};

GridColumn gridColumn(const Column &C, bool MayDrop) {
  GridColumn G;
  G.Title = C.title();
  G.Right = !C.isText();
  StringRef Name = C.Kind->Name;
  G.Code = Name == "name" || Name == "op";
  G.KeepEnd = Name == "name";
  const auto *B =
      find_if(Behaviours, [&](const Behaviour &X) { return X.Column == Name; });
  if (B == std::end(Behaviours))
    return G;
  G.Least = B->Least;
  G.Drop = MayDrop ? B->Drop : 0;
  return G;
}

std::string cell(const Column &C, const ReportRow &Row, const Cost &Whole,
                 const ReportOptions &Options) {
  switch (C.Kind->Class) {
  case ColumnClass::Text:
    return safeText(text(C, Row));
  case ColumnClass::Number:
    return count(number(C, Row), Options);
  case ColumnClass::Bytes:
    return bytes(number(C, Row), Options);
  case ColumnClass::Share:
    return percent(number(C, Row), C.Kind->Figure(Whole));
  }
  llvm_unreachable("no such class of columns");
}

/// Tables of more rows make them each time they are looked at (see Grid::Make).
constexpr size_t MostKeptRows = 4096;

/// Makes the rows of a table.
struct RowMaker {
  const CostTable &Table;
  const ReportOptions &Options;
  std::vector<Column> Columns;
  bool HasBar = false;
  LayerCost Sum;
  WideCount Largest;

  [[nodiscard]] GridRow row(const ReportRow &R) const {
    GridRow Out;
    Out.Mark = R.Estimate ? "~ " : "";
    Out.Plain = R.Others;
    Out.Cells.reserve(Columns.size() + 1);
    for (const Column &C : Columns)
      Out.Cells.push_back(cell(C, R, costIn(Sum, C.In), Options));
    if (HasBar)
      Out.Cells.push_back(bar(drawn(R)));
    return Out;
  }

  /// What the bar of \p R stands for. Gathered rows have none.
  static std::optional<WideCount> drawn(const ReportRow &R) {
    return R.Others ? std::nullopt : std::optional(R.Cost.All.TOs);
  }
  [[nodiscard]] std::string bar(std::optional<WideCount> TOs) const {
    return !TOs || Largest == 0 ? "" : std::to_string(perMille(*TOs, Largest));
  }
};

/// A table of rows, the totals below.
class GridBuilder {
public:
  GridBuilder(const CostTable &Table, const ReportOptions &Options)
      : Maker{Table, Options, {}, false, {}, 0} {}

  void add(Column C, bool MayDrop) {
    Maker.Columns.push_back(C);
    G.Columns.push_back(gridColumn(C, MayDrop));
  }
  /// A column only for wide terminals; those of the lowest \p Rank stay
  /// longest.
  void addExtra(Column C, unsigned Rank) {
    add(C, true);
    G.Columns.back().Drop = 100 + Rank;
    G.Columns.back().Extra = true;
  }
  void addBar() {
    Maker.HasBar = true;
    G.Columns.push_back({.Right = false, .Drop = 8, .Bar = true});
  }

  /// The table; its rows stay in \p Rows.
  Grid build(const ReportRows &Rows) {
    ReportRow Total = totalRow(Maker.Table);
    Maker.Sum = Total.Cost;
    GridRow Last = Maker.row(Total);
    Last.Mark = totalMark(Maker.Table);
    Last.Footer = true;
    if (Rows.size() <= MostKeptRows)
      keepRows(Rows);
    else
      makeRowsLater(Rows);
    G.Rows.push_back(std::move(Last));
    return std::move(G);
  }

private:
  void makeRowsLater(const ReportRows &Rows) {
    if (Maker.HasBar)
      for (size_t I = 0; I < Rows.size(); ++I)
        noteLargest(RowMaker::drawn(Rows[I]));
    G.Made = Rows.size();
    G.Make = [Maker = Maker, &Rows](size_t I) { return Maker.row(Rows[I]); };
  }

  /// Looks at each row once: the bars are filled in when all are known.
  void keepRows(const ReportRows &Rows) {
    std::vector<std::optional<WideCount>> Drawn;
    for (size_t I = 0; I < Rows.size(); ++I) {
      ReportRow R = Rows[I];
      G.Rows.push_back(Maker.row(R));
      Drawn.push_back(RowMaker::drawn(R));
      noteLargest(Drawn.back());
    }
    if (Maker.HasBar)
      for (size_t I = 0; I < Rows.size(); ++I)
        G.Rows[I].Cells.back() = Maker.bar(Drawn[I]);
  }

  void noteLargest(std::optional<WideCount> TOs) {
    if (TOs)
      Maker.Largest = std::max(Maker.Largest, *TOs);
  }

  RowMaker Maker;
  Grid G;
};

/// A table of phases, and their sum when there are several.
class PhaseGridBuilder {
public:
  PhaseGridBuilder(const CostTable &Table,
                   const std::array<Cost, NumPhases> &Phases, const Cost &All,
                   const ReportOptions &Options)
      : Table(Table), Phases(Phases), All(All), Options(Options) {
    G.Columns.push_back({.Right = false});
  }

  void add(StringRef Name, unsigned Drop = 0) {
    Columns.push_back(column(Name));
    G.Columns.push_back(gridColumn(Columns.back(), /*MayDrop=*/true));
    if (Drop != 0)
      G.Columns.back().Drop = Drop;
  }

  Grid build(StringRef Title) {
    G.Columns[0].Title = Title.str();
    std::vector<Phase> Present = phasesOf(*Table.Counts);
    for (Phase P : Present)
      addRow(name(P), Phases[static_cast<unsigned>(P)]);
    if (Present.size() > 1) {
      addRow("all", All);
      G.Rows.back().Footer = true;
      G.Rows.back().Mark = totalMark(Table);
    }
    return std::move(G);
  }

private:
  void addRow(StringRef Title, const Cost &C) {
    ReportRow Row;
    Row.Cost.All = C;
    GridRow Out;
    Out.Cells.push_back(Title.str());
    for (const Column &Col : Columns)
      Out.Cells.push_back(cell(Col, Row, All, Options));
    G.Rows.push_back(std::move(Out));
  }

  const CostTable &Table;
  const std::array<Cost, NumPhases> &Phases;
  const Cost &All;
  const ReportOptions &Options;
  std::vector<Column> Columns;
  Grid G;
};

StringRef rowTitle(GroupBy Group) {
  switch (Group) {
  case GroupBy::Layer:
    return "layer";
  case GroupBy::Op:
    return "operator";
  case GroupBy::Scope:
    return "scope";
  case GroupBy::Block:
    return "block";
  }
  llvm_unreachable("no such grouping");
}

/// The columns of text and Markdown when none were chosen.
void addDefaultColumns(GridBuilder &Builder, const CostTable &Table,
                       const ReportRows &Rows) {
  Builder.add(column("name"), false);
  if (Rows.OfBlocks)
    Builder.add(column("blocks"), false);
  if (Rows.Grouped) {
    Builder.add(column("layers"), true);
  } else {
    Builder.add(column("op"), true);
    Builder.add(column("output"), true);
  }
  for (StringRef Name : {"params", "macs", "flops", "tos", "bytes"})
    Builder.add(column(Name), true);
  std::vector<Phase> Phases = phasesOf(*Table.Counts);
  if (Phases.size() > 1)
    for (Phase P : Phases)
      if (P != Phase::Loss)
        Builder.addExtra(column((name(P) + ".tos").str()), 1);
  Builder.addExtra(column("kernels"), 2);
  Builder.add(column("share"), true);
  Builder.addBar();
}

} // namespace

std::string count(WideCount N, const ReportOptions &Options) {
  return Options.Exact ? toString(N) : si(N);
}

std::string bytes(WideCount N, const ReportOptions &Options) {
  return Options.Exact ? toString(N) : si(N, "B");
}

std::string modelTitle(const CostTable &Table) {
  const ModelCounts &Counts = *Table.Counts;
  if (Counts.Source == nullptr)
    return "model";
  const Model &M = *Counts.Source;
  std::string Title = safeText(M.Path) + ": ";
  if (M.Main != nullptr && !M.Main->Name.empty())
    Title += "graph '" + safeText(M.Main->Name) + "', ";
  if (int64_t Opset = M.opset())
    Title += "opset " + std::to_string(Opset) + ", ";
  return Title + plural(M.Main == nullptr ? 0 : M.Main->Nodes.size(), "node");
}

std::vector<Fact> settingFacts(const CostTable &Table) {
  const ModelCounts &Counts = *Table.Counts;
  const CountOptions &O = Counts.Options;
  std::vector<Fact> Facts;
  for (const ModelCounts::BoundInput &I : Counts.Inputs)
    Facts.push_back({"input", safeText(I.Name) + "  " + name(I.Type).str() +
                                  "  " + shapeText(I.Dims)});
  std::string Dims;
  for (const auto &[Symbol, Value] : Counts.BoundDims)
    Dims += (Dims.empty() ? "" : ", ") + safeText(Symbol) + " = " +
            std::to_string(Value);
  if (!Dims.empty())
    Facts.push_back({"dimensions", Dims});

  std::string Phases;
  for (Phase P : phasesOf(Counts))
    Phases += (Phases.empty() ? "" : ", ") + name(P).str();
  std::string Step = Counts.Batch
                         ? "one step of batch " + std::to_string(*Counts.Batch)
                         : "one step";
  Facts.push_back(
      {"counted", Step + ", " + name(O.Phases).str() + ": " + Phases});
  std::string Type = O.Datatype ? name(*O.Datatype).str() : "the model's own";
  if (Table.Options.Accumulate)
    Type +=
        ", dot products accumulate in " + name(*Table.Options.Accumulate).str();
  Facts.push_back({"datatype", Type});
  std::string Convention =
      O.Rules.Kind == Convention::Paper ? "paper" : "exact";
  if (Table.Options.FlopsIncludeCmp)
    Convention += ", FLOPs include comparisons";
  if (O.Rules.SkipPaddingTaps)
    Convention += ", taps on padding are not counted";
  if (!O.FuseQuantized)
    Convention += ", quantization in pairs as written";
  Facts.push_back({"convention", Convention});
  if (Counts.has(Phase::Loss) && !O.Loss.empty())
    Facts.push_back({"loss", safeText(O.Loss)});
  if (O.Phases == Level::Train)
    Facts.push_back({"optimizer", Counts.has(Phase::Update)
                                      ? safeText(O.Optimizer)
                                      : "none"});
  if (!O.Freeze.empty())
    Facts.push_back({"frozen", safeText(O.Freeze)});
  if (!O.Trainable.empty())
    Facts.push_back({"trainable", safeText(O.Trainable)});
  return Facts;
}

std::vector<Fact> memoryFacts(const CostTable &Table,
                              const ReportOptions &Options) {
  const ModelCounts &Counts = *Table.Counts;
  const ParameterCounts &P = Counts.Parameters;
  std::string Text = count(P.Total, Options);
  if (!(P.Trainable == P.Total))
    Text += ", " + count(P.Trainable, Options) + " trainable";
  if (!(P.Buffers == 0))
    Text += ", and " + count(P.Buffers, Options) + " in buffers";
  if (!(P.FromAliases == 0))
    Text += " (" + count(P.FromAliases, Options) +
            " of them merged by the exporter with equal ones)";
  std::vector<Fact> Facts = {{"parameters", Text}};
  if (Counts.has(Phase::Backward))
    Facts.push_back({"activations", bytes(Counts.ActivationBytes, Options) +
                                        (Options.Exact ? " bytes" : "") +
                                        " kept for the backward pass"});
  return Facts;
}

std::string runTitle(const RunPlan &Plan) {
  return plural(Plan.Samples, "sample") + " in batches of " +
         std::to_string(Plan.Batch) + ", " + plural(Plan.Epochs, "epoch") +
         ": " + plural(WideCount(Plan.stepsPerEpoch()) * Plan.Epochs, "step");
}

Grid layerGrid(const CostTable &Table, const ReportRows &Rows,
               const ReportOptions &Options) {
  GridBuilder Builder(Table, Options);
  if (Options.Columns.empty())
    addDefaultColumns(Builder, Table, Rows);
  // The names were checked when the report began.
  std::vector<Column> Chosen = cantFail(findColumns(Options.Columns));
  for (const Column &C : Chosen)
    Builder.add(C, /*MayDrop=*/false);
  Grid G = Builder.build(Rows);
  for (size_t I = 0; I < std::max<size_t>(Chosen.size(), 1); ++I)
    if (Chosen.empty() || Chosen[I].Kind->Name == "name")
      G.Columns[I].Title = rowTitle(Options.Group).str();
  return G;
}

Grid phaseGrid(const CostTable &Table,
               const std::array<Cost, NumPhases> &Phases, const Cost &All,
               const ReportOptions &Options) {
  PhaseGridBuilder Builder(Table, Phases, All, Options);
  for (StringRef Name : {"macs", "flops", "tos", "bytes"})
    Builder.add(Name);
  Builder.add("kernels", /*Drop=*/6);
  Builder.add("share");
  return Builder.build("phase");
}

Grid operationGrid(const CostTable &Table, const ReportOptions &Options) {
  PhaseGridBuilder Builder(Table, Table.Phases, Table.All, Options);
  for (StringRef Name : {"add", "sub", "mul", "div", "root", "cmp"})
    Builder.add(Name);
  for (unsigned F = 0; F < NumElementary; ++F)
    if (!(Table.All.ByFunction[F] == 0))
      Builder.add(name(static_cast<Elementary>(F)), /*Drop=*/20 + F);
  if (!(Table.All.Random == 0))
    Builder.add("random", /*Drop=*/10);
  return Builder.build("operations");
}

Grid operatorGrid(const CostTable &Table, const ReportRows &Operators,
                  const ReportOptions &Options) {
  GridBuilder Builder(Table, Options);
  Builder.add(column("name"), false);
  Builder.add(column("layers"), true);
  for (StringRef Name : {"params", "macs", "flops", "tos", "bytes", "share"})
    Builder.add(column(Name), true);
  Builder.addBar();
  Grid G = Builder.build(Operators);
  G.Columns[0].Title = "operator";
  return G;
}

std::string totalMark(const CostTable &Table) {
  std::string Mark = Table.Counts->LowerBound ? ">= " : "";
  return Mark + (hasEstimates(*Table.Counts) ? "~ " : "");
}

std::vector<std::string> legend(const CostTable &Table) {
  std::vector<std::string> Lines;
  if (hasEstimates(*Table.Counts))
    Lines.push_back("~   estimate: depends on data, counted as assumed below");
  if (Table.Counts->LowerBound)
    Lines.push_back(
        ">=  lower bound: operators without a rule are counted as zero");
  return Lines;
}

} // namespace toscount
