//===- SearchSpace.cpp - what a search chooses from -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "SpaceTable.h"

#include "toscount/IR/ElementType.h"
#include "toscount/Ops/Optimizer.h"
#include "toscount/Prediction/Sweep.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Json.h"
#include "toscount/Support/JsonFields.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr size_t MaxBytes = size_t{16} << 20U;

/// Settings that a space may vary.
constexpr StringLiteral Settings[] = {"batch", "optimizer", "learning_rate",
                                      "dtype"};

std::string textOf(const json::Value &V) {
  if (std::optional<StringRef> Text = V.getAsString())
    return Text->str();
  if (std::optional<int64_t> Whole = V.getAsInteger())
    return std::to_string(*Whole);
  if (std::optional<double> Number = V.getAsNumber())
    return numberText(*Number);
  return {};
}

void checkValue(const JsonFields &F, StringRef Setting, StringRef Value) {
  auto Wrong = [&](const Twine &What) {
    F.fail("field '" + Setting + "': '" + printable(Value) + "' " + What);
  };
  int64_t Whole = 0;
  if (Setting == "batch" && (Value.getAsInteger(10, Whole) || Whole < 1))
    Wrong("is no positive whole number");
  double Number = 0;
  if (Setting == "learning_rate" &&
      (!parseNumber(Value, Number) || !(Number > 0)))
    Wrong("is no number above 0");
  if (Setting == "dtype" && !elementTypeFromName(Value))
    Wrong("is no datatype" + Twine(didYouMean(Value, datatypeNames())));
  if (Setting != "optimizer")
    return;
  std::vector<StringRef> Names = {"none"};
  for (const auto &O : optimizers())
    Names.push_back(O.Name);
  if (!is_contained(Names, Value))
    Wrong("is no optimizer" + Twine(didYouMean(Value, Names)));
}

void readAxis(const JsonFields &F, StringRef Setting, SearchSpace &Space) {
  if (F.get(Setting, false) == nullptr)
    return;
  SearchAxis Axis;
  Axis.Name = Setting.str();
  for (const json::Value &One : F.list(Setting, true)) {
    Axis.Values.push_back(textOf(One));
    checkValue(F, Setting, Axis.Values.back());
  }
  StringSet<> Seen;
  for (const std::string &Value : Axis.Values)
    if (!Seen.insert(Value).second)
      F.fail("field '" + Setting + "': '" + printable(Value) +
             "' is given twice");
  if (Axis.Values.empty())
    F.fail("field '" + Setting + "' has no values");
  Space.Axes.push_back(std::move(Axis));
}

Error readModels(const JsonFields &F, SearchSpace &Space) {
  StringSet<> Seen;
  for (const std::string &Text : F.texts("models")) {
    if (Text.empty() || Text == "-")
      return makeError("field 'models': '" + Text + "' is no model");
    Expected<std::vector<std::string>> Specs = expandSpec(Text);
    if (!Specs)
      return Specs.takeError();
    for (std::string &Spec : *Specs) {
      if (!Seen.insert(Spec).second)
        return makeError("field 'models': '" + printable(Spec) +
                         "' is given twice");
      Space.Models.push_back(std::move(Spec));
    }
    if (Space.Models.size() > MostCandidates)
      return makeError("field 'models' has more than " + Twine(MostCandidates) +
                       " models");
  }
  if (Space.Models.empty())
    return makeError("field 'models' names no model");
  return Error::success();
}

Error parseSpace(StringRef Text, SearchSpace &Space) {
  if (Text.size() > MaxBytes)
    return makeError("has more than 16 MiB");
  Expected<json::Value> Value = parseJson(Text);
  if (!Value)
    return Value.takeError();
  const json::Object *Object = Value->getAsObject();
  if (Object == nullptr)
    return makeError("a search space must be a JSON object");
  std::string Problem;
  JsonFields F(*Object, "", Problem);
  std::vector<StringRef> Names = {"schema", "models"};
  Names.insert(Names.end(), std::begin(Settings), std::end(Settings));
  F.known(Names);
  if (std::string Schema = F.text("schema", true);
      Problem.empty() && Schema != "toscount.space/1")
    F.fail("schema '" + printable(Schema) +
           "' is not known; this version reads toscount.space/1");
  (void)F.list("models", true);
  for (StringRef Setting : Settings)
    readAxis(F, Setting, Space);
  if (Error E = Problem.empty() ? readModels(F, Space) : Error::success())
    return E;
  return Problem.empty() ? Error::success() : makeError(Problem);
}

std::string nameOf(const SearchCandidate &C) {
  std::vector<std::string> Parts = {C.Model};
  for (const auto &[Axis, Value] : C.Settings)
    Parts.push_back(Axis + " " + Value);
  return join(Parts, ", ");
}

} // namespace

bool SearchSpace::hasModels() const {
  return IsTable ? !Rows.front().Model.empty() : !Models.empty();
}

Expected<SearchSpace> readSearchSpace(StringRef Path,
                                      const SpaceColumns &Columns) {
  if (Path.ends_with_insensitive(".csv"))
    return readSpaceTable(Path, Columns);
  if (!Columns.Features.empty() ||
      !(Columns.Accuracy + Columns.Energy + Columns.Unit).empty())
    return makeError(printable(Path) + ": has no columns: it is no table "
                                       "(.csv)");
  Expected<std::string> Text = readBeginning(Path, MaxBytes + 1);
  if (!Text)
    return Text.takeError();
  SearchSpace Space;
  Space.Path = Path.str();
  if (Error E = parseSpace(*Text, Space))
    return withContext(std::move(E), printable(Path));
  return Space;
}

Expected<std::vector<SearchCandidate>> gridOf(const SearchSpace &Space) {
  if (Space.IsTable)
    return Space.Rows;
  std::vector<SearchCandidate> All;
  for (const std::string &Model : Space.Models)
    All.push_back({.Model = Model});
  for (const SearchAxis &Axis : Space.Axes) {
    if (All.size() * Axis.Values.size() > MostCandidates)
      return makeError(printable(Space.Path) + ": has more than " +
                       Twine(MostCandidates) + " combinations");
    std::vector<SearchCandidate> Longer;
    for (const SearchCandidate &C : All)
      for (const std::string &Value : Axis.Values) {
        Longer.push_back(C);
        Longer.back().Settings.emplace_back(Axis.Name, Value);
      }
    All = std::move(Longer);
  }
  for (SearchCandidate &C : All)
    C.Name = nameOf(C);
  return All;
}

} // namespace toscount
