//===- ElementwiseFold.cpp - elementwise operators on known contents ------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"

#include "ShapeHelpers.h"

#include <cmath>

using namespace llvm;

namespace toscount {

IntType::IntType(ElementType Type)
    : Bits(Type == ElementType::Bool ? 1 : bitWidth(Type)),
      Signed(Type == ElementType::Int4 || Type == ElementType::Int8 ||
             Type == ElementType::Int16 || Type == ElementType::Int32 ||
             Type == ElementType::Int64) {}

Int128 IntType::load(int64_t Stored) const {
  if (Signed)
    return Stored;
  uint64_t Mask = Bits >= 64 ? ~uint64_t(0) : (uint64_t(1) << Bits) - 1;
  return static_cast<uint64_t>(Stored) & Mask;
}

bool IntType::store(Int128 Exact, int64_t &Stored) const {
  if (!Signed) {
    // Conversion takes the low bits.
    Stored = static_cast<int64_t>(load(static_cast<int64_t>(Exact)));
    return true;
  }
  Int128 Limit = Int128(1) << (Bits - 1);
  if (Exact < -Limit || Exact >= Limit)
    return false;
  Stored = static_cast<int64_t>(Exact);
  return true;
}

double rounded(ElementType Type, double Value) {
  return Type == ElementType::Float64
             ? Value
             : static_cast<double>(static_cast<float>(Value));
}

void forEachBroadcast(const OpInstance &Op,
                      function_ref<void(size_t, ArrayRef<size_t>)> Body) {
  ShapeRef Dims = Op.outShape(0);
  unsigned N = Op.numInputs();
  size_t Rank = Dims.size();
  Count Total = elements(Dims);
  if (!Total.valid() || Total == 0)
    return;
  // Steps[D * N + I]: how far operand I moves along dimension D.
  SmallVector<size_t, 16> Steps(Rank * N, 0);
  for (unsigned I = 0; I < N; ++I) {
    if (!Op.hasInput(I))
      continue;
    ShapeRef In = Op.inShape(I);
    size_t Step = 1;
    for (size_t D = In.size(); D-- > 0;) {
      if (In[D] != 1)
        Steps[(Rank - In.size() + D) * N + I] = Step;
      Step *= static_cast<size_t>(In[D]);
    }
  }
  SmallVector<size_t, 4> At(N, 0);
  Shape Index(Rank, 0);
  for (size_t Out = 0; Out < Total.value(); ++Out) {
    Body(Out, At);
    for (size_t D = Rank; D-- > 0;) {
      ArrayRef<size_t> Row(&Steps[D * N], N);
      bool Wraps = ++Index[D] == Dims[D];
      auto Back = static_cast<size_t>(Dims[D] - 1);
      for (unsigned I = 0; I < N; ++I)
        At[I] = Wraps ? At[I] - Row[I] * Back : At[I] + Row[I];
      if (!Wraps)
        break;
      Index[D] = 0;
    }
  }
}

/// Operand \p I's contents are whole and of the given kind; absent operands are
/// none's problem.
static bool holds(const OpInstance &Op, unsigned I, bool Floats) {
  if (!Op.hasInput(I))
    return true;
  const Constant *K = Op.contents(I);
  return K != nullptr && isFloating(K->Type) == Floats &&
         elements(Op.inShape(I)) ==
             Count(Floats ? K->Floats.size() : K->Ints.size());
}

/// Before opset 7 operand 1 may be aligned by `axis`; that is not folded.
static bool all(const OpInstance &Op, bool Floats) {
  if (Op.opset() < 7 && Op.hasAttr("axis"))
    return false;
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (!holds(Op, I, Floats))
      return false;
  return Op.hasOutput(0) && Op.hasInput(0);
}

bool allInts(const OpInstance &Op) { return all(Op, false); }
bool allFloats(const OpInstance &Op) { return all(Op, true); }

static Error tooLarge(const ShapeContext &C) {
  return C.fail("its value, computed from constants, is outside " +
                name(C.outType(0)));
}

Error foldMany(ShapeContext &C, IntFunction Ints, FloatFunction Floats) {
  unsigned N = C.numInputs();
  ElementType Type = C.outType(0);
  if (Floats != nullptr && isFloating(Type) && allFloats(C)) {
    std::vector<double> Result(C.outSize(0).value());
    forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
      double R = C.contents(0)->Floats[At[0]];
      for (unsigned I = 1; I < N; ++I)
        R = rounded(Type, Floats(R, C.contents(I)->Floats[At[I]]));
      Result[Out] = R;
    });
    C.setContents(0, ArrayRef<double>(Result));
    return Error::success();
  }
  if (Ints == nullptr || isFloating(Type) || !allInts(C))
    return Error::success();
  IntType T(C.inType(0));
  IntType To(Type);
  std::vector<int64_t> Result(C.outSize(0).value());
  const char *Wrong = nullptr;
  bool Fits = true;
  forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
    int64_t Stored = C.contents(0)->Ints[At[0]];
    for (unsigned I = 1; I < N && Wrong == nullptr; ++I) {
      Int128 R = 0;
      Wrong = Ints(C, T, T.load(Stored), T.load(C.contents(I)->Ints[At[I]]), R);
      Fits &= To.store(R, Stored);
    }
    Result[Out] = Stored;
  });
  if (Wrong != nullptr)
    return C.fail(Twine("computing its value from constants, ") + Wrong);
  if (!Fits)
    return tooLarge(C);
  C.setContents(0, ArrayRef<int64_t>(Result));
  return Error::success();
}

