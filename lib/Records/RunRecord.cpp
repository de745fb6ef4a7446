//===- RunRecord.cpp - reading one run ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/RunRecord.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Json.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral Schema = "toscount.run/1";
constexpr StringLiteral SchemaName = "toscount.run/";

/// Above this doubles, which JSON's readers use, are no longer exact.
constexpr int64_t MostCount = int64_t{1} << 53U;

constexpr StringLiteral KnownFields[] = {"schema",
                                         "model",
                                         "samples",
                                         "batch",
                                         "epochs",
                                         "optimizer",
                                         "loss",
                                         "dtype",
                                         "hardware",
                                         "meter",
                                         "energy",
                                         "steps",
                                         "validation_samples",
                                         "seconds",
                                         "accuracy",
                                         "estimated",
                                         "group",
                                         "session",
                                         "phase",
                                         "trainable",
                                         "per_epoch",
                                         "boundary",
                                         "graph_hash"};

/// Reads the fields of one JSON object; remembers the first that is wrong.
class FieldReader {
public:
  FieldReader(const json::Object &Object, std::string Prefix = "")
      : Object(Object), Prefix(std::move(Prefix)) {}

  Error takeError() {
    return Problem.empty() ? Error::success() : makeError(Problem);
  }

  void fail(StringRef Field, const Twine &What) {
    if (Problem.empty())
      Problem = ("field '" + Prefix + Field + "' " + What).str();
  }

  /// Null: absent, or null, which says the same.
  const json::Value *get(StringRef Field, bool Required = false) {
    const json::Value *V = Object.get(Field);
    if (V != nullptr && V->kind() != json::Value::Null)
      return V;
    if (Required)
      fail(Field, "is missing");
    return nullptr;
  }

  void text(StringRef Field, std::string &Out, bool Required) {
    const json::Value *V = get(Field, Required);
    if (V == nullptr)
      return;
    std::optional<StringRef> Text = V->getAsString();
    if (!Text)
      return fail(Field, "must be a text");
    if (Required && Text->trim().empty())
      return fail(Field, "is empty");
    Out = Text->str();
  }

  std::optional<uint64_t> whole(StringRef Field, int64_t Least, bool Required) {
    const json::Value *V = get(Field, Required);
    if (V == nullptr)
      return std::nullopt;
    std::optional<int64_t> Number = V->getAsInteger();
    if (!Number || *Number < Least || *Number > MostCount) {
      fail(Field, "must be a whole number from " + Twine(Least) + " to 2^53");
      return std::nullopt;
    }
    return static_cast<uint64_t>(*Number);
  }

  std::optional<double> number(StringRef Field, double Least, double Most,
                               StringRef Range, bool Required = false) {
    const json::Value *V = get(Field, Required);
    if (V == nullptr)
      return std::nullopt;
    std::optional<double> Number = V->getAsNumber();
    if (!Number) {
      fail(Field, "must be a number");
      return std::nullopt;
    }
    if (!std::isfinite(*Number) || *Number < Least || *Number > Most) {
      fail(Field, "is " + numberText(*Number) + ", but must be " + Range);
      return std::nullopt;
    }
    return Number;
  }

private:
  const json::Object &Object;
  std::string Prefix, Problem;
};

constexpr double Infinite = std::numeric_limits<double>::infinity();

/// A field a letter away from a known one is a slip whose loss would go
/// unnoticed. Reported in the order of spelling, as objects have none.
Error checkSpelling(const json::Object &Object) {
  std::vector<StringRef> Keys;
  for (const auto &Entry : Object)
    Keys.push_back(Entry.first);
  llvm::sort(Keys);
  for (StringRef Key : Keys) {
    if (is_contained(KnownFields, Key))
      continue;
    for (StringRef Known : KnownFields)
      if (Key.edit_distance_insensitive(Known) <= 1)
        return makeError("unknown field '" + printable(Key) +
                         "'; did you mean '" + Known + "'?");
  }
  return Error::success();
}

