//===- Fusion.h - operators that are several standard ones in one ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An optimizer that fuses operators changes how they run, not what they
/// compute. So a fused operator's row is no formula of its own: it is a
/// definition that applies the standard operators' rows to its operands, and a
/// fused and an unfused export of one network have the same basic operations,
/// forward and backward.
///
///   Error defineBiasGelu(Fusion &F) {
///     F.result(0, F.apply("Gelu", {F.apply("Add", {F.in(0), F.in(1)})}));
///     return Error::success();
///   }
///   {.Name = "BiasGelu", .Shape = shapeFused<defineBiasGelu>,
///    .Forward = forwardFused<defineBiasGelu>,
///    .Backward = backwardFused<defineBiasGelu>, ...}
///
/// What does change is the traffic: intermediates are not written to memory,
/// unless the backward pass reads them.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_FUSION_H
#define TOSCOUNT_LIB_OPS_FUSION_H

#include "toscount/Ops/OpInfo.h"

#include <optional>

namespace toscount {

/// A definition being put together: a small graph of its own.
///
/// Values are numbers; NoId is an absent operand. After a failure every value
/// is a scalar without meaning, so a definition needs no check after each step,
/// but must take the sizes that it computes with from its operands.
class Fusion {
public:
  explicit Fusion(const OpInstance &Op);

  /// The fused operator itself.
  [[nodiscard]] const OpInstance &op() const { return Op; }

  /// Operand \p I; NoId when it is absent.
  [[nodiscard]] ValueId in(unsigned I) const {
    return Op.hasInput(I) ? static_cast<ValueId>(I) : NoId;
  }

  [[nodiscard]] llvm::Error fail(const llvm::Twine &Message) const;
  /// Fails unless operands 0 to \p Least - 1 are present and there are at most
  /// \p Most.
  [[nodiscard]] llvm::Error expectOperands(unsigned Least, unsigned Most) const;
  /// The same, and the first one has at least \p Rank dimensions.
  [[nodiscard]] llvm::Error expectOperands(unsigned Least, unsigned Most,
                                           size_t Rank) const;
  /// Fails unless operand \p I, when it is present, has shape \p Dims.
  [[nodiscard]] llvm::Error expectShape(unsigned I, ShapeRef Dims) const;
  /// Fails unless \p Id has operand 0's shape: nothing that was added to it
  /// broadcast it.
  [[nodiscard]] llvm::Error expectLikeInput(ValueId Id) const;

  // -- Steps.

  /// Result 0 of the standard operator \p Name applied to \p In.
  ValueId apply(llvm::StringLiteral Name, llvm::ArrayRef<ValueId> In,
                llvm::ArrayRef<Attribute> Attributes = {}) {
    return applyAll(Name, In, 1, Attributes)[0];
  }
  /// The first \p Results results of it.
  llvm::SmallVector<ValueId, 4> applyAll(llvm::StringLiteral Name,
                                         llvm::ArrayRef<ValueId> In,
                                         unsigned Results,
                                         llvm::ArrayRef<Attribute> Attributes);

  /// A tensor of elements of \p From, wherever they are: reshaped, transposed,
  /// sliced, joined. Costs nothing: the steps read them where they lie. Has
  /// \p From's first tensor's type.
  ValueId arrange(llvm::ArrayRef<ValueId> From, ShapeRef Dims);
  /// The same read as \p Type (numbers packed into bytes).
  ValueId arrange(llvm::ArrayRef<ValueId> From, ShapeRef Dims,
                  ElementType Type);
  /// \p From cut into tensors of \p Parts shapes, which do not overlap.
  llvm::SmallVector<ValueId, 4> split(ValueId From,
                                      llvm::ArrayRef<Shape> Parts);

  /// A constant, or something else that costs nothing.
  ValueId constant(ElementType Type, ShapeRef Dims);
  /// A constant scalar.
  ValueId scalar(ElementType Type) { return constant(Type, {}); }
  /// A vector of known integers (pads, axes).
  ValueId integers(llvm::ArrayRef<int64_t> Contents);

  /// Only \p Elements elements of operand \p I are read by what arranges it.
  void readsOnly(unsigned I, Count Elements) {
    Partly.push_back({I, Elements});
  }

  /// \p Id is result \p O.
  void result(unsigned O, ValueId Id);

  [[nodiscard]] Attribute attr(llvm::StringLiteral Name, int64_t V) const;
  [[nodiscard]] Attribute attr(llvm::StringLiteral Name, int V) const {
    return attr(Name, static_cast<int64_t>(V));
  }
  [[nodiscard]] Attribute attr(llvm::StringLiteral Name, double V) const;
  [[nodiscard]] Attribute attr(llvm::StringLiteral Name,
                               llvm::StringRef V) const;
  [[nodiscard]] Attribute attrInts(llvm::StringLiteral Name, ShapeRef V);

  [[nodiscard]] ShapeRef shape(ValueId Id) const { return M.value(Id).Dims; }
  [[nodiscard]] ElementType type(ValueId Id) const { return M.value(Id).Type; }

  // -- What is derived of a definition.

  /// Sets the results' types and shapes; \p Defined is what the definition
  /// returned.
  [[nodiscard]] llvm::Error shapes(ShapeContext &C, llvm::Error Defined);
  void forward(Work &W);
  void backward(GradWork &G);

private:
  struct Step {
    const OpInfo *Row = nullptr; ///< Null: movement.
    Node N;
  };
  /// What backward knows of a value.
  struct Flow {
    bool Needs = false;
    unsigned Arrived = 0; ///< Gradients that were added up.
    /// Which tensor holds the gradient: equal numbers are one tensor.
    unsigned Tensor = 0;
    Count SummedFrom = 0;         ///< Of a broadcast operand.
    std::optional<Count> Written; ///< When not all of it.
  };

  const OpInstance &Op;
  Model M;
  std::vector<Step> Steps;
  /// Values that are results, by number.
  llvm::SmallVector<std::pair<unsigned, ValueId>, 4> Results;
  llvm::SmallVector<Work::Partial, 2> Partly;
  std::string Problem;

  ValueId add(ElementType Type, ShapeRef Dims);
  ValueId meaningless();
  [[nodiscard]] bool failed() const { return !Problem.empty(); }
  [[nodiscard]] bool isOperand(ValueId Id) const { return Id < Op.numInputs(); }
  [[nodiscard]] bool passes(const Step &S, unsigned I) const;
  void partialReads(Work &W, llvm::ArrayRef<Count> Read,
                    llvm::ArrayRef<bool> Used) const;
  void backward(const Step &S, GradWork &G, std::vector<Flow> &Flows,
                unsigned &Tensors, std::vector<ValueId> &Saved);
  void save(ValueId Id, GradWork &G, std::vector<bool> &Seen) const;
};

using Definition = llvm::Error (*)(Fusion &);

llvm::Error shapeFusion(ShapeContext &C, Definition Define);
void forwardFusion(const OpInstance &Op, Work &W, Definition Define);
void backwardFusion(const OpInstance &Op, GradWork &G, Definition Define);

template <Definition Define> llvm::Error shapeFused(ShapeContext &C) {
  return shapeFusion(C, Define);
}
template <Definition Define> void forwardFused(const OpInstance &Op, Work &W) {
  forwardFusion(Op, W, Define);
}
template <Definition Define>
void backwardFused(const OpInstance &Op, GradWork &G) {
  backwardFusion(Op, G, Define);
}

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_FUSION_H
