//===- Diagnostics.cpp - errors that say where and what to do -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>

using namespace llvm;

namespace toscount {

Error makeError(const Twine &Message) {
  return make_error<StringError>(Message, inconvertibleErrorCode());
}

Error withContext(Error E, const Twine &Prefix) {
  if (!E)
    return E;
  return makeError(Prefix + ": " + toString(std::move(E)));
}

/// Two neighbouring letters have changed places.
static bool isTransposed(StringRef Word, StringRef Candidate) {
  if (Word.size() != Candidate.size())
    return false;
  size_t At = 0;
  while (At < Word.size() && toLower(Word[At]) == toLower(Candidate[At]))
    ++At;
  return At + 1 < Word.size() &&
         toLower(Word[At]) == toLower(Candidate[At + 1]) &&
         toLower(Word[At + 1]) == toLower(Candidate[At]) &&
         Word.drop_front(At + 2).equals_insensitive(
             Candidate.drop_front(At + 2));
}

StringRef nearestSpelling(StringRef Word, ArrayRef<StringRef> Candidates) {
  // A slip touches at most a third of the letters; more is another word.
  unsigned Best = std::max<unsigned>(1, Word.size() / 3) + 1;
  StringRef Nearest;
  for (StringRef Candidate : Candidates) {
    if (Candidate.equals_insensitive(Word))
      return Candidate;
    unsigned Distance =
        isTransposed(Word, Candidate)
            ? 1
            : Word.edit_distance_insensitive(Candidate,
                                             /*AllowReplacements=*/true, Best);
    if (Distance < Best) {
      Best = Distance;
      Nearest = Candidate;
    }
  }
  return Nearest;
}

std::string didYouMean(StringRef Word, ArrayRef<StringRef> Candidates) {
  StringRef Nearest = nearestSpelling(Word, Candidates);
  return Nearest.empty() ? std::string()
                         : ("; did you mean '" + Nearest + "'?").str();
}

namespace {

/// Control characters (C1 ones included), line separators, and what reorders
/// or hides text.
bool isHidden(UTF32 Point) {
  if (Point < 0x80)
    return Point < 0x20 || Point == 0x7f;
  auto Signed = static_cast<int>(Point);
  return !sys::unicode::isPrintable(Signed) ||
         sys::unicode::isFormatting(Signed) || Point < 0xa0 ||
         Point == 0x2028 || Point == 0x2029;
}

void appendHex(std::string &Out, UTF32 Byte) {
  Out += "\\x";
  Out += hexdigit(Byte >> 4U, /*LowerCase=*/true);
  Out += hexdigit(Byte & 15U, /*LowerCase=*/true);
}

/// Appends \p Character, the UTF-8 of \p Point, or what stands for it.
void appendSafely(std::string &Out, StringRef Character, UTF32 Point) {
  if (!isHidden(Point))
    Out += Character;
  else if (Point < 0x80)
    appendHex(Out, Point);
  else
    Out += "\\u{" + utohexstr(Point, /*LowerCase=*/true) + "}";
}

/// \p Text without what lies between its first \p First and its last \p Last
/// bytes; characters stay whole.
std::string withoutMiddle(StringRef Text, size_t First, size_t Last) {
  if (Text.size() <= First + Last)
    return Text.str();
  auto IsInside = [&](size_t At) {
    return (static_cast<unsigned char>(Text[At]) & 0xc0U) == 0x80U;
  };
  size_t End = Text.size() - Last;
  while (First > 0 && IsInside(First))
    --First;
  while (End < Text.size() && IsInside(End))
    ++End;
  return (Text.take_front(First) + " ... (" + Twine(End - First) +
          " more) ... " + Text.drop_front(End))
      .str();
}

} // namespace

std::string escaped(StringRef Name) {
  std::string Out;
  Out.reserve(Name.size());
  const auto *Next = reinterpret_cast<const UTF8 *>(Name.begin());
  const auto *End = reinterpret_cast<const UTF8 *>(Name.end());
  while (Next != End) {
    const UTF8 *Begin = Next;
    // Nearly every name is nothing else.
    while (Next != End && *Next >= 0x20 && *Next < 0x7f)
      ++Next;
    Out.append(reinterpret_cast<const char *>(Begin), Next - Begin);
    if (Next == End)
      break;
    Begin = Next;
    UTF32 Point = 0;
    if (convertUTF8Sequence(&Next, End, &Point, strictConversion) ==
        conversionOK) {
      appendSafely(
          Out, {reinterpret_cast<const char *>(Begin), size_t(Next - Begin)},
          Point);
      continue;
    }
    appendHex(Out, *Begin);
    Next = Begin + 1;
  }
  return Out;
}

std::string printable(StringRef Name) {
  return withoutMiddle(escaped(Name), 400, 200);
}

std::string message(Error E) {
  // Joined errors come a line each.
  std::string Text = toString(std::move(E));
  std::replace(Text.begin(), Text.end(), '\n', ' ');
  return withoutMiddle(Text, 24'000, 6'000);
}

} // namespace toscount
