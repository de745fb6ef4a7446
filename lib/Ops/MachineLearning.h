//===- MachineLearning.h - what the classical models share ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The operators of ai.onnx.ml keep their weights in attributes: they are
/// constants, no parameters, and only their operands are data.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_MACHINELEARNING_H
#define TOSCOUNT_LIB_OPS_MACHINELEARNING_H

#include "toscount/Ops/OpInfo.h"

namespace toscount {

inline constexpr llvm::StringLiteral MlDomain = "ai.onnx.ml";

/// What these operators compute at: operand 0's type, float for integers.
ElementType featureType(const OpInstance &Op);

/// Fails unless operand \p I holds numbers.
llvm::Error expectNumbers(const ShapeContext &C, unsigned I);

/// The `post_transform` of scores.
enum class PostTransform : uint8_t {
  None,
  Softmax,
  Logistic,
  SoftmaxZero,
  Probit
};

/// Reads the attribute, which is a name, or a number in TreeEnsemble.
llvm::Expected<PostTransform> postTransform(const OpInstance &Op);

/// Transforms \p Rows rows of \p Columns scores.
void countPostTransform(Work &W, PostTransform T, Count Rows, Count Columns);

/// Its gradient, from the transformed scores: result \p O.
void countPostTransformBackward(GradWork &G, PostTransform T, unsigned O,
                                Count Rows, Count Columns);

/// Operand 0 as [rows, features]; an error unless it holds numbers and has one
/// or two dimensions.
llvm::Expected<std::pair<int64_t, int64_t>> rowsOf(const ShapeContext &C);

/// How many labels a classifier has, and of which type.
struct Labels {
  int64_t Number = 0;
  ElementType Type = ElementType::Int64;
};
llvm::Expected<Labels> labelsOf(const OpInstance &Op);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_MACHINELEARNING_H
