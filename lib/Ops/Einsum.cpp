//===- Einsum.cpp - Einstein summation ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Counted by its plain definition: for every assignment of all indices the
/// operands' elements are multiplied, and the products that agree in the
/// result's indices are added. No order of contraction is chosen.
///
//===----------------------------------------------------------------------===//

#include "Families.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// An index: a letter, or, counted from its end, a dimension of the ellipsis.
/// (Letters are positive, ellipsis dimensions -1, -2...)
using Index = int64_t;
using Term = SmallVector<Index, 6>;

/// As in numpy; a few more than any equation can tell apart.
constexpr size_t MaxRank = 64;

struct Equation {
  SmallVector<Term, 3> Inputs;
  Term Output;
  /// Every index once, with its size.
  SmallVector<std::pair<Index, int64_t>, 8> Sizes;

  [[nodiscard]] int64_t size(Index I) const {
    for (auto [Known, Size] : Sizes)
      if (Known == I)
        return Size;
    return -1;
  }
};

/// One operand's part of the equation as written.
struct Written {
  SmallVector<char, 8> Letters;
  /// Where among them the ellipsis stands; nothing without one.
  std::optional<size_t> Ellipsis;
};

Expected<Written> readTerm(StringRef Text) {
  Written W;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] == ' ')
      continue;
    if (isAlpha(Text[I])) {
      W.Letters.push_back(Text[I]);
      continue;
    }
    if (!Text.substr(I).starts_with("...") || W.Ellipsis)
      return makeError("its equation contains '" + printable(Text) +
                       "', which is no sequence of letters with at most one "
                       "ellipsis");
    W.Ellipsis = W.Letters.size();
    I += 2;
  }
  return W;
}

/// \p W with the ellipsis replaced by its \p Dots dimensions.
Term expand(const Written &W, size_t Dots) {
  Term T;
  for (size_t I = 0; I <= W.Letters.size(); ++I) {
    if (W.Ellipsis == I)
      for (size_t D = Dots; D > 0; --D)
        T.push_back(-static_cast<Index>(D));
    if (I < W.Letters.size())
      T.push_back(W.Letters[I]);
  }
  return T;
}

/// Gives the indices of \p T the sizes \p Dims; 1 gives way to others.
Error setSizes(Equation &E, const Term &T, ShapeRef Dims) {
  for (size_t I = 0; I < T.size(); ++I) {
    auto *Known = find_if(E.Sizes, [&](auto P) { return P.first == T[I]; });
    if (Known == E.Sizes.end())
      E.Sizes.push_back({T[I], Dims[I]});
    else if (Known->second == 1)
      Known->second = Dims[I];
    else if (Dims[I] != 1 && Known->second != Dims[I])
      return makeError("one index of its equation stands for dimensions of " +
                       Twine(Known->second) + " and of " + Twine(Dims[I]));
  }
  return Error::success();
}

/// The result's term when the equation does not name one: the ellipsis, then
/// the letters that occur once, sorted.
Term implicitOutput(ArrayRef<Written> Terms, size_t Dots) {
  std::array<unsigned, 128> Uses{};
  for (const Written &W : Terms)
    for (char L : W.Letters)
      ++Uses[static_cast<unsigned char>(L)];
  Written Output;
  Output.Ellipsis = 0;
  for (size_t L = 0; L < Uses.size(); ++L)
    if (Uses[L] == 1)
      Output.Letters.push_back(static_cast<char>(L));
  return expand(Output, Dots);
}

Expected<Equation> parse(const OpInstance &Op) {
  StringRef Text = Op.attrString("equation", "");
  auto [Left, Right] = Text.split("->");
  bool Explicit = Left.size() != Text.size();
  SmallVector<StringRef, 3> Parts;
  Left.split(Parts, ',');
  if (Parts.size() != Op.numInputs())
    return makeError("its equation '" + printable(Text) + "' is for " +
                     Twine(Parts.size()) + " operands, but it has " +
                     Twine(Op.numInputs()));

  Equation E;
  SmallVector<Written, 3> Terms;
  std::optional<size_t> Dots;
  for (unsigned I = 0; I < Parts.size(); ++I) {
    Expected<Written> W = readTerm(Parts[I]);
    if (!W)
      return W.takeError();
    size_t Rank = Op.inShape(I).size();
    size_t Named = W->Letters.size();
    if (Rank > MaxRank)
      return makeError("operand " + Twine(I) + " has more than " +
                       Twine(MaxRank) + " dimensions");
    if (W->Ellipsis ? Rank < Named : Rank != Named)
      return makeError("its equation's term '" + printable(Parts[I]) +
                       "' does not fit operand " + Twine(I) + " of shape " +
                       toString(Op.inShape(I)));
    if (W->Ellipsis) {
      if (Dots && *Dots != Rank - Named)
        return makeError("the ellipses of its equation '" + printable(Text) +
                         "' stand for different numbers of dimensions");
      Dots = Rank - Named;
    }
    Terms.push_back(std::move(*W));
  }
  for (unsigned I = 0; I < Terms.size(); ++I) {
    E.Inputs.push_back(expand(Terms[I], Dots.value_or(0)));
    if (Error Wrong = setSizes(E, E.Inputs.back(), Op.inShape(I)))
      return Wrong;
  }
  if (!Explicit) {
    E.Output = implicitOutput(Terms, Dots.value_or(0));
    return E;
  }
  Expected<Written> W = readTerm(Right);
  if (!W)
    return W.takeError();
  E.Output = expand(*W, Dots.value_or(0));
  for (size_t I = 0; I < E.Output.size(); ++I)
    if (E.size(E.Output[I]) < 0 ||
        is_contained(ArrayRef(E.Output).take_front(I), E.Output[I]))
      return makeError("its equation '" + printable(Text) +
                       "' has an index in its result twice, or one that no "
                       "operand has");
  return E;
}

