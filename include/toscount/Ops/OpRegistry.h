//===- OpRegistry.h - finding an operator's row ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// All families' rows, found by domain, name and opset. There is no global
/// registry: a tool makes one and hands it to the passes.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_OPS_OPREGISTRY_H
#define TOSCOUNT_OPS_OPREGISTRY_H

#include "toscount/Ops/OpInfo.h"

#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace toscount {

/// The rows of one source file under lib/Ops.
struct OpFamily {
  llvm::StringLiteral Name;
  llvm::ArrayRef<OpInfo> Rows;
  KernelClass Class = KernelClass::Elementwise;
};

class OpRegistry {
public:
  /// The built-in families (Families.def).
  OpRegistry();
  /// Exactly \p Families; for tests of the machinery itself.
  explicit OpRegistry(llvm::ArrayRef<OpFamily> Families);

  /// The row for \p Op of \p Domain at \p Opset, or null. An opset newer than
  /// every row gets the newest one.
  [[nodiscard]] const OpInfo *find(llvm::StringRef Domain, llvm::StringRef Op,
                                   int Opset) const;

  /// The oldest opset at which some row knows \p Op; 0 when none does.
  [[nodiscard]] int firstOpset(llvm::StringRef Domain,
                               llvm::StringRef Op) const;

  /// The class of the kernels of \p Row, which is one of the families'.
  [[nodiscard]] KernelClass classOf(const OpInfo &Row) const;

  [[nodiscard]] llvm::ArrayRef<OpFamily> families() const { return Families; }

private:
  void index();

  std::vector<OpFamily> Families;
  /// First row of each name; rows of one name are linked in Next.
  llvm::DenseMap<llvm::StringRef, unsigned> First;
  struct Entry {
    const OpInfo *Row;
    unsigned Next;
  };
  std::vector<Entry> Entries;
};

} // namespace toscount

#endif // TOSCOUNT_OPS_OPREGISTRY_H
