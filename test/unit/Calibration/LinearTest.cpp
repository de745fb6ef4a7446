//===- LinearTest.cpp - sums of non-negative parts ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Synthetic.h"

#include "toscount/Calibration/Linear.h"
#include "toscount/Calibration/Selection.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

TEST(Linear, RecoversWhatItWasMadeOf) {
  Random R(1);
  for (ErrorScale Scale : {ErrorScale::Relative, ErrorScale::Log}) {
    Dataset D = networks(R, 40, 1, 0);
    LinearOptions Options;
    Options.Scale = Scale;
    auto Model = fitLinear(D, Options);
    ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
    ASSERT_EQ((*Model)->Coefficients.size(), 3U);
    EXPECT_NEAR((*Model)->Values[0] / 20, 1, 1e-6);
    EXPECT_NEAR((*Model)->Values[1] / 2e-3, 1, 1e-6);
    EXPECT_NEAR((*Model)->Values[2] / 3e-12, 1, 1e-6);
    EXPECT_EQ((*Model)->Coefficients[2].Unit, "J/TO");
  }
}

TEST(Linear, OutliersCountLittle) {
  Random R(2);
  Dataset D = networks(R, 60, 2, 0.02, 0.1);
  auto Off = [&](RobustLoss Loss) {
    LinearOptions Options;
    Options.Loss = Loss;
    auto Model = fitLinear(D, Options);
    EXPECT_TRUE(static_cast<bool>(Model));
    return std::abs((*Model)->Values[2] / 3e-12 - 1);
  };
  EXPECT_LT(Off(RobustLoss::Huber), 0.01);
  EXPECT_LT(Off(RobustLoss::Cauchy), 0.01);
  EXPECT_GT(Off(RobustLoss::Squares), 0.02);
}

TEST(Linear, NothingIsNegative) {
  Random R(3);
  Dataset D = networks(R, 40, 1, 0.01);
  // A column that goes against the energy.
  Dataset E = D;
  E.Columns.push_back({"idle", "s"});
  E.X.clear();
  for (size_t Row = 0; Row < D.rows(); ++Row) {
    ArrayRef<double> X = D.row(Row);
    E.X.insert(E.X.end(), X.begin(), X.end());
    E.X.push_back(D.Y[Row] * D.Y[Row] / 100);
    E.Y[Row] = D.Y[Row] * (1 - 0.05 * D.Y[Row] / 3100);
  }
  for (ErrorScale Scale : {ErrorScale::Relative, ErrorScale::Log}) {
    LinearOptions Options;
    Options.Scale = Scale;
    auto Model = fitLinear(E, Options);
    ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
    EXPECT_EQ((*Model)->Values[3], 0);
    // The rest is as if the column were not there.
    Options.Columns = {0, 1, 2};
    auto Without = fitLinear(E, Options);
    ASSERT_TRUE(static_cast<bool>(Without));
    for (int I = 0; I < 3; ++I)
      EXPECT_NEAR((*Model)->Values[I] / (*Without)->Values[I], 1, 1e-6);
  }
}

TEST(Linear, AZeroCoefficientIsNamed) {
  Dataset D;
  D.Columns = {{"a", ""}, {"b", ""}};
  D.Response = {"energy", "J"};
  for (int I = 1; I <= 20; ++I) {
    D.X.insert(D.X.end(), {double(I), double(I % 5)});
    D.Y.push_back(100.0 * I - 3 * (I % 5));
  }
  auto Model = fitLinear(D, {});
  ASSERT_TRUE(static_cast<bool>(Model));
  EXPECT_EQ((*Model)->Values[1], 0);
  ASSERT_EQ((*Model)->Notes.size(), 1U);
  EXPECT_EQ((*Model)->Notes[0], "'b' is at its bound, 0: these runs show no "
                                "energy of its own");
}