Error shapeEinsum(ShapeContext &C) {
  if (Error E = C.expectInputs(1, ~0U))
    return E;
  for (unsigned I = 0; I < C.numInputs(); ++I)
    if (!C.hasInput(I))
      return C.fail("operand " + Twine(I) + " is missing");
  Expected<Equation> E = parse(C);
  if (!E)
    return E.takeError();
  Shape Y;
  for (Index I : E->Output)
    Y.push_back(E->size(I));
  return C.setOutput(0, C.inType(0), Y);
}

/// Counts Π of \p Factors tensors over all indices, summed into a tensor of
/// \p Result elements; \p Sums when an index is summed at all.
void contract(Work &W, const Equation &E, Count Factors, Count Result,
              bool Sums, StringRef Why) {
  Count All = 1;
  for (auto [I, Size] : E.Sizes)
    All *= Size;
  W.let("assignments", All, "product of all indices' sizes");
  if (All == 0)
    return;
  Count Adds = All - Result;
  if (Factors == 1) {
    W.add(Adds, Why);
    return;
  }
  if (!Sums) {
    W.mul(All * (Factors - 1), Why);
    return;
  }
  if (Factors > 2)
    W.mul(All * (Factors - 2), "all products of an assignment but the last");
  W.macs(All, Adds, Why);
}

void forwardEinsum(const OpInstance &Op, Work &W) {
  Equation E = cantFail(parse(Op));
  bool Sums =
      any_of(E.Sizes, [&](auto P) { return !is_contained(E.Output, P.first); });
  contract(W, E, Op.numInputs(), Op.outSize(0), Sums,
           "the operands multiplied for every assignment of indices, and "
           "summed over those not in the result");
}

/// How many values index \p I takes in an operand of term \p T: 1 when it does
/// not occur, or is broadcast.
int64_t ownSize(const Term &T, ShapeRef Dims, Index I) {
  int64_t Own = 1;
  for (size_t D = 0; D < T.size(); ++D)
    if (T[D] == I)
      Own = std::max(Own, Dims[D]);
  return Own;
}

void backwardEinsum(const OpInstance &Op, GradWork &G) {
  Equation E = cantFail(parse(Op));
  // Each gradient reads the other operands.
  unsigned Needed = 0;
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    Needed += G.needs(I);
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (Needed > 1 || (Needed == 1 && !G.needs(I)))
      G.savesInput(I);
  for (unsigned I = 0; I < Op.numInputs(); ++I) {
    if (!G.needs(I))
      continue;
    // Elements of the gradient that anything reaches: a repeated index only
    // reaches the diagonal.
    Count Reached = 1;
    bool Sums = false;
    for (auto [Letter, Size] : E.Sizes) {
      int64_t Own = ownSize(E.Inputs[I], Op.inShape(I), Letter);
      Reached *= Own;
      Sums |= Own != Size || !is_contained(E.Inputs[I], Letter);
    }
    contract(G, E, Op.numInputs(), Reached, Sums,
             "its gradient: dY and the other operands multiplied for every "
             "assignment of indices, and summed over those it does not have");
  }
}

constexpr OpInfo Rows[] = {
    {.Name = "Einsum",
     .Types = "Tfi+",
     .Trainable = AllOperands,
     .Differentiable = AllOperands,
     .Grad = Gradient::Rule,
     .Shape = shapeEinsum,
     .Forward = forwardEinsum,
     .Backward = backwardEinsum,
     .ForwardDoc =
         "F = product of all indices' sizes, n operands: (n-1)*F mul, add = F "
         "- result elements; when an index is summed, the last mul of each "
         "product is a MAC",
     .BackwardDoc =
         "each gradient is the einsum of dY and the other operands over the "
         "same indices: (n-1)*F mul, add = F - gradient elements reached"},
};

} // namespace

ArrayRef<OpInfo> einsumOps() { return Rows; }

} // namespace toscount
