//===- Work.h - what a rule counts ----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A rule is handed a Work and says in it what its operator does: basic
/// operations (BOs: the vector [add, sub, mul, div, root] of the TO paper,
/// Li, Tsourdos and Guo, section II.A, plus cmp), multiply-accumulates,
/// elements drawn at random, and, where they differ from "every operand once",
/// the elements it reads and writes. Each call carries the sentence that
/// `toscount explain` prints beside its numbers.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_WORK_H
#define TOSCOUNT_OPS_WORK_H

#include "toscount/IR/ElementType.h"
#include "toscount/Support/Count.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <string>
#include <vector>

namespace toscount {

/// The elementary functions. Each evaluation is one `root` (the TO paper's
/// category for what an ALU iterates) and is remembered by name.
enum class Elementary : uint8_t {
  Exp,
  Log,
  Sqrt,
  Pow, ///< With an exponent that is not a known integer.
  Erf,
  Sin,
  Cos,
  Asin,
  Acos,
  Atan,
};
inline constexpr unsigned NumElementary = 10;

/// "exp", "log"...
llvm::StringRef name(Elementary Function);

/// Basic operations of one element type.
struct BasicOps {
  Count Add, Sub, Mul, Div, Root, Cmp;
  /// The part of Add that accumulates products of a dot product; it is lowered
  /// at the accumulation type.
  Count DotAdd;

  BasicOps &operator+=(const BasicOps &B);
  [[nodiscard]] bool valid() const;
  [[nodiscard]] bool empty() const;
};

/// One line of an explanation: a quantity, or a counted step.
struct TraceStep {
  llvm::StringRef What; ///< "mul", "dot products", or a quantity's name.
  std::string Formula;  ///< The numbers put in: "802816 x 147".
  Count Result;
  llvm::StringRef Why;
};
using Trace = std::vector<TraceStep>;

/// Which product of a layer a matrix product is. How fast hardware is at it
/// depends on that: the shapes and the algorithms differ.
enum class ProductRole : uint8_t {
  Forward,
  DataGradient,   ///< Of the loss with respect to the layer's input.
  WeightGradient, ///< Of the loss with respect to the layer's weight.
};

/// A matrix product of Sums / Columns rows, Columns columns and length
/// Macs / Sums, made Times times. Convolutions are products too: of as many
/// rows as there are windows (batch included) and as many columns as there are
/// channels in a group of the result; Taps is what a kernel covers, so that
/// length / Taps is the number of channels of the other operand.
struct MatrixProduct {
  Count Times = 1;
  Count Sums, Macs;
  Count Columns = 1;
  Count Taps = 1;
  ProductRole Role = ProductRole::Forward;
};

/// The work of one rule: basic operations by element type, and traffic.
class Work {
public:
  Work() = default;
  /// \p Type is what operations count at until setType says otherwise.
  /// \p T, when given, records every step for an explanation.
  explicit Work(ElementType Type, Trace *T = nullptr)
      : Kernels(1), Current(Type), T(T) {}

  /// Later operations count at \p Type.
  void setType(ElementType Type) { Current = Type; }
  [[nodiscard]] ElementType type() const { return Current; }

  // -- Operations. Each takes how many, and why (a whole phrase).

  void add(Count N, llvm::StringRef Why);
  void sub(Count N, llvm::StringRef Why);
  void mul(Count N, llvm::StringRef Why);
  void div(Count N, llvm::StringRef Why);
  /// Comparisons, and steps of a maximum or minimum.
  void cmp(Count N, llvm::StringRef Why);
  void root(Elementary Function, Count N, llvm::StringRef Why);

  /// \p HowMany dot products of \p Length terms: Length multiplications and
  /// Length-1 additions each, all multiplications being MACs. Nothing when
  /// either is 0.
  void dots(Count HowMany, Count Length, llvm::StringRef Why);

  /// Says what matrix product the next dots() or macs() is.
  Work &as(ProductRole Role, Count Columns, Count Taps = 1) {
    Next.Role = Role;
    Next.Columns = Columns;
    Next.Taps = Taps;
    return *this;
  }

  /// Multiply-accumulates whose additions are not Length-1 a dot: \p Muls
  /// multiplications (all MACs) and \p Adds additions that accumulate them.
  void macs(Count Muls, Count Adds, llvm::StringRef Why);

  /// \p HowMany sums of \p Length terms: Length-1 additions each. Nothing when
  /// either is 0.
  void sums(Count HowMany, Count Length, llvm::StringRef Why);

  /// \p HowMany maxima (or minima) of \p Length terms: Length-1 comparisons.
  void maxima(Count HowMany, Count Length, llvm::StringRef Why);

  /// \p N elements drawn from a random generator: no basic operation.
  void random(Count N, llvm::StringRef Why);

