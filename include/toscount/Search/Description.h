//===- Description.h - candidates as points in space ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a Gaussian process is told of a candidate. Of a model it is what
/// counting a training step says: the logarithms of parameters, MACs, bytes and
/// kernels, how many layers of each operator there are, and the longest and the
/// shortest way from input to output in layers that multiply (a short one is a
/// shortcut). Of settings it is their values; of tables, columns of them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SEARCH_DESCRIPTION_H
#define TOSCOUNT_SEARCH_DESCRIPTION_H

#include "toscount/Prediction/RunFeatures.h"
#include "toscount/Search/SearchSpace.h"

#include <map>

namespace toscount {

/// Coordinates of candidates, each with mean 0 and deviation 1. One that is the
/// same for all, or an earlier one again, is left out.
struct Description {
  std::vector<std::string> Names; ///< "log MACs", "Conv layers", "batch"
  std::vector<std::vector<double>> Points; ///< One a candidate.
};

/// Numbers by name; equal names in two models are the same coordinate.
using ModelFigures = std::map<std::string, double>;

/// The figures of the model of \p Spec. Errors begin with its name.
llvm::Expected<ModelFigures> describeModel(const RunSpec &Spec,
                                           const OpRegistry &Registry);

/// \p Models: the figures of each candidate's model; empty where there is none.
Description describe(const SearchSpace &Space,
                     llvm::ArrayRef<SearchCandidate> Candidates,
                     llvm::ArrayRef<ModelFigures> Models);

} // namespace toscount

#endif // TOSCOUNT_SEARCH_DESCRIPTION_H
