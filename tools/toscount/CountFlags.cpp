//===- CountFlags.cpp - flags that say how to count -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CountFlags.h"

#include "toscount/Analysis/Count.h"
#include "toscount/Ops/LossFunction.h"
#include "toscount/Ops/Optimizer.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Json.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount::tool {
DimBinding parseDim(StringRef Text) {
  auto [Left, Right] = Text.rsplit('=');
  DimBinding B;
  if (Left.empty() || Left.size() == Text.size())
    throw UsageError("--dim '" + printable(Text) +
                     "' should be NAME=VALUE or INPUT:AXIS=VALUE");
  if (Right.getAsInteger(10, B.Value) || B.Value < 1)
    throw UsageError("--dim '" + printable(Text) + "': '" + printable(Right) +
                     "' is not a positive number below 2^63");
  auto [Input, Axis] = Left.rsplit(':');
  unsigned Number = 0;
  if (Input.size() != Left.size() && !Axis.getAsInteger(10, Number)) {
    B.Name = Input.str();
    B.Axis = Number;
  } else {
    B.Name = Left.str();
  }
  return B;
}

namespace {

/// `NAME=VALUE[,VALUE...]`; `then` and `else` are 1 and 0, `none` no value.
void parseAssumption(StringRef Text, CountOptions &O) {
  auto [Left, Right] = Text.rsplit('=');
  if (Left.empty() || Left.size() == Text.size())
    throw UsageError("--assume '" + printable(Text) +
                     "' should be NAME=VALUE or NAME=VALUE,VALUE...");
  if (O.Assumptions.count(Left.str()) + O.RealAssumptions.count(Left.str()) !=
      0)
    throw UsageError("--assume: '" + printable(Left) + "' is given twice");
  std::vector<int64_t> Values;
  std::vector<double> Reals;
  bool Whole = true;
  SmallVector<StringRef, 4> Parts;
  if (Right != "none")
    Right.split(Parts, ',');
  for (StringRef Part : Parts) {
    int64_t Value = Part == "then" ? 1 : 0;
    double Real = 0;
    if (Part != "then" && Part != "else" && Part.getAsInteger(10, Value)) {
      Whole = false;
      if (Part.getAsDouble(Real) || !std::isfinite(Real))
        throw UsageError("--assume '" + printable(Text) + "': '" +
                         printable(Part) + "' is no number");
    } else {
      Real = static_cast<double>(Value);
    }
    Values.push_back(Value);
    Reals.push_back(Real);
  }
  if (Whole)
    O.Assumptions[Left.str()] = Values;
  else
    O.RealAssumptions[Left.str()] = Reals;
}

ElementType parseDatatype(StringRef Flag, StringRef Name) {
  checkChoice(Flag, Name, datatypeNames());
  return *elementTypeFromName(Name);
}

void checkPatternFlag(const CLI::Option &Flag, StringRef Pattern) {
  if (Flag.count() == 0)
    return;
  if (Error E = checkPattern(Pattern))
    throw UsageError(Flag.get_name() + ": " + toString(std::move(E)));
}

/// The whole of a small file.
Expected<std::string> readSmallFile(const std::string &Path) {
  constexpr size_t Most = size_t{1} << 20U;
  Expected<std::string> Text = readBeginning(Path, Most + 1);
  if (Text && Text->size() > Most)
    return makeError(printable(Path) + ": has more than 1 MiB, so it is no "
                                       "table of transistors");
  return Text;
}

template <typename Row>
std::vector<StringRef> namesOf(ArrayRef<Row> Rows, StringRef Extra) {
  std::vector<StringRef> Names = {Extra};
  for (const Row &R : Rows)
    Names.push_back(R.Name);
  return Names;
}

std::string listOf(ArrayRef<StringRef> Names) { return join(Names, ", "); }

} // namespace

