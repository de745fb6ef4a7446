//===- OracleTest.cpp - closed forms equal executed counts ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// For every operator with a reference: random small cases, both conventions,
/// training and inference, every gradient mask. TOSCOUNT_ORACLE_ROUNDS sets how
/// many cases of each kind (default 25).
///
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

using namespace toscount;
using namespace toscount::oracle;

namespace {

int rounds() {
  const char *Text = std::getenv("TOSCOUNT_ORACLE_ROUNDS");
  return Text != nullptr ? std::max(1, std::atoi(Text)) : 25;
}

/// One test a reference.
class Oracle : public testing::TestWithParam<size_t> {};

TEST_P(Oracle, ClosedFormEqualsExecution) {
  const Reference &R = references()[GetParam()];
  OpRegistry Registry;
  ASSERT_FALSE(R.Cases.empty()) << "no cases";
  for (size_t Kind = 0; Kind < R.Cases.size(); ++Kind)
    for (int Round = 0; Round < rounds(); ++Round)
      for (Convention Which : {Convention::Exact, Convention::Paper})
        for (bool Training : {false, true}) {
          // The same case under every setting.
          std::mt19937 Rng(1000 * Kind + Round);
          NodeCase C = R.Cases[Kind](Rng);
          std::string Problem;
          auto Case = makeCase(C, Registry, {Which, Training, false}, Problem);
          ASSERT_TRUE(Case) << R.Op << " case kind " << Kind << " round "
                            << Round << ": " << Problem;
          std::string Difference = compare(R, *Case, Rng);
          ASSERT_EQ(Difference, "")
              << R.Op << " case kind " << Kind << " round " << Round
              << (Training ? ", training" : ", inference")
              << (Which == Convention::Paper ? ", paper" : ", exact")
              << ", opset " << C.Opset;
        }
}

INSTANTIATE_TEST_SUITE_P(Operators, Oracle,
                         testing::Range<size_t>(0, references().size()),
                         [](const auto &Info) {
                           const Reference &R = references()[Info.param];
                           std::string Name = R.Domain + R.Op;
                           for (char &C : Name)
                             if (!isalnum(static_cast<unsigned char>(C)))
                               C = '_';
                           return Name;
                         });

/// Every row that counts anything has a reference, and one for its gradient.
TEST(OracleCoverage, EveryRowHasAReference) {
  OpRegistry Registry;
  std::set<std::string> Missing;
  for (const OpFamily &Family : Registry.families())
    for (const OpInfo &Row : Family.Rows) {
      bool Counts = Row.Forward != nullptr || Row.Backward != nullptr;
      const Reference *R = findReference(Row.Domain, Row.Name);
      if (Counts && (R == nullptr ||
                     (Row.Backward != nullptr && R->Backward == nullptr)))
        Missing.insert(Row.Name.str());
    }
  std::string List;
  for (const std::string &Name : Missing)
    List += " " + Name;
  EXPECT_EQ(List, "") << "rows that no executed reference holds";
}

/// An operator's row at an opset is one row.
TEST(OracleCoverage, NoTwoRowsClaimTheSameOpset) {
  OpRegistry Registry;
  std::vector<const OpInfo *> Rows;
  for (const OpFamily &Family : Registry.families())
    for (const OpInfo &Row : Family.Rows)
      Rows.push_back(&Row);
  for (const OpInfo *A : Rows)
    for (const OpInfo *B : Rows)
      if (A < B && A->Name == B->Name && A->Domain == B->Domain) {
        EXPECT_TRUE(A->Until < B->Since || B->Until < A->Since)
            << A->Name.str();
      }
}

/// The oracle is only worth something if a wrong rule fails it.
TEST(OracleSelfCheck, AWrongRuleFails) {
  OpRegistry Registry;
  const OpInfo *Right = Registry.find("", "Add", 14);
  const Reference *R = findReference("", "Add");
  ASSERT_TRUE(Right && R);
  OpInfo Wrong = *Right;
  Wrong.Forward = [](const OpInstance &Op, Work &W) {
    W.add(Op.outSize(0) + 1, "one too many");
  };
  OpInfo WrongBackward = *Right;
  WrongBackward.Backward = [](const OpInstance &Op, GradWork &G) {
    G.mul(Op.outSize(0), "no such product");
  };
  for (const OpInfo &Row : {Wrong, WrongBackward}) {
    OpFamily Family = {"Wrong", llvm::ArrayRef<OpInfo>(Row)};
    OpRegistry Small((llvm::ArrayRef<OpFamily>(Family)));
    std::mt19937 Rng(1);
    RuleSettings Settings;
    std::string Problem;
    auto Case = makeCase(R->Cases[0](Rng), Small, Settings, Problem);
    ASSERT_TRUE(Case) << Problem;
    EXPECT_NE(compare(*R, *Case, Rng), "");
  }
}

} // namespace