Error foldMap(ShapeContext &C, IntMap Ints, FloatMap Floats) {
  ElementType Type = C.outType(0);
  if (Floats != nullptr && isFloating(Type) && allFloats(C)) {
    std::vector<double> Result;
    for (double X : C.contents(0)->Floats)
      Result.push_back(rounded(Type, Floats(X)));
    C.setContents(0, ArrayRef<double>(Result));
    return Error::success();
  }
  if (Ints == nullptr || isFloating(Type) || !allInts(C))
    return Error::success();
  IntType T(Type);
  std::vector<int64_t> Result;
  for (int64_t X : C.contents(0)->Ints) {
    Result.push_back(0);
    if (!T.store(Ints(T, T.load(X)), Result.back()))
      return tooLarge(C);
  }
  C.setContents(0, ArrayRef<int64_t>(Result));
  return Error::success();
}

Error foldTest(ShapeContext &C, IntTest Ints, FloatTest Floats) {
  std::vector<int64_t> Result(C.outSize(0).value());
  if (Floats != nullptr && allFloats(C))
    forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
      Result[Out] =
          Floats(C.contents(0)->Floats[At[0]], C.contents(1)->Floats[At[1]]);
    });
  else if (Ints != nullptr && allInts(C)) {
    IntType T(C.inType(0));
    forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
      Result[Out] = Ints(T.load(C.contents(0)->Ints[At[0]]),
                         T.load(C.contents(1)->Ints[At[1]]));
    });
  } else
    return Error::success();
  C.setContents(0, ArrayRef<int64_t>(Result));
  return Error::success();
}

// -- Integer functions.

const char *addInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = A + B;
  return nullptr;
}

const char *subInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = A - B;
  return nullptr;
}

/// Two uint64 may exceed Int128; the low bits, all that is stored then, are
/// right in unsigned arithmetic.
static Int128 product(Int128 A, Int128 B) {
  return static_cast<Int128>(static_cast<UInt128>(A) * static_cast<UInt128>(B));
}

const char *mulInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = product(A, B);
  return nullptr;
}

static const char *const DividesByZero = "it divides by zero";

const char *divInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  if (B == 0)
    return DividesByZero;
  R = A / B;
  return nullptr;
}

const char *modInts(const OpInstance &Op, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  if (B == 0)
    return DividesByZero;
  R = A % B;
  // The sign is the divisor's, but with fmod the dividend's.
  if (Op.attrInt("fmod", 0) == 0 && R != 0 && (R < 0) != (B < 0))
    R += B;
  return nullptr;
}

