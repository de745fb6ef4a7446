//===- SingleLayers.cpp - single layers and chains of them ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What hardware is measured with: one layer of given sizes, and networks that
/// repeat one.
///
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Networks.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

Error checkWindow(const ZooValues &V) {
  if (V["kernel"] <= V["size"])
    return Error::success();
  return makeError("'kernel' is " + Twine(V["kernel"]) +
                   ", more than 'size', which is " + Twine(V["size"]));
}

} // namespace

Error buildLayerConv(GraphBuilder &B, const ZooValues &V) {
  if (Error E = checkWindow(V))
    return E;
  Image X = imageInput(B, "image", V["in"], V["size"], V["size"]);
  X = conv(B, "conv", X, V["out"],
           {.Kernel = V["kernel"], .Stride = V["stride"]});
  B.output("maps", X.Id, {X.Channels, X.Height, X.Width});
  return Error::success();
}

Error buildLayerLinear(GraphBuilder &B, const ZooValues &V) {
  ValueId X = B.input("features", ElementType::Float32, {V["in"]});
  B.output("result", linear(B, "fc", X, V["in"], V["out"]), {V["out"]});
  return Error::success();
}

Error buildLayerPool(GraphBuilder &B, const ZooValues &V) {
  if (Error E = checkWindow(V))
    return E;
  Image X = imageInput(B, "image", V["in"], V["size"], V["size"]);
  X = maxPool(B, "pool", X, {.Kernel = V["kernel"], .Stride = V["stride"]});
  B.output("maps", X.Id, {X.Channels, X.Height, X.Width});
  return Error::success();
}

Error buildConvChain(GraphBuilder &B, const ZooValues &V) {
  Image X = imageInput(B, "image", V["channels"], V["size"], V["size"]);
  int64_t Kernel = V["kernel"];
  for (int64_t I = 1; I <= V["layers"]; ++I) {
    GraphBuilder::Scope S(B, "conv" + Twine(I));
    // Even kernels need one more column on one side.
    X.Id = B.node("Conv",
                  {X.Id,
                   B.weight("weight", {X.Channels, X.Channels, Kernel, Kernel}),
                   B.weight("bias", {X.Channels})},
                  {B.integers("kernel_shape", {Kernel, Kernel}),
                   GraphBuilder::text("auto_pad", "SAME_UPPER")});
  }
  ValueId Mean = B.node(
      "ReduceMean", {X.Id},
      {B.integers("axes", {1, 2, 3}), GraphBuilder::integer("keepdims", 1)});
  B.output("mean", B.node("Flatten", {Mean}), {1});
  return Error::success();
}

} // namespace toscount
