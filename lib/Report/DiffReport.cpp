//===- DiffReport.cpp - views of a difference -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/DiffReport.h"

#include "Columns.h"
#include "DisplayText.h"
#include "FigureParts.h"
#include "JsonCost.h"
#include "Page.h"
#include "RealText.h"
#include "Sections.h"

#include "toscount/Report/Numbers.h"
#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// Both sides of a pair; costs of a side that is absent are 0.
struct LayerDiff {
  const LayerCounts *Old = nullptr, *New = nullptr;
  LayerCost OldCost, NewCost;
  LayerChange Change = LayerChange::Same;

  LayerDiff(const CostDiff &D, const LayerPair &P) : Change(P.Change) {
    if (P.Old != LayerPair::None) {
      Old = &D.Old->Counts->Layers[P.Old];
      OldCost = D.Old->layer(P.Old);
    }
    if (P.New != LayerPair::None) {
      New = &D.New->Counts->Layers[P.New];
      NewCost = D.New->layer(P.New);
    }
  }

  [[nodiscard]] WideCount oldParams() const {
    return Old ? Old->Parameters : 0;
  }
  [[nodiscard]] WideCount newParams() const {
    return New ? New->Parameters : 0;
  }
  [[nodiscard]] bool estimate() const {
    return (Old && Old->Estimate) || (New && New->Estimate);
  }
};

WideCount distance(WideCount A, WideCount B) { return A < B ? B - A : A - B; }

/// "+1.20 M", "-3", "0".
std::string delta(WideCount Old, WideCount New, bool IsBytes,
                  const ReportOptions &Options) {
  WideCount D = distance(Old, New);
  std::string Text = IsBytes ? bytes(D, Options) : count(D, Options);
  return D == 0 ? Text : (New > Old ? "+" : "-") + Text;
}

/// "+12.3 %"; "new" of what was 0.
std::string growthText(WideCount Old, WideCount New) {
  if (Old == New)
    return "0.0 %";
  std::optional<double> Growth = growthPercent(Old, New);
  if (!Growth)
    return "new";
  // What rounds to nothing is a change all the same.
  std::string Text = std::abs(*Growth) < 0.05 ? roundedText(*Growth, 2)
                                              : fixedText(*Growth, 1);
  return (*Growth > 0 ? "+" : "") + Text + " %";
}

/// "OLD -> NEW", or what both are.
std::string both(StringRef Old, StringRef New, bool HasOld, bool HasNew) {
  if (!HasOld || Old == New)
    return New.str();
  return HasNew ? (Old + " -> " + New).str() : Old.str();
}

template <typename F> std::string both(const LayerDiff &L, F Text) {
  return both(L.Old ? Text(*L.Old) : "", L.New ? Text(*L.New) : "",
              L.Old != nullptr, L.New != nullptr);
}

/// The pairs that differ: those of the largest difference in TOs when \p Top
/// says so, in their order.
std::vector<const LayerPair *>
differing(const CostDiff &D, std::optional<size_t> Top, size_t &Others) {
  std::vector<const LayerPair *> Pairs;
  for (const LayerPair &P : D.Layers)
    if (P.Change != LayerChange::Same)
      Pairs.push_back(&P);
  Others = 0;
  if (!Top || Pairs.size() <= *Top)
    return Pairs;
  std::vector<std::pair<WideCount, size_t>> Ranked;
  for (size_t I = 0; I < Pairs.size(); ++I) {
    LayerDiff L(D, *Pairs[I]);
    Ranked.emplace_back(distance(L.OldCost.All.TOs, L.NewCost.All.TOs), I);
  }
  llvm::stable_sort(
      Ranked, [](const auto &A, const auto &B) { return A.first > B.first; });
  Others = Pairs.size() - *Top;
  Ranked.resize(*Top);
  llvm::sort(Ranked,
             [](const auto &A, const auto &B) { return A.second < B.second; });
  std::vector<const LayerPair *> Kept;
  for (const auto &[TOs, I] : Ranked)
    Kept.push_back(Pairs[I]);
  return Kept;
}

