//===- ProfileReader.cpp - profiles from JSON -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ProfileFields.h"

#include "toscount/Prediction/Profile.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Json.h"
#include "toscount/Support/JsonFields.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr size_t MaxBytes = size_t{16} << 20U;

using Fields = JsonFields;

std::optional<Feature> feature(const Fields &F, StringRef Name) {
  std::string Text = F.text(Name, true);
  std::optional<Feature> Found = featureFromName(Text);
  if (!Found)
    F.fail(toString(unknownFeature(Text)));
  return Found;
}

ProfileCoefficient readCoefficient(const Fields &F) {
  F.known({"name", "value", "standard_error", "unit"});
  ProfileCoefficient C;
  C.Name = F.text("name", true);
  C.Value = F.number("value", true).value_or(0);
  C.StandardError = F.number("standard_error");
  C.Unit = F.text("unit");
  return C;
}

ProfileScores readScores(const Fields &F) {
  F.known({"method", "n", "mape_percent", "median_ape_percent",
           "p95_ape_percent", "bias_percent", "spearman"});
  ProfileScores S;
  S.Method = F.text("method", true);
  S.N = F.number("n");
  S.MapePercent = F.number("mape_percent");
  S.MedianApePercent = F.number("median_ape_percent");
  S.P95ApePercent = F.number("p95_ape_percent");
  S.BiasPercent = F.number("bias_percent");
  S.Spearman = F.number("spearman");
  return S;
}

ProfileFamily readFamily(const Fields &F) {
  F.known({"name", "role", "kind", "unit", "x", "coefficients",
           "cross_validation", "notes"});
  ProfileFamily P;
  P.Name = F.text("name", true);
  P.Role = F.choice<FamilyRole>("role", FamilyRoleNames);
  P.Kind = F.choice<FamilyKind>("kind", FamilyKindNames);
  P.Unit = F.text("unit", true);
  if (F.get("x", false) != nullptr)
    P.X = feature(F, "x");
  F.objects("coefficients", true, [&](const Fields &C) {
    P.Coefficients.push_back(readCoefficient(C));
  });
  F.objects("cross_validation", false,
            [&](const Fields &S) { P.Scores.push_back(readScores(S)); });
  P.Notes = F.texts("notes");
  return P;
}

/// Ranges are an object: feature -> [least, most].
void readRanges(const Fields &F, std::vector<FeatureRange> &Ranges) {
  const json::Value *V = F.get("ranges", false);
  if (V == nullptr)
    return;
  const json::Object *Object = V->getAsObject();
  if (Object == nullptr)
    return F.fail("field 'ranges' must be an object");
  std::vector<StringRef> Keys;
  for (const auto &Entry : *Object)
    Keys.push_back(Entry.first);
  llvm::sort(Keys);
  for (StringRef Key : Keys) {
    std::optional<Feature> Id = featureFromName(Key);
    if (!Id)
      return F.fail("ranges: " + toString(unknownFeature(Key)));
    const json::Array *Pair = Object->getArray(Key);
    std::optional<double> Ends[2];
    if (Pair != nullptr && Pair->size() == 2)
      for (unsigned I = 0; I < 2; ++I)
        Ends[I] = (*Pair)[I].getAsNumber();
    if (!Ends[0] || !Ends[1])
      return F.fail("ranges: '" + Key + "' must be a list of two numbers");
    Ranges.push_back({*Id, *Ends[0], *Ends[1]});
  }
  llvm::sort(Ranges, [](const FeatureRange &A, const FeatureRange &B) {
    return A.Id < B.Id;
  });
}

void checkSchema(const Fields &F) {
  std::string Given = F.text("schema", true);
  if (Given == ProfileSchema || Given == ProfileSchema2)
    return;
  unsigned Version = 0;
  if (StringRef Rest = Given;
      Rest.consume_front(ProfileSchemaName) && !Rest.getAsInteger(10, Version))
    return F.fail("field 'schema' is \"" + printable(Given) +
                  "\", which this toscount does not read; it reads \"" +
                  ProfileSchema + "\" and \"" + ProfileSchema2 + "\"");
  F.fail("field 'schema' must be \"" + ProfileSchema + "\"");
}

