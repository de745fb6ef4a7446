//===- Roofline.h - kernels as slow as what limits them -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The nonlinear cousin of the physical family:
///
///     time a kernel = max(launch, MACs / rate, bytes / bandwidth)
///     energy = f_session * (static power * sum of kernels' times
///                           + energy a run, a step, a MAC, a byte)
///
/// all non-negative, fitted to the logarithm of the relative error by a robust
/// loss, from several starts. 1 / rate depends on the shape of the work: it is
/// a sum of what a MAC costs, what it costs more for few channels (divided by
/// C_in), and for misaligned ones; products over one tap and over more have
/// rates of their own, as products and all else have bandwidths.
///
/// Where runs have seconds, these are fitted with the energies: the same
/// kernels' times and a time a step. Otherwise static power can't be told from
/// times; it is 1, and kernels are priced instead of timed.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_CALIBRATION_ROOFLINE_H
#define TOSCOUNT_CALIBRATION_ROOFLINE_H

#include "toscount/Calibration/Family.h"
#include "toscount/Prediction/Features.h"

namespace toscount {

/// What a roofline knows of runs beside their columns; by the rows' ids.
struct RooflineRuns {
  std::vector<KernelSet> Kernels;
  std::vector<double> Seconds; ///< Of every run, or empty.
};

struct RooflineOptions {
  std::string Name = "roofline";
  bool SessionFactors = false;
  unsigned Starts = 4;
  uint64_t Seed = 1;
};

class RooflineModel final : public FittedModel {
public:
  [[nodiscard]] double usual(const Point &P) const override;
  [[nodiscard]] std::unique_ptr<Family> refitter() const override;
  /// What the run is predicted to take; nothing without times.
  [[nodiscard]] std::optional<double> seconds(const Point &P) const;

  /// The coefficients of the time, as a profile names them; or none.
  std::vector<Coefficient> Time;

  std::shared_ptr<const RooflineRuns> Runs;
  RooflineOptions Options;
  std::unique_ptr<FittedModel> Solved; ///< Of the solver's own parameters.
  std::vector<double> Values;          ///< One a slot (Roofline.cpp).
};

/// The family for data whose columns are all features in the order of
/// FeatureTable and whose ids are indices of \p Runs.
std::unique_ptr<Family> rooflineFamily(std::shared_ptr<const RooflineRuns> Runs,
                                       RooflineOptions Options = {});

} // namespace toscount

#endif // TOSCOUNT_CALIBRATION_ROOFLINE_H