Error checkSchema(const json::Object &Object) {
  const json::Value *V = Object.get("schema");
  if (V == nullptr)
    return makeError("field 'schema' is missing; a run has \"schema\": \"" +
                     Schema + "\"");
  StringRef Given = V->getAsString().value_or("");
  if (Given == Schema)
    return Error::success();
  unsigned Version = 0;
  if (StringRef Rest = Given;
      Rest.consume_front(SchemaName) && !Rest.getAsInteger(10, Version))
    return makeError("field 'schema' is \"" + printable(Given) +
                     "\", which this toscount does not read; it reads \"" +
                     Schema + "\"");
  return makeError("field 'schema' must be \"" + Schema + "\"");
}

Error readEnergy(FieldReader &Fields, MeasuredEnergy &Energy) {
  const json::Value *V = Fields.get("energy", /*Required=*/true);
  if (V == nullptr)
    return Error::success(); // The reader has said so.
  const json::Object *Object = V->getAsObject();
  if (Object == nullptr)
    return makeError("field 'energy' must be an object: {\"value\": 1234.5, "
                     "\"unit\": \"J\"}");
  FieldReader Inner(*Object, "energy.");
  if (std::optional<double> Value =
          Inner.number("value", 0, Infinite, "finite and above 0",
                       /*Required=*/true)) {
    if (*Value == 0)
      Inner.fail("value", "is 0, but must be finite and above 0");
    Energy.Value = *Value;
  }
  Inner.text("unit", Energy.Unit, /*Required=*/true);
  Energy.Unit = StringRef(Energy.Unit).trim().str();
  return Inner.takeError();
}

/// A text, or a list of texts.
Error readBoundary(FieldReader &Fields, std::string &Boundary) {
  const json::Value *V = Fields.get("boundary");
  if (V == nullptr)
    return Error::success();
  std::vector<std::string> Parts;
  if (std::optional<StringRef> Text = V->getAsString()) {
    SmallVector<StringRef> Words;
    Text->split(Words, '+', -1, /*KeepEmpty=*/false);
    for (StringRef Word : Words)
      Parts.push_back(Word.trim().str());
  } else if (const json::Array *List = V->getAsArray()) {
    for (const json::Value &Part : *List) {
      std::optional<StringRef> Word = Part.getAsString();
      if (!Word)
        return makeError("field 'boundary' must be a text or a list of texts");
      Parts.push_back(Word->trim().str());
    }
  } else {
    return makeError("field 'boundary' must be a text or a list of texts");
  }
  llvm::sort(Parts);
  Boundary = join(Parts, "+");
  return Error::success();
}

/// Joules of an epoch: a number, {"value", "unit"}, or a number a domain, whose
/// sum is meant.
std::optional<double> epochEnergy(FieldReader &Fields) {
  const json::Value *V = Fields.get("energy");
  if (V == nullptr)
    return std::nullopt;
  if (V->getAsNumber())
    return Fields.number("energy", 0, Infinite, "finite and not negative");
  const json::Object *Object = V->getAsObject();
  if (Object == nullptr) {
    Fields.fail("energy", "must be a number or an object");
    return std::nullopt;
  }
  double Sum = 0;
  FieldReader Inner(*Object);
  bool Plain = Object->get("value") != nullptr;
  for (const auto &Entry : *Object) {
    if (Plain && Entry.first != "value")
      continue;
    Sum += Inner.number(Entry.first, 0, Infinite, "finite and not negative")
               .value_or(0);
  }
  if (Error E = Inner.takeError()) {
    consumeError(std::move(E));
    Fields.fail("energy", "must hold finite numbers that are not negative");
    return std::nullopt;
  }
  return Sum;
}

