//===- Pattern.cpp - regular expressions that end -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Analysis/Count.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

/// What matching takes grows with these; names of layers need far less.
constexpr size_t MaxLength = 1000;
constexpr uint64_t MaxStates = 10'000;

/// How many letters a pattern comes to when its counted repetitions are
/// written out, which is how it is compiled.
class Expansion {
public:
  /// False when the pattern comes to more than MaxStates.
  bool measure(StringRef Pattern) {
    for (size_t I = 0; I < Pattern.size(); ++I) {
      switch (Pattern[I]) {
      case '\\':
        ++I;
        addAtom(1);
        break;
      case '[':
        I = endOfSet(Pattern, I);
        addAtom(1);
        break;
      case '(':
        Open.push_back(0);
        break;
      case ')':
        if (Open.size() > 1) {
          uint64_t Group = Open.pop_back_val();
          addAtom(Group + 1);
        }
        break;
      case '{':
        I = repeat(Pattern, I);
        break;
      default:
        addAtom(1);
        break;
      }
      if (Open.back() > MaxStates)
        return false;
    }
    return true;
  }

private:
  void addAtom(uint64_t Size) {
    Last = Size;
    Open.back() += Size;
  }

  /// The closing bracket of the set that begins at \p I; one that comes first
  /// is a member.
  static size_t endOfSet(StringRef Pattern, size_t I) {
    size_t First = Pattern.substr(I).starts_with("[^") ? I + 2 : I + 1;
    return std::min(Pattern.find(']', First + 1), Pattern.size());
  }

  /// `{3}`, `{3,}`, `{3,5}` at \p I; returns where it ends.
  size_t repeat(StringRef Pattern, size_t I) {
    size_t End = std::min(Pattern.find('}', I), Pattern.size());
    auto [Least, Most] = Pattern.slice(I + 1, End).split(',');
    unsigned Low = 0, High = 0;
    Least.getAsInteger(10, Low);
    Most.getAsInteger(10, High);
    auto Times = std::max<uint64_t>({1, uint64_t(Low) + 1, High});
    if (Times > MaxStates)
      Times = MaxStates;
    Open.back() += Last * (Times - 1);
    Last *= Times;
    return End;
  }

  SmallVector<uint64_t, 8> Open = {0}; ///< Letters in each open group.
  uint64_t Last = 0;                   ///< In what would be repeated.
};

bool refersBack(StringRef Pattern) {
  for (size_t I = 0; I + 1 < Pattern.size(); ++I)
    if (Pattern[I] == '\\' && isDigit(Pattern[++I]))
      return true;
  return false;
}

} // namespace

Error checkPattern(StringRef Pattern) {
  auto Problem = [&](const Twine &What) {
    return makeError("'" + printable(Pattern) + "' " + What);
  };
  if (Pattern.empty())
    return makeError("the regular expression is empty, which matches all");
  if (Pattern.size() > MaxLength)
    return Problem("is longer than " + Twine(MaxLength) + " characters");
  if (refersBack(Pattern))
    return Problem("refers back to a group, which can take forever");
  if (!Expansion().measure(Pattern))
    return Problem("comes to more than " + Twine(MaxStates) +
                   " characters when its repetitions are written out");
  std::string Why;
  if (!Regex(Pattern).isValid(Why))
    return Problem("is not a regular expression: " + Why);
  return Error::success();
}

} // namespace toscount