void CountFlags::add(CLI::App &App, bool ForPrediction, bool Varied) {
  const char *What = "What is counted";
  if (!ForPrediction)
    App.add_option("--phase", Phase,
                   "infer: forward; validate: also the loss; train: also "
                   "backward, and update with --optimizer")
        ->group(What)
        ->type_name("LEVEL")
        ->capture_default_str();
  App.add_option("--dim", Dims,
                 "bind a dimension: NAME=N, or INPUT:AXIS=N, which also "
                 "changes a fixed one; of a result whose size only data "
                 "decides, RESULT:AXIS=N; once for each")
      ->group(What)
      ->type_name("NAME=N")
      ->allow_extra_args(false);
  App.add_option("--assume", Assumptions,
                 "what only data decides: a loop's number of "
                 "iterations, then or else of an If, a value's contents "
                 "(NAME=1,2,3), the length of a sequence, none for an optional "
                 "input; the figures become estimates; repeatable")
      ->group(What)
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  if (!Varied)
    BatchGiven = App.add_option("--batch", Batch,
                                "bind the batch dimension, when there is one "
                                "candidate")
                     ->group(What)
                     ->check(wholeNumber(INT64_MIN))
                     ->type_name("N");
  App.add_option("--loss", Loss,
                 listOf(namesOf(lossFunctions(), "graph")) +
                     " (default: graph if the output is one number, "
                     "otherwise cross-entropy)")
      ->group(What)
      ->type_name("LOSS");
  App.add_option("--loss-output", LossOutput,
                 "the output the loss is taken of (default: the only floating "
                 "one)")
      ->group(What)
      ->type_name("NAME");
  App.add_option("--class-axis", ClassAxis,
                 "axis of the classes (default: the last; 1 from rank 4 on)")
      ->group(What)
      ->check(wholeNumber(INT64_MIN))
      ->type_name("AXIS");
  App.add_option("--optimizer", Optimizer,
                 listOf(namesOf(optimizers(), "none")) + " (default none)")
      ->group(What)
      ->type_name("NAME");
  FreezeGiven =
      App.add_option("--freeze", Freeze,
                     "parameters (by their or their node's name) that are not "
                     "trained")
          ->group(What)
          ->type_name("REGEX");
  TrainableGiven = App.add_option("--trainable", Trainable,
                                  "only these parameters are trained")
                       ->group(What)
                       ->type_name("REGEX");
  App.add_flag("--allow-unknown", AllowUnknown,
               "count unknown operators as zero: the total is a lower bound")
      ->group(What);

  const char *How = "How it is counted";
  if (!Varied)
    App.add_option("--dtype", Datatype,
                   "compute and store floating tensors as: model (their own "
                   "types, the default), " +
                       listOf(datatypeNames()))
        ->group(How)
        ->type_name("TYPE");
  if (ForPrediction)
    return;
  App.add_option("--accumulate", Accumulate,
                 "datatype of the additions inside dot products (default: that "
                 "of the products)")
      ->group(How)
      ->type_name("TYPE");
  App.add_option("--convention", Convention,
                 "exact, or paper (the transistor-operations paper's GELU)")
      ->group(How)
      ->type_name("NAME")
      ->capture_default_str();
  App.add_flag("--skip-padding-taps", SkipPaddingTaps,
               "leave out kernel taps that fall on padding")
      ->group(How);
  App.add_flag("--qdq-as-written", QdqAsWritten,
               "count QuantizeLinear, DequantizeLinear and what lies between "
               "them each as written, not as the integer operator that runs")
      ->group(How);
  App.add_flag("--flops-include-cmp", FlopsIncludeCmp,
               "comparisons count as FLOPs")
      ->group(How);
  App.add_option("--alu", AluFile,
                 "JSON file of transistors per unit (default: the built-in "
                 "table)")
      ->group(How)
      ->type_name("FILE");
}

CountOptions CountFlags::counting() const {
  CountOptions O;
  checkChoice("--phase", Phase, {"infer", "validate", "train"});
  O.Phases = Phase == "infer"      ? Level::Infer
             : Phase == "validate" ? Level::Validate
                                   : Level::Train;
  checkChoice("--convention", Convention, {"exact", "paper"});
  O.Rules.Kind = Convention == "paper" ? toscount::Convention::Paper
                                       : toscount::Convention::Exact;
  O.Rules.SkipPaddingTaps = SkipPaddingTaps;
  O.FuseQuantized = !QdqAsWritten;
  if (!Datatype.empty() && Datatype != "model") {
    std::vector<StringRef> Names = {"model"};
    Names.insert(Names.end(), datatypeNames().begin(), datatypeNames().end());
    checkChoice("--dtype", Datatype, Names);
    O.Datatype = elementTypeFromName(Datatype);
  }
  for (const std::string &Text : Dims)
    O.Dims.push_back(parseDim(Text));
  for (const std::string &Text : Assumptions)
    parseAssumption(Text, O);
  if (BatchGiven != nullptr && BatchGiven->count() != 0) {
    if (Batch < 1)
      throw UsageError("--batch must be a positive number, not " +
                       std::to_string(Batch));
    O.Batch = Batch;
  }
  if (!Loss.empty())
    checkChoice("--loss", Loss, namesOf(lossFunctions(), "graph"));
  if (!Optimizer.empty())
    checkChoice("--optimizer", Optimizer, namesOf(optimizers(), "none"));
  O.Loss = Loss;
  O.LossOutput = LossOutput;
  O.ClassAxis = ClassAxis;
  O.Optimizer = Optimizer;
  checkPatternFlag(*FreezeGiven, Freeze);
  checkPatternFlag(*TrainableGiven, Trainable);
  O.Freeze = Freeze;
  O.Trainable = Trainable;
  O.AllowUnknown = AllowUnknown;
  return O;
}

/// How much \p W costs: what decides between branches.
static Count weigh(const Work &W, const LoweringOptions &Options) {
  WideCount TOs = lower(W, Options).TOs;
  return TOs.valid() && TOs.value() < UINT64_MAX
             ? Count(static_cast<uint64_t>(TOs.value()))
             : Count(UINT64_MAX - 1);
}

Expected<LoweringOptions> CountFlags::lowering(CountOptions &Options) const {
  LoweringOptions O;
  O.FlopsIncludeCmp = FlopsIncludeCmp;
  if (!Accumulate.empty())
    O.Accumulate = parseDatatype("--accumulate", Accumulate);
  if (!AluFile.empty()) {
    Expected<std::string> Text = readSmallFile(AluFile);
    if (!Text)
      return Text.takeError();
    Expected<AluTable> Table = AluTable::parse(*Text, AluFile);
    if (!Table)
      return Table.takeError();
    O.Alu = std::move(*Table);
  }
  Options.Weigh = [O](const Work &W) { return weigh(W, O); };
  return O;
}

} // namespace toscount::tool
