//===- OpInstance.h - one operator applied, as its rules see it -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The window through which shape functions and counting rules look at a node:
/// operands, results, attributes with their defaults, opset, and the settings
/// under which it is counted. Operands and results are numbered as in the ONNX
/// operator's definition; absent optional ones are `!hasInput(I)`.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_OPINSTANCE_H
#define TOSCOUNT_OPS_OPINSTANCE_H

#include "toscount/IR/Graph.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace toscount {

/// Which activation table is counted by (accounting convention).
enum class Convention : uint8_t { Exact, Paper };

/// What rules may depend on besides their node.
struct RuleSettings {
  Convention Kind = Convention::Exact;
  /// Dropout and BatchNormalization behave as in training.
  bool Training = false;
  /// Kernel taps that fall on padding are not counted.
  bool SkipPaddingTaps = false;
};

class OpInstance {
public:
  OpInstance(const Model &M, const Node &N, const RuleSettings &Settings)
      : M(M), N(N), Settings(Settings) {}

  [[nodiscard]] llvm::StringRef op() const { return N.Op; }
  [[nodiscard]] const Node &node() const { return N; }
  [[nodiscard]] int opset() const { return N.Opset; }
  [[nodiscard]] const RuleSettings &settings() const { return Settings; }
  [[nodiscard]] bool paper() const {
    return Settings.Kind == Convention::Paper;
  }

  // -- Operands and results.

  /// Trailing absent operands included.
  [[nodiscard]] unsigned numInputs() const { return N.Inputs.size(); }
  [[nodiscard]] unsigned numOutputs() const { return N.Outputs.size(); }
  [[nodiscard]] bool hasInput(unsigned I) const {
    return I < N.Inputs.size() && N.Inputs[I] != NoId;
  }
  [[nodiscard]] bool hasOutput(unsigned O) const {
    return O < N.Outputs.size() && N.Outputs[O] != NoId;
  }
  [[nodiscard]] const Value &input(unsigned I) const {
    return M.value(N.Inputs[I]);
  }
  [[nodiscard]] const Value &output(unsigned O) const {
    return M.value(N.Outputs[O]);
  }
  /// Dimensions of operand \p I, which must be present.
  [[nodiscard]] ShapeRef inShape(unsigned I) const { return input(I).Dims; }
  [[nodiscard]] ShapeRef outShape(unsigned O) const { return output(O).Dims; }
  [[nodiscard]] ElementType inType(unsigned I) const { return input(I).Type; }
  [[nodiscard]] ElementType outType(unsigned O) const { return output(O).Type; }
  /// Elements of operand \p I; 0 when it is absent.
  [[nodiscard]] Count inSize(unsigned I) const {
    return hasInput(I) ? elements(inShape(I)) : Count(0);
  }
  [[nodiscard]] Count outSize(unsigned O) const {
    return hasOutput(O) ? elements(outShape(O)) : Count(0);
  }
  /// Contents of operand \p I; null when absent or not known.
  [[nodiscard]] const Constant *contents(unsigned I) const {
    return hasInput(I) ? input(I).Contents : nullptr;
  }

  /// The type that operations count at unless the rule says otherwise: that of
  /// the first floating operand; failing one, of the first operand; failing
  /// operands, of the result.
  [[nodiscard]] ElementType computeType() const;

  // -- Attributes, with the operator's default. An attribute of another kind
  // -- than asked for counts as absent here; checkAttributes names it.

  [[nodiscard]] bool hasAttr(llvm::StringRef Name) const {
    return N.attribute(Name) != nullptr;
  }
  [[nodiscard]] int64_t attrInt(llvm::StringRef Name, int64_t Default) const;
  [[nodiscard]] double attrFloat(llvm::StringRef Name, double Default) const;
  [[nodiscard]] llvm::StringRef attrString(llvm::StringRef Name,
                                           llvm::StringRef Default) const;
  /// Empty when absent.
  [[nodiscard]] llvm::ArrayRef<int64_t> attrInts(llvm::StringRef Name) const;
  [[nodiscard]] llvm::ArrayRef<double> attrFloats(llvm::StringRef Name) const;
  [[nodiscard]] llvm::ArrayRef<llvm::StringRef>
  attrStrings(llvm::StringRef Name) const;
  [[nodiscard]] const Constant *attrTensor(llvm::StringRef Name) const;

  /// Fails when an attribute that was asked for is of another kind.
  [[nodiscard]] llvm::Error checkAttributes() const;

  /// An axis counted from the end when negative; \p Rank itself is allowed when
  /// \p AllowEnd. Only for axes that a shape function has checked.
  static size_t axis(int64_t Axis, size_t Rank) {
    return static_cast<size_t>(Axis < 0 ? Axis + static_cast<int64_t>(Rank)
                                        : Axis);
  }

protected:
  const Model &M;
  const Node &N;
  const RuleSettings &Settings;

private:
  /// Null when absent or of another kind, which is noted.
  [[nodiscard]] const Attribute *find(llvm::StringRef Name,
                                      AttributeKind Kind) const;