const char *maxInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = std::max(A, B);
  return nullptr;
}

const char *minInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = std::min(A, B);
  return nullptr;
}

const char *andInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = A & B;
  return nullptr;
}

const char *orInts(const OpInstance &, IntType, Int128 A, Int128 B, Int128 &R) {
  R = A | B;
  return nullptr;
}

const char *xorInts(const OpInstance &, IntType, Int128 A, Int128 B,
                    Int128 &R) {
  R = A ^ B;
  return nullptr;
}

const char *shiftInts(const OpInstance &Op, IntType T, Int128 A, Int128 B,
                      Int128 &R) {
  if (B < 0)
    return "it shifts by a negative number";
  auto Bits = static_cast<UInt128>(A);
  if (B >= static_cast<Int128>(T.Bits))
    Bits = 0;
  else if (Op.attrString("direction", "") == "LEFT")
    Bits <<= static_cast<unsigned>(B);
  else
    Bits >>= static_cast<unsigned>(B);
  R = static_cast<Int128>(Bits);
  return nullptr;
}

// -- Operators that mix types or look at more than one element.

/// \p Base to the power \p Exponent (not negative), at type \p T.
static bool power(IntType T, int64_t Base, UInt128 Exponent, int64_t &Result) {
  if (!T.store(1, Result))
    return false;
  while (true) {
    if ((Exponent & 1U) != 0 &&
        !T.store(product(T.load(Result), T.load(Base)), Result))
      return false;
    Exponent >>= 1U;
    if (Exponent == 0)
      return true;
    if (!T.store(product(T.load(Base), T.load(Base)), Base))
      return false;
  }
}

/// -1, 0 or 1 to a negative power; other integers leave the integers and are
/// truncated to 0, as std::pow does.
static const char *negativePower(Int128 Base, Int128 Exponent, Int128 &R) {
  if (Base == 0)
    return DividesByZero;
  bool Odd = (Exponent & 1) != 0;
  R = Base == 1 ? 1 : Base == -1 ? (Odd ? -1 : 1) : 0;
  return nullptr;
}

Error foldPow(ShapeContext &C) {
  ElementType Type = C.outType(0);
  bool Base = isFloating(C.inType(0));
  if (!holds(C, 0, Base) || !holds(C, 1, isFloating(C.inType(1))) ||
      (C.opset() < 7 && C.hasAttr("axis")))
    return Error::success();
  if (!Base && !isFloating(C.inType(1))) {
    IntType T(Type);
    IntType E(C.inType(1));
    std::vector<int64_t> Result(C.outSize(0).value());
    const char *Wrong = nullptr;
    bool Fits = true;
    forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
      int64_t B = C.contents(0)->Ints[At[0]];
      Int128 Exponent = E.load(C.contents(1)->Ints[At[1]]);
      if (Exponent >= 0) {
        Fits &= power(T, B, static_cast<UInt128>(Exponent), Result[Out]);
        return;
      }
      Int128 R = 0;
      if (const char *Problem = negativePower(T.load(B), Exponent, R))
        Wrong = Problem;
      Fits &= T.store(R, Result[Out]);
    });
    if (Wrong != nullptr)
      return C.fail(Twine("computing its value from constants, ") + Wrong);
    if (!Fits)
      return tooLarge(C);
    C.setContents(0, ArrayRef<int64_t>(Result));
    return Error::success();
  }
  std::vector<double> Floats(C.outSize(0).value());
  forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
    Floats[Out] =
        std::pow(C.contents(0)->number(At[0]), C.contents(1)->number(At[1]));
  });
  if (Base) {
    for (double &F : Floats)
      F = rounded(Type, F);
    C.setContents(0, ArrayRef<double>(Floats));
    return Error::success();
  }
  // An integer to a floating power is truncated back to an integer.
  IntType T(Type);
  std::vector<int64_t> Ints;
  for (double F : Floats) {
    Ints.push_back(0);
    if (!(F > -0x1p63 && F < 0x1p63) ||
        !T.store(static_cast<int64_t>(F), Ints.back()))
      return tooLarge(C);
  }
  C.setContents(0, ArrayRef<int64_t>(Ints));
  return Error::success();
}

