//===- Search.h - which polynomial a count is -----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds the polynomials behind a function of positive whole sizes that can
/// only be evaluated: exact interpolation on small sizes, checked at all others
/// that were evaluated, among them large ones and such as share no factor. A
/// total with a floor in it (a stride) is a polynomial on the multiples of some
/// number only; that is tried and said. What fails a check is refused: it is
/// not a polynomial, or not of a degree that is tried.
///
/// It can't prove anything about sizes that were not evaluated.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_FORMULA_SEARCH_H
#define TOSCOUNT_FORMULA_SEARCH_H

#include "toscount/Formula/Polynomial.h"

#include "llvm/Support/Error.h"

#include <functional>
#include <optional>

namespace toscount {

/// Sizes, one a variable.
using Point = std::vector<int64_t>;

/// All totals where the variables are a point, always as many in the same
/// order; an error where there are none (an image that is too small).
using Sampler =
    std::function<llvm::Expected<std::vector<WideCount>>(const Point &)>;

/// The highest degree in one variable that is tried.
inline constexpr unsigned MaxDegree = 4;
/// Variables there may be.
inline constexpr unsigned MaxVariables = 4;

/// What happens below the smallest size at which a polynomial holds.
enum class Below : uint8_t {
  Nothing,   ///< There are no smaller sizes.
  Differs,   ///< The total is another.
  Uncounted, ///< It can't be evaluated.
  Unknown,   ///< It was not evaluated.
};

/// The sizes of one variable for which a polynomial holds.
struct Range {
  int64_t Multiple = 1; ///< Multiples of this number,
  int64_t From = 1;     ///< from this one on.
  Below Smaller = Below::Nothing;
};

/// What was found out about one total.
struct Fit {
  std::optional<Polynomial> Found;
  std::vector<Range> Ranges; ///< With Found: one a variable.
  /// With Found: evaluated points in its ranges, all of which it was checked
  /// at; those that it was made of are among them.
  size_t Points = 0;
  std::string Reason; ///< Without Found: why.
};

struct SearchResult {
  std::vector<Fit> Totals;
  std::vector<Point> Evaluated; ///< In ascending order.
  std::vector<Point> Failed;    ///< Those that could not be, ascending.
  Point Base;                   ///< Where the search began.
};

/// Searches for each total of \p Sample as a polynomial in variables called
/// \p Names, of which there is at least one and at most MaxVariables. An error
/// when too few sizes of a variable can be evaluated.
llvm::Expected<SearchResult> findPolynomials(const Sampler &Sample,
                                             std::vector<std::string> Names);

} // namespace toscount

#endif // TOSCOUNT_FORMULA_SEARCH_H
