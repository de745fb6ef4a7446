//===- FormulaReport.cpp - totals as polynomials --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/FormulaReport.h"

#include "DisplayText.h"
#include "JsonCost.h"
#include "Sections.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral PhaseNames[] = {"forward", "loss", "backward",
                                        "update",  "all",  ""};

/// Does the user's word \p Word name \p T? With or without its phase.
bool named(const FormulaTotal &T, StringRef Word) {
  return Word == T.Name || Word == T.fullName();
}

/// What all views say, in the words of text.
class FormulaView {
public:
  FormulaView(const FormulaTable &Table, ArrayRef<std::string> Only)
      : Table(Table), Only(Only) {
    Costs.Counts = &Table.Shared;
    Costs.Options = Table.Lowering;
    for (const std::string &Name : Table.Variables)
      Names.push_back(safeText(Name));
  }

  /// The totals of \p Section that are shown.
  std::vector<const FormulaTotal *> of(StringRef Section,
                                       bool WithZeros) const {
    std::vector<const FormulaTotal *> List;
    // The sum over one phase says nothing new, unless asked for.
    bool Same =
        Section == "all" && !Table.Shared.has(Phase::Loss) && !WithZeros;
    for (const FormulaTotal &T : Table.Totals)
      if (T.Phase == Section && wanted(T, WithZeros) &&
          (!Same || is_contained(Only, T.fullName())))
        List.push_back(&T);
    return List;
  }

  std::string polynomial(const FormulaTotal &T) const {
    return toString(*T.Formula.Found, Names);
  }

  /// "N >= 2, H = 0 mod 32"; empty for all sizes.
  std::string condition(const FormulaTotal &T) const {
    std::string Text;
    for (size_t V = 0; V < T.Formula.Ranges.size(); ++V) {
      const Range &R = T.Formula.Ranges[V];
      if (R.Multiple > 1)
        Text += (Text.empty() ? "" : ", ") + Names[V] + " = 0 mod " +
                std::to_string(R.Multiple);
      // What can't be counted needs no condition.
      if (R.Smaller == Below::Differs || R.Smaller == Below::Unknown)
        Text += (Text.empty() ? "" : ", ") + Names[V] +
                " >= " + std::to_string(R.From);
    }
    return Text;
  }

  std::string title() const { return modelTitle(Costs); }

  std::vector<Fact> facts() const {
    std::vector<Fact> Facts = {{"variables", join(Names, ", ")}};
    for (const FormulaInput &I : Table.Inputs) {
      std::string Dims;
      for (const std::string &D : I.Dims)
        Dims += (Dims.empty() ? "" : " x ") + safeText(D);
      Facts.push_back({"input", safeText(I.Name) + "  " + name(I.Type).str() +
                                    "  " + (Dims.empty() ? "scalar" : Dims)});
    }
    append_range(Facts, settingFacts(Costs));
    return Facts;
  }

  /// What was checked, and what the conditions leave out.
  std::vector<std::string> remarks() const {
    Point Least = Table.Counted.front(), Most = Least;
    for (const Point &Where : Table.Counted)
      for (size_t V = 0; V < Where.size(); ++V) {
        Least[V] = std::min(Least[V], Where[V]);
        Most[V] = std::max(Most[V], Where[V]);
      }
    std::string Checked =
        "checked at " + std::to_string(Table.Counted.size()) + " sizes:";
    for (size_t V = 0; V < Names.size(); ++V)
      Checked += (V == 0 ? " " : ", ") + Names[V] + " from " +
                 std::to_string(Least[V]) + " to " + std::to_string(Most[V]);
    std::vector<std::string> Lines = {Checked};
    for (size_t V = 0; V < Names.size(); ++V) {
      if (std::optional<int64_t> X = firstUncounted(V, Most))
        Lines.push_back(Names[V] + " = " + std::to_string(*X) +
                        " and more can't be counted");
      if (any_of(Table.Totals, [V](const FormulaTotal &T) {
            return T.Formula.Found &&
                   T.Formula.Ranges[V].Smaller == Below::Uncounted;
          }))
        Lines.push_back(Names[V] + " below " + std::to_string(Least[V]) +
                        " can't be counted");
    }
    if (Table.Estimate)
      Lines.push_back("estimate: depends on data, counted as assumed below");
    append_range(Lines, legend(Costs));
    return Lines;
  }

