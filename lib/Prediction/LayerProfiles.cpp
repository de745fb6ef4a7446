//===- LayerProfiles.cpp - runs predicted from profiles of layers ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/LayerProfiles.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace llvm;

namespace toscount {

Expected<Profile> sumOfLayers(ArrayRef<Profile> Parts) {
  Profile Sum;
  std::set<std::pair<RunPart, std::string>> Priced;
  for (const Profile &P : Parts) {
    std::string Name = "profile '" + printable(P.Name) + "' ";
    if (P.Part == RunPart::Whole)
      return makeError(Name + "is of whole runs, which do not add up; only "
                              "profiles of the forward or backward phase do");
    if (P.Operators.empty())
      return makeError(Name + "does not say which operators it is of "
                              "('operators'); fit it again");
    if (P.energy().Kind == FamilyKind::Polynomial)
      return makeError(Name + "is a polynomial, which does not add up");
    for (const std::string &Op : P.Operators)
      if (!Priced.insert({P.Part, Op}).second)
        return makeError(Name + "prices " + printable(Op) + ", " +
                         name(P.Part) + ", which another does too");
    const Profile &First = Parts.front();
    for (auto [What, Mine, Other] :
         {std::tuple<StringRef, StringRef, StringRef>{"hardware", P.Hardware,
                                                      First.Hardware},
          {"meter", P.Meter, First.Meter},
          {"unit", P.Unit, First.Unit},
          {"datatype", name(P.Dtype), name(First.Dtype)}})
      if (Mine != Other)
        return makeError(Name + "has another " + What + " than '" +
                         printable(First.Name) + "': '" + printable(Mine) +
                         "', not '" + printable(Other) + "'");
    Sum.Name += (Sum.Name.empty() ? "" : " + ") + P.Name;
    Sum.Estimated |= P.Estimated;
  }
  Sum.Hardware = Parts.front().Hardware;
  Sum.Meter = Parts.front().Meter;
  Sum.Boundary = Parts.front().Boundary;
  Sum.Unit = Parts.front().Unit;
  Sum.Dtype = Parts.front().Dtype;
  ProfileFamily F;
  F.Name = "sum of layers";
  F.Unit = Sum.Unit;
  Sum.Families.push_back(std::move(F));
  return Sum;
}

namespace {

/// Adds up the layers of steps.
class LayerSum {
public:
  explicit LayerSum(ArrayRef<Profile> Parts) : Parts(Parts) {}

  void addStep(const StepFeatures &Step, double Times, bool Training) {
    for (const LayerFeatures &L : Step.Layers) {
      if (L.Op.empty())
        continue; // The loss, and scalars of the optimizer.
      add(L, RunPart::Forward, Step.Batch, Times);
      if (Training)
        add(L, RunPart::Backward, Step.Batch, Times);
    }
  }

  double Forward = 0, Backward = 0;
  std::set<std::string> Unpriced;

private:
  void add(const LayerFeatures &L, RunPart Part, int64_t Batch, double Times) {
    FeatureVector V;
    for (Phase P :
         {Phase::Forward, Phase::Loss, Phase::Backward, Phase::Update})
      if ((P == Phase::Forward) == (Part == RunPart::Forward))
        V += L.Phases[static_cast<unsigned>(P)];
    if (V[Feature::Kernel] == 0)
      return; // Views; layers without gradients.
    const Profile *Of = find_if(Parts, [&](const Profile &P) {
      return P.Part == Part && is_contained(P.Operators, L.Op);
    });
    if (Of == Parts.end()) {
      Unpriced.insert(L.Op);
      return;
    }
    // Each was a run of one step.
    V[Feature::Run] = V[Feature::Epoch] = V[Feature::Step] = 1;
    V[Feature::Sample] = static_cast<double>(Batch);
    V[Feature::AnyParallelProduct] = V[Feature::ParallelProduct] > 0 ? 1 : 0;
    V[Feature::AnyParallelUpdate] = V[Feature::ParallelUpdate] > 0 ? 1 : 0;
    (Part == RunPart::Forward ? Forward : Backward) +=
        Times * Of->UnknownSession * Of->energy().predict(V);
  }

  ArrayRef<Profile> Parts;
};

} // namespace

Expected<Prediction> predictLayers(ArrayRef<Profile> Parts, const RunSpec &Spec,
                                   const OpRegistry &Registry) {
  const TrainingPlan &Plan = Spec.Plan;
  if (Plan.Part != RunPart::Whole)
    return makeError(printable(Spec.Model) +
                     ": a sum of layers is of whole runs, not of a phase");
  RunSpec AtProfile = Spec;
  AtProfile.Options.Datatype = Parts.front().Dtype;
  // Layers of many steps would fill the memory: nothing is shared with others.
  FeatureCounter Counter(Registry, /*WithLayers=*/true);
  LayerSum Sum(Parts);
  auto Add = [&](Level Phases, int64_t Batch, double Times) -> Error {
    if (Times == 0 || Batch == 0)
      return Error::success();
    auto Step = Counter.step(AtProfile, Phases, Batch);
    if (!Step)
      return Step.takeError();
    Sum.addStep(**Step, Times, Phases == Level::Train);
    return Error::success();
  };
  auto Epochs = static_cast<double>(Plan.Epochs);
  auto Split = [&](Level Phases, int64_t Samples) -> Error {
    double Full = static_cast<double>(Samples / Plan.Batch) * Epochs;
    if (Error E = Add(Phases, Plan.Batch, Full))
      return E;
    return Add(Phases, Samples % Plan.Batch, Epochs);
  };
  Error Failed = Plan.Steps ? Add(Level::Train, Plan.Batch,
                                  static_cast<double>(*Plan.Steps))
                            : Split(Level::Train, Plan.Samples);
  if (Failed)
    return Failed;
  if (Error E = Split(Level::Validate, Plan.ValidationSamples))
    return E;
  Prediction P;
  P.Unit = Parts.front().Unit;
  P.Energy = Sum.Forward + Sum.Backward;
  if (!(P.Energy > 0))
    return makeError(printable(Spec.Model) +
                     ": no profile has any of its operators (" +
                     llvm::join(Sum.Unpriced, ", ") + ")");
  P.Phases.push_back({"forward", "", false, Sum.Forward, {}});
  P.Phases.push_back({"backward", "", false, Sum.Backward, {}});
  if (!Sum.Unpriced.empty())
    P.Notes.push_back("not in the sum, as no profile has it: " +
                      llvm::join(Sum.Unpriced, ", "));
  return P;
}

} // namespace toscount
