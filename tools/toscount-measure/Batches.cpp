//===- Batches.cpp - what a network is fed --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Batches.h"

#include "Failure.h"
#include "Operators.h"

#include <ATen/CPUGeneratorImpl.h>

namespace toscount::measure {
namespace {

std::string text(at::IntArrayRef Shape) {
  std::string Text = "[";
  for (size_t I = 0; I < Shape.size(); ++I)
    Text += (I != 0 ? ", " : "") + std::to_string(Shape[I]);
  return Text + "]";
}

bool isFloating(const ValueInfo &V) {
  return V.Type.rfind("fp", 0) == 0 || V.Type == "bf16";
}

/// Rows of a table that \p Id indexes; 0 when nothing does.
int64_t indexedRows(const GraphInfo &G, size_t Id) {
  for (const NodeInfo &N : G.Nodes)
    if (N.Op == "Gather" && N.Inputs.size() == 2 &&
        N.Inputs[1] == static_cast<int64_t>(Id) && N.Inputs[0] >= 0) {
      const ValueInfo &Table = G.Values[static_cast<size_t>(N.Inputs[0])];
      auto Axis = N.Attributes.value("axis", static_cast<int64_t>(0));
      if (Axis == 0 && !Table.Shape.empty())
        return Table.Shape[0];
    }
  return 0;
}

int64_t classesOf(const Job &J) {
  const std::vector<int64_t> &Shape = J.Graph.Values[J.Plan.Loss.Input].Shape;
  auto Axis = static_cast<size_t>(J.Plan.Loss.ClassAxis);
  return Axis < Shape.size() ? Shape[Axis] : 1;
}

} // namespace

bool takesClasses(const std::string &Loss) {
  return Loss == "cross-entropy" || Loss == "nll" || Loss == "elbo";
}

Batches::Batches(const Job &J, const DataSet *Data, at::Device Device)
    : J(J), Data(Data), Device(Device), Size(J.Plan.Batch) {
  for (size_t Id : J.Graph.Inputs)
    if (!J.Graph.Values[Id].HasShape)
      throw Failure(J.Model + ": input '" + J.Graph.Values[Id].Name +
                    "' has no shape");
  if (Data == nullptr) {
    TrainCount = J.Plan.Samples.value_or(Size);
    ValidationCount = J.Plan.ValidationSamples.value_or(0);
    makeSynthetic();
    return;
  }
  checkShapes();
  checkLabels();
  choose();
  Train = {Data->Train.X.to(Device), Data->Train.Y.to(Device)};
  if (ValidateOnTest)
    Test = {Data->Test.X.to(Device), Data->Test.Y.to(Device)};
  Mean = Data->Mean.to(Device);
  Deviation = Data->Deviation.to(Device);
}

void Batches::checkShapes() {
  const GraphInfo &G = J.Graph;
  std::vector<size_t> Floating;
  for (size_t I = 0; I < G.Inputs.size(); ++I)
    if (isFloating(G.Values[G.Inputs[I]]))
      Floating.push_back(I);
  size_t Wanted = J.Plan.Loss.Name == "graph" ? 2 : 1;
  if (Floating.empty() || G.Inputs.size() != Wanted)
    throw Failure(J.Model + ": takes " + std::to_string(G.Inputs.size()) +
                  " inputs, but " + Data->Name + " gives " +
                  (Wanted == 2 ? "samples and labels" : "one of samples") +
                  "; --data synthetic feeds any network");
  MainInput = Floating.front();
  const ValueInfo &V = G.Values[G.Inputs[MainInput]];
  at::IntArrayRef Own = Data->Train.X.sizes().slice(1);
  if (V.Shape.empty())
    throw Failure(J.Model + ": input '" + V.Name + "' is one number");
  SampleShape.assign(V.Shape.begin() + 1, V.Shape.end());
  bool Flat =
      SampleShape.size() == 1 && SampleShape[0] == Data->Train.X[0].numel();
  if (!Flat && at::IntArrayRef(SampleShape) != Own)
    throw Failure(J.Model + ": input '" + V.Name + "' takes samples of shape " +
                  text(SampleShape) + ", but those of " + Data->Name +
                  " have shape " + text(Own));
}

void Batches::checkLabels() {
  const std::string &Loss = J.Plan.Loss.Name;
  if (takesClasses(Loss) && Data->Classes == 0)
    throw Failure(Data->Name +
                  ": its labels are no classes (whole numbers "
                  "from 0), which loss " +
                  Loss + " needs");
  if (Data->Classes == 0 || Loss == "graph")
    return;
  int64_t Classes = classesOf(J), Least = Data->Train.Y.min().item<int64_t>();
  int64_t Most = Data->Classes - 1;
  if (Data->Test.Y.defined())
    Most = std::max(Most, Data->Test.Y.max().item<int64_t>());
  bool Binary = Classes == 1 && !takesClasses(Loss);
  if (Least < 0 || (!Binary && Most >= Classes))
    throw Failure(
        Data->Name + ": label " + std::to_string(Least < 0 ? Least : Most) +
        " is outside the network's " + std::to_string(Classes) + " classes");
  if (Binary && Loss.rfind("bce", 0) == 0 && Most > 1)
    throw Failure(Data->Name + ": label " + std::to_string(Most) +
                  " is neither 0 nor 1, which loss " + Loss + " needs");
}

void Batches::choose() {
  int64_t All = Data->Train.size(), Count = J.Plan.Samples.value_or(All);
  if (Count > All)
    throw Failure(Data->Name + ": has " + std::to_string(All) +
                  " training samples, fewer than --samples " +
                  std::to_string(Count));
  at::Generator Random =
      at::detail::createCPUGenerator(static_cast<uint64_t>(J.Plan.Seed));
  at::Tensor Rows = at::arange(Count, at::kLong);
  if (J.Plan.Folds > 1 || Data->Test.size() == 0)
    Rows = at::randperm(Count, Random, at::kLong);
  int64_t From = 0, Part = 0;
  if (J.Plan.Folds > 1) {
    From = Count * J.Plan.Fold / J.Plan.Folds;
    Part = Count * (J.Plan.Fold + 1) / J.Plan.Folds - From;
    if (Part == 0)
      throw Failure(Data->Name + ": " + std::to_string(Count) +
                    " samples are too few for " + std::to_string(J.Plan.Folds) +
                    " folds");
  } else if (Data->Test.size() == 0) {
    // A fifth is kept for validation.
    Part = J.Plan.ValidationSamples.value_or(Count / 5);
    if (Part >= Count)
      throw Failure(Data->Name + ": --validation " + std::to_string(Part) +
                    " leaves none of " + std::to_string(Count) +
                    " samples to train on");
  }
  if (Part == 0 && Data->Test.size() != 0) {
    ValidateOnTest = true;
    ValidationRows = at::arange(Data->Test.size(), at::kLong);
    TrainRows = Rows;
  } else {
    ValidationRows = Rows.narrow(0, From, Part);
    TrainRows = at::cat({Rows.narrow(0, 0, From),
                         Rows.narrow(0, From + Part, Count - From - Part)});
  }
  int64_t Most = ValidationRows.size(0);
  int64_t Wanted = J.Plan.ValidationSamples.value_or(Most);
  if (Wanted > Most)
    throw Failure(Data->Name + ": keeps " + std::to_string(Most) +
                  " samples for validation, fewer than --validation " +
                  std::to_string(Wanted));
  ValidationRows = ValidationRows.narrow(0, 0, Wanted).to(Device);
  TrainCount = TrainRows.size(0);
  ValidationCount = Wanted;
  Order = TrainRows.to(Device);
}

void Batches::shuffle(at::Generator &Random) {
  if (Data == nullptr)
    return;
  at::Tensor Permutation = at::randperm(TrainCount, Random, at::kLong);
  Order = TrainRows.index_select(0, Permutation).to(Device);
}

/// One batch of noise, for every step: the values do not matter.
void Batches::makeSynthetic() {
  const GraphInfo &G = J.Graph;
  at::Generator Random =
      at::detail::createCPUGenerator(static_cast<uint64_t>(J.Plan.Seed));
  auto whole = [&](int64_t Most, const std::vector<int64_t> &Shape) {
    return at::randint(Most, Shape, Random, at::kLong);
  };
  for (size_t Id : G.Inputs) {
    const ValueInfo &V = G.Values[Id];
    at::Tensor T;
    if (isFloating(V))
      T = at::randn(V.Shape, Random);
    else if (int64_t Rows = indexedRows(G, Id); Rows > 0)
      T = whole(Rows, V.Shape).to(typeFromName(V.Type));
    else
      T = at::ones(V.Shape, typeFromName(V.Type));
    Pool.push_back(T.to(Device));
  }
  const ValueInfo &Out = G.Values[J.Plan.Loss.Input];
  if (J.Plan.Loss.Name == "graph")
    return;
  if (takesClasses(J.Plan.Loss.Name)) {
    std::vector<int64_t> Shape = Out.Shape;
    if (static_cast<size_t>(J.Plan.Loss.ClassAxis) < Shape.size())
      Shape.erase(Shape.begin() + J.Plan.Loss.ClassAxis);
    PoolTarget = whole(classesOf(J), Shape).to(Device);
  } else {
    PoolTarget = at::randint(2, Out.Shape, Random, at::kFloat).to(Device);
  }
}

Batch Batches::makeSynthetic(int64_t Count) const {
  Batch B;
  auto part = [&](const at::Tensor &T) {
    return T.defined() && T.dim() > 0 && T.size(0) == Size && Count < Size
               ? T.narrow(0, 0, Count)
               : T;
  };
  for (const at::Tensor &T : Pool)
    B.Inputs.push_back(part(T));
  B.Target = part(PoolTarget);
  return B;
}

Batch Batches::make(const Samples &From, const at::Tensor &Chosen) const {
  Batch B;
  at::Tensor X = From.X.index_select(0, Chosen).to(at::kFloat);
  X = (X - Mean) / Deviation;
  std::vector<int64_t> Shape = SampleShape;
  Shape.insert(Shape.begin(), Chosen.size(0));
  X = X.reshape(Shape);
  B.Target = From.Y.index_select(0, Chosen);
  for (size_t I = 0; I < J.Graph.Inputs.size(); ++I) {
    if (I == MainInput) {
      B.Inputs.push_back(X);
      continue;
    }
    const ValueInfo &V = J.Graph.Values[J.Graph.Inputs[I]];
    B.Inputs.push_back(
        B.Target.to(isFloating(V) ? at::kFloat : typeFromName(V.Type)));
  }
  return B;
}

Batch Batches::train(int64_t Index) const {
  int64_t Count = std::min(Size, TrainCount - Index * Size);
  return Data == nullptr ? makeSynthetic(Count)
                         : make(Train, Order.narrow(0, Index * Size, Count));
}

Batch Batches::validation(int64_t Index) const {
  int64_t Count = std::min(Size, ValidationCount - Index * Size);
  return Data == nullptr ? makeSynthetic(Count)
                         : make(ValidateOnTest ? Test : Train,
                                ValidationRows.narrow(0, Index * Size, Count));
}

} // namespace toscount::measure
