//===- SearchCandidates.h - what is known of a search's candidates --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Counts the candidates of a search, and gathers what training them reaches,
/// from the space's table and from profiles.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_SEARCHCANDIDATES_H
#define TOSCOUNT_TOOLS_SEARCHCANDIDATES_H

#include "toscount/Prediction/Candidate.h"
#include "toscount/Search/Description.h"
#include "toscount/Search/Search.h"

namespace toscount::tool {

struct SearchSurface {
  std::vector<SearchCandidate> Candidates; ///< Without those that failed.
  Description Points;
  std::vector<Outcome> Known;       ///< One a candidate.
  std::string Unit;                 ///< Of energies; empty when there are none.
  std::vector<std::string> Sources; ///< Of accuracies and energies, in words.
  size_t Failed = 0;
  std::vector<std::string> Notes;
};

/// The run of \p C: \p Base with its model and settings.
RunSpec specOf(const SearchCandidate &C, const RunSpec &Base);

/// What is known before anything is trained: accuracies of the table, energies
/// by the profile of \p Predict, or without one of the table. Errors: \p Of
/// needs what nothing tells; every candidate failed.
llvm::Expected<SearchSurface> surfaceOf(const SearchSpace &Space,
                                        const RunSpec &Base,
                                        const CandidateOptions &Predict,
                                        Objective Of, size_t Trainings);

/// The same where candidates are to be trained: nothing is known.
llvm::Expected<SearchSurface> surfaceToMeasure(const SearchSpace &Space,
                                               const RunSpec &Base);

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_SEARCHCANDIDATES_H
