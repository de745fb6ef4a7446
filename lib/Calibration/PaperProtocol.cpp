//===- PaperProtocol.cpp - fitting as the TO paper does -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/PaperProtocol.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Random.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

/// The rows that are left when each group's extremes are dropped.
static Expected<std::vector<size_t>> withoutExtremes(const Dataset &Data) {
  std::vector<size_t> GroupOf = Data.groupNumbers();
  std::vector<std::string> Names = Data.groupNames();
  std::vector<std::vector<size_t>> Rows(Names.size());
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    Rows[GroupOf[Row]].push_back(Row);
  std::vector<size_t> Left;
  for (size_t G = 0; G < Rows.size(); ++G) {
    std::vector<size_t> &Repeats = Rows[G];
    if (Repeats.size() < PaperProtocolOptions::LeastRepeats)
      return makeError("configuration '" + printable(Names[G]) + "' has " +
                       Twine(Repeats.size()) +
                       " repeats; dropping a tenth at each end needs at "
                       "least " +
                       Twine(PaperProtocolOptions::LeastRepeats));
    std::stable_sort(Repeats.begin(), Repeats.end(),
                     [&](size_t A, size_t B) { return Data.Y[A] < Data.Y[B]; });
    size_t Drop = Repeats.size() / 10;
    Left.insert(Left.end(), Repeats.begin() + static_cast<ptrdiff_t>(Drop),
                Repeats.end() - static_cast<ptrdiff_t>(Drop));
  }
  std::sort(Left.begin(), Left.end());
  return Left;
}

PaperJudgement judgeByPaper(ArrayRef<double> Predicted,
                            ArrayRef<double> Measured, bool Intercept) {
  PaperJudgement J;
  std::vector<double> Precision, Errors, Residuals;
  for (size_t I = 0; I < Measured.size(); ++I) {
    double Error = std::abs(Predicted[I] - Measured[I]);
    Errors.push_back(Error);
    Residuals.push_back(Measured[I] - Predicted[I]);
    Precision.push_back(100 * (1 - Error / Measured[I]));
  }
  J.PrecisionMinPercent = *std::min_element(Precision.begin(), Precision.end());
  J.PrecisionMaxPercent = *std::max_element(Precision.begin(), Precision.end());
  J.PrecisionMeanPercent = mean(Precision);
  J.ErrorMean = mean(Errors);
  J.ErrorMax = *std::max_element(Errors.begin(), Errors.end());
  J.Rmse = summarizeErrors(Predicted, Measured).Rmse;
  J.RSquared = rSquared(Residuals, Measured, Intercept);
  return J;
}

Expected<PaperProtocolResult> fitByPaper(const Dataset &Data,
                                         const PaperProtocolOptions &Options) {
  if (Error E = checkDataset(Data))
    return E;
  if (Error E = checkEnergies(Data))
    return E;
  Expected<std::vector<size_t>> Left = withoutExtremes(Data);
  if (!Left)
    return Left.takeError();
  PaperProtocolResult R;
  R.Configurations = Data.groupNames().size();
  R.Dropped = Data.rows() - Left->size();
  std::vector<size_t> Order = *Left;
  Random Generator(Options.Seed);
  Generator.shuffle(Order);
  // Rounded to the nearest row.
  size_t Training = (Order.size() * 6 + 5) / 10;
  R.Training.assign(Order.begin(),
                    Order.begin() + static_cast<ptrdiff_t>(Training));
  R.Validation.assign(Order.begin() + static_cast<ptrdiff_t>(Training),
                      Order.end());
  std::sort(R.Training.begin(), R.Training.end());
  std::sort(R.Validation.begin(), R.Validation.end());

  Expected<std::unique_ptr<PolynomialModel>> Model =
      fitPolynomial(Data.select(R.Training), Options.Polynomial);
  if (!Model)
    return Model.takeError();
  R.Model = std::move(*Model);
  Dataset Held = Data.select(R.Validation);
  R.Judgement = judgeByPaper(predictAll(*R.Model, Held), Held.Y,
                             Options.Polynomial.Intercept);
  return R;
}

} // namespace toscount
