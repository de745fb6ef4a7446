//===- NonlinearTest.cpp - models given as functions ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Synthetic.h"

#include "toscount/Calibration/Nonlinear.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

TEST(Dual, DerivativesByHand) {
  using D = Dual<2>;
  D X = D::parameter(2, 0);
  D Y = D::parameter(3, 1);
  D F = X * Y + exp(X) / Y - sqrt(Y) + pow(X, 3.0) + log(X * Y);
  EXPECT_DOUBLE_EQ(F.Value,
                   6 + std::exp(2) / 3 - std::sqrt(3) + 8 + std::log(6));
  EXPECT_DOUBLE_EQ(F.D[0], 3 + std::exp(2) / 3 + 12 + 0.5);
  EXPECT_DOUBLE_EQ(F.D[1], 2 - std::exp(2) / 9 - 0.5 / std::sqrt(3) + 1.0 / 3);
  D P = pow(X, Y);
  EXPECT_DOUBLE_EQ(P.D[0], 12);
  EXPECT_DOUBLE_EQ(P.D[1], 8 * std::log(2));
  EXPECT_EQ(max(X, Y).D[1], 1);
  EXPECT_EQ(min(X, Y).D[0], 1);
}

/// Time per kernel is the largest of launch, compute and memory.
struct Roofline {
  template <typename T> T operator()(const Point &P, const T *A) const {
    using std::max;
    T Launch = T(P.Features[0]) * A[0];
    T Compute = T(P.Features[1]) / A[1];
    T Memory = T(P.Features[2]) / A[2];
    return A[3] * max(Launch, max(Compute, Memory));
  }
};

Dataset roofline(double Noise, size_t Rows = 120) {
  Dataset D;
  D.Columns = {{"kernels", ""}, {"tos", "TO"}, {"bytes", "B"}};
  D.Response = {"energy", "J"};
  Random R(21);
  const double Truth[] = {5e-6, 4e15, 6e11, 200};
  for (size_t I = 0; I < Rows; ++I) {
    D.X.insert(D.X.end(), {logUniform(R, 1e2, 1e6), logUniform(R, 1e13, 1e17),
                           logUniform(R, 1e8, 1e13)});
    double E = Roofline()({D.row(I)}, Truth);
    (void)E;
    D.Y.push_back(0);
    ArrayRef<double> Row = ArrayRef<double>(D.X).take_back(3);
    D.Y.back() = Roofline()({Row}, Truth) * std::exp(Noise * normal(R));
  }
  return D;
}

NonlinearOptions rooflineOptions() {
  NonlinearOptions Options;
  Options.Name = "roofline";
  // Power and times only show as products: the power is fixed.
  Options.Parameters = {{"launch", "s", 1e-5, 1e-8, 1e-2, true},
                        {"rate", "TO/s", 1e14, 1e12, 1e19, true},
                        {"bandwidth", "B/s", 1e10, 1e8, 1e14, true},
                        {"power", "W", 200, 200, 200, false}};
  Options.Function = differentiate<4>(Roofline());
  return Options;
}

TEST(Nonlinear, ARooflineIsRecovered) {
  for (ErrorScale Scale : {ErrorScale::Relative, ErrorScale::Log}) {
    NonlinearOptions Options = rooflineOptions();
    Options.Scale = Scale;
    auto Model = fitNonlinear(roofline(0.01), Options);
    ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
    EXPECT_NEAR((*Model)->Values[0] / 5e-6, 1, 0.02);
    EXPECT_NEAR((*Model)->Values[1] / 4e15, 1, 0.02);
    EXPECT_NEAR((*Model)->Values[2] / 6e11, 1, 0.02);
    EXPECT_GE((*Model)->StartsThatAgree, 1U);
  }
}

TEST(Nonlinear, Refusals) {
  NonlinearOptions Options = rooflineOptions();
  Options.Parameters[0].Start = 1;
  auto Model = fitNonlinear(roofline(0.01), Options);
  ASSERT_FALSE(static_cast<bool>(Model));
  EXPECT_EQ(toString(Model.takeError()),
            "parameter 'launch' does not start within its bounds");
  auto Few = fitNonlinear(roofline(0.01, 3), rooflineOptions());
  ASSERT_FALSE(static_cast<bool>(Few));
  EXPECT_EQ(toString(Few.takeError()),
            "3 runs can't determine 4 coefficients; measure more, or fit fewer "
            "columns");
}

TEST(Nonlinear, AFunctionWithoutValuesIsAnError) {
  NonlinearOptions Options = rooflineOptions();
  Options.Function = [](const Point &, ArrayRef<double>,
                        MutableArrayRef<double>) { return NAN; };
  auto Model = fitNonlinear(roofline(0.01), Options);
  ASSERT_FALSE(static_cast<bool>(Model));
  EXPECT_TRUE(StringRef(toString(Model.takeError()))
                  .starts_with("the fit did not come to an end"));
}

} // namespace
