//===- Distributions.cpp - tails of probability distributions -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Distributions.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <cassert>
#include <cmath>

namespace toscount {
namespace {

namespace bmp = boost::math::policies;

/// Nothing is thrown: what is out of range is NaN, what is too small is 0.
using Quiet = bmp::policy<
    bmp::promote_double<false>, bmp::domain_error<bmp::ignore_error>,
    bmp::pole_error<bmp::ignore_error>, bmp::overflow_error<bmp::ignore_error>,
    bmp::underflow_error<bmp::ignore_error>,
    bmp::denorm_error<bmp::ignore_error>,
    bmp::rounding_error<bmp::ignore_error>,
    bmp::evaluation_error<bmp::ignore_error>,
    bmp::indeterminate_result_error<bmp::ignore_error>>;

} // namespace

double normalUpperTail(double Z) {
  return cdf(complement(boost::math::normal_distribution<double, Quiet>(), Z));
}

double normalQuantile(double P) {
  assert(P > 0 && P < 1);
  return quantile(boost::math::normal_distribution<double, Quiet>(), P);
}

double studentQuantile(double P, double Degrees) {
  assert(P > 0 && P < 1 && Degrees >= 1);
  return quantile(boost::math::students_t_distribution<double, Quiet>(Degrees),
                  P);
}

double chiSquaredUpperTail(double X, double Degrees) {
  if (std::isnan(X))
    return X;
  if (X <= 0)
    return 1;
  if (std::isinf(X))
    return 0;
  return cdf(complement(
      boost::math::chi_squared_distribution<double, Quiet>(Degrees), X));
}

} // namespace toscount