Grid layerGrid(const CostDiff &D, const ReportOptions &Options) {
  Grid G;
  G.Columns = {{.Title = "change", .Right = false},
               {.Title = "layer",
                .Right = false,
                .Code = true,
                .Least = 20,
                .KeepEnd = true},
               {.Title = "operator", .Right = false, .Code = true, .Least = 10},
               {.Title = "output", .Right = false, .Least = 11, .Drop = 7},
               {.Title = "params", .Drop = 5},
               {.Title = "MACs", .Drop = 1},
               {.Title = "FLOPs", .Drop = 4},
               {.Title = "TOs"},
               {.Title = "", .Drop = 2},
               {.Title = "bytes", .Drop = 3}};
  size_t Others = 0;
  for (const LayerPair *P : differing(D, Options.Top, Others)) {
    LayerDiff L(D, *P);
    const Cost &A = L.OldCost.All, &B = L.NewCost.All;
    GridRow Row;
    Row.Mark = L.estimate() ? "~ " : "";
    Row.Cells = {
        name(L.Change).str(),
        both(L, [](const LayerCounts &X) { return safeText(X.Name); }),
        both(L, [](const LayerCounts &X) { return safeText(X.Op); }),
        both(L, [](const LayerCounts &X) { return shapeText(X.Output); }),
        delta(L.oldParams(), L.newParams(), false, Options),
        delta(A.Macs, B.Macs, false, Options),
        delta(A.Flops, B.Flops, false, Options),
        delta(A.TOs, B.TOs, false, Options),
        growthText(A.TOs, B.TOs),
        delta(A.bytes(), B.bytes(), true, Options)};
    G.Rows.push_back(std::move(Row));
  }
  if (Others > 0)
    G.Rows.push_back({.Cells = {std::to_string(Others) + " others", "", "", "",
                                "", "", "", "", "", ""},
                      .Plain = true});
  return G;
}

/// Totals of all phases; of single phases only what differs.
Grid totalGrid(const CostDiff &D, const ReportOptions &Options) {
  Grid G;
  G.Columns = {{.Title = "total", .Right = false},
               {.Title = "phase", .Right = false},
               {.Title = "old"},
               {.Title = "new"},
               {.Title = "change"},
               {.Title = ""}};
  auto Add = [&](const PhasedFigure &F, bool Always) {
    std::optional<WideCount> Old = F.of(*D.Old), New = F.of(*D.New);
    if ((!Old && !New) || (!Always && Old == New))
      return;
    auto Text = [&](std::optional<WideCount> N) {
      if (!N)
        return std::string("-");
      return F.Figure->IsBytes ? bytes(*N, Options) : count(*N, Options);
    };
    WideCount A = Old.value_or(0), B = New.value_or(0);
    std::string In = F.In ? name(*F.In).str() : F.Figure->OfModel ? "" : "all";
    G.Rows.push_back(
        {{F.Figure->Title.str(), In, Text(Old), Text(New),
          delta(A, B, F.Figure->IsBytes, Options), growthText(A, B)}});
  };
  for (const TotalFigure &F : totalFigures()) {
    if (F.OfCost)
      for (unsigned P = 0; P < NumPhases; ++P)
        Add({&F, static_cast<Phase>(P)}, false);
    Add({&F, std::nullopt}, true);
  }
  return G;
}

std::string verdict(const CostDiff &D) {
  if (D.same())
    return "no change";
  std::string Text;
  for (LayerChange C : {LayerChange::Added, LayerChange::Removed,
                        LayerChange::Changed, LayerChange::Renamed})
    if (size_t N = D.count(C); N != 0)
      Text += (Text.empty() ? "" : ", ") + std::to_string(N) +
              (N == 1 ? " layer " : " layers ") + name(C).str();
  if (Text.empty())
    return "no layer differs, but totals do";
  return Text + ", " + std::to_string(D.count(LayerChange::Same)) +
         " unchanged";
}

std::vector<std::pair<std::string, std::string>> summary(const CostDiff &D) {
  return {{"old", modelTitle(*D.Old)},
          {"new", modelTitle(*D.New)},
          {"result", verdict(D)}};
}

