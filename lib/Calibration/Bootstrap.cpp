//===- Bootstrap.cpp - resampling groups ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Uncertainty.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Random.h"
#include "toscount/Support/Statistics.h"

using namespace llvm;

namespace toscount {

Expected<Bootstrap> bootstrapGroups(const FittedModel &Model,
                                    const Dataset &Data,
                                    const BootstrapOptions &Options) {
  std::vector<size_t> GroupOf = Data.groupNumbers();
  size_t Groups = Data.groupNames().size();
  if (Groups < 2)
    return makeError("one group can't be resampled");
  std::unique_ptr<Family> Again = Model.refitter();
  size_t Size = Model.Coefficients.size();
  std::vector<std::vector<double>> Values(Size);
  Random R(Options.Seed);
  Dataset Sample = Data;
  Bootstrap B;
  for (unsigned Replicate = 0; Replicate < Options.Replicates; ++Replicate) {
    std::vector<double> Times(Groups);
    for (size_t G = 0; G < Groups; ++G)
      Times[R.index(Groups)] += 1;
    Sample.Weight.resize(Data.rows());
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      Sample.Weight[Row] = Data.weight(Row) * Times[GroupOf[Row]];
    Expected<std::unique_ptr<FittedModel>> Fit = Again->fit(Sample);
    if (!Fit || (*Fit)->Coefficients.size() != Size) {
      if (!Fit)
        consumeError(Fit.takeError());
      continue;
    }
    for (size_t I = 0; I < Size; ++I)
      Values[I].push_back((*Fit)->Coefficients[I].Value);
    ++B.Replicates;
  }
  if (B.Replicates < 2 || B.Replicates < Options.Replicates / 2)
    return makeError("only " + Twine(B.Replicates) + " of " +
                     Twine(Options.Replicates) +
                     " resamples of the groups can be fitted");
  for (const std::vector<double> &V : Values) {
    B.StandardError.push_back(standardDeviation(V));
    B.Low.push_back(quantile(V, (1 - Options.Level) / 2));
    B.High.push_back(quantile(V, (1 + Options.Level) / 2));
  }
  return B;
}

} // namespace toscount
