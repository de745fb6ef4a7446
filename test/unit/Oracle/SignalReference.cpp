//===- SignalReference.cpp - executed Fourier transforms ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <numbers>

using namespace llvm;

namespace toscount::oracle {
namespace {

struct Complex {
  Scalar Re, Im;
};

/// The constant exp(-+ 2 pi i k n / Length).
std::pair<double, double> twiddle(int64_t K, int64_t N, int64_t Length,
                                  bool Inverse) {
  double Angle = 2 * std::numbers::pi * static_cast<double>(K * N % Length) /
                 static_cast<double>(Length);
  return {std::cos(Angle), Inverse ? std::sin(Angle) : -std::sin(Angle)};
}

/// One signal; samples beyond its end are zeros that are added like others.
struct Line {
  std::vector<Complex> Samples;
  bool IsComplex = false, Inverse = false;
  int64_t Length = 0, Frequencies = 0;

  std::vector<Complex> transform() const {
    std::vector<Complex> Y;
    for (int64_t K = 0; K < Frequencies; ++K) {
      Sum Re, Im;
      for (int64_t N = 0; N < Length; ++N) {
        Complex X;
        if (N < static_cast<int64_t>(Samples.size()))
          X = Samples[N];
        auto [C, S] = twiddle(K, N, Length, Inverse);
        if (IsComplex) {
          Re.term(X.Re * C - X.Im * S);
          Im.term(X.Re * S + X.Im * C);
        } else {
          Re.term(X.Re * C);
          Im.term(X.Re * S);
        }
      }
      Complex F = {Re.sum(), Im.sum()};
      if (Inverse) {
        F.Re *= 1.0 / static_cast<double>(Length);
        F.Im *= 1.0 / static_cast<double>(Length);
      }
      Y.push_back(F);
    }
    return Y;
  }

