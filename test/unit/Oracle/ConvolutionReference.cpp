//===- ConvolutionReference.cpp - executed convolutions -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "WindowReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// Calls Body(N, A, B, Bk) for every batch element and every pair of channels
/// that one group connects: A of \p Many (the weight's first dimension), B of
/// the other tensor, Bk its number in the group.
void forEachChannelPair(
    int64_t Batch, ShapeRef W, int64_t Group,
    const std::function<void(int64_t, int64_t, int64_t, int64_t)> &Body) {
  int64_t PerGroup = W[0] / Group;
  for (int64_t N = 0; N < Batch; ++N)
    for (int64_t A = 0; A < W[0]; ++A)
      for (int64_t Bk = 0; Bk < W[1]; ++Bk)
        Body(N, A, A / PerGroup * W[1] + Bk, Bk);
}

void store(Tensor &To, ArrayRef<Dot> Dots) {
  for (size_t I = 0; I < To.size(); ++I)
    To[I] = Dots[I].sum();
}

/// Small = windows over Large, weighted: the convolution.
void convolve(const Windows &Win, int64_t Group, const Tensor &Large,
              const Tensor &W, Tensor &Small) {
  std::vector<Dot> Dots(Small.size());
  forEachChannelPair(
      Large.Dims[0], W.Dims, Group,
      [&](int64_t N, int64_t A, int64_t B, int64_t Bk) {
        Win.forEach([&](ShapeRef O, ShapeRef T, ShapeRef P, bool Inside) {
          Scalar X = Inside ? Large.at(join({N, B}, P)) : Scalar(0);
          Dots[Small.offset(join({N, A}, O))].term(X, W.at(join({A, Bk}, T)));
        });
      });
  store(Small, Dots);
}

/// Large = Small spread by the windows: the transposed convolution. Computed
/// on the padded tensor, then cropped.
void spread(const Windows &Win, int64_t Group, const Tensor &Small,
            const Tensor &W, Tensor &Large) {
  Tensor Full(Large.Type, join({Large.Dims[0], Large.Dims[1]}, Win.extent()));
  std::vector<Dot> Dots(Full.size());
  forEachChannelPair(Large.Dims[0], W.Dims, Group,
                     [&](int64_t N, int64_t A, int64_t B, int64_t Bk) {
                       Win.forEach([&](ShapeRef O, ShapeRef T, ShapeRef, bool) {
                         Dots[Full.offset(join({N, B}, Win.padded(O, T)))].term(
                             Small.at(join({N, A}, O)), W.at(join({A, Bk}, T)));
                       });
                     });
  store(Full, Dots);
  forEachIndex(Large.Dims, [&](ShapeRef I) {
    Shape From(I);
    bool Inside = true;
    for (size_t K = 0; K < Win.In.size(); ++K) {
      From[K + 2] += Win.Begin[K];
      Inside &= From[K + 2] < Full.Dims[K + 2];
    }
    Large.at(I) = Inside ? Full.at(From) : Scalar(0);
  });
}

/// The weight's gradient of either.
void correlate(const Windows &Win, int64_t Group, const Tensor &Large,
               const Tensor &Small, Tensor &W) {
  std::vector<Dot> Dots(W.size());
  forEachChannelPair(
      Large.Dims[0], W.Dims, Group,
      [&](int64_t N, int64_t A, int64_t B, int64_t Bk) {
        Win.forEach([&](ShapeRef O, ShapeRef T, ShapeRef P, bool Inside) {
          Scalar X = Inside ? Large.at(join({N, B}, P)) : Scalar(0);
          Dots[W.offset(join({A, Bk}, T))].term(X, Small.at(join({N, A}, O)));
        });
      });
  store(W, Dots);
}

void addBias(Tensor &Y, const Tensor &Bias) {
  forEachIndex(Y.Dims, [&](ShapeRef I) { Y.at(I) += Bias[I[1]]; });
}

void biasGradient(const Tensor &DY, Tensor &Bias) {
  std::vector<Sum> Sums(Bias.size());
  forEachIndex(DY.Dims, [&](ShapeRef I) { Sums[I[1]].term(DY.at(I)); });
  for (size_t I = 0; I < Bias.size(); ++I)
    Bias[I] = Sums[I].sum();
}

Windows convWindows(const OpInstance &Op) {
  return {Op, Op.inShape(0).drop_front(2), Op.outShape(0).drop_front(2),
          Op.inShape(1).drop_front(2)};
}

void forwardConv(const OpInstance &Op, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  convolve(convWindows(Op), Op.attrInt("group", 1), In[0], In[1], Out[0]);
  if (Op.hasInput(2))
    addBias(Out[0], In[2]);
}

void backwardConv(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                  const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  Windows Win = convWindows(Op);
  int64_t Group = Op.attrInt("group", 1);
  if (Needs[0])
    spread(Win, Group, DOut[0], In[1], DIn[0]);
  if (Needs[1])
    correlate(Win, Group, In[0], DOut[0], DIn[1]);
  if (Needs.size() > 2 && Needs[2])
    biasGradient(DOut[0], DIn[2]);
}

