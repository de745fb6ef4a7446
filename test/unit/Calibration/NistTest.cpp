//===- NistTest.cpp - certified regressions -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The linear regression sets of NIST's Statistical Reference Datasets
/// (https://www.itl.nist.gov/div898/strd/lls/lls.shtml; public domain). A value
/// agrees to D digits when its log relative error is at least D; the certified
/// ones have 15. Where the certified value is 0, the error is absolute, against
/// the size given.
///
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Polynomial.h"
#include "toscount/Support/Csv.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

struct Certified {
  const char *Set;
  unsigned Degree;
  bool Intercept;
  int Digits;          ///< Of coefficients that have to agree,
  int DeviationDigits; ///< of their standard errors, the residual deviation
  int RSquaredDigits;  ///< and of R^2.
  std::vector<std::pair<double, double>> Coefficients; ///< And deviations.
  double ResidualDeviation;
  double RSquared;
};

const std::vector<Certified> &certified() {
  static const std::vector<Certified> All = {
      {"norris",
       1,
       true,
       12,
       12,
       14,
       {{-0.262323073774029, 0.232818234301153},
        {1.00211681802045, 0.429796848199937E-03}},
       0.884796396144373,
       0.999993745883712},
      {"pontius",
       2,
       true,
       12,
       12,
       14,
       {{0.673565789473684E-03, 0.107938612033077E-03},
        {0.732059160401003E-06, 0.157817399981659E-09},
        {-0.316081871345029E-14, 0.486652849992036E-16}},
       0.205177424076185E-03,
       0.999999900178537},
      {"noint1",
       1,
       false,
       14,
       14,
       14,
       {{2.07438016528926, 0.165289256198347E-01}},
       3.56753034006338,
       0.999365492298663},
      {"noint2",
       1,
       false,
       14,
       14,
       14,
       {{0.727272727272727, 0.420827318078432E-01}},
       0.369274472937998,
       0.993348115299335},
      {"filip",
       10,
       true,
       8,
       8,
       10,
       {{-1467.48961422980, 298.084530995537},
        {-2772.17959193342, 559.779865474950},
        {-2316.37108160893, 466.477572127796},
        {-1127.97394098372, 227.204274477751},
        {-354.478233703349, 71.6478660875927},
        {-75.1242017393757, 15.2897178747400},
        {-10.8753180355343, 2.23691159816033},
        {-1.06221498588947, 0.221624321934227},
        {-0.670191154593408E-01, 0.142363763154724E-01},
        {-0.246781078275479E-02, 0.535617408889821E-03},
        {-0.402962525080404E-04, 0.896632837373868E-05}},
       0.334801051324544E-02,
       0.996727416185620},
      {"longley",
       1,
       true,
       11,
       11,
       13,
       {{-3482258.63459582, 890420.383607373},
        {15.0618722713733, 84.9149257747669},
        {-0.358191792925910E-01, 0.334910077722432E-01},
        {-2.02022980381683, 0.488399681651699},
        {-1.03322686717359, 0.214274163161675},
        {-0.511041056535807E-01, 0.226073200069370},
        {1829.15146461355, 455.478499142212}},
       304.854073561965,
       0.995479004577296},
      {"wampler1",
       5,
       true,
       9,
       0,
       14,
       {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}},
       0,
       1},
      {"wampler2",
       5,
       true,
       12,
       0,
       14,
       {{1, 0}, {0.1, 0}, {0.01, 0}, {0.001, 0}, {0.0001, 0}, {0.00001, 0}},
       0,
       1},
      {"wampler3",
       5,
       true,
       9,
       12,
       13,
       {{1, 2152.32624678170},
        {1, 2363.55173469681},
        {1, 779.343524331583},
        {1, 101.475507550350},
        {1, 5.64566512170752},
        {1, 0.112324854679312}},
       2360.14502379268,
       0.999995559025820},
      {"wampler4",
       5,
       true,
       8,
       12,
       13,
       {{1, 215232.624678170},
        {1, 236355.173469681},
        {1, 77934.3524331583},
        {1, 10147.5507550350},
        {1, 564.566512170752},
        {1, 11.2324854679312}},
       236014.502379268,
       0.957478440825662},
      {"wampler5",
       5,
       true,
       6,
       12,
       12,
       {{1, 21523262.4678170},
        {1, 23635517.3469681},
        {1, 7793435.24331583},
        {1, 1014755.07550350},
        {1, 56456.6512170752},
        {1, 1123.24854679312}},
       23601450.2379268,
       0.224668921574940E-02},
  };
  return All;
}

double digits(double Got, double Want) {
  if (Got == Want)
    return 15;
  return std::min(15.0, -std::log10(std::abs(Got - Want) / std::abs(Want)));
}

Dataset load(const std::string &Set) {
  Expected<CsvTable> Table =
      readCsv(std::string(TOSCOUNT_TEST_INPUTS) + "/nist/" + Set + ".csv");
  EXPECT_TRUE(static_cast<bool>(Table));
  Dataset D;
  D.Response.Name = Table->Header[0];
  for (size_t C = 1; C < Table->Header.size(); ++C)
    D.Columns.push_back({Table->Header[C], ""});
  for (size_t Row = 0; Row < Table->Rows.size(); ++Row) {
    D.Y.push_back(*Table->number(Row, 0));
    for (size_t C = 1; C < Table->Header.size(); ++C)
      D.X.push_back(*Table->number(Row, C));
  }
  return D;
}

TEST(Nist, CertifiedValuesAreReached) {
  for (const Certified &Set : certified()) {
    SCOPED_TRACE(Set.Set);
    Dataset D = load(Set.Set);
    PolynomialOptions Options;
    Options.Degree = Set.Degree;
    Options.Intercept = Set.Intercept;
    Expected<std::unique_ptr<PolynomialModel>> Model =
        fitPolynomial(D, Options);
    ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
    const PolynomialModel &M = **Model;
    ASSERT_EQ(M.Coefficients.size(), Set.Coefficients.size());
    double Value = 15;
    double Deviation = 15;
    // A perfect fit leaves rounding, of the size of y's last digit.
    double Largest = 0;
    for (double Y : D.Y)
      Largest = std::max(Largest, std::abs(Y));
    for (size_t I = 0; I < Set.Coefficients.size(); ++I) {
      auto [Want, WantDeviation] = Set.Coefficients[I];
      const Coefficient &C = M.Coefficients[I];
      Value = std::min(Value, digits(C.Value, Want));
      ASSERT_TRUE(C.StandardError.has_value());
      if (WantDeviation != 0)
        Deviation =
            std::min(Deviation, digits(*C.StandardError, WantDeviation));
      else
        EXPECT_LT(*C.StandardError, 1e-14 * Largest);
    }
    if (Set.ResidualDeviation != 0)
      Deviation = std::min(Deviation,
                           digits(*M.ResidualDeviation, Set.ResidualDeviation));
    else
      EXPECT_LT(*M.ResidualDeviation, 1e-14 * Largest);
    double R2 = digits(M.RSquared, Set.RSquared);
    EXPECT_GE(Value, Set.Digits);
    EXPECT_GE(Deviation, Set.DeviationDigits);
    EXPECT_GE(R2, Set.RSquaredDigits);
    RecordProperty(std::string(Set.Set) + "_digits", roundedText(Value, 3));
    std::printf("%-9s coefficients %4.1f digits, deviations %4.1f, R2 %4.1f\n",
                Set.Set, Value, Deviation, R2);
  }
}

} // namespace