  const FormulaTable &Table;
  CostTable Costs;

private:
  /// The smallest size of variable \p V beyond all that were counted at which
  /// the count failed though the others were not beyond theirs.
  std::optional<int64_t> firstUncounted(size_t V, const Point &Most) const {
    std::optional<int64_t> Smallest;
    for (const Point &Where : Table.Uncounted) {
      bool Others = true;
      for (size_t I = 0; I < Where.size(); ++I)
        Others &= I == V || Where[I] <= Most[I];
      if (Others && Where[V] > Most[V] && (!Smallest || Where[V] < *Smallest))
        Smallest = Where[V];
    }
    return Smallest;
  }

  bool wanted(const FormulaTotal &T, bool WithZeros) const {
    if (Only.empty())
      return WithZeros || !T.isZero();
    return any_of(Only, [&](StringRef Word) { return named(T, Word); });
  }

  ArrayRef<std::string> Only;
  std::vector<std::string> Names;
};

std::string heading(StringRef Phase) {
  return Phase.empty() ? "model" : Phase.str();
}

void printBullets(raw_ostream &OS, StringRef Title, ArrayRef<std::string> Items,
                  const Style &S, const ReportOptions &Options) {
  if (!Items.empty())
    OS << "\n" << S.bold(Title) << "\n";
  for (const std::string &Item : Items)
    printWrapped(OS, "  - ", safeText(Item), 4, Options);
}

void writeFormulaText(raw_ostream &OS, const FormulaView &View,
                      const ReportOptions &Options) {
  Style S(Options.Colour);
  for (const std::string &Line : wrapped(View.title(), Options.Width))
    OS << S.bold(Line) << "\n";
  for (const Fact &F : View.facts())
    printWrapped(OS, "  " + S.dim(F.Key) + std::string(12 - F.Key.size(), ' '),
                 F.Value, 14, Options);
  size_t Widest = 0;
  for (StringRef Phase : PhaseNames)
    for (const FormulaTotal *T : View.of(Phase, false))
      Widest = std::max(Widest, T->Name.size());
  for (StringRef Phase : PhaseNames) {
    std::vector<const FormulaTotal *> List = View.of(Phase, false);
    if (!List.empty())
      OS << "\n" << S.bold(heading(Phase)) << "\n";
    for (const FormulaTotal *T : List) {
      std::string First =
          "  " + S.dim(T->Name) + std::string(Widest - T->Name.size() + 2, ' ');
      std::string Text = T->Formula.Reason;
      if (T->Formula.Found) {
        Text = View.polynomial(*T);
        if (std::string Where = View.condition(*T); !Where.empty())
          Text += "  for " + Where;
      }
      printWrapped(OS, First, Text, Widest + 4, Options);
    }
  }
  OS << "\n";
  for (const std::string &Line : View.remarks())
    printWrapped(OS, "  ", Line, 2, Options);
  printBullets(OS, "assumptions", View.Table.Shared.Assumptions, S, Options);
  printBullets(OS, "warnings", View.Table.Shared.Warnings, S, Options);
}

void writeFormulaMarkdown(raw_ostream &OS, const FormulaView &View) {
  auto Bullets = [&](StringRef Title, ArrayRef<std::string> Items) {
    if (!Items.empty())
      OS << "\n### " << Title << "\n\n";
    for (const std::string &Item : Items)
      OS << "- " << markdownText(Item) << "\n";
  };
  OS << "## " << markdownText(View.title()) << "\n\n";
  for (const Fact &F : View.facts())
    OS << "- " << F.Key << ": " << markdownText(F.Value) << "\n";
  for (StringRef Phase : PhaseNames) {
    std::vector<const FormulaTotal *> List = View.of(Phase, false);
    if (List.empty())
      continue;
    OS << "\n### " << heading(Phase) << "\n\n";
    Grid G;
    for (StringRef Title : {"total", "polynomial", "for"})
      G.Columns.push_back({.Title = Title.str(), .Right = false});
    for (const FormulaTotal *T : List)
      G.Rows.push_back(
          {{T->Name, T->Formula.Found ? View.polynomial(*T) : T->Formula.Reason,
            View.condition(*T)}});
    printMarkdownGrid(OS, G);
  }
  OS << "\n";
  for (const std::string &Line : View.remarks())
    OS << "- " << markdownText(Line) << "\n";
  Bullets("assumptions", View.Table.Shared.Assumptions);
  Bullets("warnings", View.Table.Shared.Warnings);
}

