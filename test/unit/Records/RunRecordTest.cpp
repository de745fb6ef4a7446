//===- RunRecordTest.cpp - reading runs -----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/RunRecord.h"

#include "llvm/Support/JSON.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace toscount;

namespace {

/// The least record of the format's documentation, with \p Changes (JSON
/// members) put over it; a member that is null is left out.
std::string run(StringRef Changes = "") {
  json::Value Value = cantFail(json::parse(
      R"({"schema":"toscount.run/1","model":"zoo:lenet:scale=1",
      "samples":60000,"batch":256,"epochs":50,"optimizer":"adam",
      "loss":"cross-entropy","dtype":"fp32","hardware":"Tesla T4",
      "meter":"nvml","energy":{"value":1234.5,"unit":"J"}})"));
  json::Value Other = cantFail(json::parse(("{" + Changes + "}").str()));
  for (auto &Entry : *Other.getAsObject())
    (*Value.getAsObject())[Entry.first] = Entry.second;
  std::string Text;
  raw_string_ostream(Text) << Value;
  return Text;
}

std::string errorOf(const std::string &Text) {
  Expected<RunRecord> R = parseRunRecord(Text);
  return R ? "" : toString(R.takeError());
}

TEST(RunRecord, TheLeastRecordIsEnough) {
  Expected<RunRecord> R = parseRunRecord(run());
  ASSERT_TRUE(static_cast<bool>(R)) << toString(R.takeError());
  EXPECT_EQ(R->Model, "zoo:lenet:scale=1");
  EXPECT_EQ(R->Samples, 60000U);
  EXPECT_EQ(R->Energy.Value, 1234.5);
  EXPECT_EQ(R->Energy.Unit, "J");
  EXPECT_EQ(R->steps(), 50U * 235); // 60000 / 256 = 234.4
  EXPECT_EQ(R->group(), "zoo:lenet:scale=1");
  EXPECT_FALSE(R->Estimated);
}

TEST(RunRecord, WhatItMayHave) {
  Expected<RunRecord> R = parseRunRecord(run(
      R"("steps":625,"validation_samples":10000,"seconds":61.5,"accuracy":0.97,
      "estimated":true,"graph_hash":"ab12","session":"monday",
      "trainable":"head","boundary":["package-1","gpu","package-0"],
      "temperature_c":61,
      "per_epoch":[{"seconds":1.5,"energy":{"gpu":2,"package-0":3}},
                   {"energy":7.5,"train_accuracy":0.5,"loss":null}])"));
  ASSERT_TRUE(static_cast<bool>(R)) << toString(R.takeError());
  EXPECT_EQ(R->steps(), 625U);
  EXPECT_EQ(R->group(), "ab12");
  EXPECT_EQ(R->Boundary, "gpu+package-0+package-1");
  EXPECT_TRUE(R->Estimated);
  ASSERT_EQ(R->PerEpoch.size(), 2U);
  EXPECT_EQ(*R->PerEpoch[0].Energy, 5);
  EXPECT_EQ(*R->PerEpoch[1].Energy, 7.5);
  EXPECT_FALSE(R->PerEpoch[1].Loss.has_value());
}

TEST(RunRecord, EachWrongFieldIsNamed) {
  EXPECT_EQ(errorOf(run(R"("model":null)")), "field 'model' is missing");
  EXPECT_EQ(errorOf(run(R"("meter":" ")")), "field 'meter' is empty");
  EXPECT_EQ(errorOf(run(R"("dtype":32)")), "field 'dtype' must be a text");
  for (const char *Bad : {"0", "-5", "1.5", "\"3\"", "1e30"})
    EXPECT_EQ(errorOf(run("\"batch\":" + std::string(Bad))),
              "field 'batch' must be a whole number from 1 to 2^53")
        << Bad;
  EXPECT_EQ(errorOf(run(R"("energy":{"value":-3,"unit":"J"})")),
            "field 'energy.value' is -3, but must be finite and above 0");
  EXPECT_EQ(errorOf(run(R"("energy":{"value":0,"unit":"J"})")),
            "field 'energy.value' is 0, but must be finite and above 0");
  EXPECT_EQ(errorOf(run(R"("energy":{"value":5})")),
            "field 'energy.unit' is missing");
  EXPECT_EQ(errorOf(run(R"("energy":5)")),
            "field 'energy' must be an object: {\"value\": 1234.5, \"unit\": "
            "\"J\"}");
  EXPECT_EQ(errorOf(run(R"("accuracy":97)")),
            "field 'accuracy' is 97, but must be from 0 to 1");
  EXPECT_EQ(errorOf(run(R"("phase":"back")")),
            "field 'phase' must be \"forward\" or \"backward\"");
  EXPECT_EQ(errorOf(run(R"("per_epoch":[{"seconds":-1}])")),
            "field 'per_epoch[0].seconds' is -1, but must be not negative");
  EXPECT_EQ(errorOf(run(R"("step":625)")),
            "unknown field 'step'; did you mean 'steps'?");
}

TEST(RunRecord, InfiniteEnergyIsRefused) {
  std::string Text = run();
  size_t At = Text.find("1234.5");
  Text.replace(At, 6, "1e999");
  EXPECT_NE(errorOf(Text), "");
  Text.replace(At, 5, "NaN");
  EXPECT_NE(errorOf(Text), "");
}

TEST(RunRecord, Schemas) {
  EXPECT_EQ(errorOf(run(R"("schema":"toscount.run/2")")),
            "field 'schema' is \"toscount.run/2\", which this toscount does "
            "not read; it reads \"toscount.run/1\"");
  EXPECT_EQ(errorOf(run(R"("schema":"x")")),
            "field 'schema' must be \"toscount.run/1\"");
  EXPECT_EQ(errorOf("{}"), "field 'schema' is missing; a run has \"schema\": "
                           "\"toscount.run/1\"");
}

TEST(RunRecord, HostileText) {
  EXPECT_NE(errorOf(run().substr(0, 60)), "");
  EXPECT_EQ(errorOf("[]"), "a run must be a JSON object");
  EXPECT_EQ(errorOf(std::string(1000000, '[')),
            "brackets are nested deeper than 32");
}

TEST(RunRecords, LinesAreNumbered) {
  std::string Text = run() + "\r\n\n" + run(R"("epochs":0)") + "\n";
  Expected<std::vector<RunRecord>> R = parseRunRecords(Text, "a.jsonl");
  ASSERT_FALSE(static_cast<bool>(R));
  EXPECT_EQ(toString(R.takeError()),
            "a.jsonl:3: field 'epochs' must be a whole number from 1 to 2^53");
}

TEST(RunRecords, WhatDiffersIsNotFittedTogether) {
  auto Records = [](const std::string &Changes) {
    return cantFail(parseRunRecords(run() + "\n" + run(Changes), "a.jsonl"));
  };
  auto Refused = [&](const std::string &Changes) {
    return toString(checkFittedTogether(Records(Changes)));
  };
  EXPECT_EQ(
      Refused(R"("energy":{"value":7,"unit":"W samples"})"),
      "a.jsonl:2: unit 'W samples', but a.jsonl:1 has 'J'; runs that differ in "
      "it can't be fitted together; give them apart, or fit each by itself "
      "with --group-by unit");
  EXPECT_TRUE(StringRef(Refused(R"("hardware":"V100")"))
                  .starts_with("a.jsonl:2: hardware 'V100'"));
  EXPECT_TRUE(StringRef(Refused(R"("meter":"rapl")"))
                  .starts_with("a.jsonl:2: meter 'rapl'"));
  EXPECT_TRUE(StringRef(Refused(R"("boundary":"gpu")"))
                  .starts_with("a.jsonl:2: boundary 'gpu', but a.jsonl:1 has "
                               "'not given'"));
  EXPECT_EQ(Refused(R"("session":"tuesday")"), toString(Error::success()));
  EXPECT_FALSE(static_cast<bool>(
      checkFittedTogether(Records(R"("hardware":"V100")"), {"hardware"})));
  auto Parts = partitionRuns(Records(R"("hardware":"V100")"), {"hardware"});
  ASSERT_EQ(Parts.size(), 2U);
  EXPECT_EQ(Parts.begin()->first, "Tesla T4");
}

} // namespace