Error readEpochs(FieldReader &Fields, std::vector<EpochRecord> &Epochs) {
  const json::Value *V = Fields.get("per_epoch");
  if (V == nullptr)
    return Error::success();
  const json::Array *List = V->getAsArray();
  if (List == nullptr)
    return makeError("field 'per_epoch' must be a list");
  for (size_t I = 0; I < List->size(); ++I) {
    const json::Object *Object = (*List)[I].getAsObject();
    std::string Prefix = "per_epoch[" + std::to_string(I) + "].";
    if (Object == nullptr)
      return makeError("field 'per_epoch[" + Twine(I) + "]' must be an object");
    FieldReader Inner(*Object, Prefix);
    EpochRecord Epoch;
    Epoch.Seconds = Inner.number("seconds", 0, Infinite, "not negative");
    Epoch.Energy = epochEnergy(Inner);
    Epoch.TrainAccuracy = Inner.number("train_accuracy", 0, 1, "from 0 to 1");
    Epoch.ValidationAccuracy =
        Inner.number("validation_accuracy", 0, 1, "from 0 to 1");
    // A loss that has become infinite is a finding, not an error; JSON has no
    // such numbers, so that null stands for it.
    Epoch.Loss = Inner.number("loss", -Infinite, Infinite, "finite");
    if (Error E = Inner.takeError())
      return E;
    Epochs.push_back(Epoch);
  }
  return Error::success();
}

} // namespace

Expected<RunRecord> parseRunRecord(StringRef Text) {
  Expected<json::Value> Value = parseJson(Text);
  if (!Value)
    return Value.takeError();
  const json::Object *Object = Value->getAsObject();
  if (Object == nullptr)
    return makeError("a run must be a JSON object");
  if (Error E = checkSchema(*Object))
    return E;
  if (Error E = checkSpelling(*Object))
    return E;

  RunRecord R;
  FieldReader Fields(*Object);
  Fields.text("model", R.Model, /*Required=*/true);
  R.Samples = Fields.whole("samples", 1, /*Required=*/true).value_or(0);
  R.Batch = Fields.whole("batch", 1, /*Required=*/true).value_or(0);
  R.Epochs = Fields.whole("epochs", 1, /*Required=*/true).value_or(0);
  Fields.text("optimizer", R.Optimizer, /*Required=*/true);
  Fields.text("loss", R.Loss, /*Required=*/true);
  Fields.text("dtype", R.Dtype, /*Required=*/true);
  Fields.text("hardware", R.Hardware, /*Required=*/true);
  Fields.text("meter", R.Meter, /*Required=*/true);
  Error BadEnergy = readEnergy(Fields, R.Energy);
  if (Error E = Fields.takeError()) {
    consumeError(std::move(BadEnergy));
    return E;
  }
  if (BadEnergy)
    return BadEnergy;

  R.Steps = Fields.whole("steps", 1, false);
  R.ValidationSamples =
      Fields.whole("validation_samples", 0, false).value_or(0);
  R.Seconds = Fields.number("seconds", 0, Infinite, "finite and not negative");
  R.Accuracy = Fields.number("accuracy", 0, 1, "from 0 to 1");
  if (const json::Value *V = Fields.get("estimated")) {
    if (std::optional<bool> Flag = V->getAsBoolean())
      R.Estimated = *Flag;
    else
      Fields.fail("estimated", "must be true or false");
  }
  Fields.text("group", R.Group, false);
  Fields.text("graph_hash", R.GraphHash, false);
  Fields.text("session", R.Session, false);
  Fields.text("phase", R.Phase, false);
  if (!R.Phase.empty() && R.Phase != "forward" && R.Phase != "backward")
    Fields.fail("phase", "must be \"forward\" or \"backward\"");
  Fields.text("trainable", R.Trainable, false);
  // Not among the fields whose spelling is checked: "date" is a letter away.
  Fields.text("data", R.Data, false);
  Fields.text("criterion", R.Criterion, false);
  if (Error E = Fields.takeError())
    return E;
  if (Error E = readBoundary(Fields, R.Boundary))
    return E;
  if (Error E = readEpochs(Fields, R.PerEpoch))
    return E;
  return R;
}

uint64_t RunRecord::steps() const {
  if (Steps)
    return *Steps;
  uint64_t Batches = Batch == 0 ? 0 : Samples / Batch + (Samples % Batch != 0);
  uint64_t Product = 0;
  return __builtin_mul_overflow(Batches, Epochs, &Product) ? UINT64_MAX
                                                           : Product;
}

StringRef RunRecord::group() const {
  if (!Group.empty())
    return Group;
  return GraphHash.empty() ? StringRef(Model) : StringRef(GraphHash);
}

std::string RunRecord::where() const {
  return printable(File) + ":" + std::to_string(Line);
}

} // namespace toscount
