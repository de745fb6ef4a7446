//===- OperatorsLinear.cpp - convolutions and matrix products -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

namespace toscount::measure {
namespace {

std::vector<int64_t> spatial(const at::Tensor &T) {
  std::vector<int64_t> Sizes = T.sizes().vec();
  return {Sizes.begin() + std::min<ptrdiff_t>(2, T.dim()), Sizes.end()};
}

Results runConv(const Call &C) {
  Window W = windowOf(C, spatial(C[1]));
  at::Tensor X = C[0], Bias = C.has(2) ? C[2] : at::Tensor();
  std::vector<int64_t> Pads = W.Pads.Begin;
  if (!W.Pads.symmetric()) {
    X = at::constant_pad_nd(X, W.Pads.flat());
    std::fill(Pads.begin(), Pads.end(), 0);
  }
  return at::convolution(X, C[1], Bias, W.Strides, Pads, W.Dilations,
                         /*transposed=*/false,
                         std::vector<int64_t>(Pads.size(), 0),
                         C.attr("group", 1));
}

/// ONNX crops what ATen calls padding; where the crop is not the same at both
/// ends, it is made afterwards.
Results runConvTranspose(const Call &C) {
  std::vector<int64_t> Kernel = spatial(C[1]);
  size_t Axes = Kernel.size();
  NodeInfo Node = C.N;
  Node.Attributes.erase("auto_pad");
  Window W =
      windowOf(Call{Node, C.In, C.How, C.ForceFloat32, C.Device}, Kernel);
  std::string Auto = C.attr("auto_pad", "NOTSET");
  std::vector<int64_t> Extra = C.attrInts("output_padding");
  Extra.resize(Axes, 0);
  std::vector<int64_t> Wanted = C.attrInts("output_shape");
  if (Wanted.size() == Axes + 2)
    Wanted.erase(Wanted.begin(), Wanted.begin() + 2);
  std::vector<int64_t> Full(Axes);
  for (size_t I = 0; I < Axes; ++I) {
    int64_t Size = C[0].size(static_cast<int64_t>(I) + 2);
    Full[I] = (Size - 1) * W.Strides[I] + (Kernel[I] - 1) * W.Dilations[I] + 1;
    bool Same = Auto == "SAME_UPPER" || Auto == "SAME_LOWER";
    if (Wanted.size() != Axes && !Same)
      continue;
    int64_t Out = Wanted.size() == Axes ? Wanted[I] : Size * W.Strides[I];
    int64_t Total = Full[I] + Extra[I] - Out;
    int64_t Half = (Total - (Total < 0)) / 2; // Rounded down.
    W.Pads.Begin[I] = Auto == "SAME_UPPER" ? Half : Total - Half;
    W.Pads.End[I] = Total - W.Pads.Begin[I];
  }
  at::Tensor Bias = C.has(2) ? C[2] : at::Tensor();
  bool Plain = W.Pads.symmetric();
  for (size_t I = 0; I < Axes; ++I)
    Plain &= W.Pads.Begin[I] >= 0 &&
             Extra[I] < std::max(W.Strides[I], W.Dilations[I]);
  if (Plain)
    return at::convolution(C[0], C[1], Bias, W.Strides, W.Pads.Begin,
                           W.Dilations, /*transposed=*/true, Extra,
                           C.attr("group", 1));
  std::vector<int64_t> None(Axes, 0);
  at::Tensor Y = at::convolution(C[0], C[1], {}, W.Strides, None, W.Dilations,
                                 /*transposed=*/true, None, C.attr("group", 1));
  Padding Crop;
  for (size_t I = 0; I < Axes; ++I) {
    Crop.Begin.push_back(-W.Pads.Begin[I]);
    Crop.End.push_back(Extra[I] - W.Pads.End[I]);
  }
  Y = at::constant_pad_nd(Y, Crop.flat());
  if (!Bias.defined())
    return Y;
  std::vector<int64_t> PerChannel(Axes + 2, 1);
  PerChannel[1] = Bias.numel();
  return Y + Bias.reshape(PerChannel);
}

Results runGemm(const Call &C) {
  double Alpha = C.attr("alpha", 1.0), Beta = C.attr("beta", 1.0);
  at::Tensor A = C.attr("transA", 0) != 0 ? C[0].t() : C[0];
  at::Tensor B = C.attr("transB", 0) != 0 ? C[1].t() : C[1];
  if (C.has(2) && A.is_floating_point() && C[2].dim() <= 2)
    return at::addmm(C[2], A, B, Beta, Alpha);
  at::Tensor Y = at::mm(A, B);
  if (Alpha != 1)
    Y = Y * Alpha;
  return C.has(2) ? Y + C[2] * Beta : Y;
}

Results runMatMul(const Call &C) { return at::matmul(C[0], C[1]); }

Results runEinsum(const Call &C) {
  return at::einsum(C.attr("equation", ""), C.In);
}

constexpr OperatorRow Table[] = {
    {"Conv", runConv},     {"ConvTranspose", runConvTranspose},
    {"Gemm", runGemm},     {"MatMul", runMatMul},
    {"Einsum", runEinsum},
};

} // namespace

OperatorRows linearOperators() { return rows(Table); }

} // namespace toscount::measure
