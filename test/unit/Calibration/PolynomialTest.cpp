//===- PolynomialTest.cpp - polynomials of plain columns ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Synthetic.h"

#include "toscount/Calibration/PaperProtocol.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

Dataset points(std::vector<double> X, std::vector<double> Y) {
  Dataset D;
  D.Columns = {{"x", "TO"}};
  D.Response = {"energy", "J"};
  D.X = std::move(X);
  D.Y = std::move(Y);
  return D;
}

std::string refusal(const Dataset &D, PolynomialOptions Options) {
  auto Model = fitPolynomial(D, Options);
  return Model ? "" : toString(Model.takeError());
}

TEST(Polynomial, LineByHand) {
  // Slope 3/5, intercept 2.2 - 0.6 * 3 = 0.4... y = (2, 4, 5, 4, 5).
  auto Model = fitPolynomial(points({1, 2, 3, 4, 5}, {2, 4, 5, 4, 5}), {});
  ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
  const PolynomialModel &M = **Model;
  EXPECT_NEAR(M.Coefficients[0].Value, 2.2, 1e-14);
  EXPECT_NEAR(M.Coefficients[1].Value, 0.6, 1e-14);
  EXPECT_EQ(M.Coefficients[0].Unit, "J");
  EXPECT_EQ(M.Coefficients[1].Unit, "J/TO");
  // SSE = 2.4, SST = 6, sum (x - 3)^2 = 10.
  EXPECT_NEAR(M.RSquared, 0.6, 1e-14);
  EXPECT_NEAR(M.Rmse, std::sqrt(2.4 / 5), 1e-14);
  EXPECT_NEAR(*M.ResidualDeviation, std::sqrt(0.8), 1e-14);
  EXPECT_NEAR(*M.Coefficients[1].StandardError, std::sqrt(0.08), 1e-14);
  EXPECT_NEAR(M.predict({ArrayRef<double>(6)}), 5.8, 1e-13);
}

/// Equation 4 of the transistor-operations paper, laptop CPU: the equation's
/// own points, then with noise of 1 %.
TEST(Polynomial, EquationFourOfTheToPaper) {
  std::vector<double> X, Exact, Noisy;
  Random R(4);
  for (int I = 1; I <= 60; ++I) {
    X.push_back(I * 4.7e12);
    Exact.push_back(1.71e3 + 3.65e-12 * X.back());
    Noisy.push_back(Exact.back() * (1 + 0.01 * normal(R)));
  }
  auto Model = fitPolynomial(points(X, Exact), {});
  ASSERT_TRUE(static_cast<bool>(Model));
  EXPECT_NEAR((*Model)->Coefficients[0].Value, 1.71e3, 1e-9);
  EXPECT_NEAR((*Model)->Coefficients[1].Value, 3.65e-12, 1e-24);
  auto Measured = fitPolynomial(points(X, Noisy), {});
  ASSERT_TRUE(static_cast<bool>(Measured));
  for (auto [I, Truth] : {std::pair{0, 1.71e3}, std::pair{1, 3.65e-12}}) {
    const Coefficient &C = (*Measured)->Coefficients[I];
    EXPECT_NEAR(C.Value, Truth, 2.6 * *C.StandardError); // 99 %
    EXPECT_LT(*C.StandardError, 0.05 * C.Value);
  }
}

/// Figure 11's cubic has coefficients over 53 orders of magnitude.
TEST(Polynomial, FigureElevenCubic) {
  std::vector<double> X, Y;
  for (int I = 1; I <= 30; ++I) {
    double T = I * 2e16;
    X.push_back(T);
    Y.push_back(2.40e3 + 6.67e-14 * T - 7.44e-32 * T * T +
                6.10e-50 * T * T * T);
  }
  PolynomialOptions Options;
  Options.Degree = 3;
  auto Model = fitPolynomial(points(X, Y), Options);
  ASSERT_TRUE(static_cast<bool>(Model));
  const double Truth[] = {2.40e3, 6.67e-14, -7.44e-32, 6.10e-50};
  for (int I = 0; I < 4; ++I)
    EXPECT_NEAR((*Model)->Coefficients[I].Value / Truth[I], 1, 1e-9);
  EXPECT_EQ((*Model)->Coefficients[3].Name, "x^3");
  EXPECT_EQ((*Model)->Coefficients[3].Unit, "J/TO^3");
}

