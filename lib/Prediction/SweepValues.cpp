//===- SweepValues.cpp - values of design factors -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Sweep.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace toscount {

/// Adds the numbers of "A..B" or "A..B:STEP".
static Error addRange(StringRef Text, std::vector<std::string> &Values) {
  auto [First, Rest] = Text.split("..");
  auto [Last, Step] = Rest.split(':');
  int64_t A = 0, B = 0, By = 1;
  if (First.getAsInteger(10, A) || Last.getAsInteger(10, B) ||
      (Rest.contains(':') && Step.getAsInteger(10, By)))
    return makeError("'" + printable(Text) +
                     "' is no range; write FIRST..LAST or FIRST..LAST:STEP in "
                     "whole numbers, for example 4..18:2");
  if (A > B || By < 1)
    return makeError(
        "'" + printable(Text) + "' is an empty range: " +
        (By < 1 ? "the step must be 1 or more" : "it begins above its end"));
  // Unsigned: the distance of two numbers always fits.
  uint64_t Steps = (static_cast<uint64_t>(B) - static_cast<uint64_t>(A)) /
                   static_cast<uint64_t>(By);
  if (Steps >= MostModels - std::min(MostModels, Values.size()))
    return makeError("'" + printable(Text) + "' has more than " +
                     Twine(MostModels) + " values");
  for (uint64_t I = 0; I <= Steps; ++I)
    Values.push_back(std::to_string(static_cast<int64_t>(
        static_cast<uint64_t>(A) + I * static_cast<uint64_t>(By))));
  return Error::success();
}

Expected<std::vector<std::string>> parseValues(StringRef Text) {
  std::vector<std::string> Values;
  SmallVector<StringRef, 8> Parts;
  Text.split(Parts, ',');
  if (Parts.size() > MostModels)
    return makeError("there are more than " + Twine(MostModels) + " values");
  for (StringRef Part : Parts) {
    if (Part.empty())
      return makeError("a value is empty");
    if (!Part.contains("..")) {
      Values.push_back(Part.str());
      continue;
    }
    if (Error E = addRange(Part, Values))
      return E;
  }
  StringSet<> Seen;
  for (const std::string &V : Values)
    if (!Seen.insert(V).second)
      return makeError("'" + printable(V) + "' is given twice");
  return Values;
}

Expected<std::vector<std::string>> expandSpec(StringRef Path) {
  std::vector<std::string> Specs = {""};
  if (!isZooSpec(Path) || !Path.contains("..")) {
    Specs.front() = Path.str();
    return Specs;
  }
  SmallVector<StringRef, 8> Parts;
  Path.split(Parts, ',');
  for (size_t I = 0; I < Parts.size(); ++I) {
    std::vector<std::string> Values = {Parts[I].str()};
    if (auto [Key, Text] = Parts[I].split('='); Text.contains("..")) {
      Expected<std::vector<std::string>> Range = parseValues(Text);
      if (!Range)
        return withContext(Range.takeError(), printable(Path));
      Values = std::move(*Range);
      for (std::string &V : Values)
        V.insert(0, (Key + "=").str());
    }
    if (Specs.size() * Values.size() > MostModels)
      return makeError(printable(Path) + ": stands for more than " +
                       Twine(MostModels) + " networks");
    std::vector<std::string> Longer;
    for (const std::string &S : Specs)
      for (const std::string &V : Values)
        Longer.push_back(S + (I == 0 ? "" : ",") + V);
    Specs = std::move(Longer);
  }
  return Specs;
}

bool SweepAxis::isNumber() const {
  return all_of(Values, [](StringRef V) {
    int64_t Number = 0;
    return !V.getAsInteger(10, Number) && Number > 0;
  });
}

} // namespace toscount
