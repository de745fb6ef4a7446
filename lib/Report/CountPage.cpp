//===- CountPage.cpp - counts as a web page and pictures ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FigureParts.h"
#include "Formats.h"
#include "Page.h"
#include "Sections.h"

#include "toscount/IR/Scope.h"
#include "toscount/Report/Numbers.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>

using namespace llvm;

namespace toscount {
namespace {

std::vector<Phase> phasesOf(const CostTable &Table) {
  std::vector<Phase> Present;
  for (unsigned P = 0; P < NumPhases; ++P)
    if (Table.Counts->has(static_cast<Phase>(P)))
      Present.push_back(static_cast<Phase>(P));
  return Present;
}

StackedBars phaseBars(const CostTable &Table) {
  std::vector<std::pair<std::string, Ink>> Parts;
  for (Phase P : phasesOf(Table))
    Parts.emplace_back(name(P).str(), phaseInk(name(P)));
  return StackedBars(std::move(Parts));
}

std::string stepText(const CostTable &Table) {
  const ModelCounts &Counts = *Table.Counts;
  return std::string(Counts.Source != nullptr ? Counts.Source->Path + ", "
                                              : "") +
         "one step" +
         (Counts.Batch ? " of batch " + std::to_string(*Counts.Batch) : "");
}

/// The rows of most TOs, divided by phase; what is too little to see is summed.
Figure layersFigure(const CostTable &Table, const ReportOptions &Options) {
  constexpr size_t Most = 20;
  ReportOptions Largest = Options;
  Largest.Sort = "tos";
  Largest.Top = std::min(Most, Options.Top.value_or(Most));
  size_t Seen = 0;
  {
    ReportRows All = cantFail(makeRows(Table, Largest));
    while (Seen < *Largest.Top && Seen < All.size() &&
           perMille(All[Seen].Cost.All.TOs, Table.All.TOs) > 0)
      ++Seen;
  }
  Largest.Top = std::max<size_t>(Seen, 1);
  ReportRows Rows = cantFail(makeRows(Table, Largest));
  Figure F;
  F.Name = "layers";
  F.X = {"transistor operations", "", /*Prefixed=*/true};
  F.Note = stepText(Table);
  StackedBars Bars = phaseBars(Table);
  for (size_t I = 0; I < Rows.size(); ++I) {
    ReportRow Row = Rows[I];
    std::string Share = percent(Row.Cost.All.TOs, Table.All.TOs);
    if (Row.Others) { // Longer than all bars, often, and not the question.
      F.Note += "; " + Row.Name + " take " + Share;
      continue;
    }
    if (I == 0)
      F.Title = Row.Name + " takes " + Share + " of the transistor operations";
    std::vector<StackedBars::Part> Parts;
    for (Phase P : phasesOf(Table)) {
      WideCount TOs = Row.Cost.in(P).TOs;
      Parts.push_back({toDouble(TOs),
                       Row.Name + (Row.Op.empty() ? "" : " (" + Row.Op + ")") +
                           ": " + name(P).str() + " " + si(TOs) + " TOs, " +
                           percent(TOs, Table.All.TOs)});
    }
    Bars.add(F, Row.Name, Parts, Share);
  }
  std::move(Bars).finish(F);
  return F;
}

/// How each figure divides between the phases.
Figure phasesFigure(const CostTable &Table) {
  struct Figured {
    StringLiteral Name;
    WideCount (*Of)(const Cost &);
  };
  constexpr Figured Figures[] = {
      {"MACs", [](const Cost &C) { return C.Macs; }},
      {"FLOPs", [](const Cost &C) { return C.Flops; }},
      {"TOs", [](const Cost &C) { return C.TOs; }},
      {"bytes", [](const Cost &C) { return C.bytes(); }},
      {"kernels", [](const Cost &C) { return C.Kernels; }},
  };
  Figure F;
  F.Name = "phases";
  F.Title = "What each phase takes of a step";
  F.Note = stepText(Table);
  F.X = {"share", "%"};
  F.X.Most = 100;
  StackedBars Bars = phaseBars(Table);
  for (const Figured &G : Figures) {
    WideCount Whole = G.Of(Table.All);
    if (!Whole.valid() || Whole == 0)
      continue;
    std::vector<StackedBars::Part> Parts;
    for (Phase P : phasesOf(Table)) {
      WideCount Part = G.Of(Table.Phases[static_cast<unsigned>(P)]);
      Parts.push_back({100 * toDouble(Part) / toDouble(Whole),
                       G.Name.str() + ": " + name(P).str() + " " + si(Part) +
                           ", " + percent(Part, Whole)});
    }
    Bars.add(F, G.Name.str(), Parts, si(Whole));
  }
  std::move(Bars).finish(F);
  return F;
}

/// Layers in their modules, to fold and unfold.
class ScopeTree {
public:
  ScopeTree(const CostTable &Table, const ReportOptions &Options)
      : Table(Table), Options(Options) {}