Profile readFields(const Fields &F) {
  Profile P;
  checkSchema(F);
  F.known(
      {"schema",      "name",      "hardware",        "meter",  "boundary",
       "unit",        "dtype",     "phase",           "source", "license",
       "data_digest", "operators", "estimated",       "runs",   "groups",
       "families",    "sessions",  "unknown_session", "ranges", "ranges_per",
       "intervals",   "notes"});
  P.Name = F.text("name", true);
  P.Hardware = F.text("hardware", true);
  P.Meter = F.text("meter", true);
  P.Boundary = F.text("boundary");
  P.Unit = F.text("unit", true);
  std::string Dtype = F.text("dtype", true);
  P.Dtype = elementTypeFromName(Dtype).value_or(ElementType::Undefined);
  if (!is_contained(datatypeNames(), Dtype))
    F.fail("field 'dtype' is '" + printable(Dtype) + "', which is not known" +
           didYouMean(Dtype, datatypeNames()));
  std::string Part = F.text("phase");
  bool Known = false;
  for (RunPart R : {RunPart::Whole, RunPart::Forward, RunPart::Backward})
    if (name(R) == Part) {
      P.Part = R;
      Known = true;
    }
  if (!Known)
    F.fail("field 'phase' must be \"forward\" or \"backward\"");
  P.Source = F.text("source");
  P.License = F.text("license");
  P.DataDigest = F.text("data_digest");
  P.Operators = F.texts("operators");
  P.Estimated = F.flag("estimated");
  P.Runs = F.number("runs").value_or(0);
  P.Groups = F.number("groups").value_or(0);
  F.objects("families", true,
            [&](const Fields &G) { P.Families.push_back(readFamily(G)); });
  F.objects("sessions", false, [&](const Fields &S) {
    S.known({"session", "factor"});
    P.Sessions.push_back(
        {S.text("session", true), S.number("factor", true).value_or(0)});
  });
  P.UnknownSession = F.number("unknown_session").value_or(1);
  readRanges(F, P.Ranges);
  std::string Per = F.text("ranges_per");
  P.RangesPerStep = Per == "step";
  if (!Per.empty() && !P.RangesPerStep)
    F.fail("field 'ranges_per' must be \"step\"");
  F.objects("intervals", false, [&](const Fields &I) {
    I.known({"level", "inside", "beyond", "known_session", "by_size"});
    IntervalWidth W;
    W.Level = I.number("level", true).value_or(0);
    W.Inside = I.number("inside", true).value_or(0);
    W.Beyond = I.number("beyond", true).value_or(0);
    W.KnownSession = I.number("known_session");
    I.objects("by_size", false, [&](const Fields &S) {
      S.known({"up_to", "inside", "known_session"});
      W.BySize.push_back({S.number("up_to"),
                          S.number("inside", true).value_or(0),
                          S.number("known_session")});
    });
    P.Intervals.push_back(std::move(W));
  });
  P.Notes = F.texts("notes");
  return P;
}

} // namespace

Expected<Profile> parseProfile(StringRef Text, StringRef Path) {
  std::string File = printable(Path);
  if (Text.size() > MaxBytes)
    return makeError(File + ": has more than 16 MiB, so it is no profile");
  Expected<json::Value> Value = parseJson(Text);
  if (!Value)
    return withContext(Value.takeError(), File);
  const json::Object *Object = Value->getAsObject();
  if (Object == nullptr)
    return makeError(File + ": a profile must be a JSON object");
  std::string Problem;
  Profile P = readFields(Fields(*Object, "", Problem));
  if (!Problem.empty())
    return makeError(File + ": " + Problem);
  if (Error E = checkProfile(P))
    return withContext(std::move(E), File);
  return P;
}

Expected<Profile> readProfile(StringRef Path) {
  // A little more than a profile may have, so that too much is seen to be.
  Expected<std::string> Text = readBeginning(Path, MaxBytes + 1);
  if (!Text)
    return Text.takeError();
  return parseProfile(*Text, Path);
}

} // namespace toscount
