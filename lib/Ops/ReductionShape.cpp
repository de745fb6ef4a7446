//===- ReductionShape.cpp - shapes and folding of reductions --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReductionShape.h"

#include <cmath>

using namespace llvm;

namespace toscount {

bool reducesNothing(const OpInstance &Op, int AxesOperandSince) {
  return Op.opset() >= AxesOperandSince && Op.inSize(1) == 0 &&
         Op.attrInt("noop_with_empty_axes", 0) != 0;
}

/// One flag a dimension of operand 0: it is reduced.
static Expected<SmallVector<bool, 8>> reducedAxes(const ShapeContext &C,
                                                  int AxesOperandSince) {
  size_t Rank = C.inShape(0).size();
  ArrayRef<int64_t> Axes;
  if (C.opset() < AxesOperandSince) {
    Axes = C.attrInts("axes");
  } else if (!(C.inSize(1) == 0)) {
    Expected<ArrayRef<int64_t>> Known = C.integers(1, "axes");
    if (!Known)
      return Known.takeError();
    Axes = *Known;
  }
  bool All = Axes.empty() && !reducesNothing(C, AxesOperandSince);
  SmallVector<bool, 8> Reduced(Rank, All);
  for (int64_t Axis : Axes) {
    Expected<size_t> Checked = C.checkedAxis(Axis, Rank);
    if (!Checked)
      return Checked.takeError();
    if (Reduced[*Checked])
      return C.fail("axis " + Twine(Axis) + " is reduced twice");
    Reduced[*Checked] = true;
  }
  return Reduced;
}

Error shapeReduction(ShapeContext &C, int AxesOperandSince) {
  if (Error E = C.expectInputs(1, C.opset() >= AxesOperandSince ? 2 : 1))
    return E;
  Expected<SmallVector<bool, 8>> Reduced = reducedAxes(C, AxesOperandSince);
  if (!Reduced)
    return Reduced.takeError();
  bool Keep = C.attrInt("keepdims", 1) != 0;
  Shape Result;
  for (auto [D, Gone] : zip(C.inShape(0), *Reduced))
    if (!Gone)
      Result.push_back(D);
    else if (Keep)
      Result.push_back(1);
  return C.setOutput(0, C.inType(0), Result);
}

namespace {

/// Integers that stay exact, or nothing: what would wrap is not folded.
std::optional<int64_t> combine(Reduction Kind, int64_t A, int64_t B) {
  int64_t R = 0;
  bool Wraps = false;
  switch (Kind) {
  case Reduction::Max:
    return std::max(A, B);
  case Reduction::Min:
    return std::min(A, B);
  case Reduction::Prod:
    Wraps = __builtin_mul_overflow(A, B, &R);
    break;
  default:
    Wraps = __builtin_add_overflow(A, B, &R);
    break;
  }
  return Wraps ? std::nullopt : std::optional(R);
}

/// What is combined of an element: itself, its size, its square.
std::optional<int64_t> term(Reduction Kind, int64_t A) {
  int64_t R = A;
  bool Wraps = false;
  if (Kind == Reduction::L1 && A < 0)
    Wraps = __builtin_sub_overflow(int64_t(0), A, &R);
  if (Kind == Reduction::SumSquare)
    Wraps = __builtin_mul_overflow(A, A, &R);
  return Wraps ? std::nullopt : std::optional(R);
}

std::optional<int64_t> finish(Reduction Kind, int64_t A, size_t Length) {
  switch (Kind) {
  case Reduction::Mean:
    return A / static_cast<int64_t>(Length);
  case Reduction::L2:
  case Reduction::LogSum:
  case Reduction::LogSumExp:
    return std::nullopt;
  default:
    return A;
  }
}

std::optional<double> combine(Reduction Kind, double A, double B) {
  switch (Kind) {
  case Reduction::Max:
    return std::max(A, B);
  case Reduction::Min:
    return std::min(A, B);
  case Reduction::Prod:
    return A * B;
  default:
    return A + B;
  }
}

std::optional<double> term(Reduction Kind, double A) {
  switch (Kind) {
  case Reduction::L1:
    return std::abs(A);
  case Reduction::L2:
  case Reduction::SumSquare:
    return A * A;
  case Reduction::LogSumExp:
    return std::exp(A);
  default:
    return A;
  }
}

std::optional<double> finish(Reduction Kind, double A, size_t Length) {
  switch (Kind) {
  case Reduction::Mean:
    return A / static_cast<double>(Length);
  case Reduction::L2:
    return std::sqrt(A);
  case Reduction::LogSum:
  case Reduction::LogSumExp:
    return std::log(A);
  default:
    return A;
  }
}

/// The results, or nothing when some can't be told.
template <typename T>
std::optional<std::vector<T>> reduce(Reduction Kind, ArrayRef<T> Data,
                                     ArrayRef<size_t> Target, size_t Results) {
  std::vector<std::optional<T>> Totals(Results);
  for (auto [X, To] : zip(Data, Target)) {
    std::optional<T> Next = term(Kind, X);
    if (Next && Totals[To])
      Next = combine(Kind, *Totals[To], *Next);
    if (!Next)
      return std::nullopt;
    Totals[To] = Next;
  }
  std::vector<T> Out;
  for (const std::optional<T> &Total : Totals) {
    std::optional<T> Last;
    if (Total)
      Last = finish(Kind, *Total, Data.size() / Results);
    if (!Last)
      return std::nullopt;
    Out.push_back(*Last);
  }
  return Out;
}

} // namespace

Error foldReduction(ShapeContext &C, Reduction Kind) {
  const Constant *Data = C.contents(0);
  // Signed arithmetic does not order the largest unsigned numbers.
  if (Data == nullptr || Data->size() == 0 || !Data->Strings.empty() ||
      Data->Type == ElementType::UInt64 ||
      !(elements(Data->Dims) == Data->size()))
    return Error::success();
  if (reducesNothing(C, axesOperandSince(Kind))) {
    C.setContents(0, Data->Ints);
    if (!Data->Floats.empty())
      C.setContents(0, Data->Floats);
    return Error::success();
  }
  Expected<SmallVector<bool, 8>> Reduced =
      reducedAxes(C, axesOperandSince(Kind));
  if (!Reduced)
    return Reduced.takeError();
  // For each element, in row-major order, the result it goes into.
  std::vector<size_t> Target(1, 0);
  for (auto [D, Gone] : zip(C.inShape(0), *Reduced)) {
    std::vector<size_t> Inner;
    for (size_t Outer : Target)
      for (int64_t I = 0; I < D; ++I)
        Inner.push_back(Gone ? Outer : Outer * D + I);
    Target = std::move(Inner);
  }
  size_t Results = C.outSize(0).value();
  if (!Data->Floats.empty()) {
    if (auto Out = reduce(Kind, Data->Floats, ArrayRef(Target), Results))
      C.setContents(0, ArrayRef<double>(*Out));
  } else if (auto Out = reduce(Kind, Data->Ints, ArrayRef(Target), Results)) {
    C.setContents(0, ArrayRef<int64_t>(*Out));
  }
  return Error::success();
}

} // namespace toscount