/// Assumptions and warnings of both, each once.
std::vector<std::string> remarks(const CostDiff &D) {
  std::vector<std::string> All;
  auto Add = [&](const std::vector<std::string> &Texts) {
    for (const std::string &T : Texts)
      if (std::string Safe = safeText(T); !is_contained(All, Safe))
        All.push_back(Safe);
  };
  for (const CostTable *T : {D.Old, D.New}) {
    Add(T->Counts->Warnings);
    if (T->Counts->LowerBound)
      Add({T->Counts->Source->Path +
           ": unknown operators count as zero: its totals are lower bounds"});
  }
  return All;
}

void writeText(raw_ostream &OS, const DiffReport &R,
               const ReportOptions &Options) {
  const CostDiff &D = *R.Of;
  Style S(Options.Colour);
  for (const auto &[Name, Value] : summary(D))
    OS << S.dim(Name) << std::string(8 - Name.size(), ' ')
       << (Name == "result" ? S.bold(Value) : Value) << "\n";
  for (const std::string &Remark : remarks(D))
    printWrapped(OS, S.mark("note") + "    ", Remark, 8, Options);
  for (const auto &[Gate, Result] : R.Gates)
    OS << (Result.Failed ? S.error("failed") : S.dim("passed")) << "  "
       << gateText(Gate, Result) << "\n";
  if (D.same())
    return;
  if (D.count(LayerChange::Same) != D.Layers.size()) {
    OS << "\n";
    printGrid(OS, layerGrid(D, Options), Options);
  }
  OS << "\n";
  printGrid(OS, totalGrid(D, Options), Options);
}

void writeMarkdown(raw_ostream &OS, const DiffReport &R,
                   const ReportOptions &Options) {
  const CostDiff &D = *R.Of;
  for (const auto &[Name, Value] : summary(D))
    OS << "- " << Name << ": " << markdownText(Value) << "\n";
  for (const auto &[Gate, Result] : R.Gates)
    OS << "- " << (Result.Failed ? "**failed**: " : "passed: ")
       << markdownText(gateText(Gate, Result)) << "\n";
  for (const std::string &Remark : remarks(D))
    OS << "- " << markdownText(Remark) << "\n";
  if (D.same())
    return;
  if (D.count(LayerChange::Same) != D.Layers.size()) {
    OS << "\n";
    printMarkdownGrid(OS, layerGrid(D, Options));
  }
  OS << "\n";
  printMarkdownGrid(OS, totalGrid(D, Options));
}

/// Where TOs grew and shrank the most.
Figure changesFigure(const CostDiff &D) {
  constexpr size_t Most = 30;
  size_t Others = 0;
  Figure F;
  F.Name = "changes";
  F.Title =
      "Transistor operations: " + growthText(D.Old->All.TOs, D.New->All.TOs);
  F.X = {"change of the transistor operations", "", /*Prefixed=*/true};
  Series More{"more", SeriesStyle::Bars, Ink::Vermilion};
  Series Fewer{"fewer", SeriesStyle::Bars, Ink::Blue};
  std::vector<const LayerPair *> Pairs = differing(D, Most, Others);
  double Largest = 0;
  for (const LayerPair *P : Pairs) {
    LayerDiff L(D, *P);
    Largest = std::max(
        Largest, toDouble(distance(L.OldCost.All.TOs, L.NewCost.All.TOs)));
  }
  for (const LayerPair *P : Pairs) {
    LayerDiff L(D, *P);
    WideCount Old = L.OldCost.All.TOs, New = L.NewCost.All.TOs;
    // What can't be seen is no bar.
    if (toDouble(distance(Old, New)) <= Largest / 500)
      continue;
    std::string Name =
        both(L, [](const LayerCounts &X) { return safeText(X.Name); });
    Mark M;
    M.X = New > Old ? toDouble(distance(Old, New))
                    : -toDouble(distance(Old, New));
    M.Y = addRow(F, Name);
    M.Tip = Name + ": " + name(L.Change).str() + ", " + si(Old) + " to " +
            si(New) + " TOs, " + growthText(Old, New);
    M.High = std::max(M.X, 0.0); // Labels stand to the right of both.
    M.Label = delta(Old, New, false, {}) + ", " + growthText(Old, New);
    (New > Old ? More : Fewer).Marks.push_back(std::move(M));
  }
  Others += Pairs.size() - F.Rows.size();
  if (Others > 0)
    F.Note = "without the " + std::to_string(Others) + " smallest changes";
  for (Series *S : {&More, &Fewer})
    if (!S->Marks.empty())
      F.All.push_back(std::move(*S));
  if (F.All.size() == 1) // The signs say it.
    F.All.front().Name.clear();
  return F;
}

