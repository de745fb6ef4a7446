//===- FusedActivationReference.h - an activation after something ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_FUSEDACTIVATIONREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_FUSEDACTIVATIONREFERENCE_H

#include "FusedReference.h"

namespace toscount::oracle {

/// The activation \p Name of \p X.
inline Tape::Id activated(Tape &T, Tape::Id X, const std::string &Name,
                          const std::vector<double> &P) {
  if (Name.empty())
    return X;
  NodeCase N = node(Name.c_str());
  if (Name == "Clip")
    return T.run(N, {X, T.scalar(P[0]), T.scalar(P[1])});
  if (Name == "LeakyRelu" || Name == "HardSigmoid")
    N.set("alpha", P[0]);
  if (Name == "HardSigmoid")
    N.set("beta", P[1]);
  return T.run(N, {X});
}

/// A name and its parameters.
inline std::pair<std::string, std::vector<double>>
pickActivation(std::mt19937 &Rng) {
  switch (pick(Rng, 0, 6)) {
  case 0:
    return {"Relu", {}};
  case 1:
    return {"Tanh", {}};
  case 2:
    return {"Sigmoid", {}};
  case 3:
    return {"LeakyRelu", {0.25}};
  case 4:
    return {"Clip", {-1, 1}};
  case 5:
    return {"HardSigmoid", {0.3, 0.4}};
  default:
    return {"", {}};
  }
}

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_FUSEDACTIVATIONREFERENCE_H