  /// The gradient of \p Given samples from that of the frequencies.
  std::vector<Complex> transposed(std::vector<Complex> DY,
                                  int64_t Given) const {
    if (Inverse)
      for (Complex &F : DY) {
        F.Re *= 1.0 / static_cast<double>(Length);
        F.Im *= 1.0 / static_cast<double>(Length);
      }
    std::vector<Complex> DX;
    for (int64_t N = 0; N < Given; ++N) {
      Sum Re, Im;
      for (int64_t K = 0; K < Frequencies; ++K) {
        auto [C, S] = twiddle(K, N, Length, Inverse);
        Re.term(DY[K].Re * C);
        Re.term(DY[K].Im * S);
        if (IsComplex)
          Im.term(DY[K].Im * C - DY[K].Re * S);
      }
      DX.push_back({Re.sum(), Im.sum()});
    }
    return DX;
  }
};

int64_t number(const Tensor &T) { return static_cast<int64_t>(T[0].value()); }

/// The node as a line to be filled, and the axis.
Line dftLine(const OpInstance &Op, ArrayRef<Tensor> In, size_t &Axis) {
  int64_t Given = Op.opset() < 20  ? Op.attrInt("axis", 1)
                  : Op.hasInput(2) ? number(In[2])
                                   : -2;
  auto Rank = static_cast<int64_t>(In[0].Dims.size());
  Axis = Given < 0 ? Given + Rank : Given;
  Line L;
  L.IsComplex = In[0].Dims.back() == 2;
  L.Inverse = Op.attrInt("inverse", 0) != 0;
  L.Length = Op.hasInput(1) ? number(In[1]) : In[0].Dims[Axis];
  L.Frequencies = Op.attrInt("onesided", 0) != 0 ? L.Length / 2 + 1 : L.Length;
  return L;
}

/// Calls \p Body with the index of the first sample of every signal.
void forEachSignal(ShapeRef Dims, size_t Axis,
                   const std::function<void(Shape)> &Body) {
  Shape Outer(Dims);
  Outer[Axis] = Outer.back() = 1;
  forEachIndex(Outer, [&](ShapeRef I) { Body(Shape(I)); });
}

Complex load(const Tensor &T, Shape I, size_t Axis, int64_t N) {
  I[Axis] = N;
  I.back() = 0;
  Complex C;
  C.Re = T.at(I);
  if (T.Dims.back() == 2) {
    I.back() = 1;
    C.Im = T.at(I);
  }
  return C;
}

void store(Tensor &T, Shape I, size_t Axis, int64_t N, Complex C) {
  I[Axis] = N;
  I.back() = 0;
  T.at(I) = C.Re;
  if (T.Dims.back() == 2) {
    I.back() = 1;
    T.at(I) = C.Im;
  }
}

void forwardDft(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &) {
  size_t Axis = 0;
  Line L = dftLine(Op, In, Axis);
  forEachSignal(In[0].Dims, Axis, [&](Shape I) {
    L.Samples.clear();
    for (int64_t N = 0; N < std::min(L.Length, In[0].Dims[Axis]); ++N)
      L.Samples.push_back(load(In[0], I, Axis, N));
    std::vector<Complex> Y = L.transform();
    for (int64_t K = 0; K < L.Frequencies; ++K)
      store(Out[0], I, Axis, K, Y[K]);
  });
}

void backwardDft(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                 const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  size_t Axis = 0;
  Line L = dftLine(Op, In, Axis);
  int64_t Given = std::min(L.Length, In[0].Dims[Axis]);
  forEachSignal(In[0].Dims, Axis, [&](Shape I) {
    std::vector<Complex> DY;
    for (int64_t K = 0; K < L.Frequencies; ++K)
      DY.push_back(load(DOut[0], I, Axis, K));
    std::vector<Complex> DX = L.transposed(DY, Given);
    for (int64_t N = 0; N < Given; ++N)
      store(DIn[0], I, Axis, N, DX[N]);
  });
}

/// Parts of a sample of the STFT's signal.
int64_t parts(const Tensor &Signal) {
  return Signal.Dims.size() == 3 ? Signal.Dims[2] : 1;
}

Line stftLine(const OpInstance &Op, ArrayRef<Tensor> In, const Tensor &Y) {
  Line L;
  L.IsComplex = parts(In[0]) == 2;
  L.Length = Op.hasInput(2) ? In[2].Dims[0] : number(In[3]);
  L.Frequencies = Y.Dims[2];
  return L;
}

void forwardStft(const OpInstance &Op, ArrayRef<Tensor> In,
                 MutableArrayRef<Tensor> Out, Saved &) {
  Line L = stftLine(Op, In, Out[0]);
  int64_t P = parts(In[0]);
  for (int64_t B = 0; B < Out[0].Dims[0]; ++B)
    for (int64_t F = 0; F < Out[0].Dims[1]; ++F) {
      L.Samples.clear();
      for (int64_t N = 0; N < L.Length; ++N) {
        size_t At = (B * In[0].Dims[1] + F * number(In[1]) + N) * P;
        Complex X;
        X.Re = In[0][At];
        if (P == 2)
          X.Im = In[0][At + 1];
        if (Op.hasInput(2)) {
          X.Re *= In[2][N];
          if (P == 2)
            X.Im *= In[2][N];
        }
        L.Samples.push_back(X);
      }
      std::vector<Complex> Y = L.transform();
      for (int64_t K = 0; K < L.Frequencies; ++K)
        store(Out[0], {B, F, 0, 0}, 2, K, Y[K]);
    }
}

void backwardStft(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                  const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                  MutableArrayRef<Tensor> DIn) {
  bool Window = Needs.size() > 2 && Needs[2];
  Line L = stftLine(Op, In, DOut[0]);
  int64_t P = parts(In[0]);
  std::vector<Sum> Sums(L.Length);
  for (int64_t B = 0; B < DOut[0].Dims[0]; ++B)
    for (int64_t F = 0; F < DOut[0].Dims[1]; ++F) {
      std::vector<Complex> DY;
      for (int64_t K = 0; K < L.Frequencies; ++K)
        DY.push_back(load(DOut[0], {B, F, 0, 0}, 2, K));
      std::vector<Complex> DX = L.transposed(DY, L.Length);
      for (int64_t N = 0; N < L.Length; ++N)
        for (int64_t Part = 0; Part < P; ++Part) {
          size_t At = (B * In[0].Dims[1] + F * number(In[1]) + N) * P + Part;
          Scalar D = Part == 0 ? DX[N].Re : DX[N].Im;
          if (Window)
            Sums[N].term(D * In[0][At]);
          if (Needs[0])
            DIn[0][At] += Op.hasInput(2) ? D * In[2][N] : D;
        }
    }
  if (Window)
    for (int64_t N = 0; N < L.Length; ++N)
      DIn[2][N] = Sums[N].sum();
}

NodeCase dftCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "DFT";
  C.Opset = pick(Rng, 0, 1) == 0 ? 17 : 20;
  Shape X = pickShape(Rng, pick(Rng, 2, 3), 1, 4);
  X.push_back(pick(Rng, 1, 2));
  auto Rank = static_cast<int64_t>(X.size());
  C.input(Rng, X);
  bool Length = pick(Rng, 0, 1) == 0;
  if (Length)
    C.known({}, {pick(Rng, 1, 6)});
  int64_t Axis = pick(Rng, 0, Rank - 2) - (pick(Rng, 0, 1) == 0 ? Rank : 0);
  if (C.Opset == 17) {
    C.set("axis", Axis);
  } else if (pick(Rng, 0, 1) == 0) {
    if (!Length)
      C.absent();
    C.known({}, {Axis});
  }
  int64_t Kind = pick(Rng, 0, 2);
  if (Kind == 1)
    C.set("inverse", 1);
  else if (Kind == 2 && X.back() == 1)
    C.set("onesided", 1);
  return C;
}

NodeCase stftCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "STFT";
  int64_t Samples = pick(Rng, 2, 9);
  int64_t Frame = pick(Rng, 1, std::min<int64_t>(Samples, 5));
  Shape X = {pick(Rng, 1, 2), Samples};
  int64_t Parts = pick(Rng, 0, 2);
  if (Parts != 0)
    X.push_back(Parts);
  C.input(Rng, X).known({}, {pick(Rng, 1, 3)});
  bool Window = pick(Rng, 0, 2) != 0;
  if (Window)
    C.uniform(Rng, {Frame}, 0.2, 1);
  else
    C.absent();
  if (!Window || pick(Rng, 0, 1) == 0)
    C.known({}, {Frame});
  if (Parts == 2 || pick(Rng, 0, 1) == 0)
    C.set("onesided", Parts == 2 ? 0 : pick(Rng, 0, 1));
  return C;
}

} // namespace

void addSignalReferences(References &All) {
  All.push_back({.Op = "DFT",
                 .Forward = forwardDft,
                 .Backward = backwardDft,
                 .Cases = {dftCase}});
  All.push_back({.Op = "STFT",
                 .Forward = forwardStft,
                 .Backward = backwardStft,
                 .Cases = {stftCase}});
}

} // namespace toscount::oracle
