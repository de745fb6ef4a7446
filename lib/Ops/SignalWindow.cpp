//===- SignalWindow.cpp - windows and mel weights -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Tensors that depend on nothing but sizes: the window functions and the mel
/// filter bank. They are constants of the network, known beforehand and free.
///
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>
#include <numbers>

using namespace llvm;

namespace toscount {
namespace {

/// The one integer in operand \p I.
Expected<int64_t> knownInteger(const ShapeContext &C, unsigned I,
                               StringRef What) {
  Expected<ArrayRef<int64_t>> Read = C.integers(I, What);
  if (!Read)
    return Read.takeError();
  if (Read->size() != 1)
    return C.fail("its " + What + " must be one number, but operand " +
                  Twine(I) + " has shape " + toString(C.inShape(I)));
  return Read->front();
}

Expected<ElementType> numericType(const ShapeContext &C) {
  Expected<ElementType> Type =
      typeAttr(C, "output_datatype", ElementType::Float32);
  if (Type && !isFloating(*Type) && !isInteger(*Type))
    return C.fail("its attribute 'output_datatype' is " + name(*Type) +
                  ", but must be a number's type");
  return Type;
}

/// Stores \p Values as result 0 in whichever form its type has.
void keep(ShapeContext &C, ArrayRef<double> Values) {
  if (isFloating(C.outType(0))) {
    C.setContents(0, Values);
    return;
  }
  SmallVector<int64_t> Ints;
  for (double V : Values)
    Ints.push_back(static_cast<int64_t>(V));
  C.setContents(0, Ints);
}

Error shapeWindow(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  Expected<int64_t> Size = knownInteger(C, 0, "size");
  if (!Size)
    return Size.takeError();
  if (*Size < 0)
    return C.fail("its size is " + Twine(*Size) + ", but must not be negative");
  Expected<ElementType> Type = numericType(C);
  if (!Type)
    return Type.takeError();
  return C.setOutput(0, *Type, {*Size});
}

/// A0 - A1 cos(x) + A2 cos(2x).
struct CosineWindow {
  double A0, A1, A2;
};
constexpr CosineWindow Hann = {0.5, 0.5, 0};
constexpr CosineWindow Hamming = {25.0 / 46, 1 - 25.0 / 46, 0};
constexpr CosineWindow Blackman = {0.42, 0.5, 0.08};

template <const CosineWindow &Kind> Error foldWindow(ShapeContext &C) {
  int64_t Size = C.outShape(0)[0];
  bool Periodic = C.attrInt("periodic", 1) != 0;
  auto Period = static_cast<double>(Periodic ? Size : Size - 1);
  SmallVector<double> Values;
  for (int64_t N = 0; N < Size; ++N) {
    double X = 2 * std::numbers::pi * static_cast<double>(N) /
               (Period > 0 ? Period : 1);
    Values.push_back(Kind.A0 - Kind.A1 * std::cos(X) +
                     Kind.A2 * std::cos(2 * X));
  }
  keep(C, Values);
  return Error::success();
}

Error shapeMelWeight(ShapeContext &C) {
  if (Error E = C.expectInputs(5, 5))
    return E;
  Expected<int64_t> Bins = knownInteger(C, 0, "num_mel_bins");
  if (!Bins)
    return Bins.takeError();
  Expected<int64_t> Length = knownInteger(C, 1, "dft_length");
  if (!Length)
    return Length.takeError();
  if (*Bins < 1 || *Length < 1)
    return C.fail("num_mel_bins " + Twine(*Bins) + " and dft_length " +
                  Twine(*Length) + " must be at least 1");
  Expected<ElementType> Type = numericType(C);
  if (!Type)
    return Type.takeError();
  return C.setOutput(0, *Type, {*Length / 2 + 1, *Bins});
}

double mel(double Hertz) { return 2595 * std::log10(1 + Hertz / 700); }
double hertz(double Mel) { return 700 * (std::pow(10.0, Mel / 2595) - 1); }

/// Triangles between neighbouring edges, as ONNX's reference places them: edges
/// are equidistant in mel and rounded down to a frequency of the spectrum.
Error foldMelWeight(ShapeContext &C) {
  for (unsigned I = 0; I < 5; ++I)
    if (C.contents(I)->size() != 1)
      return C.fail("operand " + Twine(I) + " of shape " +
                    toString(C.inShape(I)) + " must be one number");
  double Length = C.contents(1)->number(0);
  double Rate = C.contents(2)->number(0);
  double Low = mel(C.contents(3)->number(0));
  double High = mel(C.contents(4)->number(0));
  int64_t Rows = C.outShape(0)[0];
  int64_t Bins = C.outShape(0)[1];
  double Step = (High - Low) / static_cast<double>(Bins + 2);
  auto Edge = [&](int64_t I) {
    double F = hertz(Low + static_cast<double>(I) * Step);
    return std::floor((Length + 1) * F / Rate);
  };
  SmallVector<double> Values(static_cast<size_t>(Rows * Bins), 0.0);
  for (int64_t B = 0; B < Bins; ++B) {
    double Left = Edge(B), Peak = Edge(B + 1), Right = Edge(B + 2);
    for (int64_t R = 0; R < Rows; ++R) {
      auto F = static_cast<double>(R);
      double &V = Values[static_cast<size_t>(R * Bins + B)];
      if (F == Peak && Left == Peak)
        V = 1;
      else if (F >= Left && F <= Peak && Peak > Left)
        V = (F - Left) / (Peak - Left);
      if (F >= Peak && F < Right && Right > Peak)
        V = (Right - F) / (Right - Peak);
    }
  }
  keep(C, Values);
  return Error::success();
}

constexpr OpInfo Rows[] = {
    {.Name = "HannWindow",
     .Since = 17,
     .Kind = OpKind::Static,
     .Types = "i",
     .Shape = shapeWindow,
     .Fold = foldWindow<Hann>,
     .ForwardDoc = "depends on sizes alone: known beforehand and free"},
    {.Name = "HammingWindow",
     .Since = 17,
     .Kind = OpKind::Static,
     .Types = "i",
     .Shape = shapeWindow,
     .Fold = foldWindow<Hamming>,
     .ForwardDoc = "depends on sizes alone: known beforehand and free"},
    {.Name = "BlackmanWindow",
     .Since = 17,
     .Kind = OpKind::Static,
     .Types = "i",
     .Shape = shapeWindow,
     .Fold = foldWindow<Blackman>,
     .ForwardDoc = "depends on sizes alone: known beforehand and free"},
    {.Name = "MelWeightMatrix",
     .Since = 17,
     .Kind = OpKind::Static,
     .Types = "Ti Ti Ti f f",
     .Shape = shapeMelWeight,
     .Fold = foldMelWeight,
     .ForwardDoc = "depends on sizes alone: known beforehand and free"},
};

} // namespace

ArrayRef<OpInfo> signalWindowOps() { return Rows; }

} // namespace toscount