/// The convolution that a ConvTranspose transposes. Its pads are not those of
/// slidingWindows: auto_pad and output_shape choose them.
Windows transposedWindows(const OpInstance &Op) {
  Windows Win(Op, Op.outShape(0).drop_front(2), Op.inShape(0).drop_front(2),
              Op.inShape(1).drop_front(2));
  StringRef Auto = Op.attrString("auto_pad", "NOTSET");
  bool Given = Op.hasAttr("output_shape");
  if (!Given && (Auto == "NOTSET" || Auto == "VALID"))
    return Win;
  Shape Full = Win.extent();
  ArrayRef<int64_t> Extra = Op.attrInts("output_padding");
  for (size_t I = 0; I < Full.size(); ++I) {
    int64_t Total = Full[I] + (Extra.empty() ? 0 : Extra[I]) - Win.In[I];
    Total = std::max<int64_t>(0, Total);
    Win.Begin[I] = Auto == "SAME_UPPER" ? Total / 2 : Total - Total / 2;
    Win.End[I] = Total - Win.Begin[I];
  }
  return Win;
}

void forwardConvTranspose(const OpInstance &Op, ArrayRef<Tensor> In,
                          MutableArrayRef<Tensor> Out, Saved &) {
  spread(transposedWindows(Op), Op.attrInt("group", 1), In[0], In[1], Out[0]);
  if (Op.hasInput(2))
    addBias(Out[0], In[2]);
}

void backwardConvTranspose(const OpInstance &Op, ArrayRef<Tensor> In,
                           ArrayRef<Tensor>, const Saved &,
                           ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                           MutableArrayRef<Tensor> DIn) {
  Windows Win = transposedWindows(Op);
  int64_t Group = Op.attrInt("group", 1);
  if (Needs[0])
    convolve(Win, Group, DOut[0], In[1], DIn[0]);
  if (Needs[1])
    correlate(Win, Group, DOut[0], In[0], DIn[1]);
  if (Needs.size() > 2 && Needs[2])
    biasGradient(DOut[0], DIn[2]);
}

/// Channels, weights, bias. \p Transposed swaps the weight's dimensions.
NodeCase convCase(std::mt19937 &Rng, bool Transposed) {
  NodeCase C;
  C.Op = Transposed ? "ConvTranspose" : "Conv";
  C.Opset = Transposed ? 11 : static_cast<int>(pick(Rng, 1, 22));
  size_t Rank = pick(Rng, 1, 3);
  int64_t Group = pick(Rng, 1, Rank == 3 ? 2 : 3);
  int64_t Narrow = pick(Rng, 1, 2);
  int64_t Wide = pick(Rng, 1, 2);
  // Depthwise: a group a channel.
  if (pick(Rng, 0, 3) == 0)
    Narrow = 1;
  Shape In = pickShape(Rng, Rank, 1,
                       Rank == 1   ? 6
                       : Rank == 2 ? (Transposed ? 3 : 4)
                                   : 2);
  Shape Kernel = pickShape(Rng, Rank, 1, Rank == 1 ? 4 : Rank == 2 ? 3 : 2);
  int64_t Batch = pick(Rng, 0, 7) == 0 ? pick(Rng, 0, 2) : 1;
  int64_t Channels = Group * (Transposed ? Wide : Narrow);
  int64_t Outputs = Group * (Transposed ? Narrow : Wide);
  C.input(Rng, join({Batch, Channels}, In));
  C.input(Rng, join({Wide * Group, Narrow}, Kernel));
  if (pick(Rng, 0, 1) == 0)
    C.input(Rng, {Outputs});
  if (Group > 1)
    C.set("group", Group);
  if (pick(Rng, 0, 1) == 0)
    C.set("kernel_shape", std::vector<int64_t>(Kernel.begin(), Kernel.end()));
  if (!Transposed) {
    setWindow(Rng, C, In, Kernel, pick(Rng, 0, 1) == 0, false);
    return C;
  }
  std::vector<int64_t> Strides, Dilations, Pads(2 * Rank), Extra, Wanted;
  for (size_t I = 0; I < Rank; ++I) {
    Strides.push_back(pick(Rng, 1, 3));
    Dilations.push_back(pick(Rng, 1, 2));
    Extra.push_back(pick(Rng, 0, Strides[I] - 1));
    int64_t Full =
        (In[I] - 1) * Strides[I] + (Kernel[I] - 1) * Dilations[I] + 1;
    for (size_t K : {I, I + Rank})
      Pads[K] = pick(Rng, 0, std::min<int64_t>(2, (Full - 1) / 2));
    Wanted.push_back(pick(Rng, std::max<int64_t>(1, Full - 2), Full + 1));
  }
  C.set("strides", Strides).set("dilations", Dilations);
  if (pick(Rng, 0, 1) == 0)
    C.set("output_padding", Extra);
  switch (pick(Rng, 0, 5)) {
  case 0:
    C.set("pads", Pads);
    break;
  case 1:
    C.set("auto_pad", "SAME_UPPER");
    break;
  case 2:
    C.set("auto_pad", "SAME_LOWER");
    break;
  case 3:
    C.set("auto_pad", "VALID");
    break;
  case 4:
    C.set("output_shape", Wanted);
    break;
  default:
    break;
  }
  return C;
}

} // namespace

void addConvolutionReferences(References &All) {
  All.push_back(
      {.Op = "Conv",
       .Forward = forwardConv,
       .Backward = backwardConv,
       .Cases = {[](std::mt19937 &Rng) { return convCase(Rng, false); }}});
  All.push_back(
      {.Op = "ConvTranspose",
       .Forward = forwardConvTranspose,
       .Backward = backwardConvTranspose,
       .Cases = {[](std::mt19937 &Rng) { return convCase(Rng, true); }}});
}

} // namespace toscount::oracle
