//===- Work.cpp - what a rule counts --------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/Work.h"

#include <utility>

using namespace llvm;

namespace toscount {

StringRef name(Elementary Function) {
  static constexpr StringLiteral Names[] = {
      "exp", "log", "sqrt", "pow", "erf", "sin", "cos", "asin", "acos", "atan"};
  static_assert(std::size(Names) == NumElementary);
  return Names[static_cast<unsigned>(Function)];
}

BasicOps &BasicOps::operator+=(const BasicOps &B) {
  Add += B.Add;
  Sub += B.Sub;
  Mul += B.Mul;
  Div += B.Div;
  Root += B.Root;
  Cmp += B.Cmp;
  DotAdd += B.DotAdd;
  return *this;
}

bool BasicOps::valid() const {
  return Add.valid() && Sub.valid() && Mul.valid() && Div.valid() &&
         Root.valid() && Cmp.valid() && DotAdd.valid();
}

bool BasicOps::empty() const {
  return valid() && Add == 0 && Sub == 0 && Mul == 0 && Div == 0 && Root == 0 &&
         Cmp == 0;
}

BasicOps &Work::ops() {
  for (TypedOps &Typed : Ops)
    if (Typed.Type == Current)
      return Typed.Ops;
  Ops.push_back({Current, {}});
  return Ops.back().Ops;
}

void Work::step(StringRef What, Count N, StringRef Why, std::string Formula) {
  if (T != nullptr && !(N == 0))
    T->push_back({What, std::move(Formula), N, Why});
}

void Work::add(Count N, StringRef Why) {
  ops().Add += N;
  step("add", N, Why);
}

void Work::sub(Count N, StringRef Why) {
  ops().Sub += N;
  step("sub", N, Why);
}

void Work::mul(Count N, StringRef Why) {
  ops().Mul += N;
  step("mul", N, Why);
}

void Work::div(Count N, StringRef Why) {
  ops().Div += N;
  step("div", N, Why);
}

void Work::cmp(Count N, StringRef Why) {
  ops().Cmp += N;
  step("cmp", N, Why);
}

void Work::root(Elementary Function, Count N, StringRef Why) {
  ops().Root += N;
  ByFunction[static_cast<unsigned>(Function)] += N;
  step(name(Function), N, Why);
}

void Work::merge(const MatrixProduct &Dots) {
  auto Same = [&](const MatrixProduct &P) {
    return P.Sums == Dots.Sums && P.Macs == Dots.Macs &&
           P.Columns == Dots.Columns && P.Taps == Dots.Taps &&
           P.Role == Dots.Role;
  };
  for (MatrixProduct &P : Products)
    if (Same(P)) {
      P.Times += Dots.Times;
      return;
    }
  Products.push_back(Dots);
}

void Work::product(Count Sums, Count Macs) {
  MatrixProduct Dots = std::exchange(Next, MatrixProduct());
  if (Macs == 0)
    return;
  Dots.Sums = Sums;
  Dots.Macs = Macs;
  merge(Dots);
}

void Work::macs(Count Muls, Count Adds, StringRef Why) {
  BasicOps &O = ops();
  O.Mul += Muls;
  O.Add += Adds;
  O.DotAdd += Adds;
  Macs += Muls;
  product(Muls - Adds, Muls);
  step("mul", Muls, Why);
  step("add", Adds, Why);
}

void Work::dots(Count HowMany, Count Length, StringRef Why) {
  if (HowMany == 0 || Length == 0) {
    Next = MatrixProduct();
    return;
  }
  Count Muls = HowMany * Length;
  Count Adds = HowMany * (Length - 1);
  BasicOps &O = ops();
  O.Mul += Muls;
  O.Add += Adds;
  O.DotAdd += Adds;
  Macs += Muls;
  product(HowMany, Muls);
  if (T == nullptr)
    return;
  step("mul", Muls, Why, toString(HowMany) + " x " + toString(Length));
  step("add", Adds, Why, toString(HowMany) + " x " + toString(Length - 1));
}

void Work::sums(Count HowMany, Count Length, StringRef Why) {
  if (HowMany == 0 || Length == 0)
    return;
  Count N = HowMany * (Length - 1);
  ops().Add += N;
  if (T != nullptr)
    step("add", N, Why, toString(HowMany) + " x " + toString(Length - 1));
}

void Work::maxima(Count HowMany, Count Length, StringRef Why) {
  if (HowMany == 0 || Length == 0)
    return;
  Count N = HowMany * (Length - 1);
  ops().Cmp += N;
  if (T != nullptr)
    step("cmp", N, Why, toString(HowMany) + " x " + toString(Length - 1));
}

void Work::random(Count N, StringRef Why) {
  Random += N;
  step("random", N, Why);
}

Count Work::let(StringRef Name, Count Value, StringRef Formula) {
  if (T != nullptr)
    T->push_back({Name, Formula.str(), Value, "where"});
  return Value;
}

BasicOps Work::total() const {
  BasicOps Sum;
  for (const TypedOps &Typed : Ops)
    Sum += Typed.Ops;
  return Sum;
}

bool Work::valid() const {
  return total().valid() && Macs.valid() && Random.valid() &&
         BytesRead.valid() && BytesWritten.valid() && Kernels.valid();
}

Work &Work::operator+=(const Work &Other) {
  ElementType Before = Current;
  for (const TypedOps &Typed : Other.Ops) {
    Current = Typed.Type;
    ops() += Typed.Ops;
  }
  Current = Before;
  for (unsigned F = 0; F < NumElementary; ++F)
    ByFunction[F] += Other.ByFunction[F];
  Macs += Other.Macs;
  for (const MatrixProduct &P : Other.Products)
    merge(P);
  Random += Other.Random;
  BytesRead += Other.BytesRead;
  BytesWritten += Other.BytesWritten;
  BytesAccumulated += Other.BytesAccumulated;
  Kernels += Other.Kernels;
  return *this;
}

void GradWork::broadcastSum(unsigned I, Count From, Count To) {
  // A gradient without elements (From is 0) is summed back to zeros.
  if (From == To || From == 0)
    return;
  add(From - To, "the gradient of a broadcast operand is summed back");
  BroadcastFrom.push_back({I, From});
}

} // namespace toscount