TEST(Linear, ColumnsThatGoTogetherAreMerged) {
  Dataset D;
  D.Columns = {{"steps", "step"}, {"epochs", "epoch"}, {"tos", "TO"},
               {"bytes", "B"},    {"sum", ""},         {"nothing", ""}};
  D.Response = {"energy", "J"};
  Random R(5);
  for (int I = 0; I < 30; ++I) {
    double Tos = logUniform(R, 1e12, 1e14);
    double Bytes = logUniform(R, 1e8, 1e11);
    D.X.insert(D.X.end(), {625, 4, Tos, Bytes, Tos * 1e-3 + Bytes, 0});
    D.Y.push_back(625 * 0.5 + 3e-12 * Tos + 1e-9 * Bytes);
  }
  auto Model = fitLinear(D, {});
  ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
  const LinearModel &M = **Model;
  ASSERT_EQ(M.Coefficients.size(), 3U);
  EXPECT_EQ(M.Coefficients[0].Name, "steps+epochs");
  EXPECT_EQ(M.Coefficients[0].Unit, "J/step");
  EXPECT_NEAR(M.Coefficients[0].Value, 0.5, 1e-6);
  EXPECT_EQ(M.Values[1], 0);
  ASSERT_EQ(M.Notes.size(), 3U);
  EXPECT_EQ(M.Notes[0], "'sum' is a combination of the other columns in these "
                        "runs; its energy is in theirs");
  EXPECT_EQ(M.Notes[1], "'nothing' is 0 in every run; it has no coefficient");
  EXPECT_EQ(M.Notes[2], "these runs can't tell 'epochs' from 'steps'; one "
                        "coefficient stands for all");
}

TEST(Linear, SessionsHaveFactors) {
  Random R(6);
  Dataset D = networks(R, 60, 1, 0);
  const double Factors[] = {0.5, 1, 2};
  for (size_t Row = 0; Row < D.rows(); ++Row) {
    D.Session.push_back("day" + std::to_string(Row % 3));
    D.Y[Row] *= Factors[Row % 3];
  }
  LinearOptions Options;
  Options.SessionFactors = true;
  auto Model = fitLinear(D, Options);
  ASSERT_TRUE(static_cast<bool>(Model)) << toString(Model.takeError());
  for (int S = 0; S < 3; ++S)
    EXPECT_NEAR((*Model)->sessionFactor("day" + std::to_string(S)), Factors[S],
                1e-6);
  EXPECT_NEAR((*Model)->Values[2] / 3e-12, 1, 1e-6);
  EXPECT_EQ((*Model)->sessionFactor("another"), 1);
  EXPECT_EQ(linearFamily(Options)->coefficients(D), 5U);
}

TEST(Linear, RidgeShrinks) {
  Random R(7);
  Dataset D = networks(R, 40, 1, 0.02);
  LinearOptions Options;
  Options.Loss = RobustLoss::Squares;
  Options.Ridge = 10;
  auto Model = fitLinear(D, Options);
  ASSERT_TRUE(static_cast<bool>(Model));
  EXPECT_LT((*Model)->Values[2], 0.9 * 3e-12);
}

TEST(Linear, Refusals) {
  Random R(8);
  auto Refused = [](const Dataset &D) {
    auto Model = fitLinear(D, {});
    return Model ? "" : toString(Model.takeError());
  };
  EXPECT_EQ(Refused(networks(R, 2, 1, 0.01)),
            "2 runs can't determine 3 coefficients; measure more, or fit fewer "
            "columns");
  EXPECT_EQ(Refused(networks(R, 1, 20, 0.01)),
            "1 different architectures (groups) can't determine 2 "
            "coefficients; repeats of one say nothing of another");
  EXPECT_EQ(Refused(networks(R, 2, 20, 0.01)),
            "2 different architectures (groups) can't determine 3 "
            "coefficients; repeats of one say nothing of another");
  Dataset D = networks(R, 10, 1, 0.01);
  D.Y[4] = -3;
  EXPECT_EQ(Refused(D), "row 5: 'energy' is -3, but must be above 0: relative "
                        "errors are fitted");
}

