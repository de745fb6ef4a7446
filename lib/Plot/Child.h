//===- Child.h - running another program ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_PLOT_CHILD_H
#define TOSCOUNT_LIB_PLOT_CHILD_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace toscount {

struct ChildResult {
  std::string Output, Errors; ///< What it wrote.
  std::string Failed;         ///< Why it did not end well; empty: it did.
};

/// Runs the program at \p Path with \p Arguments, without a shell, and with
/// nothing of this process's environment but PATH and TMPDIR: its settings do
/// not depend on whose machine this is. It reads \p Input, and its output is
/// read when it has ended; neither is a file that has a name.
ChildResult runChild(llvm::StringRef Path,
                     llvm::ArrayRef<llvm::StringRef> Arguments,
                     llvm::StringRef Input);

} // namespace toscount

#endif // TOSCOUNT_LIB_PLOT_CHILD_H