  /// Empty where names tell of no modules.
  PageTree build() {
    const ModelCounts &Counts = *Table.Counts;
    if (Counts.Source == nullptr)
      return {};
    const Model &M = *Counts.Source;
    if (Counts.Layers.size() > MostFolded)
      return {};
    for (size_t I = 0; I < Counts.Layers.size(); ++I) {
      const LayerCounts &L = Counts.Layers[I];
      StringRef Note;
      if (L.Origin != NoId)
        Note = M.Scopes[M.Main->Nodes[L.Origin].Scope];
      Scope *At = &Root;
      std::string Above;
      // A hostile name may have a module a letter.
      constexpr unsigned Deepest = 8;
      for (unsigned Depth = 1; Depth <= Deepest; ++Depth) {
        std::string Path = scopeOf(L.Name, Note, Depth);
        if (Path.size() <= Above.size())
          break;
        AnyScope = true;
        At = &At->child(Path, StringRef(Path).drop_front(Above.size()));
        Above = std::move(Path);
      }
      StringRef Name = L.Name;
      if (Note.empty() && Name.contains(Above))
        Name = Name.drop_front(Name.find(Above) + Above.size());
      Scope &Leaf = At->child("\n" + std::to_string(I), Name);
      Leaf.Layer = I;
    }
    if (!AnyScope)
      return {};
    PageTree T;
    T.Titles = {"module", "layers", "TOs", "share"};
    LayerCost Sum;
    T.Roots = nodes(Root, Sum).Children;
    return T;
  }

  /// More lines than that nobody unfolds, and browsers slow down.
  static constexpr size_t MostFolded = 20'000;

private:
  struct Scope {
    std::string Name;
    std::optional<size_t> Layer;
    std::vector<std::unique_ptr<Scope>> Children; ///< In order of first use.
    std::map<std::string, Scope *> ByPath;

    Scope &child(const std::string &Path, StringRef Shown) {
      Scope *&Known = ByPath[Path];
      if (Known == nullptr) {
        Children.push_back(std::make_unique<Scope>());
        Known = Children.back().get();
        Known->Name = Shown.ltrim("/.").str();
      }
      return *Known;
    }
  };

  /// Adds what \p S costs to \p Sum.
  PageTree::Node nodes(const Scope &S, LayerCost &Sum) {
    PageTree::Node N;
    N.Name = S.Name;
    LayerCost Own;
    size_t Before = Seen;
    if (S.Layer) {
      Own = Table.layer(*S.Layer);
      ++Seen;
    }
    for (const auto &Child : S.Children)
      N.Children.push_back(nodes(*Child, Own));
    if (!S.Layer)
      N.Cells.push_back({plural(Seen - Before, "layer"), ""});
    WideCount TOs = Own.All.TOs;
    N.Cells.push_back({count(TOs, Options) + " TOs", toString(TOs)});
    N.Cells.push_back({percent(TOs, Table.All.TOs), ""});
    Sum += Own;
    return N;
  }

  const CostTable &Table;
  const ReportOptions &Options;
  Scope Root;
  bool AnyScope = false;
  size_t Seen = 0;
};

StringRef rowsTitle(const ReportOptions &Options) {
  switch (Options.Group) {
  case GroupBy::Layer:
    return "Layers";
  case GroupBy::Op:
    return "Operators";
  case GroupBy::Scope:
    return "Modules";
  case GroupBy::Block:
    return "Blocks";
  }
  llvm_unreachable("no such grouping");
}

PageSection remarkSection(std::string Title, std::vector<std::string> Remarks) {
  PageSection S;
  S.Title = std::move(Title);
  S.Remarks = std::move(Remarks);
  return S;
}

} // namespace

Page countPage(const CostTable &Table, const ReportRows &Rows,
               const ReportRows &Operators, const ReportOptions &Options) {
  Page P;
  P.Command = "toscount count";
  P.Title = modelTitle(Table);
  for (std::vector<Fact> Facts :
       {settingFacts(Table), memoryFacts(Table, Options)})
    for (Fact &F : Facts)
      P.Facts.emplace_back(std::move(F.Key), std::move(F.Value));
  auto Add = [&](PageSection &S, std::string Title,
                 function_ref<Grid(const ReportOptions &)> Make) {
    S.Tables.push_back(pageTable(std::move(Title), Options, Make));
  };

  PageSection Layers;
  Layers.Title = rowsTitle(Options).str();
  if (Rows.size() != 0 && !(Table.All.TOs == 0))
    Layers.Figures.push_back(layersFigure(Table, Options));
  Add(Layers, "",
      [&](const ReportOptions &O) { return layerGrid(Table, Rows, O); });
  Layers.Tables.back().Notes = legend(Table);
  P.add(std::move(Layers));

  PageSection Modules;
  Modules.Title = "Modules";
  Modules.Tree = ScopeTree(Table, Options).build();
  if (Table.Counts->Layers.size() > ScopeTree::MostFolded)
    Modules.Remarks.push_back(
        "too many layers to unfold; --group-by scope sums "
        "them");
  P.add(std::move(Modules));

  PageSection Phases;
  Phases.Title = "Phases";
  if (phasesOf(Table).size() > 1 && Rows.size() != 0)
    Phases.Figures.push_back(phasesFigure(Table));
  Add(Phases, "", [&](const ReportOptions &O) {
    return phaseGrid(Table, Table.Phases, Table.All, O);
  });
  Add(Phases, "Basic operations",
      [&](const ReportOptions &O) { return operationGrid(Table, O); });
  P.add(std::move(Phases));

  if (Options.Group != GroupBy::Op && Rows.size() != 0) {
    PageSection ByOperator;
    ByOperator.Title = "Operators";
    Add(ByOperator, "", [&](const ReportOptions &O) {
      return operatorGrid(Table, Operators, O);
    });
    P.add(std::move(ByOperator));
  }
  if (Table.Run) {
    PageSection Run;
    Run.Title = "Training run: " + runTitle(Table.Run->Plan);
    Add(Run, "", [&](const ReportOptions &O) {
      return phaseGrid(Table, Table.Run->Phases, Table.Run->All, O);
    });
    P.add(std::move(Run));
  }
  P.add(remarkSection("Assumptions", Table.Counts->Assumptions));
  P.add(remarkSection("Warnings", Table.Counts->Warnings));
  return P;
}

} // namespace toscount
