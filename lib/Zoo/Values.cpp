//===- Values.cpp - the values of a spec ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Values.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

ZooValues::ZooValues(const ZooNetwork &Network) : Network(Network) {
  for (const ZooParameter &P : Network.Parameters) {
    Entry E;
    E.Text = P.Default;
    if (P.isNumber())
      (void)P.Default.getAsInteger(10, E.Number);
    Entries.push_back(E);
  }
}

Error ZooValues::set(const ZooParameter &P, Entry &E, StringRef Text) {
  const std::string What =
      ("'" + P.Name + "' is '" + printable(Text) + "', but it ").str();
  E.Text = Text;
  if (P.isNumber()) {
    if (Text.getAsInteger(10, E.Number) || E.Number < P.Least ||
        E.Number > P.Most)
      return makeError(What + "is a whole number from " + Twine(P.Least) +
                       " to " + Twine(P.Most));
    return Error::success();
  }
  if (P.Choices.empty()) {
    if (Text.empty())
      return makeError("'" + P.Name + "' is empty");
    return Error::success();
  }
  SmallVector<StringRef, 8> Choices;
  P.Choices.split(Choices, ' ');
  if (is_contained(Choices, Text))
    return Error::success();
  std::string List;
  for (StringRef Choice : Choices)
    List += (List.empty() ? "" : ", ") + Choice.str();
  return makeError(What + "is one of " + List + didYouMean(Text, Choices));
}

Error ZooValues::parse(StringRef Text) {
  SmallVector<StringRef, 8> Parts;
  Text.split(Parts, ',');
  SmallVector<StringRef, 8> Names;
  std::string List;
  for (const ZooParameter &P : Network.Parameters) {
    Names.push_back(P.Name);
    List += (List.empty() ? "" : ", ") + P.Name.str();
  }
  for (StringRef Part : Parts) {
    auto [Key, Value] = Part.split('=');
    if (Key.empty() || Key.size() == Part.size())
      return makeError("'" + printable(Part) + "' should be KEY=VALUE");
    const auto *Found = llvm::find(Names, Key);
    if (Found == Names.end())
      return makeError("'" + Network.Name + "' has no parameter '" +
                       printable(Key) + "'" + didYouMean(Key, Names) + " (" +
                       (List.empty() ? "it has none" : "it has " + List) + ")");
    size_t I = Found - Names.begin();
    if (Entries[I].Given)
      return makeError("'" + Key + "' is given twice");
    Entries[I].Given = true;
    if (Error E = set(Network.Parameters[I], Entries[I], Value))
      return E;
  }
  return Error::success();
}

const ZooValues::Entry &ZooValues::find(StringRef Name) const {
  size_t I = 0;
  while (Network.Parameters[I].Name != Name)
    ++I;
  return Entries[I];
}

int64_t ZooValues::operator[](StringRef Name) const {
  return find(Name).Number;
}

StringRef ZooValues::text(StringRef Name) const { return find(Name).Text; }

} // namespace toscount
