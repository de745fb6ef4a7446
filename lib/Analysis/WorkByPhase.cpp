//===- WorkByPhase.cpp - the work of a layer, packed ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A packed Work is a sequence of ULEB128 numbers: a mask of its figures that
/// are not zero and those figures; how many element types it counts at, for
/// each the type, a mask and its figures; how many products, for
/// each its role and figures.
///
//===----------------------------------------------------------------------===//

#include "toscount/Analysis/WorkByPhase.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/LEB128.h"

#include <cstring>

using namespace llvm;

namespace toscount {
namespace {

constexpr Count Work::*Figures[] = {
    &Work::Macs,         &Work::Random,           &Work::BytesRead,
    &Work::BytesWritten, &Work::BytesAccumulated, &Work::Kernels};
constexpr Count BasicOps::*OpFigures[] = {
    &BasicOps::Add,  &BasicOps::Sub, &BasicOps::Mul,   &BasicOps::Div,
    &BasicOps::Root, &BasicOps::Cmp, &BasicOps::DotAdd};

constexpr Count MatrixProduct::*ProductFigures[] = {
    &MatrixProduct::Times, &MatrixProduct::Sums, &MatrixProduct::Macs,
    &MatrixProduct::Columns, &MatrixProduct::Taps};

class Packer {
public:
  void number(uint64_t N) {
    std::array<uint8_t, 10> Digits{};
    unsigned Length = encodeULEB128(N, Digits.data());
    Bytes.append(Digits.begin(), Digits.begin() + Length);
  }
  /// The figures \p Get gives for 0 to \p N, those that are zero as a bit.
  template <typename F> void masked(unsigned N, F Get) {
    uint64_t Mask = 0;
    for (unsigned I = 0; I < N; ++I)
      if (!(Get(I) == Count(0)))
        Mask |= uint64_t(1) << I;
    number(Mask);
    for (unsigned I = 0; I < N; ++I)
      if (((Mask >> I) & 1U) != 0)
        number(Get(I).value());
  }
  [[nodiscard]] std::unique_ptr<uint8_t[]> take() const {
    auto Part = std::make_unique<uint8_t[]>(Bytes.size());
    std::memcpy(Part.get(), Bytes.data(), Bytes.size());
    return Part;
  }

private:
  SmallVector<uint8_t, 128> Bytes;
};

/// Reads what Packer wrote, and nothing else: there is no damage to expect.
class Unpacker {
public:
  explicit Unpacker(const uint8_t *Next) : Next(Next) {}
  uint64_t number() {
    unsigned Length = 0;
    uint64_t N = decodeULEB128(Next, &Length);
    Next += Length;
    return N;
  }
  Count figure() {
    uint64_t N = number();
    return N == Count::invalid().value() ? Count::invalid() : Count(N);
  }
  template <typename F> void masked(unsigned N, F Put) {
    uint64_t Mask = number();
    for (unsigned I = 0; I < N; ++I)
      if (((Mask >> I) & 1U) != 0)
        Put(I, figure());
  }

private:
  const uint8_t *Next;
};

} // namespace

WorkByPhase::WorkByPhase(const WorkByPhase &Other) {
  for (unsigned P = 0; P < NumPhases; ++P)
    if (Other.has(P))
      set(P, Other.get(P));
}

void WorkByPhase::set(unsigned P, const Work &W) {
  Packer Out;
  constexpr unsigned Own = std::size(Figures);
  Out.masked(Own + NumElementary, [&](unsigned I) {
    return I < Own ? W.*Figures[I] : W.ByFunction[I - Own];
  });
  Out.number(W.Ops.size());
  for (const Work::TypedOps &Typed : W.Ops) {
    Out.number(static_cast<uint64_t>(Typed.Type));
    Out.masked(std::size(OpFigures),
               [&](unsigned I) { return Typed.Ops.*OpFigures[I]; });
  }
  Out.number(W.Products.size());
  for (const MatrixProduct &Dots : W.Products) {
    Out.number(static_cast<uint64_t>(Dots.Role));
    for (Count MatrixProduct::*Figure : ProductFigures)
      Out.number((Dots.*Figure).value());
  }
  Parts[P] = Out.take();
}

Work WorkByPhase::get(unsigned P) const {
  Work W;
  if (!has(P))
    return W;
  Unpacker In(Parts[P].get());
  constexpr unsigned Own = std::size(Figures);
  In.masked(Own + NumElementary, [&](unsigned I, Count N) {
    (I < Own ? W.*Figures[I] : W.ByFunction[I - Own]) = N;
  });
  for (uint64_t Types = In.number(); Types > 0; --Types) {
    W.Ops.push_back({static_cast<ElementType>(In.number()), {}});
    In.masked(std::size(OpFigures),
              [&](unsigned I, Count N) { W.Ops.back().Ops.*OpFigures[I] = N; });
  }
  for (uint64_t Left = In.number(); Left > 0; --Left) {
    MatrixProduct Dots;
    Dots.Role = static_cast<ProductRole>(In.number());
    for (Count MatrixProduct::*Figure : ProductFigures)
      Dots.*Figure = In.figure();
    W.Products.push_back(Dots);
  }
  return W;
}

} // namespace toscount
