//===- FusedReference.h - executing several references in one -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a fused operator executes is what the operators that it fuses execute.
/// A Tape runs the plain references of standard operators one after another on
/// real tensors, moves elements between them by index, and runs their backward
/// references in reverse order; whatever arrives twice is added.
///
///   void biasGelu(Tape &T) {
///     T.result(0, T.run(node("Gelu"), {T.run(node("Add"), {0, 1})}));
///   }
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_ORACLE_FUSEDREFERENCE_H
#define TOSCOUNT_TEST_ORACLE_FUSEDREFERENCE_H

#include "Reference.h"

#include "toscount/Ops/OpInfo.h"

#include <memory>

namespace toscount::oracle {

/// A standard operator; its attributes are set on what this returns.
NodeCase node(const char *Op);

class Tape {
public:
  /// A tensor by number: the operands, then what was made of them. Absent ones
  /// are None.
  using Id = int;
  static constexpr Id None = -1;

  Tape(const OpInstance &Op, llvm::ArrayRef<Tensor> In);

  const OpInstance &Op;
  [[nodiscard]] Id in(unsigned I) const {
    return Op.hasInput(I) ? static_cast<Id>(I) : None;
  }
  [[nodiscard]] const Tensor &at(Id I) const { return Values[I]; }
  [[nodiscard]] const Shape &dims(Id I) const { return Values[I].Dims; }

  Id run(const NodeCase &N, const std::vector<Id> &In) {
    return runAll(N, In, 1)[0];
  }
  std::vector<Id> runAll(const NodeCase &N, const std::vector<Id> &In,
                         unsigned Results);
  /// What the last operator that was run saved for its backward.
  [[nodiscard]] const Saved &saved() const { return Steps.back().Save; }

  /// An element of another tensor.
  struct Source {
    Id From;
    size_t Offset;
  };
  /// A tensor made of elements of others.
  Id move(ElementType Type, ShapeRef Dims,
          const std::function<Source(ShapeRef)> &Where);
  /// The same elements in the same order.
  Id reshape(Id From, ShapeRef Dims);
  /// Dimensions in another order.
  Id transpose(Id From, const std::vector<size_t> &Order);
  Id constant(Tensor T);
  Id scalar(double V);
  void result(unsigned O, Id I) { Results.emplace_back(O, I); }

  void write(llvm::MutableArrayRef<Tensor> Out) const;
  void backward(llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                llvm::MutableArrayRef<Tensor> DIn);

private:
  struct Step {
    const Reference *Ref = nullptr; ///< Null: movement.
    const OpInfo *Row = nullptr;
    std::shared_ptr<Model> M;
    std::vector<Id> In, Out;
    std::vector<Source> Sources;
    Saved Save;
  };
  std::vector<Tensor> Values;
  std::vector<Step> Steps;
  std::vector<std::pair<unsigned, Id>> Results;

  bool passes(const Step &S, size_t I) const;
};

using Program = void (*)(Tape &);

template <Program P>
void forwardTape(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                 llvm::MutableArrayRef<Tensor> Out, Saved & /*unused*/) {
  Tape T(Op, In);
  P(T);
  T.write(Out);
}

template <Program P>
void backwardTape(const OpInstance &Op, llvm::ArrayRef<Tensor> In,
                  llvm::ArrayRef<Tensor> /*unused*/, const Saved & /*unused*/,
                  llvm::ArrayRef<Tensor> DOut, llvm::ArrayRef<bool> Needs,
                  llvm::MutableArrayRef<Tensor> DIn) {
  Tape T(Op, In);
  {
    // What forward saved, made again; that is not counted.
    Counting Again;
    P(T);
  }
  T.backward(DOut, Needs, DIn);
}

/// A reference of a com.microsoft operator.
template <Program P>
Reference fused(const char *Op, std::vector<CaseMaker> Cases,
                bool Differentiable = true) {
  return {.Op = Op,
          .Forward = forwardTape<P>,
          .Backward = Differentiable ? backwardTape<P> : nullptr,
          .Cases = std::move(Cases),
          .Domain = "com.microsoft"};
}

/// An empty case of a com.microsoft operator.
NodeCase contrib(const char *Op);

} // namespace toscount::oracle

#endif // TOSCOUNT_TEST_ORACLE_FUSEDREFERENCE_H