Error foldMean(ShapeContext &C) {
  if (!allFloats(C))
    return Error::success();
  std::vector<double> Result(C.outSize(0).value());
  ElementType Type = C.outType(0);
  forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
    double Sum = 0;
    for (unsigned I = 0; I < C.numInputs(); ++I)
      Sum = rounded(Type, Sum + C.contents(I)->Floats[At[I]]);
    Result[Out] = rounded(Type, Sum / C.numInputs());
  });
  C.setContents(0, ArrayRef<double>(Result));
  return Error::success();
}

/// Clips \p Items between operands 1 and 2, where present.
template <typename T, typename Bound>
static std::vector<T> clip(const ShapeContext &C, ArrayRef<T> Items, T Low,
                           T High, Bound At) {
  if (C.hasInput(1))
    Low = At(1U);
  if (C.hasInput(2))
    High = At(2U);
  std::vector<T> Result;
  for (T X : Items)
    Result.push_back(std::min(std::max(X, Low), High));
  return Result;
}

Error foldClip(ShapeContext &C) {
  if (allFloats(C)) {
    double Infinity = std::numeric_limits<double>::infinity();
    std::vector<double> Result =
        clip<double>(C, C.contents(0)->Floats, C.attrFloat("min", -Infinity),
                     C.attrFloat("max", Infinity),
                     [&](unsigned I) { return C.contents(I)->Floats[0]; });
    C.setContents(0, ArrayRef<double>(Result));
  } else if (allInts(C) && IntType(C.inType(0)).Signed) {
    std::vector<int64_t> Result =
        clip<int64_t>(C, C.contents(0)->Ints, INT64_MIN, INT64_MAX,
                      [&](unsigned I) { return C.contents(I)->Ints[0]; });
    C.setContents(0, ArrayRef<int64_t>(Result));
  }
  return Error::success();
}

Error foldCumSum(ShapeContext &C) {
  const Constant *X = C.contents(0);
  if (C.inShape(0).size() != 1 || !isInteger(C.inType(0)) ||
      !holds(C, 0, false))
    return Error::success();
  bool Exclusive = C.attrInt("exclusive", 0) != 0;
  bool Reverse = C.attrInt("reverse", 0) != 0;
  IntType T(C.inType(0));
  size_t N = X->Ints.size();
  std::vector<int64_t> Result(N);
  int64_t Sum = 0;
  for (size_t K = 0; K < N; ++K) {
    size_t I = Reverse ? N - 1 - K : K;
    int64_t Before = Sum;
    if (!T.store(T.load(Sum) + T.load(X->Ints[I]), Sum))
      return tooLarge(C);
    Result[I] = Exclusive ? Before : Sum;
  }
  C.setContents(0, ArrayRef<int64_t>(Result));
  return Error::success();
}

/// Picks from operand 1 or 2 by operand 0.
template <typename T>
static std::vector<T> choose(const ShapeContext &C, ArrayRef<T> Yes,
                             ArrayRef<T> No) {
  std::vector<T> Result(C.outSize(0).value());
  forEachBroadcast(C, [&](size_t Out, ArrayRef<size_t> At) {
    Result[Out] = C.contents(0)->Ints[At[0]] != 0 ? Yes[At[1]] : No[At[2]];
  });
  return Result;
}

Error foldWhere(ShapeContext &C) {
  const Constant *Yes = C.contents(1);
  const Constant *No = C.contents(2);
  if (!holds(C, 0, false))
    return Error::success();
  if (holds(C, 1, true) && holds(C, 2, true))
    C.setContents(0, ArrayRef<double>(choose(C, Yes->Floats, No->Floats)));
  else if (holds(C, 1, false) && holds(C, 2, false))
    C.setContents(0, ArrayRef<int64_t>(choose(C, Yes->Ints, No->Ints)));
  return Error::success();
}

} // namespace toscount
