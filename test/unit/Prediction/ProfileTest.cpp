//===- ProfileTest.cpp - profiles and what is predicted from them ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Emissions.h"
#include "toscount/Prediction/Predict.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace llvm;
using namespace toscount;

namespace {

constexpr double Infinite = std::numeric_limits<double>::infinity();

/// A profile that uses everything.
Profile full() {
  Profile P;
  P.Name = "test";
  P.Hardware = "a \"device\"";
  P.Meter = "rapl";
  P.Boundary = "dram+package";
  P.Unit = "J";
  P.Source = "made up";
  P.License = "none";
  P.DataDigest = "abc";
  P.Estimated = true;
  P.Runs = 12;
  P.Groups = 4;
  ProfileFamily F;
  F.Name = "physical";
  F.Unit = "J";
  F.Coefficients = {{"run", 10, 0.5, "J"}, {"macs", 1e-3, {}, "J/MAC"}};
  F.Scores = {{"4-fold by group", 5.25, 4.0, 9.0, -0.125, 0.99, 12.0}};
  F.Notes = {"a note"};
  P.Families.push_back(F);
  F.Name = "time";
  F.Role = FamilyRole::Time;
  F.Unit = "s";
  F.Coefficients = {{"step", 0.1, {}, "s/step"}};
  P.Families.push_back(F);
  F.Name = "flops";
  F.Role = FamilyRole::Baseline;
  F.Kind = FamilyKind::Polynomial;
  F.Unit = "J";
  F.X = Feature::ForwardMacs;
  F.Coefficients = {{"1", 3, {}, "J"}, {"x^2", -2e-7, {}, "J/MAC^2"}};
  P.Families.push_back(F);
  P.Sessions = {{"monday", 1.25}};
  P.UnknownSession = 1.0625;
  P.Ranges = {{Feature::Macs, 100, 1000}, {Feature::LossBytes, 0, 0}};
  P.Intervals = {{0.5, 0.1, 0.2, {}}, {0.9, 0.3, 0.6, 0.25}};
  P.Notes = {"first", "second"};
  return P;
}

std::string text(const Profile &P) {
  std::string Text;
  raw_string_ostream OS(Text);
  writeProfile(OS, P);
  return Text;
}

std::string failure(StringRef Text) {
  Expected<Profile> P = parseProfile(Text, "p.json");
  return P ? "read" : toString(P.takeError());
}

/// The full profile's text with \p From replaced by \p To.
std::string changed(StringRef From, StringRef To) {
  std::string Text = text(full());
  size_t At = Text.find(From);
  EXPECT_NE(At, std::string::npos) << From.str();
  return At == std::string::npos ? Text : Text.replace(At, From.size(), To);
}

TEST(Profile, IsReadAsItWasWritten) {
  std::string Text = text(full());
  Expected<Profile> P = parseProfile(Text, "p.json");
  ASSERT_TRUE(static_cast<bool>(P)) << toString(P.takeError());
  EXPECT_EQ(text(*P), Text);
  EXPECT_EQ(P->Hardware, "a \"device\"");
  EXPECT_TRUE(P->Estimated);
  EXPECT_EQ(P->energy().Coefficients[1].Value, 1e-3);
  EXPECT_EQ(P->energy().Scores[0].BiasPercent, -0.125);
  ASSERT_NE(P->time(), nullptr);
  EXPECT_EQ(P->Families[2].X, Feature::ForwardMacs);
  EXPECT_EQ(P->sessionFactor("monday"), 1.25);
  EXPECT_FALSE(P->sessionFactor("tuesday"));
  EXPECT_EQ(P->Intervals[1].KnownSession, 0.25);
}

TEST(Profile, IntervalsBySize) {
  IntervalWidth W;
  W.Inside = 0.5;
  W.Beyond = 1;
  W.KnownSession = 0.4;
  EXPECT_EQ(W.width(10, false, false), 0.5);
  EXPECT_EQ(W.width(10, false, true), 0.4);
  W.BySize = {{10.0, 0.1, 0.05}, {std::nullopt, 0.2, std::nullopt}};
  EXPECT_EQ(W.width(10, false, false), 0.1);
  EXPECT_EQ(W.width(10, false, true), 0.05);
  EXPECT_EQ(W.width(10.5, false, false), 0.2);
  EXPECT_EQ(W.width(10.5, false, true), 0.2);
  EXPECT_EQ(W.width(10, true, true), 1);
}

TEST(Profile, RefusesSizesOutOfOrder) {
  auto With = [](StringRef Sizes) {
    return failure(("{\"schema\": \"toscount.profile/2\", \"name\": \"p\", "
                    "\"hardware\": \"h\", \"meter\": \"m\", \"unit\": "
                    "\"J\", \"dtype\": \"fp32\", \"families\": [{\"name\": "
                    "\"a\", \"role\": \"energy\", \"kind\": \"linear\", "
                    "\"unit\": \"J\", \"coefficients\": [{\"name\": \"run\", "
                    "\"value\": 1}]}], \"intervals\": [{\"level\": 0.9, "
                    "\"inside\": 0.1, \"beyond\": 0.3, \"by_size\": [" +
                    Sizes + "]}]}")
                       .str());
  };
  StringRef Order = "p.json: the sizes of intervals must ascend from above 0, "
                    "and the last must be open ('up_to' absent)";
  EXPECT_EQ(With("{\"up_to\": 5, \"inside\": 0.1}"), Order);
  EXPECT_EQ(With("{\"up_to\": 5, \"inside\": 0.1}, {\"up_to\": 4, \"inside\": "
                 "0.1}, {\"inside\": 0.2}"),
            Order);
  EXPECT_EQ(With("{\"inside\": 0.4}"),
            "p.json: an interval can't be narrower beyond the calibrated range "
            "than inside it");
}

TEST(Profile, RefusesWhatIsWrong) {
  EXPECT_EQ(failure("").find("p.json: is not JSON"), 0U);
  EXPECT_EQ(failure("[]"), "p.json: a profile must be a JSON object");
  EXPECT_EQ(failure("{}"), "p.json: field 'schema' is missing");
  EXPECT_EQ(failure(std::string(100, '[')),
            "p.json: brackets are nested deeper than 32");
  struct {
    const char *From, *To, *Message;
  } Cases[] = {
      {"profile/1", "profile/3",
       "field 'schema' is \"toscount.profile/3\", which this toscount does not "
       "read; it reads \"toscount.profile/1\" and \"toscount.profile/2\""},
      {"toscount.profile/1", "other",
       "field 'schema' must be \"toscount.profile/1\""},
      {"\"meter\"", "\"metre\"",
       "unknown field 'metre'; did you mean 'meter'?"},
      {"\"fp32\"", "\"fp23\"",
       "field 'dtype' is 'fp23', which is not known; did you mean 'fp32'?"},
      {"\"macs\",", "\"mac\",",
       "family 'physical': unknown feature 'mac'; did you mean 'macs'?"},
      {"\"value\": 10,", "\"value\": -10,",
       "family 'physical': coefficient 'run' is negative, which the cost of a "
       "feature can't be"},
      {"\"value\": 10,", "\"value\": 1e999,",
       "families[0]: coefficients[0]: field 'value' must be a finite number"},
      {"\"value\": 10,", "\"value\": \"10\",",
       "families[0]: coefficients[0]: field 'value' must be a finite number"},
      {"\"standard_error\": 0.5", "\"standard_error\": -1",
       "family 'physical': coefficient 'run' has a standard error that is "
       "negative or not finite"},
      {"\"role\": \"energy\"", "\"role\": \"enrgy\"",
       "families[0]: field 'role' is 'enrgy', which is not known; did you mean "
       "'energy'?"},
      {"\"role\": \"energy\"", "\"role\": \"baseline\"",
       "there must be exactly one family of role 'energy', not 0"},
      {"\"x\": \"forward_macs\"", "\"x\": \"forward_mac\"",
       "families[2]: unknown feature 'forward_mac'; did you mean "
       "'forward_macs'?"},
      {"\"x^2\"", "\"x^99\"",
       "family 'flops': coefficient 'x^99' of a polynomial must be '1', 'x', "
       "or 'x^2' to 'x^12'"},
      {"\"unit\": \"s\"", "\"unit\": \"J\"",
       "family 'time' predicts 'J', but must predict 's'"},
      {"\"factor\": 1.25", "\"factor\": 0",
       "session 'monday': its factor must be finite and above 0, and its name "
       "not empty"},
      {"\"unknown_session\": 1.0625", "\"unknown_session\": -1",
       "the factor of unknown sessions must be finite and above 0"},
      {"\"level\": 0.9", "\"level\": 0.4",
       "the levels of intervals must lie between 0 and 1, in ascending order"},
      {"\"beyond\": 0.6", "\"beyond\": 0.1",
       "an interval can't be narrower beyond the calibrated range than inside "
       "it"},
      {"\"inside\": 0.3", "\"inside\": 1e300",
       "the widths of intervals must lie between 0 and 100"},
      {"1000\n", "10\n",
       "the range of 'macs' must be two finite numbers from 0 up, the smaller "
       "first"},
      {"\"dtype\"", "\"phase\": \"update\", \"dtype\"",
       "field 'phase' must be \"forward\" or \"backward\""},
      {"\"name\": \"time\"", "\"name\": \"physical\"",
       "two families are called 'physical'"},
  };
  for (const auto &C : Cases)
    EXPECT_EQ(failure(changed(C.From, C.To)),
              std::string("p.json: ") + C.Message)
        << C.From << " -> " << C.To;
}

TEST(Profile, NeverCrashesOnAPartOfOne) {
  std::string Text = text(full());
  for (size_t Size = 0; Size < Text.size() - 2; ++Size)
    EXPECT_NE(failure(StringRef(Text).take_front(Size)), "read") << Size;
}

RunFeatures run(double Macs) {
  RunFeatures R;
  R.Phases[0][Feature::Macs] = Macs / 4;
  R.Phases[2][Feature::Macs] = Macs * 3 / 4;
  R.Overhead[Feature::Run] = 1;
  R.Overhead[Feature::Step] = 20;
  R.All = R.Overhead;
  R.All[Feature::Macs] = Macs;
  return R;
}

Prediction predict(const RunFeatures &R, PredictOptions O = {}) {
  Expected<Prediction> P = predictRun(full(), R, O);
  EXPECT_TRUE(static_cast<bool>(P)) << toString(P.takeError());
  return std::move(*P);
}

TEST(Predict, SumsCoefficientsTimesFeatures) {
  Prediction P = predict(run(1000));
  EXPECT_DOUBLE_EQ(P.Energy, 11 * 1.0625);
  EXPECT_DOUBLE_EQ(*P.Seconds, 2);
  EXPECT_DOUBLE_EQ(*P.Low, P.Energy * std::exp(-0.3));
  EXPECT_DOUBLE_EQ(*P.High, P.Energy * std::exp(0.3));
  EXPECT_FALSE(P.isBeyond());
  ASSERT_EQ(P.Phases.size(), 3U);
  EXPECT_EQ(P.Phases[0].Name, "forward");
  EXPECT_DOUBLE_EQ(P.Phases[0].Energy, 0.25 * 1.0625);
  EXPECT_EQ(P.Phases[2].Name, "overhead");
  EXPECT_DOUBLE_EQ(P.Phases[2].Energy, 10 * 1.0625);
}

TEST(Predict, KnownSession) {
  PredictOptions O;
  O.Session = "monday";
  Prediction P = predict(run(1000), O);
  EXPECT_DOUBLE_EQ(P.Energy, 11 * 1.25);
  EXPECT_DOUBLE_EQ(*P.High, P.Energy * std::exp(0.25));
  O.Session = "sunday";
  P = predict(run(1000), O);
  EXPECT_DOUBLE_EQ(P.Energy, 11 * 1.0625);
  EXPECT_EQ(
      P.Notes.front(),
      "session 'sunday' is not in the profile: the usual factor is taken");
}

TEST(Predict, WidensBeyondTheRange) {
  Prediction P = predict(run(5000));
  ASSERT_EQ(P.Beyond.size(), 1U);
  EXPECT_TRUE(P.isBeyond());
  EXPECT_EQ(P.Beyond[0].Factor, 5);
  EXPECT_DOUBLE_EQ(*P.High, P.Energy * std::exp(0.6));
  P = predict(run(50));
  EXPECT_EQ(P.Beyond[0].Factor, 2);
  EXPECT_TRUE(P.isBeyond());
  // The range ends where a run happened to end: 2 % more is no other kind.
  EXPECT_FALSE(predict(run(1010)).isBeyond());
  EXPECT_TRUE(predict(run(1010)).Beyond.empty());
  EXPECT_TRUE(predict(run(1030)).isBeyond());
  // Work that was in no run, and has no price.
  RunFeatures New = run(500);
  New.All[Feature::LossBytes] = 1;
  P = predict(New);
  ASSERT_EQ(P.Beyond.size(), 1U);
  EXPECT_EQ(P.Beyond[0].Factor, Infinite);
  EXPECT_FALSE(P.Beyond[0].Used);
  EXPECT_TRUE(P.isBeyond());
}

TEST(Predict, Levels) {
  PredictOptions O;
  O.Level = 0.4;
  EXPECT_EQ(predict(run(500), O).Level, 0.5);
  O.Level = 0.99;
  Prediction P = predict(run(500), O);
  EXPECT_EQ(P.Level, 0.9);
  EXPECT_EQ(P.Notes.front(),
            "the data support intervals up to level 0.9, not 0.99");
}

TEST(Predict, RefusesWhatNoRunTakes) {
  Profile P = full();
  std::swap(P.Families[0].Role, P.Families[2].Role);
  RunFeatures R = run(500);
  R.All[Feature::ForwardMacs] = 1e6;
  Expected<Prediction> Bad = predictRun(P, R, {});
  ASSERT_FALSE(static_cast<bool>(Bad));
  EXPECT_EQ(toString(Bad.takeError()).find("the profile predicts -2"), 0U);
}

TEST(Emissions, ByHand) {
  // 7.2 MJ are 2 kWh; 3 at a PUE of 1.5; 600 g at 200 g/kWh.
  EXPECT_DOUBLE_EQ(emissionsGrams(7.2e6, 1.5, 200), 600);
  EXPECT_DOUBLE_EQ(energyCost(7.2e6, 1.5, 0.3), 0.9);
}

TEST(Emissions, Locations) {
  for (const char *Name : {"France", "france", "FRA"}) {
    Expected<GridIntensity> G = findLocation(Name);
    ASSERT_TRUE(static_cast<bool>(G)) << toString(G.takeError());
    EXPECT_EQ(G->GramsPerKwh, 44.18);
    EXPECT_EQ(G->Year, 2024);
  }
  Expected<GridIntensity> Bad = findLocation("Germny");
  ASSERT_FALSE(static_cast<bool>(Bad));
  EXPECT_EQ(toString(Bad.takeError()),
            "location 'Germny' is not known; did you mean 'Germany'?");
  EXPECT_FALSE(errorToBool(findLocation("World").takeError()));
  EXPECT_TRUE(errorToBool(findLocation("").takeError()));
  for (const GridIntensity &G : gridIntensities()) {
    EXPECT_TRUE(G.GramsPerKwh >= 0 && G.GramsPerKwh < 2000) << G.Name.str();
    EXPECT_TRUE(G.Year >= 2020) << G.Name.str();
  }
}

} // namespace
