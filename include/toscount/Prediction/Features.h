//===- Features.h - what energy is predicted from -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The features of a training run: sums, over its steps, layers and phases, of
/// what each kernel costs the hardware. Energy and time are predicted as
/// combinations of them with coefficients that are not negative, so that a
/// utilisation such as rate * C_in / (C_in + k) is written as the two features
/// MACs and MACs / C_in. Features come from counting the model, never from a
/// measurement, and are real numbers.
///
/// C_in and C_out are the channels (features of a linear layer) of one group of
/// the layer's forward product, also where its gradients are computed. A
/// *product kernel* is a matrix product or convolution: its forward pass, its
/// gradient with respect to the data, that with respect to the weight. It is
/// *pointwise* when its kernel covers one tap (matrix products, 1x1
/// convolutions), and *spatial* when it covers more.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_FEATURES_H
#define TOSCOUNT_PREDICTION_FEATURES_H

#include "toscount/Lowering/CostTable.h"
#include "toscount/Prediction/Kernels.h"

#include <array>
#include <iterator>
#include <optional>

namespace toscount {

enum class Feature : uint8_t {
  Run,
  Epoch,
  Step,
  ValidationStep,
  Sample,
  Kernel,
  TOs,
  Flops,
  Macs,
  BytesRead,
  BytesWritten,
  ForwardTOs,
  ForwardMacs,
  Parameter,
  ParameterStep,
  Activation,
  PointwiseMacs,
  PointwiseMacsPerChannel,
  PointwiseMisalignedMacs,
  PointwiseMisalignedMacsPerChannel,
  SpatialMacs,
  SpatialMacsPerChannel,
  SpatialMisalignedMacs,
  SpatialMisalignedMacsPerChannel,
  ProductBytes,
  NormalizationBytes,
  NormalizationForwardBytes,
  NormalizationBackwardBytes,
  NormalizationMisalignedBytes,
  PoolingForwardBytes,
  PoolingBackwardBytes,
  ElementwiseBytes,
  MovementBytes,
  ReductionBytes,
  UpdateBytes,
  LossBytes,
  MacsPerOutputChannel,
  MacsPerInputChannel,
  PaddedMacs,
  WideMacs,
  WideMacsPerInputChannel,
  ProductInputBytes,
  ProductOutputBytes,
  ProductWeightBytes,
  UncachedProductBytes,
  UncachedInputBytes,
  UncachedOutputBytes,
  WideInputBytes,
  WideOutputBytes,
  WideUncachedInputBytes,
  WideUncachedOutputBytes,
  PoolingWindowElements,
  ParallelProduct,
  ParallelActivation,
  ParallelUpdate,
  AnyParallelProduct,
  AnyParallelUpdate,
};

struct FeatureInfo {
  Feature Id;
  llvm::StringLiteral Name; ///< In profiles and on the command line.
  llvm::StringLiteral Unit;
  llvm::StringLiteral Meaning; ///< One line.
};

/// Work of fewer multiply-accumulates is done by one thread (OpenBLAS: M*N*K at
/// most 4 * 65536).
inline constexpr double ParallelMacs = 262144;
/// Tensors of fewer elements are processed by one thread (ATen's grain size).
inline constexpr double ParallelElements = 32768;
/// A SIMD block of channels (eight fp32 numbers of AVX2).
inline constexpr double ChannelBlock = 8;
/// Bytes beyond a cache of about t = 16 MB: b^3 / (b^2 + t^2).
inline constexpr double CacheBytes = 16e6;

/// Every feature, in the order of the enumeration.
inline constexpr FeatureInfo FeatureTable[] = {
    {Feature::Run, "run", "runs", "1: what a run costs whatever it does"},
    {Feature::Epoch, "epoch", "epochs", "epochs"},
    {Feature::Step, "step", "steps", "training steps"},
    {Feature::ValidationStep, "validation_step", "steps",
     "batches of validation samples, forward only"},
    {Feature::Sample, "sample", "samples", "training samples, each epoch"},
    {Feature::Kernel, "kernel", "kernels", "kernels launched"},
    {Feature::TOs, "tos", "TOs", "transistor operations"},
    {Feature::Flops, "flops", "FLOPs", "floating-point operations"},
    {Feature::Macs, "macs", "MACs",
     "multiply-accumulates (linear FLOPs) of all phases"},
    {Feature::BytesRead, "bytes_read", "B", "bytes that kernels read"},
    {Feature::BytesWritten, "bytes_written", "B", "bytes that kernels write"},
    {Feature::ForwardTOs, "forward_tos", "TOs",
     "transistor operations of the forward phase of training alone"},
    {Feature::ForwardMacs, "forward_macs", "MACs",
     "multiply-accumulates of the forward phase of training alone"},
    {Feature::Parameter, "parameters", "parameters",
     "parameters, once a run: size alone"},
    {Feature::ParameterStep, "parameter_steps", "parameters",
     "trainable parameters, each step"},
    {Feature::Activation, "activations", "elements",
     "elements that the layers put out, forward"},
    {Feature::PointwiseMacs, "pointwise_macs", "MACs",
     "MACs of pointwise products"},
    {Feature::PointwiseMacsPerChannel, "pointwise_macs_per_channel", "MACs",
     "their MACs / C_in, C_in >= 4: few channels use hardware badly"},
    {Feature::PointwiseMisalignedMacs, "pointwise_misaligned_macs", "MACs",
     "their MACs where C_in >= 4 and C_in or C_out is no multiple of 4"},
    {Feature::PointwiseMisalignedMacsPerChannel,
     "pointwise_misaligned_macs_per_channel", "MACs", "these / C_in"},
    {Feature::SpatialMacs, "spatial_macs", "MACs", "MACs of spatial products"},
    {Feature::SpatialMacsPerChannel, "spatial_macs_per_channel", "MACs",
     "their MACs / C_in, C_in >= 4"},
    {Feature::SpatialMisalignedMacs, "spatial_misaligned_macs", "MACs",
     "their MACs where C_in >= 4 and C_in or C_out is no multiple of 4"},
    {Feature::SpatialMisalignedMacsPerChannel,
     "spatial_misaligned_macs_per_channel", "MACs", "these / C_in"},
    {Feature::ProductBytes, "product_bytes", "B",
     "the layer's input and output tensors, each product kernel"},
    {Feature::NormalizationBytes, "normalization_bytes", "B",
     "bytes of normalization, forward and backward"},
    {Feature::NormalizationForwardBytes, "normalization_forward_bytes", "B",
     "bytes of normalization, forward"},
    {Feature::NormalizationBackwardBytes, "normalization_backward_bytes", "B",
     "bytes of normalization, backward"},
    {Feature::NormalizationMisalignedBytes, "normalization_misaligned_bytes",
     "B", "bytes of normalization of channels that are no multiple of 4"},
    {Feature::PoolingForwardBytes, "pooling_forward_bytes", "B",
     "bytes of pooling and resizing, forward"},
    {Feature::PoolingBackwardBytes, "pooling_backward_bytes", "B",
     "bytes of pooling and resizing, backward"},
    {Feature::ElementwiseBytes, "elementwise_bytes", "B",
     "bytes of elementwise kernels, accumulated gradients included"},
    {Feature::MovementBytes, "movement_bytes", "B",
     "bytes of kernels that only move (concatenation, slices, transposes)"},
    {Feature::ReductionBytes, "reduction_bytes", "B",
     "bytes of reductions and sorting"},
    {Feature::UpdateBytes, "update_bytes", "B",
     "bytes of the optimizer's update"},
    {Feature::LossBytes, "loss_bytes", "B",
     "bytes of the loss, forward and backward"},
    {Feature::MacsPerOutputChannel, "macs_per_output_channel", "MACs",
     "MACs / C_out of every product kernel"},
    {Feature::MacsPerInputChannel, "macs_per_input_channel", "MACs",
     "MACs / C_in of every product kernel, whatever C_in is"},
    {Feature::PaddedMacs, "padded_macs", "MACs",
     "MACs with C_in and C_out padded to whole blocks of 8"},
    {Feature::WideMacs, "wide_macs", "MACs",
     "MACs where C_in > 8: partial sums of blocks are read again"},
    {Feature::WideMacsPerInputChannel, "wide_macs_per_input_channel", "MACs",
     "these / C_in"},
    {Feature::ProductInputBytes, "product_input_bytes", "B",
     "the layer's input tensor, each product kernel"},
    {Feature::ProductOutputBytes, "product_output_bytes", "B",
     "the layer's output tensor, each product kernel"},
    {Feature::ProductWeightBytes, "product_weight_bytes", "B",
     "the layer's parameters, each product kernel"},
    {Feature::UncachedProductBytes, "uncached_product_bytes", "B",
     "of input and output together: b^3/(b^2 + (16 MB)^2)"},
    {Feature::UncachedInputBytes, "uncached_input_bytes", "B",
     "of the input tensor b: b^3/(b^2 + (16 MB)^2)"},
    {Feature::UncachedOutputBytes, "uncached_output_bytes", "B",
     "of the output tensor b: b^3/(b^2 + (16 MB)^2)"},
    {Feature::WideInputBytes, "wide_input_bytes", "B",
     "product_input_bytes where C_in > 8"},
    {Feature::WideOutputBytes, "wide_output_bytes", "B",
     "product_output_bytes where C_in > 8"},
    {Feature::WideUncachedInputBytes, "wide_uncached_input_bytes", "B",
     "uncached_input_bytes where C_in > 8"},
    {Feature::WideUncachedOutputBytes, "wide_uncached_output_bytes", "B",
     "uncached_output_bytes where C_in > 8"},
    {Feature::PoolingWindowElements, "pooling_window_elements", "elements",
     "elements that the windows of poolings cover, forward"},
    {Feature::ParallelProduct, "parallel_products", "kernels",
     "product kernels of more than 2^18 MACs: threads are woken"},
    {Feature::ParallelActivation, "parallel_activations", "kernels",
     "other layers' phases on more than 32768 elements"},
    {Feature::ParallelUpdate, "parallel_updates", "kernels",
     "updates of layers with more than 32768 parameters"},
    {Feature::AnyParallelProduct, "any_parallel_product", "steps",
     "steps in which any product kernel has more than 2^18 MACs"},
    {Feature::AnyParallelUpdate, "any_parallel_update", "steps",
     "steps in which any update is of more than 32768 parameters"},
};
inline constexpr unsigned NumFeatures = std::size(FeatureTable);

constexpr bool featuresInOrder() {
  for (unsigned I = 0; I < NumFeatures; ++I)
    if (static_cast<unsigned>(FeatureTable[I].Id) != I)
      return false;
  return true;
}
static_assert(featuresInOrder(), "the table is in the enumeration's order");

constexpr const FeatureInfo &info(Feature F) {
  return FeatureTable[static_cast<unsigned>(F)];
}

/// The feature called \p Name.
std::optional<Feature> featureFromName(llvm::StringRef Name);
/// "unknown feature 'NAME'; did you mean ...?"
llvm::Error unknownFeature(llvm::StringRef Name);

/// A value of every feature, and the kernels that they are sums over.
struct FeatureVector {
  std::array<double, NumFeatures> Values{};
  KernelSet Kernels;

  double &operator[](Feature F) { return Values[static_cast<unsigned>(F)]; }
  double operator[](Feature F) const {
    return Values[static_cast<unsigned>(F)];
  }
  FeatureVector &operator+=(const FeatureVector &Other);
  /// Adds \p Other times \p Factor.
  void add(const FeatureVector &Other, double Factor);
  [[nodiscard]] llvm::ArrayRef<double> values() const { return Values; }
};

/// Adds to \p Into what layer \p L does in phase \p P of one step. Features of
/// steps, epochs and runs stay as they are.
void addLayerFeatures(const LayerCounts &L, Phase P,
                      const LoweringOptions &Lowering, FeatureVector &Into);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_FEATURES_H
