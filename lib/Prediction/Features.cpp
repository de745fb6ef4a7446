//===- Features.cpp - features of a layer ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Features.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <tuple>

using namespace llvm;

namespace toscount {

std::optional<Feature> featureFromName(StringRef Name) {
  for (const FeatureInfo &F : FeatureTable)
    if (F.Name == Name)
      return F.Id;
  return std::nullopt;
}

Error unknownFeature(StringRef Name) {
  std::vector<StringRef> Names;
  for (const FeatureInfo &F : FeatureTable)
    Names.push_back(F.Name);
  return makeError("unknown feature '" + printable(Name) + "'" +
                   didYouMean(Name, Names));
}

FeatureVector &FeatureVector::operator+=(const FeatureVector &Other) {
  add(Other, 1);
  return *this;
}

void FeatureVector::add(const FeatureVector &Other, double Factor) {
  for (unsigned I = 0; I < NumFeatures; ++I)
    Values[I] += Other.Values[I] * Factor;
  Kernels.add(Other.Kernels, Factor);
}

namespace {

double real(Count C) { return static_cast<double>(C.value()); }
double real(WideCount C) { return static_cast<double>(C.value()); }

double beyondCache(double Bytes) {
  // b^3 / (b^2 + t^2), without overflow.
  return Bytes == 0 ? 0 : Bytes / (1 + std::pow(CacheBytes / Bytes, 2));
}

double padded(double Channels) {
  return std::ceil(Channels / ChannelBlock) * ChannelBlock;
}

double elementsOf(ShapeRef Dims) {
  double Product = 1;
  for (int64_t D : Dims)
    Product *= static_cast<double>(D);
  return Product;
}

/// The channels that a normalization has statistics of or over.
int64_t channelsOf(ShapeRef Dims) {
  if (Dims.empty())
    return 0;
  return Dims.size() > 3 ? Dims[1] : Dims.back();
}

/// Channels of a group of the forward product.
struct Channels {
  double In = 1, Out = 1;

  Channels(double In, double Out)
      : In(valid(In) ? In : 1), Out(valid(Out) ? Out : 1) {}

  /// Read off \p M, whatever it computes. Exact for matrix products; of a
  /// convolution's gradients only where neither padding nor groups play in.
  static Channels of(const MatrixProduct &M) {
    double Columns = real(M.Columns), Taps = real(M.Taps);
    double Length = real(M.Macs) / real(M.Sums);
    switch (M.Role) {
    case ProductRole::Forward:
      return {Length / Taps, Columns};
    case ProductRole::DataGradient:
      return {Columns, Length / Taps};
    case ProductRole::WeightGradient:
      return {real(M.Sums) / Columns / Taps, Columns};
    }
    return {1, 1};
  }

  /// A first layer of few channels has kernels of its own.
  [[nodiscard]] bool few() const { return In < 4; }
  [[nodiscard]] bool misaligned() const {
    auto Off = [](double C) { return std::fmod(std::round(C), 4) != 0; };
    return !few() && (Off(In) || Off(Out));
  }
  [[nodiscard]] bool wide() const { return In > ChannelBlock; }

private:
  /// Sizes of nothing (an empty batch) are no channels.
  static bool valid(double C) { return std::isfinite(C) && C > 0; }
};

const MatrixProduct *onlyOne(const Work &W, ProductRole Role) {
  const MatrixProduct *Found = nullptr;
  for (const MatrixProduct &M : W.Products) {
    if (M.Role != Role)
      continue;
    if (Found != nullptr)
      return nullptr;
    Found = &M;
  }
  return Found;
}

/// Tells the channels of a layer's products.
class LayerChannels {
public:
  explicit LayerChannels(const LayerCounts &L)
      : Forward(L.Phases.get(static_cast<unsigned>(Phase::Forward))) {
    // Where a layer has one product, its own columns and those of its data
    // gradient are its channels, however windows are padded and grouped.
    const MatrixProduct *Own = onlyOne(Forward, ProductRole::Forward);
    if (Own == nullptr)
      return;
    Work Backward = L.Phases.get(static_cast<unsigned>(Phase::Backward));
    const MatrixProduct *Data = onlyOne(Backward, ProductRole::DataGradient);
    Channels C = Channels::of(*Own);
    Single = {Data != nullptr ? real(Data->Columns) : C.In, C.Out};
  }

  [[nodiscard]] Channels of(const MatrixProduct &M) const {
    return Single ? *Single : Channels::of(M);
  }