void writeFormulaCsv(raw_ostream &OS, const FormulaView &View) {
  OS << "phase,total,polynomial,for,not_polynomial\n";
  for (StringRef Phase : PhaseNames)
    for (const FormulaTotal *T : View.of(Phase, true))
      OS << Phase << ',' << T->Name << ','
         << (T->Formula.Found ? csvField(View.polynomial(*T)) : "") << ','
         << csvField(View.condition(*T)) << ',' << csvField(T->Formula.Reason)
         << "\n";
}

class FormulaJson {
public:
  FormulaJson(json::OStream &J, const FormulaView &View)
      : J(J), View(View), Table(View.Table) {
    for (const std::string &Name : Table.Variables)
      Names.push_back(jsonText(Name));
  }

  void write() {
    J.attribute("schema", "toscount.formula/1");
    writeJsonModelAndSettings(J, View.Costs);
    J.attributeArray("variables", [&] {
      for (const std::string &Name : Names)
        J.value(Name);
    });
    J.attributeArray("inputs", [&] {
      for (const FormulaInput &I : Table.Inputs)
        J.object([&] { input(I); });
    });
    J.attributeObject("totals", [&] {
      for (StringRef Phase : ArrayRef(PhaseNames).drop_back())
        if (auto List = View.of(Phase, true); !List.empty())
          J.attributeObject(Phase, [&] { cost(List); });
    });
    parameters();
    if (Table.Estimate)
      J.attribute("estimate", true);
    if (Table.Shared.LowerBound)
      J.attribute("lower_bound", true);
    points("counted_at", Table.Counted);
    points("not_countable_at", Table.Uncounted);
    strings("assumptions", Table.Shared.Assumptions);
    strings("warnings", Table.Shared.Warnings);
  }

private:
  void points(StringRef Key, ArrayRef<Point> Points) {
    J.attributeArray(Key, [&] {
      for (const Point &Where : Points)
        J.array([&] {
          for (int64_t X : Where)
            J.value(X);
        });
    });
  }

  void strings(StringRef Key, ArrayRef<std::string> List) {
    J.attributeArray(Key, [&] {
      for (const std::string &Text : List)
        J.value(jsonText(Text));
    });
  }

  /// As in toscount.count/1.
  void parameters() {
    std::vector<const FormulaTotal *> List = View.of("", true);
    auto Memory = [](const FormulaTotal *T) {
      return T->Name == "activation_bytes";
    };
    if (!all_of(List, Memory))
      J.attributeObject("parameters", [&] {
        for (const FormulaTotal *T : List)
          if (!Memory(T))
            formula(T->Name == "parameters" ? "total" : T->Name, T->Formula);
      });
    for (const FormulaTotal *T : List)
      if (Memory(T))
        formula(*T);
  }

  void input(const FormulaInput &I) {
    J.attribute("name", jsonText(I.Name));
    J.attribute("dtype", name(I.Type));
    J.attributeArray("shape", [&] {
      for (const std::string &D : I.Dims) {
        int64_t Number = 0;
        if (!StringRef(D).getAsInteger(10, Number) &&
            !is_contained(Table.Variables, D))
          J.value(Number);
        else
          J.value(jsonText(D));
      }
    });
  }

  /// As a cost of toscount.count/1.
  void cost(ArrayRef<const FormulaTotal *> List) {
    auto Operation = [](const FormulaTotal *T) {
      return is_contained({"add", "sub", "mul", "div", "root", "cmp"}, T->Name);
    };
    auto Function = [](const FormulaTotal *T) {
      for (unsigned F = 0; F < NumElementary; ++F)
        if (T->Name == name(static_cast<Elementary>(F)))
          return true;
      return false;
    };
    auto Part = [&](StringRef Key, auto Wanted, bool Zeros) {
      if (none_of(List, Wanted))
        return;
      J.attributeObject(Key, [&] {
        for (const FormulaTotal *T : List)
          if (Wanted(T) && (Zeros || !T->isZero()))
            formula(*T);
      });
    };
    for (const FormulaTotal *T : List)
      if (!Operation(T) && !Function(T))
        formula(*T);
    Part("elementary", Function, false);
    Part("bo", Operation, true);
  }

