//===- Diagnostics.cpp - errors that say where and what to do -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

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

StringRef nearestSpelling(StringRef Word, ArrayRef<StringRef> Candidates) {
  // A slip touches at most a third of the letters; more is another word.
  unsigned Best = std::max<unsigned>(1, Word.size() / 3) + 1;
  StringRef Nearest;
  for (StringRef Candidate : Candidates) {
    if (Candidate.equals_insensitive(Word))
      return Candidate;
    unsigned Distance = Word.edit_distance_insensitive(
        Candidate, /*AllowReplacements=*/true, Best);
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

std::string printable(StringRef Name) {
  std::string Out;
  Out.reserve(Name.size());
  for (size_t I = 0; I < Name.size();) {
    auto Byte = static_cast<unsigned char>(Name[I]);
    unsigned Length = getNumBytesForUTF8(Byte);
    const auto *Begin = reinterpret_cast<const UTF8 *>(Name.data() + I);
    bool Legal = I + Length <= Name.size() &&
                 isLegalUTF8Sequence(Begin, Begin + Length);
    if (Legal && Byte >= 0x20 && Byte != 0x7f) {
      Out.append(Name.data() + I, Length);
      I += Length;
      continue;
    }
    Out += "\\x";
    Out += hexdigit(Byte >> 4U, /*LowerCase=*/true);
    Out += hexdigit(Byte & 15U, /*LowerCase=*/true);
    ++I;
  }
  return Out;
}

} // namespace toscount
