//===- Explain.cpp - one layer's formulas with its numbers ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/Explain.h"

#include "Columns.h"
#include "DisplayText.h"
#include "Explained.h"
#include "Grid.h"

#include "toscount/Report/Numbers.h"
#include "toscount/Support/Diagnostics.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

/// A step whose Why is this one names a quantity.
constexpr StringLiteral Where = "where";

class Printer {
public:
  Printer(raw_ostream &OS, const CostTable &Table, const ReportOptions &Options)
      : OS(OS), Table(Table), Options(Options), S(Options.Colour) {}

  void print(const Explained &X) {
    const LayerCounts &L = *X.Layer;
    OS << S.bold(safeText(L.Name));
    if (!L.Op.empty())
      OS << " (" << safeText(L.Op)
         << (L.Domain.empty() ? "" : ", " + safeText(L.Domain)) << ")";
    OS << "\n";
    if (X.Source != nullptr)
      tensors(*X.Source);
    if (L.Estimate)
      OS << "  " << S.mark("~") << " an estimate: depends on data\n";
    for (const ExplainedPhase &P : X.Phases)
      phase(P);
  }

private:
  std::string number(WideCount N) const {
    return Options.Exact ? toString(N) : grouped(N);
  }

  void tensors(const Node &N) {
    Grid G;
    for (bool First : {true, false}) {
      (void)First;
      G.Columns.push_back({.Right = false});
    }
    G.Columns.push_back({.Right = false, .Least = 12, .KeepEnd = true});
    G.Columns.push_back({.Right = false});
    G.Columns.push_back({.Right = false});
    const Model &M = *Table.Counts->Source;
    auto List = [&](StringRef Title, ArrayRef<ValueId> Ids) {
      for (size_t I = 0; I < Ids.size(); ++I) {
        if (Ids[I] == NoId)
          continue;
        const Value &V = M.value(Ids[I]);
        StringRef Kind = V.Kind == ValueKind::Initializer ? "stored"
                         : V.Kind == ValueKind::Input     ? "input"
                                                          : "";
        G.Rows.push_back({{"  " + Title.str() + " " + std::to_string(I),
                           name(V.Type).str(), safeText(V.Name),
                           V.HasShape ? shapeText(V.Dims) : "?", Kind.str()}});
      }
    };
    List("operand", N.Inputs);
    List("result", N.Outputs);
    // The columns speak for themselves: no header line.
    std::string Text;
    raw_string_ostream Out(Text);
    ReportOptions Plain = Options;
    Plain.Colour = false;
    printGrid(Out, G, Plain);
    OS << StringRef(Text).split('\n').second;
  }

  void phase(const ExplainedPhase &P) {
    OS << "\n";
    std::string Title = S.bold(name(P.Which)) + (P.Doc.empty() ? "" : ": ");
    printWrapped(OS, Title, safeText(P.Doc), 4, Options);
    steps(*P.Steps);
    const Cost &C = P.Lowered;
    if (C.empty()) {
      OS << "  nothing\n";
      return;
    }
    auto Fact = [&](StringRef Key, const std::string &Value) {
      printWrapped(OS, "  " + S.dim(Key) + std::string(9 - Key.size(), ' '),
                   Value, 11, Options);
    };
    if (!C.Add.valid())
      return;
    Fact("BOs", "[add, sub, mul, div, root] = [" + number(C.Add) + ", " +
                    number(C.Sub) + ", " + number(C.Mul) + ", " +
                    number(C.Div) + ", " + number(C.Root) +
                    "], cmp = " + number(C.Cmp));
    Fact("MACs", number(C.Macs));
    Fact("FLOPs", number(C.Flops));
    Fact("TOs", transistors(P));
    Fact("bytes", number(C.bytes()) + " = " + number(C.BytesRead) + " read + " +
                      number(C.BytesWritten) + " written");
    Fact("kernels", number(C.Kernels));
    if (!(C.Random == 0))
      Fact("random", number(C.Random) + " elements drawn");
  }

  std::string transistors(const ExplainedPhase &P) {
    std::string Text = number(P.Lowered.TOs);
    StringRef Sign = " = ";
    for (const PricedOps &O : pricedOps(P.Counted, Table.Options)) {
      Text += (Sign + O.What + " " + number(O.Number) + " x " +
               number(O.Price) + " (" + name(O.Type) + ")")
                  .str();
      Sign = " + ";
    }
    return Text;
  }

  /// What, number, formula and reason in columns of their own.
  void steps(const Trace &Steps) {
    size_t What = 0, Result = 0, Formula = 0;
    std::vector<std::string> Numbers, Formulas;
    for (const TraceStep &Step : Steps) {
      Numbers.push_back(number(Step.Result));
      std::string F = safeText(Step.Formula);
      if (!Options.Exact)
        F = groupedFormula(F);
      if (Step.Why != Where && !F.empty())
        F = "= " + F;
      Formulas.push_back(std::move(F));
      if (Step.Why == Where)
        continue;
      What = std::max<size_t>(What, columnWidth(safeText(Step.What)));
      Result = std::max(Result, Numbers.back().size());
      Formula = std::max<size_t>(Formula, columnWidth(Formulas.back()));
    }
    for (size_t I = 0; I < Steps.size(); ++I) {
      const TraceStep &Step = Steps[I];
      std::string Name = safeText(Step.What);
      if (Step.Why == Where) {
        OS << "  where " << Name;
        if (!Formulas[I].empty())
          OS << " = " << Formulas[I];
        // A formula that is the number itself says nothing new.
        if (Formulas[I] != Numbers[I])
          OS << " = " << Numbers[I];
        OS << "\n";
        continue;
      }
      std::string Line =
          "  " + Name + std::string(What - columnWidth(Name) + 2, ' ') +
          std::string(Result - Numbers[I].size(), ' ') + Numbers[I];
      Line += std::string(Formula == 0 ? 0 : 1, ' ') + Formulas[I] +
              std::string(Formula - columnWidth(Formulas[I]) + 2, ' ');
      unsigned Indent = columnWidth(Line);
      printWrapped(OS, Line, safeText(Step.Why), Indent, Options);
    }
  }

  raw_ostream &OS;
  const CostTable &Table;
  const ReportOptions &Options;
  Style S;
};

} // namespace

Error writeExplanation(raw_ostream &OS, const Explanation &E,
                       const ReportOptions &Options) {
  if (Options.Format != ReportFormat::Text &&
      Options.Format != ReportFormat::Json)
    return makeError("an explanation is written as text or json only");
  Expected<Explained> X = gatherExplanation(E);
  if (!X)
    return X.takeError();
  if (Options.Format == ReportFormat::Json)
    writeExplanationJson(OS, *X, *E.Table);
  else
    Printer(OS, *E.Table, Options).print(*X);
  return Error::success();
}

} // namespace toscount