TEST(Polynomial, Refusals) {
  PolynomialOptions Cubic;
  Cubic.Degree = 3;
  EXPECT_EQ(refusal(points({5, 5, 5}, {1, 2, 3}), {}),
            "column 'x' has one value in every row; nothing can be learnt "
            "about it");
  EXPECT_EQ(refusal(points({1, 1, 2, 2, 3}, {1, 2, 3, 4, 5}), Cubic),
            "column 'x' has 3 different values; degree 3 needs 4");
  EXPECT_EQ(refusal(points({}, {}), {}), "there are no rows to fit");
  EXPECT_EQ(refusal(points({1, NAN}, {1, 2}), {}),
            "row 2: 'x' is not a finite number");
  EXPECT_EQ(refusal(points({1, 2}, {1, INFINITY}), {}),
            "row 2: 'energy' is not a finite number");
  Dataset Twice = points({1, 2, 2, 4, 3, 6, 4, 8}, {1, 2, 3, 4});
  Twice.Columns.push_back({"double x", ""});
  EXPECT_EQ(refusal(Twice, {}),
            "the columns can't be told apart by these rows");
}

TEST(Polynomial, AsManyRowsAsCoefficients) {
  auto Model = fitPolynomial(points({1, 3}, {10, 20}), {});
  ASSERT_TRUE(static_cast<bool>(Model));
  EXPECT_FALSE((*Model)->ResidualDeviation.has_value());
  EXPECT_FALSE((*Model)->Coefficients[0].StandardError.has_value());
  EXPECT_NEAR((*Model)->Coefficients[0].Value, 5, 1e-13);
}

TEST(Polynomial, HugeAndTinyColumns) {
  auto Model = fitPolynomial(
      points({1e300, 1.2e300, 1.7e300}, {1e-300, 2e-300, 3e-300}), {});
  ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
  EXPECT_TRUE(std::isfinite((*Model)->predict({ArrayRef<double>(1.5e300)})));
}

TEST(PaperProtocol, TableThreeByHand) {
  PaperJudgement J = judgeByPaper({90, 210, 300}, {100, 200, 300});
  EXPECT_DOUBLE_EQ(J.PrecisionMinPercent, 90);
  EXPECT_DOUBLE_EQ(J.PrecisionMaxPercent, 100);
  EXPECT_DOUBLE_EQ(J.PrecisionMeanPercent, 95);
  EXPECT_DOUBLE_EQ(J.ErrorMean, 20.0 / 3);
  EXPECT_DOUBLE_EQ(J.ErrorMax, 10);
  EXPECT_DOUBLE_EQ(J.RSquared, 1 - 200.0 / 20000);
}

/// Configurations whose extremes, one in ten at each end, are absurd: what is
/// left lies on a line.
TEST(PaperProtocol, DropsTheExtremesOfEachConfiguration) {
  Dataset D = points({}, {});
  for (int C = 1; C <= 4; ++C)
    for (int Repeat = 0; Repeat < 50; ++Repeat) {
      double Energy = 100 + 10.0 * C;
      D.X.push_back(C);
      D.Y.push_back(Repeat < 5 ? 1 : Repeat < 10 ? 1e6 : Energy);
      D.Group.push_back("c" + std::to_string(C));
    }
  PaperProtocolOptions Options;
  auto R = fitByPaper(D, Options);
  ASSERT_TRUE(static_cast<bool>(R)) << toString(R.takeError());
  EXPECT_EQ(R->Configurations, 4U);
  EXPECT_EQ(R->Dropped, 40U);
  EXPECT_EQ(R->Training.size(), 96U);
  EXPECT_EQ(R->Validation.size(), 64U);
  EXPECT_NEAR(R->Model->Coefficients[0].Value, 100, 1e-10);
  EXPECT_NEAR(R->Model->Coefficients[1].Value, 10, 1e-10);
  EXPECT_NEAR(R->Judgement.PrecisionMinPercent, 100, 1e-10);
  EXPECT_NEAR(R->Judgement.ErrorMax, 0, 1e-9);

  auto Again = fitByPaper(D, Options);
  ASSERT_TRUE(static_cast<bool>(Again));
  EXPECT_EQ(R->Training, Again->Training);
  Options.Seed = 2;
  auto Other = fitByPaper(D, Options);
  ASSERT_TRUE(static_cast<bool>(Other));
  EXPECT_NE(R->Training, Other->Training);
}

TEST(PaperProtocol, TooFewRepeats) {
  Dataset D = points({}, {});
  for (int Repeat = 0; Repeat < 19; ++Repeat) {
    D.X.push_back(Repeat < 10 ? 1 : 2);
    D.Y.push_back(Repeat + 1);
    D.Group.push_back(Repeat < 10 ? "a" : "b");
  }
  auto R = fitByPaper(D, {});
  ASSERT_FALSE(static_cast<bool>(R));
  EXPECT_EQ(toString(R.takeError()),
            "configuration 'b' has 9 repeats; dropping a tenth at each end "
            "needs at least 10");
}

} // namespace
