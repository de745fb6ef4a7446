//===- Scalar.cpp - a number that counts its own operations ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Scalar.h"

namespace toscount::oracle {

static Executed Nowhere;
thread_local Executed *Scalar::Now = &Nowhere;

std::ostream &operator<<(std::ostream &Out, const Executed &E) {
  Out << "add " << E.Add << ", sub " << E.Sub << ", mul " << E.Mul << ", div "
      << E.Div << ", cmp " << E.Cmp << ", macs " << E.Macs << ", random "
      << E.Random;
  for (unsigned F = 0; F < NumElementary; ++F)
    if (E.ByFunction[F] != 0)
      Out << ", " << name(static_cast<Elementary>(F)).str() << ' '
          << E.ByFunction[F];
  return Out;
}

Executed claimed(const Work &W) {
  BasicOps Ops = W.total();
  Executed E;
  E.Add = Ops.Add.value();
  E.Sub = Ops.Sub.value();
  E.Mul = Ops.Mul.value();
  E.Div = Ops.Div.value();
  E.Cmp = Ops.Cmp.value();
  E.Macs = W.Macs.value();
  E.Random = W.Random.value();
  for (unsigned F = 0; F < NumElementary; ++F)
    E.ByFunction[F] = W.ByFunction[F].value();
  return E;
}

} // namespace toscount::oracle