Page pageOf(const DiffReport &R, const ReportOptions &Options) {
  const CostDiff &D = *R.Of;
  Page P;
  P.Command = "toscount diff";
  P.Title = "What changed: " + verdict(D);
  P.Facts = summary(D);
  for (const auto &[Gate, Result] : R.Gates)
    P.Facts.emplace_back(Result.Failed ? "failed" : "passed",
                         gateText(Gate, Result));
  PageSection S;
  if (Figure F = changesFigure(D); !F.Rows.empty())
    S.Figures.push_back(std::move(F));
  if (D.count(LayerChange::Same) != D.Layers.size())
    S.Tables.push_back(
        pageTable("Layers", Options,
                  [&](const ReportOptions &O) { return layerGrid(D, O); }));
  S.Tables.push_back(pageTable("Totals", Options, [&](const ReportOptions &O) {
    return totalGrid(D, O);
  }));
  S.Remarks = remarks(D);
  P.add(std::move(S));
  return P;
}

void writeCsv(raw_ostream &OS, const CostDiff &D) {
  OS << "change,old_name,new_name,old_op,new_op,old_output,new_output,"
        "old_params,new_params";
  for (const TotalFigure &F : totalFigures())
    if (F.OfCost)
      OS << ",old_" << F.Name << ",new_" << F.Name;
  OS << "\n";
  auto Figures = [&](WideCount OldParams, WideCount NewParams, const Cost &Old,
                     const Cost &New) {
    OS << ',' << toString(OldParams) << ',' << toString(NewParams);
    for (const TotalFigure &F : totalFigures())
      if (F.OfCost)
        OS << ',' << toString(F.OfCost(Old)) << ',' << toString(F.OfCost(New));
    OS << "\n";
  };
  size_t Others = 0;
  for (const LayerPair *P : differing(D, std::nullopt, Others)) {
    LayerDiff L(D, *P);
    OS << name(L.Change);
    auto Pair = [&](auto Text) {
      for (const LayerCounts *Side : {L.Old, L.New})
        OS << ',' << (Side ? csvField(Text(*Side)) : "");
    };
    Pair([](const LayerCounts &X) { return X.Name.str(); });
    Pair([](const LayerCounts &X) { return X.Op.str(); });
    Pair([](const LayerCounts &X) { return shapeText(X.Output); });
    Figures(L.oldParams(), L.newParams(), L.OldCost.All, L.NewCost.All);
  }
  OS << "total,,,,,,";
  Figures(D.Old->Counts->Parameters.Total, D.New->Counts->Parameters.Total,
          D.Old->All, D.New->All);
}

class JsonWriter {
public:
  JsonWriter(raw_ostream &OS, const DiffReport &R) : J(OS, 2), R(R), D(*R.Of) {}

