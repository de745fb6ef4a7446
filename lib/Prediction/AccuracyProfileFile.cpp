//===- AccuracyProfileFile.cpp - learning curves as JSON ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/AccuracyProfile.h"
#include "toscount/Prediction/ProfileLibrary.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Json.h"
#include "toscount/Support/JsonFields.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr size_t MaxBytes = size_t{1} << 20U;

void readPair(const JsonFields &F, StringRef Name, const CurveBounds &Bounds,
              std::array<double, 2> &Ends) {
  ArrayRef<json::Value> List = F.list(Name, true);
  bool Good = List.size() == 2;
  for (size_t I = 0; Good && I < 2; ++I) {
    std::optional<double> Number = List[I].getAsNumber();
    Good = Number && *Number >= Bounds.Lower && *Number <= Bounds.Upper;
    Ends[I] = Number.value_or(0);
  }
  if (!Good)
    F.fail("field '" + Name + "' must be two numbers from " +
           numberText(Bounds.Lower) + " to " + numberText(Bounds.Upper));
}

double positive(const JsonFields &F, StringRef Name) {
  double Number = F.number(Name, true).value_or(1);
  if (!(Number > 0))
    F.fail("field '" + Name + "' must be above 0");
  return Number;
}

AccuracyFamily readFamily(const JsonFields &F) {
  F.known({"network", "parameters", "size", "least_size", "most_size",
           "samples", "batch", "optimizer", "most_epochs", "a", "b", "c",
           "points", "spread", "stopping_noise"});
  AccuracyFamily A;
  A.Network = F.text("network", true);
  if (const json::Value *V = F.get("parameters", false)) {
    const json::Object *O = V->getAsObject();
    if (O == nullptr)
      F.fail("field 'parameters' must be an object");
    else
      for (const auto &[Key, Value] : *O)
        A.Parameters[Key.str()] = Value.getAsString().value_or("").str();
  }
  A.Size = F.text("size", true);
  double Least = positive(F, "least_size"), Most = positive(F, "most_size");
  if (Least > Most)
    F.fail("field 'least_size' is above 'most_size'");
  A.Curve.LeastLogSize = std::log(Least);
  A.Curve.MostLogSize = std::log(Most);
  constexpr double MostCount = 1e15;
  A.Samples = static_cast<int64_t>(std::min(positive(F, "samples"), MostCount));
  A.Batch = static_cast<int64_t>(std::min(positive(F, "batch"), MostCount));
  A.Optimizer = F.text("optimizer", true);
  A.MostEpochs = positive(F, "most_epochs");
  readPair(F, "a", BoundsA, A.Curve.A);
  readPair(F, "b", BoundsB, A.Curve.B);
  readPair(F, "c", BoundsC, A.Curve.C);
  A.Curve.Points =
      static_cast<size_t>(std::min(positive(F, "points"), MostCount));
  A.Curve.Spread = F.number("spread").value_or(0);
  A.StoppingNoise = F.number("stopping_noise");
  if (A.StoppingNoise && !(*A.StoppingNoise >= 0 && *A.StoppingNoise <= 1))
    F.fail("field 'stopping_noise' must lie from 0 to 1");
  return A;
}

AccuracyInterval readInterval(const JsonFields &F) {
  AccuracyInterval I = {F.number("level", true).value_or(0),
                        F.number("width", true).value_or(0)};
  if (!(I.Level > 0 && I.Level < 1) || I.Width < 0)
    F.fail("'level' must lie between 0 and 1, and 'width' not below 0");
  return I;
}

/// Levels ascend.
template <typename T> bool add(std::vector<T> &To, T Value) {
  bool Ascends = To.empty() || To.back().Level < Value.Level;
  To.push_back(Value);
  return Ascends;
}

AccuracyProfile readAll(const JsonFields &F) {
  F.known({"schema", "name", "source", "families", "accuracy_intervals",
           "stop_intervals"});
  AccuracyProfile P;
  if (std::string Schema = F.text("schema", true);
      Schema != "toscount.accuracy/1")
    F.fail("schema '" + printable(Schema) +
           "' is not known; this version reads toscount.accuracy/1");
  P.Name = F.text("name", true);
  P.Source = F.text("source");
  F.objects("families", true, [&](const JsonFields &One) {
    P.Families.push_back(readFamily(One));
  });
  F.objects("accuracy_intervals", false, [&](const JsonFields &One) {
    One.known({"level", "width"});
    if (!add(P.Accuracy, readInterval(One)))
      One.fail("levels must ascend");
  });
  F.objects("stop_intervals", false, [&](const JsonFields &One) {
    One.known({"stop", "level", "width"});
    if (!add(P.Stops[One.text("stop", true)], readInterval(One)))
      One.fail("levels must ascend");
  });
  return P;
}

} // namespace

