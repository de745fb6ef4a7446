//===- Sweep.h - how cost grows with a design factor ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A family of models, one for each combination of the values of a few design
/// factors, and the exponents by which counts and energy grow.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_SWEEP_H
#define TOSCOUNT_PREDICTION_SWEEP_H

#include "toscount/Prediction/Candidate.h"

namespace toscount {

/// The most models of a sweep or of an expanded spec.
inline constexpr size_t MostModels = 4096;

/// The values in \p Text, in order: "4..18", "4..18:2", "1,2,4..8",
/// "relu,gelu". Errors: a range that is none, no value, the same twice, more
/// than MostModels.
llvm::Expected<std::vector<std::string>> parseValues(llvm::StringRef Text);

/// The specs that \p Path stands for: "zoo:lenet:scale=1..5" are five, the last
/// key's values vary fastest; anything else is itself.
llvm::Expected<std::vector<std::string>> expandSpec(llvm::StringRef Path);

struct SweepAxis {
  enum class What : uint8_t {
    Parameter, ///< Of a network of the zoo.
    Dimension, ///< Of a file: as `--dim`.
    Batch,
    Datatype,
  };
  std::string Key;
  What Of = What::Parameter;
  std::vector<std::string> Values;
  /// Positive whole numbers: growth has a meaning.
  [[nodiscard]] bool isNumber() const;
};

/// y = c * x^Value by least squares of the logarithms.
struct GrowthExponent {
  double Value = 0;
  /// 100 * (exp(rms) - 1), rms being the root mean square of the logarithms'
  /// residuals; absent for two points, which any line goes through.
  std::optional<double> ResidualPercent;
  size_t N = 0;
};

/// The exponent; nothing with fewer than two different \p X. All are above 0.
std::optional<GrowthExponent> growthExponent(llvm::ArrayRef<double> X,
                                             llvm::ArrayRef<double> Y);

/// Growth along one axis, all others fixed. Absent exponents: a figure that is
/// 0 somewhere, or was not predicted.
struct Growth {
  size_t Axis = 0;
  std::vector<std::string> Fixed; ///< A value an axis; empty for its own.
  std::optional<GrowthExponent> Params, Macs, TOs, Energy;
};

struct Sweep {
  std::string Model;
  CandidateOptions Options;
  TrainingPlan Plan; ///< Without samples: one step. Batch 0: not given.
  std::vector<SweepAxis> Axes;
  /// Of every combination; the last axis varies fastest.
  std::vector<Candidate> Rows;
  std::vector<Growth> Growths;
  std::vector<std::string> Notes;
  size_t Failed = 0;

  /// The value of axis \p A in row \p Row.
  [[nodiscard]] const std::string &value(size_t Row, size_t A) const;
};

/// Sweeps \p Base over \p Axes. Errors: more than MostModels combinations, or a
/// key that the network does not have, has already, or that is twice an axis.
llvm::Expected<Sweep> sweep(const RunSpec &Base, std::vector<SweepAxis> Axes,
                            const CandidateOptions &Options,
                            const OpRegistry &Registry);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_SWEEP_H
