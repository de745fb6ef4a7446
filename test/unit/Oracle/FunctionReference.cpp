//===- FunctionReference.cpp - executed functions of one operand ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PointwiseReference.h"

#include <numbers>

using namespace llvm;

namespace toscount::oracle {
namespace {

/// A rounding counts as one comparison.
Scalar roundedTo(Scalar X, double Whole) {
  (void)(X < Whole);
  return Whole;
}

Scalar absolute(Scalar X) {
  // The sign bit of a negative number is cleared, which is no operation.
  return X < 0.0 ? std::abs(X.value()) : X.value();
}

Scalar sign(Scalar X) {
  bool Negative = X < 0.0;
  bool Positive = X > 0.0;
  return Negative ? -1.0 : Positive ? 1.0 : 0.0;
}

Scalar sinhOf(const OpInstance &, Scalar X, Hidden &H) {
  H[0] = exp(X);
  H[1] = exp(-X);
  return (H[0] - H[1]) / 2.0;
}
Scalar coshOf(const OpInstance &, Scalar X, Hidden &H) {
  H[0] = exp(X);
  H[1] = exp(-X);
  return (H[0] + H[1]) / 2.0;
}
Scalar asinhOf(const OpInstance &, Scalar X, Hidden &H) {
  H[0] = sqrt(X * X + 1.0);
  return log(X + H[0]);
}
Scalar acoshOf(const OpInstance &, Scalar X, Hidden &H) {
  H[0] = sqrt(X * X - 1.0);
  return log(X + H[0]);
}
Scalar overRoot(const OpInstance &, Scalar, Scalar, const Hidden &H,
                Scalar DY) {
  return DY / H[0];
}

template <auto F, auto D>
void add(References &All, const char *Op, CaseMaker Case) {
  All.push_back({.Op = Op,
                 .Forward = forwardEach<F>,
                 .Backward = backwardEach<D>,
                 .Cases = {Case}});
}
template <auto F>
void addFlat(References &All, const char *Op, CaseMaker Case) {
  All.push_back({.Op = Op, .Forward = forwardEach<F>, .Cases = {Case}});
}
template <auto F, auto D>
void addHidden(References &All, const char *Op, CaseMaker Case) {
  All.push_back({.Op = Op,
                 .Forward = forwardWith<F>,
                 .Backward = backwardWith<D>,
                 .Cases = {Case}});
}

void addPlain(References &All) {
  add<[](Scalar X) { return -X; },
      [](Scalar, Scalar, Scalar DY) { return -DY; }>(
      All, "Neg", [](std::mt19937 &R) { return anyShape(R, "Neg"); });
  add<absolute, [](Scalar X, Scalar, Scalar DY) {
    return DY * (X < 0.0 ? -1.0 : 1.0);
  }>(All, "Abs", [](std::mt19937 &R) { return anyShape(R, "Abs"); });
  addFlat<sign>(All, "Sign",
                [](std::mt19937 &R) { return anyShape(R, "Sign"); });
  addFlat<[](Scalar X) { return roundedTo(X, std::floor(X.value())); }>(
      All, "Floor", [](std::mt19937 &R) { return anyShape(R, "Floor"); });
  addFlat<[](Scalar X) { return roundedTo(X, std::ceil(X.value())); }>(
      All, "Ceil", [](std::mt19937 &R) { return anyShape(R, "Ceil"); });
  addFlat<[](Scalar X) { return roundedTo(X, std::nearbyint(X.value())); }>(
      All, "Round", [](std::mt19937 &R) { return anyShape(R, "Round"); });
  add<[](Scalar X) { return 1.0 / X; },
      [](Scalar, Scalar Y, Scalar DY) { return -(DY * (Y * Y)); }>(
      All, "Reciprocal",
      [](std::mt19937 &R) { return anyWithin(R, "Reciprocal", 0.5, 2); });
  add<[](Scalar X) { return sqrt(X); },
      [](Scalar, Scalar Y, Scalar DY) { return DY * 0.5 / Y; }>(
      All, "Sqrt",
      [](std::mt19937 &R) { return anyWithin(R, "Sqrt", 0.5, 2); });
  add<[](Scalar X) { return exp(X); },
      [](Scalar, Scalar Y, Scalar DY) { return DY * Y; }>(
      All, "Exp", [](std::mt19937 &R) { return anyShape(R, "Exp"); });
  add<[](Scalar X) { return log(X); },
      [](Scalar X, Scalar, Scalar DY) { return DY / X; }>(
      All, "Log", [](std::mt19937 &R) { return anyWithin(R, "Log", 0.5, 2); });
  add<[](Scalar X) { return erf(X); },
      [](Scalar X, Scalar, Scalar DY) {
        return DY * (2 / std::sqrt(std::numbers::pi)) * exp(-(X * X));
      }>(All, "Erf", [](std::mt19937 &R) { return anyShape(R, "Erf"); });
}

void addTrigonometric(References &All) {
  add<[](Scalar X) { return sin(X); },
      [](Scalar X, Scalar, Scalar DY) { return DY * cos(X); }>(
      All, "Sin", [](std::mt19937 &R) { return anyShape(R, "Sin"); });
  add<[](Scalar X) { return cos(X); },
      [](Scalar X, Scalar, Scalar DY) { return -(DY * sin(X)); }>(
      All, "Cos", [](std::mt19937 &R) { return anyShape(R, "Cos"); });
  add<[](Scalar X) { return sin(X) / cos(X); },
      [](Scalar, Scalar Y, Scalar DY) { return DY * (1.0 + Y * Y); }>(
      All, "Tan", [](std::mt19937 &R) { return anyWithin(R, "Tan", -1, 1); });
  add<[](Scalar X) { return asin(X); },
      [](Scalar X, Scalar, Scalar DY) { return DY / sqrt(1.0 - X * X); }>(
      All, "Asin",
      [](std::mt19937 &R) { return anyWithin(R, "Asin", -0.9, 0.9); });
  add<[](Scalar X) { return acos(X); },
      [](Scalar X, Scalar, Scalar DY) { return -(DY / sqrt(1.0 - X * X)); }>(
      All, "Acos",
      [](std::mt19937 &R) { return anyWithin(R, "Acos", -0.9, 0.9); });
  add<[](Scalar X) { return atan(X); },
      [](Scalar X, Scalar, Scalar DY) { return DY / (1.0 + X * X); }>(
      All, "Atan", [](std::mt19937 &R) { return anyShape(R, "Atan"); });
}

void addHyperbolic(References &All) {
  addHidden<sinhOf, [](const OpInstance &, Scalar, Scalar, const Hidden &H,
                       Scalar DY) { return DY * ((H[0] + H[1]) / 2.0); }>(
      All, "Sinh", [](std::mt19937 &R) { return anyShape(R, "Sinh"); });
  addHidden<coshOf, [](const OpInstance &, Scalar, Scalar, const Hidden &H,
                       Scalar DY) { return DY * ((H[0] - H[1]) / 2.0); }>(
      All, "Cosh", [](std::mt19937 &R) { return anyShape(R, "Cosh"); });
  addHidden<asinhOf, overRoot>(
      All, "Asinh", [](std::mt19937 &R) { return anyShape(R, "Asinh"); });
  addHidden<acoshOf, overRoot>(All, "Acosh", [](std::mt19937 &R) {
    return anyWithin(R, "Acosh", 1.2, 3);
  });
  add<[](Scalar X) { return 0.5 * log((1.0 + X) / (1.0 - X)); },
      [](Scalar X, Scalar, Scalar DY) { return DY / (1.0 - X * X); }>(
      All, "Atanh",
      [](std::mt19937 &R) { return anyWithin(R, "Atanh", -0.9, 0.9); });
}

} // namespace

void addFunctionReferences(References &All) {
  addPlain(All);
  addTrigonometric(All);
  addHyperbolic(All);
}

} // namespace toscount::oracle
