//===- Signal.cpp - Fourier transforms ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// DFT and STFT, counted by the definition of the transform: every frequency
/// is a sum over all samples. The complex exponentials depend on nothing but
/// sizes, so they are constants and free. (A fast transform computes the same
/// with fewer operations; which one, and how many, is the library's choice.)
///
//===----------------------------------------------------------------------===//

#include "Families.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

/// Many transforms of the same size.
struct Transform {
  Count Signals;     ///< How many transforms.
  Count Samples;     ///< Terms of each sum.
  Count Given;       ///< Samples that are elements of the operand, not padding.
  Count Frequencies; ///< Sums of each transform.
  bool Complex = false; ///< Samples have an imaginary part.
};

/// Both parts of every frequency.
void transform(Work &W, const Transform &T) {
  Count Sums = W.let("frequencies", T.Signals * T.Frequencies,
                     "transforms * frequencies of each");
  Count Terms = Sums * T.Samples;
  if (T.Complex) {
    W.mul(Terms * 4, "complex products with constants: 4 mul, 1 sub, 1 add");
    W.sub(Terms, "the real parts of complex products");
    W.add(Terms, "the imaginary parts of complex products");
  } else {
    W.mul(Terms * 2, "each sample by a constant's both parts");
  }
  W.sums(Sums * 2, T.Samples, "both parts of each frequency, over the samples");
}

/// The gradient of the samples: the transposed transform.
void transposed(Work &W, const Transform &T) {
  Count Sums = W.let("samples", T.Signals * T.Given,
                     "transforms * samples of each that are not padding");
  Count Terms = Sums * T.Frequencies;
  W.mul(Terms * 2, "both parts of each gradient by the constant's");
  W.sums(Sums, T.Frequencies * 2,
         "real samples, over both parts of the frequencies");
  if (!T.Complex)
    return;
  W.mul(Terms * 2, "both parts of each gradient by the constant's");
  W.sub(Terms, "the imaginary parts of complex products");
  W.sums(Sums, T.Frequencies, "imaginary samples, over the frequencies");
}

/// The one number in operand \p I, at least \p Least.
Expected<int64_t> knownNumber(const ShapeContext &C, unsigned I, StringRef What,
                              int64_t Least) {
  Expected<ArrayRef<int64_t>> Read = C.integers(I, What);
  if (!Read)
    return Read.takeError();
  if (Read->size() != 1)
    return C.fail("its " + What + " must be one number, but operand " +
                  Twine(I) + " has shape " + toString(C.inShape(I)));
  if (Read->front() < Least)
    return C.fail("its " + What + " is " + Twine(Read->front()) +
                  ", but must be at least " + Twine(Least));
  return Read->front();
}

// -- DFT.

/// The axis as the node gives it: an attribute before opset 20.
int64_t givenAxis(const OpInstance &Op) {
  if (Op.opset() < 20)
    return Op.attrInt("axis", 1);
  return Op.hasInput(2) ? Op.contents(2)->Ints.front() : -2;
}

Error shapeDft(ShapeContext &C) {
  if (Error E = C.expectInputs(1, C.opset() < 20 ? 2 : 3))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  if (!isFloating(C.inType(0)))
    return C.fail("its operand is " + name(C.inType(0)) +
                  ", but must be floating");
  ShapeRef X = C.inShape(0);
  if (X.back() != 1 && X.back() != 2)
    return C.fail("the last dimension of operand 0 of shape " + toString(X) +
                  " must be 1 (real) or 2 (complex)");
  if (C.opset() >= 20 && C.hasInput(2))
    if (auto Known = knownNumber(C, 2, "axis", INT64_MIN); !Known)
      return Known.takeError();
  Expected<size_t> Axis = C.checkedAxis(givenAxis(C), X.size());
  if (!Axis)
    return Axis.takeError();
  if (*Axis == X.size() - 1)
    return C.fail("axis " + Twine(*Axis) +
                  " holds real and imaginary parts and can't be transformed");
  int64_t Length = X[*Axis];
  if (C.hasInput(1)) {
    Expected<int64_t> Known = knownNumber(C, 1, "dft_length", 1);
    if (!Known)
      return Known.takeError();
    Length = *Known;
  }
  if (Length < 1)
    return C.fail("a signal without samples can't be transformed");
  bool OneSided = C.attrInt("onesided", 0) != 0;
  if (OneSided && C.attrInt("inverse", 0) != 0)
    return C.fail("'onesided' and 'inverse' can't be asked for together");
  if (OneSided && X.back() == 2)
    return C.fail("'onesided' needs a real signal, but operand 0 of shape " +
                  toString(X) + " is complex");
  Shape Y(X);
  Y[*Axis] = OneSided ? Length / 2 + 1 : Length;
  Y.back() = 2;
  return C.setOutput(0, C.inType(0), Y);
}

Transform dftOf(const OpInstance &Op) {
  ShapeRef X = Op.inShape(0);
  size_t Axis = OpInstance::axis(givenAxis(Op), X.size());
  Transform T;
  T.Complex = X.back() == 2;
  T.Frequencies = Op.outShape(0)[Axis];
  T.Signals = 1;
  for (size_t I = 0; I + 1 < X.size(); ++I)
    if (I != Axis)
      T.Signals *= X[I];
  int64_t Length = Op.hasInput(1) ? Op.contents(1)->Ints.front() : X[Axis];
  T.Given = std::min(Length, X[Axis]);
  T.Samples = Op.settings().SkipPaddingTaps ? T.Given : Count(Length);
  return T;
}

bool inverse(const OpInstance &Op) { return Op.attrInt("inverse", 0) != 0; }