Expected<AccuracyProfile> parseAccuracyProfile(StringRef Text, StringRef Path) {
  std::string File = printable(Path);
  if (Text.size() > MaxBytes)
    return makeError(File + ": has more than 1 MiB, so it holds no learning "
                            "curves");
  Expected<json::Value> Value = parseJson(Text);
  if (!Value)
    return withContext(Value.takeError(), File);
  const json::Object *Object = Value->getAsObject();
  if (Object == nullptr)
    return makeError(File + ": learning curves must be a JSON object");
  std::string Problem;
  AccuracyProfile P = readAll(JsonFields(*Object, "", Problem));
  if (!Problem.empty())
    return makeError(File + ": " + Problem);
  return P;
}

static Expected<AccuracyProfile> readFile(StringRef Path) {
  Expected<std::string> Text = readBeginning(Path, MaxBytes + 1);
  if (!Text)
    return Text.takeError();
  return parseAccuracyProfile(*Text, Path);
}

Expected<AccuracyProfile> loadAccuracyProfile(StringRef NameOrPath) {
  if (NameOrPath.contains('/') || NameOrPath.ends_with(".json"))
    return readFile(NameOrPath);
  std::vector<ShippedProfile> All = shippedLearningCurves();
  std::vector<StringRef> Names;
  for (const ShippedProfile &P : All) {
    if (P.Name == NameOrPath)
      return readFile(P.Path);
    Names.push_back(P.Name);
  }
  return makeError("no learning curves are called '" + printable(NameOrPath) +
                   "'" + didYouMean(NameOrPath, Names));
}

Expected<std::vector<AccuracyProfile>> shippedAccuracyProfiles() {
  std::vector<AccuracyProfile> All;
  for (const ShippedProfile &P : shippedLearningCurves()) {
    Expected<AccuracyProfile> Read = readFile(P.Path);
    if (!Read)
      return Read.takeError();
    All.push_back(std::move(*Read));
  }
  return All;
}

static void writeFamily(json::OStream &J, const AccuracyFamily &F) {
  auto Number = [&](StringRef Name, double Value) {
    J.attributeBegin(Name);
    J.rawValue(numberText(Value));
    J.attributeEnd();
  };
  auto Pair = [&](StringRef Name, const std::array<double, 2> &Ends) {
    J.attributeArray(Name, [&] {
      J.rawValue(numberText(Ends[0]));
      J.rawValue(numberText(Ends[1]));
    });
  };
  J.object([&] {
    J.attribute("network", F.Network);
    J.attributeObject("parameters", [&] {
      for (const auto &[Key, Value] : F.Parameters)
        J.attribute(Key, Value);
    });
    J.attribute("size", F.Size);
    Number("least_size",
           std::round(1e9 * std::exp(F.Curve.LeastLogSize)) / 1e9);
    Number("most_size", std::round(1e9 * std::exp(F.Curve.MostLogSize)) / 1e9);
    J.attribute("samples", F.Samples);
    J.attribute("batch", F.Batch);
    J.attribute("optimizer", F.Optimizer);
    Number("most_epochs", F.MostEpochs);
    Pair("a", F.Curve.A);
    Pair("b", F.Curve.B);
    Pair("c", F.Curve.C);
    J.attribute("points", static_cast<int64_t>(F.Curve.Points));
    Number("spread", F.Curve.Spread);
    if (F.StoppingNoise)
      Number("stopping_noise", *F.StoppingNoise);
  });
}

void writeAccuracyProfile(raw_ostream &OS, const AccuracyProfile &P) {
  json::OStream J(OS, 2);
  auto Interval = [&](StringRef Stop, const AccuracyInterval &I) {
    J.object([&] {
      if (!Stop.empty())
        J.attribute("stop", Stop);
      J.attributeBegin("level");
      J.rawValue(numberText(I.Level));
      J.attributeEnd();
      J.attributeBegin("width");
      J.rawValue(numberText(I.Width));
      J.attributeEnd();
    });
  };
  J.object([&] {
    J.attribute("schema", "toscount.accuracy/1");
    J.attribute("name", P.Name);
    J.attribute("source", P.Source);
    J.attributeArray("families", [&] {
      for (const AccuracyFamily &F : P.Families)
        writeFamily(J, F);
    });
    J.attributeArray("accuracy_intervals", [&] {
      for (const AccuracyInterval &I : P.Accuracy)
        Interval("", I);
    });
    J.attributeArray("stop_intervals", [&] {
      for (const auto &[Stop, All] : P.Stops)
        for (const AccuracyInterval &I : All)
          Interval(Stop, I);
    });
  });
  OS << "\n";
}

} // namespace toscount