  void formula(const FormulaTotal &T) { formula(T.Name, T.Formula); }

  void formula(StringRef Key, const Fit &F) {
    J.attributeObject(Key, [&] {
      if (!F.Found) {
        J.attribute("not_polynomial", jsonText(F.Reason));
        return;
      }
      J.attribute("text", jsonText(toString(*F.Found, Table.Variables)));
      J.attributeArray("terms", [&] {
        for (const Term &Summand : F.Found->Terms)
          J.object([&] { term(Summand); });
      });
      J.attributeObject("holds_from", [&] {
        for (size_t V = 0; V < Names.size(); ++V)
          J.attribute(Names[V], F.Ranges[V].From);
      });
      J.attributeObject("multiple_of", [&] {
        for (size_t V = 0; V < Names.size(); ++V)
          J.attribute(Names[V], F.Ranges[V].Multiple);
      });
      J.attributeObject("smaller", [&] {
        for (size_t V = 0; V < Names.size(); ++V)
          J.attribute(Names[V], smaller(F.Ranges[V].Smaller));
      });
      J.attribute("verified_at", static_cast<int64_t>(F.Points));
    });
  }

  static StringRef smaller(Below B) {
    switch (B) {
    case Below::Nothing:
      return "none";
    case Below::Differs:
      return "differs";
    case Below::Uncounted:
      return "not countable";
    case Below::Unknown:
      return "not tried";
    }
    llvm_unreachable("no such state");
  }

  void term(const Term &Summand) {
    J.attribute("coefficient", toString(Summand.Coefficient));
    J.attributeObject("powers", [&] {
      for (size_t V = 0; V < Names.size(); ++V)
        if (Summand.Powers[V] != 0)
          J.attribute(Names[V], static_cast<int64_t>(Summand.Powers[V]));
    });
  }

  json::OStream &J;
  const FormulaView &View;
  const FormulaTable &Table;
  std::vector<std::string> Names;
};

void writeFormulaJson(raw_ostream &OS, const FormulaView &View) {
  json::OStream J(OS, 2);
  J.object([&] { FormulaJson(J, View).write(); });
  OS << "\n";
}

} // namespace

Error checkFormulaTotals(ArrayRef<std::string> Only) {
  std::vector<StringRef> Known = formulaTotalNames();
  ArrayRef<StringRef> ByPhaseToo = ArrayRef(Known).take_until(
      [](StringRef Name) { return Name == "parameters"; });
  for (StringRef Word : Only) {
    auto [Phase, Name] = Word.split('.');
    bool Plain = is_contained(Known, Word);
    bool ByPhase = !Name.empty() && is_contained(PhaseNames, Phase) &&
                   is_contained(ByPhaseToo, Name);
    if (Plain || ByPhase)
      continue;
    return makeError("--totals '" + printable(Word) + "' is not known" +
                     didYouMean(Name.empty() ? Word : Name, Known) +
                     " (one of: " + join(Known, " ") +
                     "; most also by phase: forward.macs)");
  }
  return Error::success();
}

Error writeFormulas(raw_ostream &OS, const FormulaTable &Table,
                    ArrayRef<std::string> Only, const ReportOptions &Options) {
  if (Error E = checkFormulaTotals(Only))
    return E;
  for (const std::string &Word : Only)
    if (none_of(Table.Totals,
                [&](const FormulaTotal &T) { return named(T, Word); }))
      return makeError("--totals '" + printable(Word) +
                       "' is not counted at this --phase");
  FormulaView View(Table, Only);
  switch (Options.Format) {
  case ReportFormat::Text:
    writeFormulaText(OS, View, Options);
    break;
  case ReportFormat::Json:
    writeFormulaJson(OS, View);
    break;
  case ReportFormat::Csv:
    writeFormulaCsv(OS, View);
    break;
  case ReportFormat::Markdown:
    writeFormulaMarkdown(OS, View);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return makeError("this report has no pictures");
  }
  return Error::success();
}

} // namespace toscount
