//===- MachineLearningReference.h - steps of executed classical models ----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_MACHINELEARNINGREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_MACHINELEARNINGREFERENCE_H

#include "Reference.h"

namespace toscount::oracle {

inline constexpr const char *MlDomain = "ai.onnx.ml";

/// The transform \p Name of one row of scores, in place.
void transformScores(llvm::StringRef Name, std::vector<Scalar> &Row);

/// The gradient of the scores from that of the transformed row \p Y.
std::vector<Scalar> transformGradient(llvm::StringRef Name,
                                      const std::vector<Scalar> &Y,
                                      const std::vector<Scalar> &DY);

/// The first of the greatest.
size_t greatest(const std::vector<Scalar> &Row);

/// The label numbered \p I as far as it is a number.
double label(const OpInstance &Op, size_t I);

/// Sets a random post_transform.
void pickTransform(std::mt19937 &Rng, NodeCase &C);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_MACHINELEARNINGREFERENCE_H