void forwardDft(const OpInstance &Op, Work &W) {
  transform(W, dftOf(Op));
  if (inverse(Op))
    W.mul(Op.outSize(0), "the inverse's factor 1 / dft_length");
}

void backwardDft(const OpInstance &Op, GradWork &G) {
  if (!G.needs(0))
    return;
  if (inverse(Op))
    G.mul(Op.outSize(0), "the inverse's factor 1 / dft_length");
  transposed(G, dftOf(Op));
}

// -- STFT.

Error shapeStft(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 4))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  ShapeRef X = C.inShape(0);
  if (!isFloating(C.inType(0)) || X.size() > 3 ||
      (X.size() == 3 && X[2] != 1 && X[2] != 2))
    return C.fail("its signal is " + name(C.inType(0)) + " of shape " +
                  toString(X) +
                  ", but must be floating, [batch, samples, 1] or [batch, "
                  "samples, 2]");
  Expected<int64_t> Step = knownNumber(C, 1, "frame_step", 1);
  if (!Step)
    return Step.takeError();
  if (!C.hasInput(2) && !C.hasInput(3))
    return C.fail("neither window nor frame_length says how long a frame is");
  int64_t Length = 0;
  if (C.hasInput(3)) {
    Expected<int64_t> Known = knownNumber(C, 3, "frame_length", 1);
    if (!Known)
      return Known.takeError();
    Length = *Known;
  }
  if (C.hasInput(2)) {
    if (Error E = C.expectRank(2, 1))
      return E;
    int64_t Window = C.inShape(2)[0];
    if (!isFloating(C.inType(2)) || (Length != 0 && Window != Length))
      return C.fail("its window is " + name(C.inType(2)) + " of shape " +
                    toString(C.inShape(2)) +
                    ", but must be floating and as long as its frames (" +
                    Twine(Length) + ")");
    Length = Window;
  }
  if (Length < 1 || Length > X[1])
    return C.fail("a frame of " + Twine(Length) +
                  " samples does not fit a signal of shape " + toString(X));
  bool OneSided = C.attrInt("onesided", 1) != 0;
  if (OneSided && X.size() == 3 && X[2] == 2)
    return C.fail("'onesided' needs a real signal, but operand 0 of shape " +
                  toString(X) + " is complex");
  return C.setOutput(0, C.inType(0),
                     {X[0], (X[1] - Length) / *Step + 1,
                      OneSided ? Length / 2 + 1 : Length, 2});
}

Transform stftOf(const OpInstance &Op) {
  ShapeRef X = Op.inShape(0);
  ShapeRef Y = Op.outShape(0);
  Transform T;
  T.Complex = X.size() == 3 && X[2] == 2;
  T.Signals = Count(Y[0]) * Y[1];
  T.Frequencies = Y[2];
  T.Samples = Op.hasInput(2) ? Op.inShape(2)[0] : Op.contents(3)->Ints.front();
  T.Given = T.Samples;
  return T;
}

/// Elements of all frames.
Count framed(const Transform &T) {
  return T.Signals * T.Samples * (T.Complex ? 2 : 1);
}

void forwardStft(const OpInstance &Op, Work &W) {
  Transform T = stftOf(Op);
  if (Op.hasInput(2))
    W.mul(framed(T), "the window, for each element of each frame");
  transform(W, T);
}

void backwardStft(const OpInstance &Op, GradWork &G) {
  bool Signal = G.needs(0), Window = G.needs(2);
  if (!Signal && !Window)
    return;
  Transform T = stftOf(Op);
  transposed(G, T);
  if (Signal) {
    if (Op.hasInput(2)) {
      G.savesInput(2);
      G.mul(framed(T), "d signal: by the window, for each frame's element");
    }
    G.add(framed(T), "d signal: each frame's element is added where it lay");
  }
  if (Window) {
    G.savesInput(0);
    G.mul(framed(T), "d window: by the signal, for each frame's element");
    Count Parts = T.Complex ? 2 : 1;
    G.sums(T.Samples, T.Signals * Parts, "d window: over the frames");
  }
}

constexpr OpInfo Rows[] = {
    {.Name = "DFT",
     .Since = 17,
     .Types = "f i i",
     .Differentiable = operands(0),
     .Grad = Gradient::Rule,
     .Shape = shapeDft,
     .Forward = forwardDft,
     .Backward = backwardDft,
     .ForwardDoc =
         "by definition: each frequency is a sum over dft_length samples times "
         "constants (free): a real sample 2 mul, a complex one 4 mul, 1 sub, 1 "
         "add; 2 * (dft_length - 1) add a frequency; inverse: 2 mul more. "
         "Samples of padding are counted unless --skip-padding-taps",
     .BackwardDoc =
         "the transposed transform: for each sample and frequency 2 mul (real) "
         "or 4 mul, 1 sub (complex); 2 * frequencies - 1 add for a real part, "
         "frequencies - 1 for an imaginary part"},
    {.Name = "STFT",
     .Since = 17,
     .Types = "Tf i Tf i",
     .Differentiable = operands(0, 2),
     .Grad = Gradient::Rule,
     .Shape = shapeStft,
     .Forward = forwardStft,
     .Backward = backwardStft,
     .ForwardDoc =
         "window: mul 1 for each element of each frame; each frame as DFT of "
         "frame_length samples",
     .BackwardDoc =
         "each frame as DFT's gradient; d signal: mul 1 (with a window) and "
         "add 1 for each element of each frame; d window: mul 1, summed over "
         "batch and frames"},
};

} // namespace

ArrayRef<OpInfo> signalOps() { return Rows; }

} // namespace toscount
