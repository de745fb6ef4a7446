//===- Values.h - the values of a spec ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a builder gets of a spec: a value for every parameter of its network,
/// already in its range or among its choices.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_ZOO_VALUES_H
#define TOSCOUNT_LIB_ZOO_VALUES_H

#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/SmallVector.h"

namespace toscount {

class ZooValues {
public:
  explicit ZooValues(const ZooNetwork &Network);

  /// Takes the KEY=VALUE,... of a spec.
  llvm::Error parse(llvm::StringRef Text);

  /// The whole number called \p Name.
  int64_t operator[](llvm::StringRef Name) const;
  /// The choice or text called \p Name.
  [[nodiscard]] llvm::StringRef text(llvm::StringRef Name) const;

private:
  struct Entry {
    llvm::StringRef Text;
    int64_t Number = 0;
    bool Given = false;
  };

  [[nodiscard]] const Entry &find(llvm::StringRef Name) const;
  llvm::Error set(const ZooParameter &P, Entry &E, llvm::StringRef Text);

  const ZooNetwork &Network;
  llvm::SmallVector<Entry, 8> Entries;
};

} // namespace toscount

#endif // TOSCOUNT_LIB_ZOO_VALUES_H
