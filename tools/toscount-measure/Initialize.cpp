//===- Initialize.cpp - first values of parameters ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Executor.h"
#include "Failure.h"

#include <cmath>

namespace toscount::measure {
namespace {

/// The use of a tensor that decides its first values.
struct Use {
  const NodeInfo *Node = nullptr;
  size_t Slot = 0;
  std::vector<int64_t> Shape; ///< As the operator sees it.
};

bool isMovement(const std::string &Op) {
  for (const char *Name :
       {"Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten",
        "Cast", "Slice", "Split", "Concat", "Expand", "Tile", "Gather"})
    if (Op == Name)
      return true;
  return false;
}

int64_t wideAxes(const std::vector<int64_t> &Shape) {
  int64_t Wide = 0;
  for (int64_t D : Shape)
    Wide += D > 1;
  return Wide;
}

/// Whether \p Id is made by operators that scale a random draw.
bool isDrawn(const GraphInfo &G, int64_t Id, int Depth = 0) {
  if (Id < 0 || Depth > 3)
    return false;
  for (const NodeInfo &N : G.Nodes)
    for (int64_t Out : N.Outputs) {
      if (Out != Id)
        continue;
      if (N.Op.rfind("RandomNormal", 0) == 0)
        return true;
      if (N.Op != "Mul")
        return false;
      for (int64_t In : N.Inputs)
        if (isDrawn(G, In, Depth + 1))
          return true;
    }
  return false;
}

Use findUse(const GraphInfo &G, int64_t Id, std::vector<int64_t> Shape,
            int Depth = 0) {
  for (const NodeInfo &N : G.Nodes)
    for (size_t Slot = 0; Slot < N.Inputs.size(); ++Slot) {
      if (N.Inputs[Slot] != Id)
        continue;
      // Noise in the shape of a mean is no use of the mean.
      if (N.Op == "RandomNormalLike" || N.Op == "Shape")
        continue;
      Use Here{&N, Slot, std::move(Shape)};
      bool Table = N.Op == "Gather" && Slot == 0 && Here.Shape.size() == 2 &&
                   N.Inputs.size() > 1;
      bool Mean = N.Op == "Add" && N.Inputs.size() == 2 &&
                  isDrawn(G, N.Inputs[1 - Slot]);
      if ((!Mean && (!isMovement(N.Op) || Table)) || Depth > 16 ||
          N.Outputs.empty() || N.Outputs[0] < 0)
        return Here;
      const ValueInfo &Moved = G.Values[static_cast<size_t>(N.Outputs[0])];
      Use Behind =
          findUse(G, N.Outputs[0], Moved.HasShape ? Moved.Shape : Here.Shape,
                  Depth + 1);
      return Behind.Node != nullptr ? Behind : Here;
    }
  return {};
}

int64_t product(const std::vector<int64_t> &Shape, size_t From) {
  int64_t P = 1;
  for (size_t I = From; I < Shape.size(); ++I)
    P *= Shape[I];
  return P;
}

/// Terms of the dot product that makes one result; 0: none.
int64_t fanIn(const GraphInfo &G, const Use &U) {
  const std::string &Op = U.Node->Op;
  auto weight = [&]() -> std::vector<int64_t> {
    if (U.Slot < 2)
      return U.Shape;
    int64_t Id = U.Node->Inputs[1];
    return Id < 0 ? std::vector<int64_t>()
                  : G.Values[static_cast<size_t>(Id)].Shape;
  };
  std::vector<int64_t> W = weight();
  if (W.empty())
    return 0;
  auto attr = [&](const char *Name) {
    return U.Node->Attributes.value(Name, 0);
  };
  if (Op == "Conv" || Op == "ConvTranspose")
    return product(W, 1);
  if (Op == "Gemm")
    return U.Slot == 0           ? product(W, attr("transA") != 0 ? 0 : 1)
           : attr("transB") != 0 ? W.back()
                                 : W.front();
  if (Op == "MatMul" || Op == "FusedMatMul" || Op == "Einsum")
    return U.Slot == 0 || W.size() < 2 ? W.back() : W[W.size() - 2];
  if (Op == "LSTM" || Op == "GRU" || Op == "RNN")
    return U.Node->Attributes.value("hidden_size", static_cast<int64_t>(0));
  return 0;
}

at::Tensor byInit(const Json &Init, const std::vector<int64_t> &Shape) {
  std::string Kind = Init.value("kind", "");
  if (Kind == "constant")
    return at::full(Shape, Init.value("value", 0.0));
  if (Kind == "normal")
    return at::randn(Shape) * Init.value("std", 1.0) + Init.value("mean", 0.0);
  if (Kind == "uniform") {
    double Bound = Init.value("bound", 1.0);
    return (at::rand(Shape) * 2 - 1) * Bound;
  }
  throw Failure("init kind '" + Kind + "' is not known");
}

} // namespace

at::Tensor initialValue(const GraphInfo &G, const StoredInfo &S) {
  const std::vector<int64_t> &Shape = S.Contents.Shape;
  if (S.Init.is_object())
    return byInit(S.Init, Shape);
  Use U = findUse(G, static_cast<int64_t>(S.Value), Shape);
  if (U.Node == nullptr)
    return at::zeros(Shape);
  const std::string &Op = U.Node->Op;
  if (Op.find("Normalization") != std::string::npos) {
    size_t Scale = Op == "SkipLayerNormalization" ? 2 : 1;
    bool One = U.Slot == Scale || (Op == "BatchNormalization" && U.Slot == 4);
    return One ? at::ones(Shape) : at::zeros(Shape);
  }
  if (Op == "PRelu")
    return at::full(Shape, 0.25);
  // A deviation of drawn weights: softplus(rho) begins near 0.007.
  if (Op == "Softplus")
    return at::randn(Shape) * 0.1 - 5;
  if (int64_t Fan = fanIn(G, U); Fan > 0) {
    double Bound = 1 / std::sqrt(static_cast<double>(Fan));
    return (at::rand(Shape) * 2 - 1) * Bound;
  }
  if (wideAxes(Shape) <= 1 && Op != "Gather")
    return Op == "Mul" || Op == "Div" ? at::ones(Shape) : at::zeros(Shape);
  return at::randn(Shape) * 0.02; // Embeddings, positions.
}

} // namespace toscount::measure