TEST(Folds, GroupsStayWhole) {
  Random R(9);
  Dataset D = networks(R, 23, 3, 0.01);
  std::vector<unsigned> FoldOf = groupFolds(D, 10);
  std::vector<int> Rows(10);
  for (size_t Row = 0; Row < D.rows(); ++Row) {
    EXPECT_EQ(FoldOf[Row], FoldOf[Row / 3 * 3]);
    ++Rows[FoldOf[Row]];
  }
  for (int N : Rows) {
    EXPECT_GE(N, 6);
    EXPECT_LE(N, 9);
  }
  // The order of rows does not matter.
  std::vector<size_t> Backwards;
  for (size_t Row = D.rows(); Row-- > 0;)
    Backwards.push_back(Row);
  std::vector<unsigned> Turned = groupFolds(D.select(Backwards), 10);
  for (size_t Row = 0; Row < D.rows(); ++Row)
    EXPECT_EQ(Turned[Row], FoldOf[D.rows() - 1 - Row]);
}

TEST(Selection, TheSimplestWithinOneStandardError) {
  Random R(10);
  Dataset D = networks(R, 60, 2, 0.05);
  LinearOptions Physical;
  Physical.Name = "physical";
  LinearOptions TosOnly;
  TosOnly.Name = "tos";
  TosOnly.Columns = {2};
  // The truth with a column that says nothing.
  Dataset E = D;
  E.Columns.push_back({"noise", ""});
  E.X.clear();
  for (size_t Row = 0; Row < D.rows(); ++Row) {
    ArrayRef<double> X = D.row(Row);
    E.X.insert(E.X.end(), X.begin(), X.end());
    E.X.push_back(D.Y[Row] * 0.01 * R.uniform());
  }
  Physical.Columns = {0, 1, 2};
  LinearOptions TooMuch;
  TooMuch.Name = "too much";
  auto F1 = linearFamily(TooMuch), F2 = linearFamily(Physical),
       F3 = linearFamily(TosOnly);
  auto S = selectFamily({F1.get(), F2.get(), F3.get()}, E, 10);
  ASSERT_TRUE(static_cast<bool>(S)) << toString(S.takeError());
  EXPECT_EQ(S->Candidates[S->Chosen].Name, "physical");
  EXPECT_EQ(S->Candidates[S->Chosen].Coefficients, 3U);
  EXPECT_LT(S->Candidates[1].ScorePercent, 6);
  EXPECT_GT(S->Candidates[2].ScorePercent, 20);
  EXPECT_EQ(S->Folds, 10U);
  EXPECT_EQ(S->Groups, 60U);
}

TEST(Selection, AFamilyThatFailsSaysWhy) {
  Random R(11);
  Dataset D = networks(R, 5, 2, 0.05);
  LinearOptions TosOnly;
  TosOnly.Columns = {2};
  LinearOptions All;
  auto F1 = linearFamily(All), F2 = linearFamily(TosOnly);
  D.Columns.push_back({"more", ""});
  std::vector<double> X;
  for (size_t Row = 0; Row < D.rows(); ++Row) {
    X.insert(X.end(), D.X.begin() + ptrdiff_t(Row * 3),
             D.X.begin() + ptrdiff_t(Row * 3 + 3));
    X.push_back(double(Row / 2 * Row));
  }
  D.X = X;
  D.Columns.push_back({"even more", ""});
  std::vector<double> Y;
  for (size_t Row = 0; Row < D.rows(); ++Row) {
    Y.insert(Y.end(), D.X.begin() + ptrdiff_t(Row * 4),
             D.X.begin() + ptrdiff_t(Row * 4 + 4));
    Y.push_back(double((Row + 1) % 3));
  }
  D.X = Y;
  auto S = selectFamily({F1.get(), F2.get()}, D, 10);
  ASSERT_TRUE(static_cast<bool>(S)) << toString(S.takeError());
  EXPECT_EQ(S->Candidates[0].Failed,
            "without fold 1 of 5: 4 different architectures (groups) can't "
            "determine 5 coefficients; repeats of one say nothing of another");
  EXPECT_EQ(S->Chosen, 1U);
}

} // namespace