  void write() {
    J.object([&] {
      J.attribute("schema", "toscount.diff/1");
      J.attributeObject("old", [&] { model(*D.Old); });
      J.attributeObject("new", [&] { model(*D.New); });
      J.attribute("same", D.same());
      J.attributeObject("layers_by_change", [&] {
        for (LayerChange C :
             {LayerChange::Same, LayerChange::Renamed, LayerChange::Changed,
              LayerChange::Added, LayerChange::Removed})
          J.attribute(name(C), static_cast<int64_t>(D.count(C)));
      });
      totals();
      layers();
      J.attributeArray("gates", [&] {
        for (const auto &[Gate, Result] : R.Gates)
          gate(Gate, Result);
      });
    });
  }

private:
  void model(const CostTable &Table) {
    writeJsonModelAndSettings(J, Table);
    texts("assumptions", Table.Counts->Assumptions);
    texts("warnings", Table.Counts->Warnings);
    if (Table.Counts->LowerBound)
      J.attribute("lower_bound", true);
  }
  void texts(StringRef Name, ArrayRef<std::string> Texts) {
    J.attributeArray(Name, [&] {
      for (const std::string &T : Texts)
        J.value(jsonText(T));
    });
  }
  void change(StringRef Name, std::optional<WideCount> Old,
              std::optional<WideCount> New) {
    if (!Old && !New)
      return;
    J.attributeObject(Name, [&] {
      if (Old)
        J.attribute("old", jsonNumber(*Old));
      if (New)
        J.attribute("new", jsonNumber(*New));
    });
  }
  void costs(const Cost &Old, const Cost &New) {
    for (const TotalFigure &F : totalFigures())
      if (F.OfCost)
        change(F.Name, F.OfCost(Old), F.OfCost(New));
  }
  void totals() {
    J.attributeObject("totals", [&] {
      for (unsigned P = 0; P < NumPhases; ++P)
        if (auto In = static_cast<Phase>(P);
            D.Old->Counts->has(In) || D.New->Counts->has(In))
          J.attributeObject(name(In),
                            [&] { costs(D.Old->Phases[P], D.New->Phases[P]); });
      J.attributeObject("all", [&] { costs(D.Old->All, D.New->All); });
    });
    for (const TotalFigure &F : totalFigures())
      if (F.OfModel)
        change(F.Name, F.OfModel(*D.Old->Counts), F.OfModel(*D.New->Counts));
  }
  void side(StringRef Name, const LayerCounts *L) {
    if (!L)
      return;
    J.attributeObject(Name, [&] {
      J.attribute("name", jsonText(L->Name));
      if (!L->Op.empty())
        J.attribute("op", jsonText(L->Op));
      writeJsonShape(J, "output", L->Output);
    });
  }
  void layers() {
    size_t Others = 0;
    J.attributeArray("layers", [&] {
      for (const LayerPair *P : differing(D, std::nullopt, Others)) {
        LayerDiff L(D, *P);
        J.object([&] {
          J.attribute("change", name(L.Change));
          side("old", L.Old);
          side("new", L.New);
          J.attribute("estimate", L.estimate());
          change("params", L.oldParams(), L.newParams());
          costs(L.OldCost.All, L.NewCost.All);
        });
      }
    });
  }
  void gate(const GrowthGate &Gate, const GateResult &Result) {
    J.object([&] {
      J.attribute("metric", Gate.Of.name());
      jsonField(J, "limit_percent", Gate.Limit.value());
      J.attribute("old", jsonNumber(Result.Old));
      J.attribute("new", jsonNumber(Result.New));
      jsonField(J, "growth_percent", Result.GrowthPercent);
      J.attribute("failed", Result.Failed);
    });
  }

  json::OStream J;
  const DiffReport &R;
  const CostDiff &D;
};

} // namespace

std::string gateText(const GrowthGate &Gate, const GateResult &Result) {
  ReportOptions Short;
  auto Text = [&](WideCount N) {
    return Gate.Of.Figure->IsBytes ? bytes(N, Short) : count(N, Short);
  };
  std::string Limit = numberText(Gate.Limit.value()) + " %";
  std::string What = Gate.Of.name();
  if (Result.New == Result.Old)
    What += " did not change (" + Text(Result.New) + ")";
  else
    What +=
        (Result.New > Result.Old ? " grew" : " shrank") +
        (Result.GrowthPercent
             ? " by " + roundedText(std::abs(*Result.GrowthPercent), 3) + " %"
             : std::string(" from nothing")) +
        " (" + Text(Result.Old) + " to " + Text(Result.New) + ")";
  return What + (Result.Failed ? ", more than " : "; at most ") + Limit;
}

Error writeDiff(raw_ostream &OS, const DiffReport &R,
                const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Text:
    writeText(OS, R, Options);
    break;
  case ReportFormat::Json:
    JsonWriter(OS, R).write();
    OS << "\n";
    break;
  case ReportFormat::Csv:
    writeCsv(OS, *R.Of);
    break;
  case ReportFormat::Markdown:
    writeMarkdown(OS, R, Options);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return writePage(OS, pageOf(R, Options), Options);
  }
  return Error::success();
}

} // namespace toscount