  /// Names a quantity for the explanation and returns it unchanged:
  /// `Count K = W.let("K", Cin / G * Kh * Kw, "c_in/g * k_h * k_w");`
  Count let(llvm::StringRef Name, Count Value, llvm::StringRef Formula);

  // -- Traffic. Without these calls a rule reads every operand and writes
  // -- every result once, whole, and is one kernel.

  /// Operand \p I: only \p Elements elements are read (0: not at all).
  void reads(unsigned I, Count Elements) { Reads.push_back({I, Elements}); }
  /// Result \p O: only \p Elements elements are written.
  void writes(unsigned O, Count Elements) { Writes.push_back({O, Elements}); }
  /// Further traffic that is neither an operand nor a result.
  void readsMore(ElementType Type, Count Elements) {
    BytesRead += byteSize(Type, Elements);
  }
  void writesMore(ElementType Type, Count Elements) {
    BytesWritten += byteSize(Type, Elements);
  }
  /// The results are the operands under another shape: no bytes, no kernel.
  void view() { IsView = true; }
  /// The operator launches \p N kernels instead of one.
  void kernels(Count N) { Kernels = N; }

  // -- What the pass reads off.

  struct TypedOps {
    ElementType Type;
    BasicOps Ops;
  };
  /// By element type, in order of first use.
  llvm::SmallVector<TypedOps, 1> Ops;
  std::array<Count, NumElementary> ByFunction{};
  Count Macs;
  /// What Macs is made of, in order of first use.
  llvm::SmallVector<MatrixProduct, 1> Products;
  Count Random;
  Count BytesRead, BytesWritten;
  /// Of both: those of adding up the gradients of a value used several times,
  /// which is an elementwise kernel whatever brings the gradient.
  Count BytesAccumulated;
  /// 1 as soon as a rule is run; a Work that nothing was counted in has none.
  Count Kernels = 0;

  struct Partial {
    unsigned Index;
    Count Elements;
  };
  llvm::SmallVector<Partial, 2> Reads, Writes;
  bool IsView = false;

  /// Sum of all types.
  [[nodiscard]] BasicOps total() const;
  /// False when any count overflowed.
  [[nodiscard]] bool valid() const;

  /// Adds the operations, MACs, random draws, bytes and kernels of \p Other.
  Work &operator+=(const Work &Other);

private:
  BasicOps &ops();
  void product(Count Sums, Count Macs);
  void merge(const MatrixProduct &Dots);
  void step(llvm::StringRef What, Count N, llvm::StringRef Why,
            std::string Formula = {});

  ElementType Current = ElementType::Float32;
  MatrixProduct Next; ///< What as() said.
  Trace *T = nullptr;
};

/// What a backward rule counts, and what it may ask.
class GradWork : public Work {
public:
  /// \p Needs, \p HasGrad: which operands need a gradient, which results have
  /// one arriving.
  GradWork(ElementType Type, llvm::ArrayRef<bool> Needs,
           llvm::ArrayRef<bool> HasGrad, Trace *T = nullptr)
      : Work(Type, T), Needs(Needs), HasGrad(HasGrad) {
    Kernels = 0;
  }

  /// True when operand \p I is present and needs a gradient.
  [[nodiscard]] bool needs(unsigned I) const {
    return I < Needs.size() && Needs[I];
  }
  /// True when a gradient arrives at result \p O.
  [[nodiscard]] bool hasGrad(unsigned O) const {
    return O < HasGrad.size() && HasGrad[O];
  }

  // -- What the rule reads besides the arriving gradients. It is kept from the
  // -- forward pass (activation memory) and read here.

  void savesInput(unsigned I) { SavedInputs.push_back(I); }
  void savesOutput(unsigned O) { SavedOutputs.push_back(O); }
  /// An intermediate of the forward rule that is no value of the graph.
  void savesHidden(ElementType Type, Count Elements) {
    HiddenBytes += byteSize(Type, Elements);
  }

  // -- What it writes. Without these calls, each needed operand's gradient is
  // -- one kernel that writes a tensor of the operand's size.

  /// Operand \p I's gradient is the arriving gradient itself, or a view of it:
  /// no kernel, no bytes.
  void alias(unsigned I) { Aliases.push_back(I); }

  /// Operand \p I was broadcast: its gradient of \p From elements is summed
  /// back to \p To. Adds the difference and, when there is one, a kernel.
  void broadcastSum(unsigned I, Count From, Count To);

  // -- What the pass reads off.

  llvm::ArrayRef<bool> Needs, HasGrad;
  llvm::SmallVector<unsigned, 4> SavedInputs, SavedOutputs, Aliases;
  Count HiddenBytes;
  llvm::SmallVector<Partial, 2> BroadcastFrom;
};

} // namespace toscount

#endif // TOSCOUNT_OPS_WORK_H
