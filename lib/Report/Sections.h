//===- Sections.h - what text and Markdown reports are made of ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The header's facts, the tables and the remarks of a report, built once and
/// printed by both formats.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_SECTIONS_H
#define TOSCOUNT_LIB_REPORT_SECTIONS_H

#include "Columns.h"
#include "Grid.h"

namespace toscount {

struct Fact {
  std::string Key, Value;
};

/// What was counted: inputs as bound, level, datatype, convention...
std::vector<Fact> settingFacts(const CostTable &Table);
/// Parameters and activation memory.
std::vector<Fact> memoryFacts(const CostTable &Table,
                              const ReportOptions &Options);
/// "resnet50.onnx: graph 'main', opset 17, 120 nodes"
std::string modelTitle(const CostTable &Table);
/// "60000 samples in batches of 256, 50 epochs: 11750 steps"
std::string runTitle(const RunPlan &Plan);

/// The table of \p Rows, which it refers to.
Grid layerGrid(const CostTable &Table, const ReportRows &Rows,
               const ReportOptions &Options);
/// \p Phases of a step or of a run, those that the level has.
Grid phaseGrid(const CostTable &Table,
               const std::array<Cost, NumPhases> &Phases, const Cost &All,
               const ReportOptions &Options);
/// The basic operations of one step by phase, and the elementary functions and
/// random draws that occur.
Grid operationGrid(const CostTable &Table, const ReportOptions &Options);
/// \p Operators are the layers gathered by operator.
Grid operatorGrid(const CostTable &Table, const ReportRows &Operators,
                  const ReportOptions &Options);

/// What the marks mean, for those that occur.
std::vector<std::string> legend(const CostTable &Table);
/// ">= ", "~ " or nothing: before totals.
std::string totalMark(const CostTable &Table);

/// A number as \p Options write it.
std::string count(WideCount N, const ReportOptions &Options);
std::string bytes(WideCount N, const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_SECTIONS_H