  /// The first attribute that was asked for as what it is not, and as what.
  mutable const Attribute *Mistyped = nullptr;
  mutable AttributeKind Wanted = AttributeKind::Other;
  /// The last attribute that was asked for as what it is: some have another
  /// kind in another opset, and are asked for as both.
  mutable const Attribute *Accepted = nullptr;
};

/// Sizes that only data decides, as the user or the file states them.
class DataSizes {
public:
  /// The size of \p V along \p Axis that `--dim V:AXIS=N` or the binding of
  /// the dimension's name states.
  virtual std::optional<int64_t> given(const Value &V, size_t Axis) = 0;

  /// The node's figures depend on data and are estimates, because \p Why.
  virtual void estimate(const llvm::Twine &Why) = 0;

protected:
  ~DataSizes() = default;
};

/// `; give them with --assume NAME=...`: advice for a message that the contents
/// of \p V are needed.
std::string assumeAdvice(const Value &V);

/// What a shape function may do: look, set results, fail.
///
/// Every present operand's shape is known when a shape function runs. After it
/// succeeded every present result has a type and a shape.
class ShapeContext : public OpInstance {
public:
  /// \p OldBatch, \p NewBatch: when a fixed batch dimension was rebound on the
  /// command line, what it was and is; otherwise both 0.
  /// \p Sizes may be null.
  ShapeContext(Model &M, const Node &N, const RuleSettings &Settings,
               int64_t OldBatch = 0, int64_t NewBatch = 0,
               DataSizes *Sizes = nullptr)
      : OpInstance(M, N, Settings), Mutable(M), OldBatch(OldBatch),
        NewBatch(NewBatch), Sizes(Sizes) {}

  int64_t oldBatch() const { return OldBatch; }
  int64_t newBatch() const { return NewBatch; }

  /// An error about this node; the pass adds file, node and operator.
  [[nodiscard]] llvm::Error fail(const llvm::Twine &Message) const;

  /// Fails unless operands 0 to \p Least - 1 are present and there are at most
  /// \p Most, and at least one result is used.
  [[nodiscard]] llvm::Error expectInputs(unsigned Least, unsigned Most) const;

  /// Fails unless operand \p I has at least / exactly \p Rank dimensions.
  [[nodiscard]] llvm::Error expectRankAtLeast(unsigned I, size_t Rank) const;
  [[nodiscard]] llvm::Error expectRank(unsigned I, size_t Rank) const;

  /// Sets result \p O; absent results are ignored. Fails on a negative
  /// dimension, and on a tensor whose size in bits does not fit 63 bits.
  [[nodiscard]] llvm::Error setOutput(unsigned O, ElementType Type,
                                      ShapeRef Dims);

  /// Makes the contents of result \p O known (its type and shape are taken from
  /// setOutput). The arrays are copied.
  void setContents(unsigned O, llvm::ArrayRef<int64_t> Ints);
  void setContents(unsigned O, llvm::ArrayRef<double> Floats);
  void setContents(unsigned O, llvm::ArrayRef<llvm::StringRef> Strings);

  /// Axis \p Axis of a tensor of \p Rank dimensions, made non-negative; an
  /// error outside [-Rank, Rank).
  [[nodiscard]] llvm::Expected<size_t> checkedAxis(int64_t Axis,
                                                   size_t Rank) const;

  /// The size of result \p O, which must be present, along \p Axis of \p Rank,
  /// that only data decides: what `--dim` states, what the file declares, or
  /// \p Most, the most that the standard allows, when there is such a bound.
  /// All are estimates. Without any, and beyond \p Most, an error that names
  /// the value, the axis and the flag; \p What the size is, for messages.
  [[nodiscard]] llvm::Expected<int64_t> decided(unsigned O, size_t Axis,
                                                size_t Rank,
                                                std::optional<Count> Most,
                                                const llvm::Twine &What);

  /// Its figures depend on data, because \p Why.
  void estimate(const llvm::Twine &Why) {
    if (Sizes != nullptr)
      Sizes->estimate(Why);
  }

  /// The error that the contents of operand \p I, its \p What, are needed and
  /// not known; with the flag that states them.
  [[nodiscard]] llvm::Error unknownContents(unsigned I,
                                            llvm::StringRef What) const;

  /// Contents of integer operand \p I, known by name \p What in messages; an
  /// error (naming the operand and what makes it unknown) when they are not
  /// known.
  [[nodiscard]] llvm::Expected<llvm::ArrayRef<int64_t>>
  integers(unsigned I, llvm::StringRef What) const;

private:
  Model &Mutable;
  int64_t OldBatch, NewBatch;
  DataSizes *Sizes;
};

} // namespace toscount

#endif // TOSCOUNT_OPS_OPINSTANCE_H
