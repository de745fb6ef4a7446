//===- Text.cpp - a report for people -------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DisplayText.h"
#include "Formats.h"
#include "Sections.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

void printFacts(raw_ostream &OS, ArrayRef<Fact> Facts, const Style &S,
                const ReportOptions &Options) {
  size_t Widest = 0;
  for (const Fact &F : Facts)
    Widest = std::max(Widest, F.Key.size());
  std::string Last;
  for (const Fact &F : Facts) {
    // Several inputs: the key once.
    std::string Key = F.Key == Last ? "" : F.Key;
    Last = F.Key;
    std::string First =
        "  " + S.dim(Key) + std::string(Widest - Key.size() + 2, ' ');
    printWrapped(OS, First, F.Value, Widest + 4, Options);
  }
}

void printList(raw_ostream &OS, StringRef Title, ArrayRef<std::string> Items,
               const Style &S, const ReportOptions &Options) {
  if (Items.empty())
    return;
  OS << "\n" << S.bold(Title) << "\n";
  for (const std::string &Item : Items)
    printWrapped(OS, "  - ", safeText(Item), 4, Options);
}

} // namespace

void writeText(raw_ostream &OS, const CostTable &Table, const ReportRows &Rows,
               const ReportOptions &Options) {
  Style S(Options.Colour);
  std::string Title = modelTitle(Table);
  for (const std::string &Line : wrapped(Title, Options.Width))
    OS << S.bold(Line) << "\n";
  printFacts(OS, settingFacts(Table), S, Options);
  OS << "\n";
  printGrid(OS, layerGrid(Table, Rows, Options), Options);
  OS << "\n";
  printGrid(OS, phaseGrid(Table, Table.Phases, Table.All, Options), Options);
  OS << "\n";
  printGrid(OS, operationGrid(Table, Options), Options);
  if (Options.Group != GroupBy::Op && Rows.size() != 0) {
    OS << "\n";
    printGrid(OS, operatorGrid(Table, rowsByOperator(Table), Options), Options);
  }
  OS << "\n";
  printFacts(OS, memoryFacts(Table, Options), S, Options);
  if (Table.Run) {
    OS << "\n";
    printWrapped(OS, S.bold("training run") + ": ", runTitle(Table.Run->Plan),
                 14, Options);
    printGrid(OS, phaseGrid(Table, Table.Run->Phases, Table.Run->All, Options),
              Options);
  }
  std::vector<std::string> Marks = legend(Table);
  if (!Marks.empty())
    OS << "\n";
  for (const std::string &Mark : Marks)
    printWrapped(OS, "  ", Mark, 6, Options);
  printList(OS, "assumptions", Table.Counts->Assumptions, S, Options);
  printList(OS, "warnings", Table.Counts->Warnings, S, Options);
}

} // namespace toscount
