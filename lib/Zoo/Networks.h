//===- Networks.h - the builders of the zoo -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One function a family of networks, in the order of the table in
/// Networks.cpp. Values are in the ranges that the table gives.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ZOO_NETWORKS_H
#define TOSCOUNT_LIB_ZOO_NETWORKS_H

#include "Values.h"

#include "toscount/Zoo/GraphBuilder.h"

namespace toscount {

// LeNet.cpp
llvm::Error buildLeNet(GraphBuilder &B, const ZooValues &V);
llvm::Error buildBayesianLeNet(GraphBuilder &B, const ZooValues &V);
llvm::Error buildDropoutLeNet(GraphBuilder &B, const ZooValues &V);

// Dense.cpp
llvm::Error buildDnn(GraphBuilder &B, const ZooValues &V);
llvm::Error buildDenseLinear(GraphBuilder &B, const ZooValues &V);
llvm::Error buildDensePoly(GraphBuilder &B, const ZooValues &V);
llvm::Error buildMlp(GraphBuilder &B, const ZooValues &V);

// Convolutional.cpp
llvm::Error buildCnn(GraphBuilder &B, const ZooValues &V);
llvm::Error buildSimpleCnn(GraphBuilder &B, const ZooValues &V);

// SingleLayers.cpp
llvm::Error buildLayerConv(GraphBuilder &B, const ZooValues &V);
llvm::Error buildLayerLinear(GraphBuilder &B, const ZooValues &V);
llvm::Error buildLayerPool(GraphBuilder &B, const ZooValues &V);
llvm::Error buildConvChain(GraphBuilder &B, const ZooValues &V);

// NasBench.cpp
llvm::Error buildNasBench101(GraphBuilder &B, const ZooValues &V);

// Vision.cpp
llvm::Error buildResNet(GraphBuilder &B, const ZooValues &V);
llvm::Error buildVgg(GraphBuilder &B, const ZooValues &V);
llvm::Error buildMobileNetV2(GraphBuilder &B, const ZooValues &V);

// Transfer.cpp
llvm::Error buildTransfer(GraphBuilder &B, const ZooValues &V);

// Transformer.cpp
llvm::Error buildViT(GraphBuilder &B, const ZooValues &V);
llvm::Error buildBert(GraphBuilder &B, const ZooValues &V);
llvm::Error buildGpt(GraphBuilder &B, const ZooValues &V);

} // namespace toscount

#endif // TOSCOUNT_LIB_ZOO_NETWORKS_H
