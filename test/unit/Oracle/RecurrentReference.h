//===- RecurrentReference.h - executed recurrent operators ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the plain RNN, GRU and LSTM share: where elements lie, the activation
/// functions, and the loop backward through time.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_RECURRENTREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_RECURRENTREFERENCE_H

#include "Reference.h"

#include <optional>

namespace toscount::oracle {

/// Offsets of one node's elements.
struct Sequences {
  int64_t S, B, I, H, D;
  bool BatchFirst;
  bool Reverse; ///< The first direction runs backward.
  std::vector<int64_t> Lengths;

  Sequences(const OpInstance &Op, llvm::ArrayRef<Tensor> In);

  /// Step \p S of sequence \p B exists.
  [[nodiscard]] bool valid(int64_t S, int64_t B) const {
    return S < Lengths[B];
  }
  /// The time at which direction \p D makes its step \p S.
  [[nodiscard]] int64_t time(int64_t D, int64_t S, int64_t B) const {
    bool Back = Reverse || D == 1;
    return Back && valid(S, B) ? Lengths[B] - 1 - S : S;
  }
  [[nodiscard]] size_t x(int64_t T, int64_t B, int64_t I) const {
    return (BatchFirst ? B * S + T : T * this->B + B) * this->I + I;
  }
  [[nodiscard]] size_t y(int64_t T, int64_t D, int64_t B, int64_t J) const {
    int64_t Row = BatchFirst ? (B * S + T) * this->D + D
                             : (T * this->D + D) * this->B + B;
    return Row * H + J;
  }
  [[nodiscard]] size_t state(int64_t D, int64_t B, int64_t J) const {
    return (BatchFirst ? B * this->D + D : D * this->B + B) * H + J;
  }
  /// Of intermediates kept for every step.
  [[nodiscard]] size_t step(int64_t D, int64_t S, int64_t B, int64_t J) const {
    return ((D * this->S + S) * this->B + B) * H + J;
  }
  [[nodiscard]] Tensor steps() const {
    return Tensor(ElementType::Float32, {D, S, B, H});
  }
};

/// An activation function with its alpha and beta.
struct Function {
  std::string Name;
  double Alpha = 0, Beta = 0;
  [[nodiscard]] Scalar forward(Scalar X, Scalar &A, Scalar &B) const;
  [[nodiscard]] Scalar backward(Scalar DY, Scalar X, Scalar Y, Scalar A,
                                Scalar B) const;
};

/// The functions of all directions; \p Default of one direction.
std::vector<Function> functions(const OpInstance &Op,
                                std::vector<std::string> Default);

/// Activations of all steps, kept in Saved: slot K takes five tensors (before
/// clipping, after, the result, and two more that the function keeps).
class Activations {
public:
  /// Makes room for \p Slots in \p Save.
  static void make(const Sequences &Q, Saved &Save, unsigned Slots);
  static Scalar apply(const OpInstance &Op, Saved &Save, unsigned Slot,
                      const Function &F, size_t At, Scalar Raw);
  static Scalar back(const OpInstance &Op, const Saved &Save, unsigned Slot,
                     const Function &F, size_t At, Scalar DY);
  static const Scalar &result(const Saved &Save, unsigned Slot, size_t At) {
    return Save[5 * Slot + 2][At];
  }
};

/// X * W^T and H * R^T of row \p Row of direction \p D, each a dot product.
Scalar inputDot(const Sequences &Q, llvm::ArrayRef<Tensor> In, int64_t D,
                int64_t S, int64_t B, int64_t Row);
/// \p H: the hidden state before, H elements.
Scalar hiddenDot(const Sequences &Q, llvm::ArrayRef<Tensor> In, int64_t D,
                 int64_t Row, llvm::ArrayRef<Scalar> H);
/// Wb (\p Half 0) or Rb (1) of row \p Row.
Scalar bias(const Sequences &Q, llvm::ArrayRef<Tensor> In, int64_t D,
            unsigned Half, int64_t Row);

/// The state before step \p S: from \p States (all steps), operand \p Initial,
/// or zero.
std::vector<Scalar> before(const OpInstance &Op, const Sequences &Q,
                           llvm::ArrayRef<Tensor> In, const Tensor &States,
                           unsigned Initial, int64_t D, int64_t S, int64_t B);

/// R's column \p J against the gradients of gates [First, Last).
Scalar throughR(const Sequences &Q, llvm::ArrayRef<Tensor> In,
                llvm::ArrayRef<const Tensor *> DGates, int64_t D, int64_t S,
                int64_t B, int64_t J, size_t First, size_t Last);

/// Gradients of X, W, R and B from those of the gates' dot products: \p DX of
/// X * W^T, \p DH of H * R^T; null for a gate that is not computed. Both biases
/// share their sum where DX and DH are one tensor.
/// \p HBefore: what R was multiplied with at a step.
void weightGradients(
    const OpInstance &Op, const Sequences &Q, llvm::ArrayRef<Tensor> In,
    llvm::ArrayRef<const Tensor *> DX, llvm::ArrayRef<const Tensor *> DH,
    const std::function<Scalar(unsigned Gate, int64_t D, int64_t S, int64_t B,
                               int64_t J)> &HBefore,
    llvm::ArrayRef<bool> Needs, llvm::MutableArrayRef<Tensor> DIn);

/// A random case; \p PerDirection activations.
NodeCase recurrentCase(std::mt19937 &Rng, const char *Op, int64_t Gates,
                       unsigned PerDirection, bool RandomFunctions);

void addLstmReference(References &All);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_RECURRENTREFERENCE_H
