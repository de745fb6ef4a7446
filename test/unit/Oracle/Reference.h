//===- Reference.h - plain operators, executed to be counted --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// For each operator a plain reference, forward and reverse mode, written from
/// its definition on counting scalars. Oracle.cpp runs every reference on
/// random small cases and holds the closed form in lib/Ops to what was
/// executed; its outputs are held to recorded test data and its gradients to
/// central differences, without which its counts would prove nothing.
///
/// One source file a family: test/unit/Oracle/<Family>Reference.cpp, which
/// defines `void add<Family>References(References &)`.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_REFERENCE_H
#define TOSCOUNT_TEST_ORACLE_REFERENCE_H

#include "Scalar.h"

#include "toscount/IR/Graph.h"
#include "toscount/Ops/OpInstance.h"

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace toscount::oracle {

/// A dense tensor, row-major. Integers, indices and bools are Scalars too.
struct Tensor {
  ElementType Type = ElementType::Float32;
  Shape Dims;
  std::vector<Scalar> Data;

  Tensor() = default;
  Tensor(ElementType Type, ShapeRef Dims);
  [[nodiscard]] size_t size() const { return Data.size(); }
  Scalar &operator[](size_t I) { return Data[I]; }
  const Scalar &operator[](size_t I) const { return Data[I]; }
  /// The element at \p Index (one number a dimension).
  Scalar &at(ShapeRef Index);
  [[nodiscard]] const Scalar &at(ShapeRef Index) const;
  [[nodiscard]] size_t offset(ShapeRef Index) const;
};

/// Calls \p Body with every index of \p Dims in row-major order.
void forEachIndex(ShapeRef Dims, const std::function<void(ShapeRef)> &Body);

/// The offset in a tensor of shape \p From of the element that broadcasting
/// (numpy rules) puts at \p Index.
size_t broadcastOffset(ShapeRef From, ShapeRef Index);

/// Intermediates that forward computes once and backward reads.
using Saved = std::vector<Tensor>;

/// One operand of a case.
struct Operand {
  Tensor Data;
  bool Absent = false;
  /// Contents are known to the shape function and rules (shapes, axes, pads).
  bool Known = false;
};

/// One node to try.
struct NodeCase {
  std::string Op;
  std::string Domain;
  int Opset = 17;
  std::vector<Operand> Inputs;
  unsigned NumOutputs = 1;
  /// Results that are left out ("" in the node).
  std::vector<bool> AbsentOutputs;
  /// Shapes that the file declares for results; what a shape function may fall
  /// back on when sizes depend on data.
  std::vector<Shape> DeclaredOutputs;

  // Attributes; the setters return *this.
  NodeCase &set(const std::string &Name, int64_t V);
  NodeCase &set(const std::string &Name, int V) { return set(Name, int64_t(V)); }
  NodeCase &set(const std::string &Name, double V);
  NodeCase &set(const std::string &Name, const char *V);
  NodeCase &set(const std::string &Name, std::vector<int64_t> V);
  NodeCase &set(const std::string &Name, std::vector<double> V);
  NodeCase &set(const std::string &Name, std::vector<std::string> V);
  /// Appends a floating operand of random normal elements (away from 0 by at
  /// least 0.05, so that kinks are not hit by central differences).
  NodeCase &input(std::mt19937 &Rng, ShapeRef Dims);
  /// Appends a floating operand of uniform elements in [Low, High].
  NodeCase &uniform(std::mt19937 &Rng, ShapeRef Dims, double Low, double High);
  /// Appends an integer operand with the given contents, known beforehand.
  NodeCase &known(std::vector<int64_t> Contents);
  NodeCase &known(ShapeRef Dims, std::vector<int64_t> Contents);
  /// Appends an integer operand not known beforehand (indices, labels).
  NodeCase &indices(ShapeRef Dims, std::vector<int64_t> Contents);
  /// Appends any operand.
  NodeCase &operand(Tensor Data, bool Known = false);
  /// Appends an absent optional operand.
  NodeCase &absent();

  struct Attr {
    std::string Name;
    AttributeKind Kind;
    int64_t Int = 0;
    double Float = 0;
    std::string String;
    std::vector<int64_t> Ints;
    std::vector<double> Floats;
    std::vector<std::string> Strings;
  };
  std::vector<Attr> Attributes;
};

using ForwardReference = void (*)(const OpInstance &Op,
                                  llvm::ArrayRef<Tensor> In,
                                  llvm::MutableArrayRef<Tensor> Out,
                                  Saved &Save);
/// Writes DIn[I] for every I with Needs[I]; each comes in with the operand's
/// shape and zeros. DOut[O] is empty (size 0) when no gradient arrives at O.
using BackwardReference = void (*)(const OpInstance &Op,
                                   llvm::ArrayRef<Tensor> In,
                                   llvm::ArrayRef<Tensor> Out,
                                   const Saved &Save,
                                   llvm::ArrayRef<Tensor> DOut,
                                   llvm::ArrayRef<bool> Needs,
                                   llvm::MutableArrayRef<Tensor> DIn);
/// Makes one random small case. Called many times.
using CaseMaker = NodeCase (*)(std::mt19937 &Rng);

struct Reference {
  std::string Op;
  ForwardReference Forward = nullptr;
  /// Null for what is not differentiable.
  BackwardReference Backward = nullptr;
  std::vector<CaseMaker> Cases;
  std::string Domain;
  /// Results that carry a gradient in backward tries; default: result 0.
  std::vector<unsigned> GradOutputs = {0};
  /// False where central differences can't check (stochastic masks): say why.
  std::string NoCentralDifferences;
};

using References = std::vector<Reference>;

/// All families' references.
const References &references();
const Reference *findReference(llvm::StringRef Domain, llvm::StringRef Op);

/// A uniform integer in [Low, High].
int64_t pick(std::mt19937 &Rng, int64_t Low, int64_t High);
/// A shape of \p Rank dimensions, each in [Low, High].
Shape pickShape(std::mt19937 &Rng, size_t Rank, int64_t Low = 1,
                int64_t High = 4);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_REFERENCE_H
