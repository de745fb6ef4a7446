//===- OpRegistry.cpp - finding an operator's row -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/OpRegistry.h"

#include "Families.h"

using namespace llvm;

namespace toscount {

OpRegistry::OpRegistry() {
#define TOSCOUNT_FAMILY(NAME, FUNCTION, CLASS)                                 \
  Families.push_back({#NAME, FUNCTION(), KernelClass::CLASS});
#include "Families.def"
  index();
}

OpRegistry::OpRegistry(ArrayRef<OpFamily> Families)
    : Families(Families.begin(), Families.end()) {
  index();
}

void OpRegistry::index() {
  for (const OpFamily &Family : Families)
    for (const OpInfo &Row : Family.Rows) {
      Entries.push_back({&Row, NoId});
      auto [It, New] = First.try_emplace(Row.Name, Entries.size() - 1);
      if (New)
        continue;
      Entries.back().Next = It->second;
      It->second = Entries.size() - 1;
    }
}

const OpInfo *OpRegistry::find(StringRef Domain, StringRef Op,
                               int Opset) const {
  const OpInfo *Newest = nullptr;
  auto It = First.find(Op);
  unsigned I = It == First.end() ? NoId : It->second;
  for (; I != NoId; I = Entries[I].Next) {
    const OpInfo *Row = Entries[I].Row;
    if (Row->Domain != Domain || Opset < Row->Since)
      continue;
    if (Opset <= Row->Until)
      return Row;
    if (Newest == nullptr || Row->Until > Newest->Until)
      Newest = Row;
  }
  return Newest;
}

KernelClass OpRegistry::classOf(const OpInfo &Row) const {
  if (Row.Kind == OpKind::Move)
    return KernelClass::Movement;
  for (const OpFamily &Family : Families)
    if (&Row >= Family.Rows.begin() && &Row < Family.Rows.end())
      return Family.Class;
  return KernelClass::Elementwise;
}

int OpRegistry::firstOpset(StringRef Domain, StringRef Op) const {
  int Oldest = 0;
  auto It = First.find(Op);
  unsigned I = It == First.end() ? NoId : It->second;
  for (; I != NoId; I = Entries[I].Next) {
    const OpInfo *Row = Entries[I].Row;
    if (Row->Domain == Domain && (Oldest == 0 || Row->Since < Oldest))
      Oldest = Row->Since;
  }
  return Oldest;
}

} // namespace toscount
