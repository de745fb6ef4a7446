//===- CandidateText.h - candidates in reports ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the reports of comparisons and sweeps share.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_CANDIDATETEXT_H
#define TOSCOUNT_LIB_REPORT_CANDIDATETEXT_H

#include "Grid.h"

#include "toscount/Prediction/Candidate.h"

#include "llvm/Support/JSON.h"

namespace toscount {

/// "60000 samples, batch 256, 50 epochs"; "one training step, batch 32".
std::string planText(const TrainingPlan &Plan);

/// "! ", "~ ", ">= " or nothing.
std::string markOf(const Candidate &C);
/// What the marks of \p All mean, for those that occur.
void addLegend(llvm::ArrayRef<const Candidate *> All,
               std::vector<std::string> &Notes);

/// Columns params, MACs, TOs; with a profile energy, interval, time and
/// emissions, those that some of \p All has.
class CandidateColumns {
public:
  CandidateColumns(llvm::ArrayRef<const Candidate *> All, const Profile *Of);
  void addTo(std::vector<GridColumn> &Columns) const;
  void addCells(const Candidate &C, const ReportOptions &Options,
                std::vector<std::string> &Cells) const;

private:
  bool Energy = false, Interval = false, Time = false, Emissions = false;
};

/// Header and fields of the same in CSV, each behind a comma; all of them
/// whatever is known.
llvm::StringRef candidateCsvHeader();
void writeCandidateCsv(llvm::raw_ostream &OS, const Candidate &C);

/// Attributes "run" and "profile", if there are such.
void writeJsonPlan(llvm::json::OStream &J, const TrainingPlan &Plan,
                   const CandidateOptions &Options);
/// The attributes of a candidate: "parameters" to "beyond_range"; or "error".
void writeJsonCandidate(llvm::json::OStream &J, const Candidate &C);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_CANDIDATETEXT_H
