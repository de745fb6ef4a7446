//===- Text.cpp - operators on strings ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Operators on strings do no arithmetic: they move bytes. TfIdfVectorizer
/// counts n-grams, of strings or of integers, and is arithmetic.
///
//===----------------------------------------------------------------------===//

#include "DataDependent.h"
#include "Families.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
namespace {

Error expectStrings(const ShapeContext &C, unsigned I) {
  if (C.inType(I) == ElementType::String)
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' is " + name(C.inType(I)) + ", but must hold strings");
}

Error shapeStringNormalizer(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectStrings(C, 0))
    return E;
  ShapeRef X = C.inShape(0);
  if (X.size() != 1 && !(X.size() == 2 && X[0] == 1))
    return C.fail("its operand of shape " + toString(X) +
                  " must be [words] or [1, words]");
  if (C.attrStrings("stopwords").empty())
    return C.setOutput(0, ElementType::String, X);
  // Without any word left the result is one empty string.
  Shape Kept(X);
  Kept.back() = -1;
  Expected<Shape> Words =
      decidedShape(C, 0, Kept, Count(std::max<int64_t>(X.back(), 1)),
                   "the number of words that are no stopwords");
  if (!Words)
    return Words.takeError();
  return C.setOutput(0, ElementType::String, *Words);
}

Error shapeStringConcat(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  for (unsigned I : {0U, 1U})
    if (Error E = expectStrings(C, I))
      return E;
  return shapeBroadcast(C);
}

Error shapeRegexFullMatch(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectStrings(C, 0))
    return E;
  return C.setOutput(0, ElementType::Bool, C.inShape(0));
}

Error shapeStringSplit(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = expectStrings(C, 0))
    return E;
  ShapeRef X = C.inShape(0);
  if (Error E = C.setOutput(1, ElementType::Int64, X))
    return E;
  if (!C.hasOutput(0))
    return Error::success();
  Shape Known(X);
  Known.push_back(-1);
  std::optional<Count> Most;
  if (int64_t Splits = C.attrInt("maxsplit", -1);
      Splits >= 0 && Splits < INT64_MAX)
    Most = Count(Splits) + 1;
  Expected<Shape> Parts = decidedShape(
      C, 0, Known, Most, "the most parts that a string is split into");
  if (!Parts)
    return Parts.takeError();
  return C.setOutput(0, ElementType::String, *Parts);
}

// -- TfIdfVectorizer.

Error shapeTfIdf(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  bool Strings = !C.attrStrings("pool_strings").empty();
  if (Strings ? C.inType(0) != ElementType::String : !isInteger(C.inType(0)))
    return C.fail("its operand is " + name(C.inType(0)) + ", but its pool is " +
                  (Strings ? "of strings" : "of integers"));
  ShapeRef X = C.inShape(0);
  if (X.empty() || X.size() > 2)
    return C.fail("its operand of shape " + toString(X) +
                  " must be [items] or [batch, items]");
  int64_t Least = C.attrInt("min_gram_length", 0);
  int64_t Most = C.attrInt("max_gram_length", 0);
  int64_t Skips = C.attrInt("max_skip_count", 0);
  auto Known = static_cast<int64_t>(C.attrInts("ngram_counts").size());
  if (Least < 1 || Most < Least || Skips < 0 || Known < Most)
    return C.fail("n-grams of " + Twine(Least) + " to " + Twine(Most) +
                  " items with up to " + Twine(Skips) + " skips, of which " +
                  Twine(Known) + " lengths are in the pool, make no sense");
  StringRef Mode = C.attrString("mode", "");
  if (Mode != "TF" && Mode != "IDF" && Mode != "TFIDF")
    return C.fail("its attribute 'mode' is '" + printable(Mode) +
                  "', but must be TF, IDF or TFIDF");
  ArrayRef<int64_t> Indexes = C.attrInts("ngram_indexes");
  int64_t Columns = 0;
  for (int64_t I : Indexes) {
    if (I < 0 || I == INT64_MAX)
      return C.fail("its attribute 'ngram_indexes' contains " + Twine(I));
    Columns = std::max(Columns, I + 1);
  }
  ArrayRef<double> Weights = C.attrFloats("weights");
  if (!Weights.empty() && Weights.size() != Indexes.size())
    return C.fail("its attribute 'weights' has " + Twine(Weights.size()) +
                  " numbers for " + Twine(Indexes.size()) + " n-grams");
  Shape Y(X);
  Y.back() = Columns;
  return C.setOutput(0, ElementType::Float32, Y);
}

/// Places in \p Items items where an n-gram is looked for.
Count ngramWindows(const OpInstance &Op, int64_t Items) {
  Count Windows = 0;
  int64_t Skips = Op.attrInt("max_skip_count", 0);
  for (int64_t N = Op.attrInt("min_gram_length", 0);
       N <= Op.attrInt("max_gram_length", 0); ++N) {
    if (N == 1) {
      Windows += Items;
      continue;
    }
    // With distance D between items there are Items - (N-1) * D places.
    int64_t Far = Items > 0 ? (Items - 1) / (N - 1) : 0;
    if (Skips < Far)
      Far = Skips + 1;
    Count D = Far;
    Windows += D * Items - D * (D + 1) / 2 * (N - 1);
  }
  return Windows;
}

void forwardTfIdf(const OpInstance &Op, Work &W) {
  ShapeRef X = Op.inShape(0);
  Count Rows = X.size() == 2 ? X[0] : 1;
  W.setType(Op.outType(0));
  W.add(Rows * ngramWindows(Op, X.back()),
        "each n-gram is looked up and adds one to its count");
  StringRef Mode = Op.attrString("mode", "");
  if (Mode == "IDF")
    W.cmp(Op.outSize(0), "weight or zero, by whether the n-gram occurs");
  if (Mode == "TFIDF" && !Op.attrFloats("weights").empty())
    W.mul(Op.outSize(0), "each count by its weight");
}

constexpr OpInfo Rows[] = {
    {.Name = "StringNormalizer",
     .Since = 10,
     .Kind = OpKind::Move,
     .Types = "s",
     .Shape = shapeStringNormalizer,
     .ForwardDoc = "strings are no numbers: no operations"},
    {.Name = "StringConcat",
     .Since = 20,
     .Kind = OpKind::Move,
     .Types = "s s",
     .Shape = shapeStringConcat,
     .ForwardDoc = "strings are no numbers: no operations"},
    {.Name = "StringSplit",
     .Since = 20,
     .Kind = OpKind::Move,
     .Types = "s",
     .Shape = shapeStringSplit,
     .ForwardDoc = "strings are no numbers: no operations"},
    {.Name = "RegexFullMatch",
     .Since = 20,
     .Kind = OpKind::Move,
     .Types = "s",
     .Shape = shapeRegexFullMatch,
     .ForwardDoc = "strings are no numbers: no operations"},
    {.Name = "TfIdfVectorizer",
     .Since = 9,
     .Types = "is",
     .Shape = shapeTfIdf,
     .Forward = forwardTfIdf,
     .ForwardDoc =
         "looking an n-gram up is free; each place of each n-gram length and "
         "distance adds 1 to a count; for each element of the result IDF: cmp "
         "1, TFIDF with weights: mul 1",
     .BackwardDoc = "counts of items: not differentiable"},
};

} // namespace

ArrayRef<OpInfo> textOps() { return Rows; }

} // namespace toscount
