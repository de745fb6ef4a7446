//===- Distributions.h - tails of probability distributions ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The tails and quantiles that tests of hypotheses need, by Boost.Math. Only
/// this room's Distributions.cpp sees its headers.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_DISTRIBUTIONS_H
#define TOSCOUNT_SUPPORT_DISTRIBUTIONS_H

namespace toscount {

/// The probability that a standard normal variable exceeds \p Z.
double normalUpperTail(double Z);

/// The value that a standard normal variable stays below with probability
/// \p P, which must lie between 0 and 1, both excluded.
double normalQuantile(double P);

/// The value that Student's t of \p Degrees (at least 1) degrees of freedom
/// stays below with probability \p P, between 0 and 1, both excluded.
double studentQuantile(double P, double Degrees);

/// The probability that a chi-squared variable of \p Degrees (at least 1)
/// degrees of freedom exceeds \p X; 1 for \p X below 0.
double chiSquaredUpperTail(double X, double Degrees);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_DISTRIBUTIONS_H
