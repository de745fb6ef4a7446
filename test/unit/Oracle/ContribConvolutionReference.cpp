//===- ContribConvolutionReference.cpp - executed fused convolutions ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedActivationReference.h"
#include "WindowReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

using Id = Tape::Id;

/// A standard operator with the fused one's attributes of windows.
NodeCase windowed(const Tape &T, const char *Op) {
  NodeCase N = node(Op);
  for (const char *Name : {"kernel_shape", "strides", "dilations", "pads"})
    if (T.Op.hasAttr(Name))
      N.set(Name, T.Op.attrInts(Name).vec());
  if (T.Op.hasAttr("group"))
    N.set("group", T.Op.attrInt("group", 1));
  if (T.Op.hasAttr("auto_pad"))
    N.set("auto_pad", T.Op.attrString("auto_pad", "").str().c_str());
  return N;
}

Id finished(Tape &T, Id Y) {
  if (T.Op.hasInput(3))
    Y = T.run(node("Add"), {Y, 3});
  return activated(T, Y, T.Op.attrString("activation", "").str(),
                   T.Op.attrFloats("activation_params").vec());
}

void conv(Tape &T) {
  T.result(0, finished(T, T.run(windowed(T, "Conv"), {0, 1, T.in(2)})));
}

std::vector<size_t> order(size_t Rank, bool First) {
  std::vector<size_t> Order = {0};
  for (size_t I = 1; I < Rank; ++I)
    Order.push_back(First ? (I == 1 ? Rank - 1 : I - 1)
                          : (I == Rank - 1 ? 1 : I + 1));
  return Order;
}

template <bool WeightsLast> void nhwc(Tape &T) {
  size_t Rank = T.dims(0).size();
  Id X = T.transpose(0, order(Rank, true));
  Id W = WeightsLast ? T.transpose(1, order(Rank, true)) : 1;
  Id Y = T.run(windowed(T, "Conv"), {X, W, T.in(2)});
  T.result(0, finished(T, T.transpose(Y, order(Rank, false))));
}

void nhwcMaxPool(Tape &T) {
  size_t Rank = T.dims(0).size();
  Id Y = T.run(windowed(T, "MaxPool"), {T.transpose(0, order(Rank, true))});
  T.result(0, T.transpose(Y, order(Rank, false)));
}

void dynamicPads(Tape &T) {
  NodeCase N = windowed(T, "ConvTranspose");
  if (T.Op.hasInput(2))
    N.set("pads", T.Op.contents(2)->Ints.vec());
  T.result(0, T.run(N, {0, 1, T.in(3)}));
}

Shape lastChannels(Shape Dims) {
  std::rotate(Dims.begin() + 1, Dims.begin() + 2, Dims.end());
  return Dims;
}

/// A convolution of two dimensions; \p Last, \p WeightsLast: channels last.
NodeCase convCase(std::mt19937 &Rng, const char *Op, bool Last,
                  bool WeightsLast, bool Fused) {
  NodeCase C = contrib(Op);
  int64_t Group = pick(Rng, 1, 2), Batch = pick(Rng, 1, 2);
  int64_t Narrow = pick(Rng, 1, 2), Outputs = Group * pick(Rng, 1, 2);
  Shape In = pickShape(Rng, 2, 2, 3), Kernel = pickShape(Rng, 2, 1, 2);
  Shape X = {Batch, Group * Narrow, In[0], In[1]};
  Shape W = {Outputs, Narrow, Kernel[0], Kernel[1]};
  Shape Y = {Batch, Outputs, In[0] - Kernel[0] + 1, In[1] - Kernel[1] + 1};
  C.set("group", Group);
  C.input(Rng, Last ? lastChannels(X) : X);
  C.input(Rng, WeightsLast ? lastChannels(W) : W);
  bool Sum = Fused && pick(Rng, 0, 1) == 0;
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {Outputs});
  else if (Sum)
    C.absent();
  if (Sum)
    C.input(Rng, Last ? lastChannels(Y) : Y);
  else if (pick(Rng, 0, 1) == 0)
    C.set("pads", std::vector<int64_t>{1, 0, 0, 1});
  if (!Fused)
    return C;
  auto [Name, Parameters] = pickActivation(Rng);
  if (!Name.empty())
    C.set("activation", Name.c_str());
  if (!Parameters.empty())
    C.set("activation_params", Parameters);
  return C;
}
NodeCase fusedCase(std::mt19937 &Rng) {
  return convCase(Rng, "FusedConv", false, false, true);
}
NodeCase nhwcCase(std::mt19937 &Rng) {
  return convCase(Rng, "NhwcConv", true, true, false);
}
NodeCase nhwcFusedCase(std::mt19937 &Rng) {
  return convCase(Rng, "NhwcFusedConv", true, false, true);
}

NodeCase maxPoolCase(std::mt19937 &Rng) {
  NodeCase C = contrib("NhwcMaxPool");
  C.set("kernel_shape", std::vector<int64_t>{2, pick(Rng, 1, 2)});
  if (pick(Rng, 0, 1) == 0)
    C.set("strides", std::vector<int64_t>{1, 2});
  if (pick(Rng, 0, 1) == 0)
    C.set("pads", std::vector<int64_t>{1, 0, 0, 0});
  return C.input(Rng, pickShape(Rng, 4, 2, 3));
}

NodeCase padsCase(std::mt19937 &Rng) {
  NodeCase C = contrib("ConvTransposeWithDynamicPads");
  int64_t Channels = pick(Rng, 1, 2), Outputs = pick(Rng, 1, 2);
  C.set("strides", std::vector<int64_t>{2, 1});
  C.input(Rng, {pick(Rng, 1, 2), Channels, 2, 3});
  C.input(Rng, {Channels, Outputs, 2, 2});
  bool Bias = pick(Rng, 0, 1) == 0;
  if (pick(Rng, 0, 1) == 0)
    C.known({pick(Rng, 0, 1), 0, 1, pick(Rng, 0, 1)});
  else if (Bias)
    C.absent();
  return Bias ? C.input(Rng, {Outputs}) : C;
}

} // namespace

void addContribConvolutionReferences(References &All) {
  All.push_back(fused<conv>("FusedConv", {fusedCase}));
  All.push_back(fused<nhwc<true>>("NhwcConv", {nhwcCase}));
  All.push_back(fused<nhwc<false>>("NhwcFusedConv", {nhwcFusedCase}));
  All.push_back(fused<nhwcMaxPool>("NhwcMaxPool", {maxPoolCase}));
  All.push_back(fused<dynamicPads>("ConvTransposeWithDynamicPads", {padsCase}));
}

} // namespace toscount::oracle
