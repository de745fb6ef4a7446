//===- AluFile.cpp - reading a table of transistors -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "AluUnits.h"

#include "toscount/Lowering/Alu.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

/// A unit beyond this is a slip; below it no price overflows 64 bits.
constexpr int64_t MostTransistors = 1'000'000'000;
constexpr int64_t WidestUnit = 1024;
constexpr int64_t MostSeedBits = 64;

constexpr StringLiteral Schema = "toscount.alu/1";

/// The JSON parser recurses once a bracket, however many there are.
bool isNestedDeeply(StringRef Text) {
  constexpr unsigned MaxBrackets = 16;
  unsigned Open = 0;
  bool Quoted = false;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Quoted && Text[I] == '\\') {
      ++I;
      continue;
    }
    Quoted ^= Text[I] == '"';
    if (Quoted)
      continue;
    if (Text[I] == '[' || Text[I] == '{')
      if (++Open > MaxBrackets)
        return true;
    if (Text[I] == ']' || Text[I] == '}')
      Open -= Open != 0 ? 1 : 0;
  }
  return false;
}

} // namespace

/// Reads one file into a table that begins as the default one.
class AluReader {
public:
  AluReader(AluTable &Table, StringRef Path) : Table(Table), Path(Path) {}

  Error read(const json::Object &Root) {
    if (Error E = checkKeys(
            Root,
            {"schema", "adder", "multiplier", "root_seed_bits", "figures"},
            "the table"))
      return E;
    if (const json::Value *V = Root.get("schema"))
      if (V->getAsString() != StringRef(Schema))
        return makeError("'schema' must be \"" + Schema + "\"");
    if (const json::Value *V = Root.get("adder"))
      if (Error E = choose("adder", *V, Table.Adder,
                           {AdderKind::RippleCarry, AdderKind::CarryLookahead}))
        return E;
    if (const json::Value *V = Root.get("multiplier"))
      if (Error E =
              choose("multiplier", *V, Table.Multiplier,
                     {MultiplierKind::BoothWallace, MultiplierKind::Array}))
        return E;
    if (const json::Value *V = Root.get("root_seed_bits")) {
      Expected<int64_t> Bits = whole(*V, "'root_seed_bits'", 1, MostSeedBits);
      if (!Bits)
        return Bits.takeError();
      Table.RootSeedBits = static_cast<unsigned>(*Bits);
    }
    const json::Value *V = Root.get("figures");
    if (V == nullptr)
      return Error::success();
    const json::Object *Given = V->getAsObject();
    if (Given == nullptr)
      return makeError("'figures' must be an object");
    return readFigures(*Given);
  }

private:
  /// Keys in the order of their spelling: objects have none of their own, and
  /// the error must not depend on hashing.
  static std::vector<StringRef> sortedKeys(const json::Object &O) {
    std::vector<StringRef> Keys;
    for (const auto &Entry : O)
      Keys.push_back(Entry.first);
    std::sort(Keys.begin(), Keys.end());
    return Keys;
  }

  static Error unknown(StringRef Kind, StringRef Word,
                       ArrayRef<StringRef> Candidates) {
    std::string Hint = didYouMean(Word, Candidates);
    if (Hint.empty())
      Hint = "; known are " + join(Candidates.begin(), Candidates.end(), ", ");
    return makeError("unknown " + Kind + " '" + printable(Word) + "'" + Hint);
  }

  static Error checkKeys(const json::Object &O, ArrayRef<StringRef> Known,
                         const Twine &Where) {
    for (StringRef Key : sortedKeys(O))
      if (!is_contained(Known, Key))
        return withContext(unknown("key", Key, Known), Where);
    return Error::success();
  }

  static Expected<int64_t> whole(const json::Value &V, const Twine &What,
                                 int64_t Least, int64_t Most) {
    std::optional<int64_t> N = V.getAsInteger();
    if (N && *N >= Least && *N <= Most)
      return *N;
    return makeError(What + " must be a whole number from " + Twine(Least) +
                     " to " + Twine(Most));
  }

  template <typename Kind>
  static Error choose(StringRef Key, const json::Value &V, Kind &Into,
                      std::initializer_list<Kind> Choices) {
    std::vector<StringRef> Names;
    for (Kind K : Choices)
      Names.push_back(name(K));
    std::optional<StringRef> Word = V.getAsString();
    if (!Word)
      return makeError("'" + Key + "' must be one of " +
                       join(Names.begin(), Names.end(), ", "));
    for (Kind K : Choices)
      if (*Word == name(K)) {
        Into = K;
        return Error::success();
      }
    return unknown(Key, *Word, Names);
  }

  Error readFigures(const json::Object &Given) {
    std::vector<StringRef> Names;
    for (const AluFigure &F : Table.Figures)
      Names.push_back(F.Name);
    if (Error E = checkKeys(Given, Names, "'figures'"))
      return E;
    for (unsigned I = 0; I < NumAluUnits; ++I) {
      AluFigure &F = Table.Figures[I];
      const json::Value *V = Given.get(F.Name);
      if (V == nullptr)
        continue;
      if (Error E = readFigure(*V, isCell(static_cast<AluUnit>(I)), F))
        return withContext(std::move(E), "figure '" + F.Name + "'");
    }
    return Error::success();
  }

  Error readFigure(const json::Value &V, bool Cell, AluFigure &Into) {
    const json::Object *O = V.getAsObject();
    if (O == nullptr)
      return makeError("must be an object such as {\"transistors\": 28, "
                       "\"source\": \"...\"}");
    if (Error E = checkKeys(*O, {"transistors", "width", "source"}, "its keys"))
      return E;
    const json::Value *Transistors = O->get("transistors");
    if (Transistors == nullptr)
      return makeError("'transistors' is missing");
    Expected<int64_t> N =
        whole(*Transistors, "'transistors'", 0, MostTransistors);
    if (!N)
      return N.takeError();
    Into.Transistors = static_cast<uint64_t>(*N);
    if (const json::Value *Width = O->get("width")) {
      if (Cell && Width->getAsInteger() != 1)
        return makeError("'width' must be 1: this unit is one bit wide");
      Expected<int64_t> W = whole(*Width, "'width'", 1, WidestUnit);
      if (!W)
        return W.takeError();
      Into.Width = static_cast<unsigned>(*W);
    }
    Into.Source = Path.str();
    if (const json::Value *Source = O->get("source")) {
      std::optional<StringRef> Text = Source->getAsString();
      if (!Text)
        return makeError("'source' must be a string");
      Into.Source = Text->str();
    }
    return Error::success();
  }

  AluTable &Table;
  StringRef Path;
};

Expected<AluTable> AluTable::parse(StringRef Text, StringRef Path) {
  if (isNestedDeeply(Text))
    return makeError(printable(Path) +
                     ": brackets are nested too deeply for a table of "
                     "transistors");
  Expected<json::Value> Root = json::parse(Text);
  if (!Root)
    return withContext(Root.takeError(), printable(Path) +
                                             ": is not JSON, as a table of "
                                             "transistors must be");
  const json::Object *O = Root->getAsObject();
  if (O == nullptr)
    return makeError(printable(Path) + ": the table must be a JSON object");
  AluTable Table;
  if (Error E = AluReader(Table, Path).read(*O))
    return withContext(std::move(E), printable(Path));
  return Table;
}

} // namespace toscount