  const Work Forward;

private:
  std::optional<Channels> Single;
};

void addProduct(const MatrixProduct &M, const Channels &C, FeatureVector &F) {
  double Macs = real(M.Times) * real(M.Macs);
  if (Macs == 0)
    return;
  auto Four = [&](Feature All, Feature PerChannel, Feature Misaligned,
                  Feature MisalignedPerChannel) {
    F[All] += Macs;
    if (!C.few())
      F[PerChannel] += Macs / C.In;
    if (C.misaligned()) {
      F[Misaligned] += Macs;
      F[MisalignedPerChannel] += Macs / C.In;
    }
  };
  if (M.Taps == Count(1))
    Four(Feature::PointwiseMacs, Feature::PointwiseMacsPerChannel,
         Feature::PointwiseMisalignedMacs,
         Feature::PointwiseMisalignedMacsPerChannel);
  else
    Four(Feature::SpatialMacs, Feature::SpatialMacsPerChannel,
         Feature::SpatialMisalignedMacs,
         Feature::SpatialMisalignedMacsPerChannel);
  F[Feature::MacsPerInputChannel] += Macs / C.In;
  F[Feature::MacsPerOutputChannel] += Macs / C.Out;
  F[Feature::PaddedMacs] +=
      Macs * (padded(C.In) / C.In) * (padded(C.Out) / C.Out);
  if (C.wide()) {
    F[Feature::WideMacs] += Macs;
    F[Feature::WideMacsPerInputChannel] += Macs / C.In;
  }
  if (Macs > ParallelMacs)
    F[Feature::ParallelProduct] += 1;
}

/// Bytes of parameters that \p L is the first to use, at the type it computes
/// in.
double parameterBytes(const LayerCounts &L, const Work &Forward) {
  ElementType Type =
      Forward.Ops.empty() ? ElementType::Float32 : Forward.Ops.front().Type;
  Count Bytes = byteSize(Type, L.Parameters);
  return Bytes.valid() ? real(Bytes) : 0;
}

/// What the product kernels of \p W, one for each role, move.
void addProductBytes(const LayerCounts &L, const LayerChannels &C,
                     const Work &W, FeatureVector &F) {
  double Weight = parameterBytes(L, C.Forward);
  double In = std::max(real(C.Forward.BytesRead) - Weight, 0.0);
  double Out = real(C.Forward.BytesWritten);
  for (ProductRole Role : {ProductRole::Forward, ProductRole::DataGradient,
                           ProductRole::WeightGradient}) {
    const MatrixProduct *First = find_if(
        W.Products, [&](const MatrixProduct &M) { return M.Role == Role; });
    if (First == W.Products.end())
      continue;
    F[Feature::ProductBytes] += In + Out;
    F[Feature::ProductInputBytes] += In;
    F[Feature::ProductOutputBytes] += Out;
    F[Feature::ProductWeightBytes] += Weight;
    F[Feature::UncachedProductBytes] += beyondCache(In + Out);
    F[Feature::UncachedInputBytes] += beyondCache(In);
    F[Feature::UncachedOutputBytes] += beyondCache(Out);
    if (!C.of(*First).wide())
      continue;
    F[Feature::WideInputBytes] += In;
    F[Feature::WideOutputBytes] += Out;
    F[Feature::WideUncachedInputBytes] += beyondCache(In);
    F[Feature::WideUncachedOutputBytes] += beyondCache(Out);
  }
}

/// The products of \p W as kernels; returns the bytes and the number of all.
std::pair<double, double> addProductKernels(const LayerChannels &Of,
                                            const Work &W, FeatureVector &F) {
  // Each reads or writes the layer's input, output and parameters once, shared
  // by products of one role.
  double Bytes = real(Of.Forward.BytesRead) + real(Of.Forward.BytesWritten);
  std::array<double, 3> Products{};
  for (const MatrixProduct &M : W.Products)
    Products[static_cast<unsigned>(M.Role)] += real(M.Times);
  double Moved = 0, Launched = 0;
  for (const MatrixProduct &M : W.Products) {
    double Times = real(M.Times);
    if (Times == 0)
      continue;
    Channels C = Of.of(M);
    KernelGroup G;
    G.Product = true;
    G.Spatial = M.Taps != Count(1);
    G.Misaligned = C.misaligned();
    G.Macs = real(M.Macs);
    G.PerChannel = C.few() ? 0 : G.Macs / C.In;
    G.Bytes = Bytes / Products[static_cast<unsigned>(M.Role)];
    G.Times = Times;
    F.Kernels.add(G);
    Moved += Times * G.Bytes;
    Launched += Times;
  }
  return {Moved, Launched};
}

/// All kernels of \p W: products, and what shares the rest of the bytes.
void addKernels(const LayerChannels *Products, const Work &W,
                FeatureVector &F) {
  double Moved = 0, Launched = 0;
  if (Products != nullptr)
    std::tie(Moved, Launched) = addProductKernels(*Products, W, F);
  KernelGroup Others;
  Others.Times = std::max(real(W.Kernels) - Launched, 0.0);
  if (Others.Times == 0)
    return;
  double Bytes = real(W.BytesRead) + real(W.BytesWritten);
  Others.Bytes = std::max(Bytes - Moved, 0.0) / Others.Times;
  F.Kernels.add(Others);
}

/// Bytes of kernels that make no matrix product, by their class.
void addClassBytes(const LayerCounts &L, Phase P, double Bytes,
                   FeatureVector &F) {
  bool Backward = P == Phase::Backward;
  switch (L.Class) {
  case KernelClass::Elementwise:
    F[Feature::ElementwiseBytes] += Bytes;
    break;
  case KernelClass::Normalization:
    F[Feature::NormalizationBytes] += Bytes;
    F[Backward ? Feature::NormalizationBackwardBytes
               : Feature::NormalizationForwardBytes] += Bytes;
    if (channelsOf(L.Output) % 4 != 0)
      F[Feature::NormalizationMisalignedBytes] += Bytes;
    break;
  case KernelClass::Pooling:
    F[Backward ? Feature::PoolingBackwardBytes
               : Feature::PoolingForwardBytes] += Bytes;
    break;
  case KernelClass::Reduction:
    F[Feature::ReductionBytes] += Bytes;
    break;
  case KernelClass::Movement:
    F[Feature::MovementBytes] += Bytes;
    break;
  }
}

} // namespace

void addLayerFeatures(const LayerCounts &L, Phase P,
                      const LoweringOptions &Lowering, FeatureVector &F) {
  if (!L.Phases.has(static_cast<unsigned>(P)))
    return;
  Work W = L.Phases.get(static_cast<unsigned>(P));
  Cost C = lower(W, Lowering);
  F[Feature::Kernel] += real(W.Kernels);
  F[Feature::TOs] += real(C.TOs);
  F[Feature::Flops] += real(C.Flops);
  F[Feature::Macs] += real(W.Macs);
  F[Feature::BytesRead] += real(W.BytesRead);
  F[Feature::BytesWritten] += real(W.BytesWritten);
  std::optional<LayerChannels> Products;
  if (!W.Products.empty())
    Products.emplace(L);
  for (const MatrixProduct &M : W.Products)
    addProduct(M, Products->of(M), F);
  addKernels(Products ? &*Products : nullptr, W, F);

  double Elements = elementsOf(L.Output);
  double Accumulated = real(W.BytesAccumulated);
  double Bytes = real(W.BytesRead) + real(W.BytesWritten) - Accumulated;
  F[Feature::ElementwiseBytes] += Accumulated;
  if (P == Phase::Forward) {
    F[Feature::ForwardTOs] += real(C.TOs);
    F[Feature::ForwardMacs] += real(W.Macs);
    F[Feature::Activation] += Elements;
  }
  if (P == Phase::Update) {
    F[Feature::UpdateBytes] += Bytes;
    F[Feature::ParameterStep] += real(L.TrainableParameters);
    if (real(L.TrainableParameters) > ParallelElements)
      F[Feature::ParallelUpdate] += 1;
    return;
  }
  if (P == Phase::Loss || L.Op.empty()) {
    F[Feature::LossBytes] += Bytes;
    return;
  }
  if (Products) {
    addProductBytes(L, *Products, W, F);
    return;
  }
  addClassBytes(L, P, Bytes, F);
  if (W.Kernels > Count(0) && Elements > ParallelElements)
    F[Feature::ParallelActivation] += 1;
  if (L.Class == KernelClass::Pooling && P == Phase::Forward) {
    // A window of k elements is k-1 comparisons or additions and a result.
    BasicOps Ops = W.total();
    F[Feature::PoolingWindowElements] +=
        real(Ops.Cmp) + real(Ops.Add) + Elements;
  }
}

} // namespace toscount
