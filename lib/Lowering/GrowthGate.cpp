//===- GrowthGate.cpp - totals held against limits ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/CostDiff.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {

static constexpr TotalFigure Figures[] = {
    {"macs", "MACs", false, [](const Cost &C) { return C.Macs; }, nullptr},
    {"flops", "FLOPs", false, [](const Cost &C) { return C.Flops; }, nullptr},
    {"tos", "TOs", false, [](const Cost &C) { return C.TOs; }, nullptr},
    {"bytes", "bytes", true, [](const Cost &C) { return C.bytes(); }, nullptr},
    {"kernels", "kernels", false, [](const Cost &C) { return C.Kernels; },
     nullptr},
    {"params", "parameters", false, nullptr,
     [](const ModelCounts &M) -> std::optional<WideCount> {
       return M.Parameters.Total;
     }},
    {"trainable", "trainable", false, nullptr,
     [](const ModelCounts &M) -> std::optional<WideCount> {
       return M.Parameters.Trainable;
     }},
    {"activation_bytes", "activations", true, nullptr,
     [](const ModelCounts &M) -> std::optional<WideCount> {
       if (!M.has(Phase::Backward))
         return std::nullopt;
       return M.ActivationBytes;
     }},
};

ArrayRef<TotalFigure> totalFigures() { return Figures; }

std::string PhasedFigure::name() const {
  return (In ? toscount::name(*In).str() + "." : "") + Figure->Name.str();
}

std::optional<WideCount> PhasedFigure::of(const CostTable &Table) const {
  if (Figure->OfModel)
    return Figure->OfModel(*Table.Counts);
  if (!In)
    return Figure->OfCost(Table.All);
  if (!Table.Counts->has(*In))
    return std::nullopt;
  return Figure->OfCost(Table.Phases[static_cast<unsigned>(*In)]);
}

double ExactPercent::value() const {
  return static_cast<double>(Digits) / std::pow(10.0, Decimals);
}

/// Digits with at most one point, exactly.
static std::optional<ExactPercent> parsePercent(StringRef Text) {
  Text.consume_back("%");
  Text = Text.trim();
  auto [Whole, Part] = Text.split('.');
  constexpr size_t MostDigits = 15;
  if (Whole.empty() || Whole.size() + Part.size() > MostDigits ||
      (Part.empty() && Text.contains('.')) || !all_of(Whole, isDigit) ||
      !all_of(Part, isDigit))
    return std::nullopt;
  ExactPercent P;
  P.Decimals = Part.size();
  if ((Whole + Part).str().empty() ||
      StringRef((Whole + Part).str()).getAsInteger(10, P.Digits))
    return std::nullopt;
  return P;
}

Expected<GrowthGate> parseGate(StringRef Text) {
  auto [Metric, Percent] = Text.split('=');
  if (Metric.empty() || Metric.size() == Text.size())
    return makeError("'" + printable(Text) +
                     "' should be METRIC=PERCENT, for example flops=5%");
  GrowthGate Gate;
  Gate.Text = Text.str();
  StringRef Name = Metric;
  if (Metric.contains('.')) {
    StringRef In;
    std::tie(In, Name) = Metric.split('.');
    SmallVector<StringRef, 4> Phases;
    for (unsigned P = 0; P < NumPhases; ++P) {
      Phases.push_back(name(static_cast<Phase>(P)));
      if (In == Phases.back())
        Gate.Of.In = static_cast<Phase>(P);
    }
    if (!Gate.Of.In)
      return makeError("'" + printable(In) + "' is no phase" +
                       didYouMean(In, Phases) +
                       " (one of: " + join(Phases, " ") + ")");
  }
  SmallVector<StringRef, 8> Names;
  for (const TotalFigure &F : Figures) {
    Names.push_back(F.Name);
    if (F.Name == Name)
      Gate.Of.Figure = &F;
  }
  if (!Gate.Of.Figure)
    return makeError("'" + printable(Name) + "' is no metric" +
                     didYouMean(Name, Names) + " (one of: " + join(Names, " ") +
                     ")");
  if (Gate.Of.In && Gate.Of.Figure->OfModel)
    return makeError("'" + printable(Metric) + "': " + Gate.Of.Figure->Name +
                     " is of the whole model and has no phase");
  std::optional<ExactPercent> Limit = parsePercent(Percent);
  if (!Limit)
    return makeError("'" + printable(Text) + "': '" + printable(Percent) +
                     "' is no percentage from 0 up of at most 15 digits");
  Gate.Limit = *Limit;
  return Gate;
}

std::optional<double> growthPercent(WideCount Old, WideCount New) {
  if (Old == 0 || !Old.valid() || !New.valid())
    return std::nullopt;
  auto O = static_cast<long double>(Old.value());
  // The difference first: digits that both share would be lost.
  long double Change = New >= Old
                           ? static_cast<long double>((New - Old).value())
                           : -static_cast<long double>((Old - New).value());
  return static_cast<double>(100 * Change / O);
}

/// True when \p New exceeds \p Old by more than \p Limit.
static bool exceeds(WideCount Old, WideCount New, ExactPercent Limit) {
  if (New <= Old)
    return false;
  WideCount Scaled = (New - Old) * WideCount(100);
  for (unsigned I = 0; I < Limit.Decimals; ++I)
    Scaled *= WideCount(10);
  WideCount Allowed = Old * WideCount(Limit.Digits);
  if (Scaled.valid() && Allowed.valid())
    return Scaled > Allowed;
  // Beyond 128 bits the last digits decide nothing that anyone could mean.
  std::optional<double> Growth = growthPercent(Old, New);
  return !Growth || *Growth > Limit.value();
}

Expected<GateResult> checkGate(const GrowthGate &Gate, const CostTable &Old,
                               const CostTable &New) {
  std::optional<WideCount> O = Gate.Of.of(Old), N = Gate.Of.of(New);
  if (!O || !N)
    return makeError("'" + printable(Gate.Text) + "': " + Gate.Of.name() +
                     " is not counted; --phase and --optimizer say what is");
  GateResult R;
  R.Old = *O;
  R.New = *N;
  R.GrowthPercent = growthPercent(*O, *N);
  R.Failed = exceeds(*O, *N, Gate.Limit);
  return R;
}

} // namespace toscount
