//===- Markdown.cpp - a report for GitHub ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DisplayText.h"
#include "Formats.h"
#include "Sections.h"

using namespace llvm;

namespace toscount {
namespace {

void printFacts(raw_ostream &OS, ArrayRef<Fact> Facts) {
  for (const Fact &F : Facts)
    OS << "- " << F.Key << ": " << markdownText(F.Value) << "\n";
}

void printList(raw_ostream &OS, StringRef Title, ArrayRef<std::string> Items) {
  if (Items.empty())
    return;
  OS << "\n### " << Title << "\n\n";
  for (const std::string &Item : Items)
    OS << "- " << markdownText(Item) << "\n";
}

} // namespace

void writeMarkdown(raw_ostream &OS, const CostTable &Table,
                   const ReportRows &Rows, const ReportOptions &Options) {
  OS << "## " << markdownText(modelTitle(Table)) << "\n\n";
  printFacts(OS, settingFacts(Table));
  printFacts(OS, memoryFacts(Table, Options));
  OS << "\n### Layers\n\n";
  printMarkdownGrid(OS, layerGrid(Table, Rows, Options));
  OS << "\n### Phases\n\n";
  printMarkdownGrid(OS, phaseGrid(Table, Table.Phases, Table.All, Options));
  OS << "\n";
  printMarkdownGrid(OS, operationGrid(Table, Options));
  if (Options.Group != GroupBy::Op && Rows.size() != 0) {
    OS << "\n### Operators\n\n";
    printMarkdownGrid(OS, operatorGrid(Table, rowsByOperator(Table), Options));
  }
  if (Table.Run) {
    OS << "\n### Training run\n\n" << runTitle(Table.Run->Plan) << "\n\n";
    printMarkdownGrid(
        OS, phaseGrid(Table, Table.Run->Phases, Table.Run->All, Options));
  }
  std::vector<std::string> Marks = legend(Table);
  if (!Marks.empty())
    OS << "\n";
  for (const std::string &Mark : Marks)
    OS << "- " << markdownText(Mark) << "\n";
  printList(OS, "Assumptions", Table.Counts->Assumptions);
  printList(OS, "Warnings", Table.Counts->Warnings);
}

} // namespace toscount
