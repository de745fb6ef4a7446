//===- Scope.cpp - which module a node belongs to -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/IR/Scope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral NameScopesKey = "pkg.torch.onnx.name_scopes";
constexpr StringLiteral NamespaceKey = "namespace";

using Parts = SmallVector<StringRef, 16>;

/// The strings of a Python list of strings. Names of modules are attribute
/// names: they hold no quotes or backslashes.
Parts listItems(StringRef Text) {
  Parts Items;
  for (size_t At = 0;
       (At = Text.find_first_of("'\"", At)) != StringRef::npos;) {
    size_t End = Text.find(Text[At], At + 1);
    if (End == StringRef::npos)
      break;
    Items.push_back(Text.slice(At + 1, End));
    At = End + 1;
  }
  return Items;
}

/// Of `name: class/name: class` the names. Neither holds a slash, but names of
/// classes may hold a colon.
Parts namespaceItems(StringRef Text) {
  Parts Items;
  Text.split(Items, '/');
  for (StringRef &Item : Items)
    Item = Item.split(':').first.trim();
  return Items;
}

/// The last module within \p Depth; the spelling is cumulative.
std::string fromNote(StringRef Note, unsigned Depth) {
  Parts Items = Note.starts_with("[") ? listItems(Note) : namespaceItems(Note);
  if (!Items.empty())
    Items.pop_back();
  // The whole model has no name, and a module may be entered several times.
  erase_if(Items, [](StringRef Item) { return Item.empty(); });
  Items.erase(std::unique(Items.begin(), Items.end()), Items.end());
  if (Items.empty())
    return "";
  return (Depth != 0 && Depth < Items.size() ? Items[Depth - 1] : Items.back())
      .str();
}

} // namespace

void ScopeNotes::add(StringRef Key, StringRef Value) {
  if (Key == NameScopesKey)
    NameScopes = Value;
  else if (Key == NamespaceKey)
    Namespace = Value;
}

std::string scopeOf(StringRef Name, StringRef Note, unsigned Depth) {
  if (!Note.empty())
    return fromNote(Note, Depth);
  Name = Name.split(';').first;
  char Separator = Name.contains('/') ? '/' : '.';
  Name = Name.ltrim(Separator);
  while (Name.consume_front("StatefulPartitionedCall/") ||
         Name.consume_front("PartitionedCall/"))
    continue;
  if (!Name.contains(Separator))
    return "";
  StringRef Scope = Name.rsplit(Separator).first.rtrim(Separator);
  size_t End = 0;
  for (unsigned D = 0; Depth != 0 && D < Depth; ++D) {
    End = Scope.find(Separator, End);
    if (End == StringRef::npos)
      return Scope.str();
    ++End;
  }
  return (Depth == 0 ? Scope : Scope.take_front(End - 1)).str();
}

} // namespace toscount
