//===- Bootstrap.cpp - resampling groups ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Uncertainty.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Random.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

/// How much Student's two-sided quantile exceeds the normal one, by the first
/// terms of its expansion (Abramowitz and Stegun 26.7.5).
static double studentStretch(double Level, double Freedom) {
  // The normal quantile, by bisection of erfc.
  double Low = 0;
  double High = 10;
  for (int I = 0; I < 60; ++I) {
    double Middle = (Low + High) / 2;
    (std::erfc(Middle / std::sqrt(2.0)) > 1 - Level ? Low : High) = Middle;
  }
  double Z2 = Low * Low;
  return 1 + (Z2 + 1) / (4 * Freedom) +
         (5 * Z2 * Z2 + 16 * Z2 + 3) / (96 * Freedom * Freedom);
}

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
  // With as many coefficients as groups nothing is known of the spread; a
  // freedom of 1 is the most that can be said.
  double Freedom = Groups > Size ? static_cast<double>(Groups - Size) : 1;
  double Few = std::sqrt(static_cast<double>(Groups) / Freedom);
  double Wide = Few * studentStretch(Options.Level, Freedom);
  for (size_t I = 0; I < Size; ++I) {
    double Value = Model.Coefficients[I].Value;
    bool Negative =
        Value < 0 || *std::min_element(Values[I].begin(), Values[I].end()) < 0;
    auto Stretched = [&](double P) {
      double End = Value + Wide * (quantile(Values[I], P) - Value);
      return Negative ? End : std::max(0.0, End);
    };
    B.StandardError.push_back(Few * standardDeviation(Values[I]));
    B.Low.push_back(Stretched((1 - Options.Level) / 2));
    B.High.push_back(Stretched((1 + Options.Level) / 2));
  }
  return B;
}

} // namespace toscount
