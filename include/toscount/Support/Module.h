//===- Module.h - shared objects opened on demand -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Heavy libraries (ONNX, Ceres) take longer to load than most commands run.
/// Each is linked into a module of its own, a shared object with a few C
/// functions, which is opened only when it is needed.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_SUPPORT_MODULE_H
#define TOSCOUNT_SUPPORT_MODULE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace toscount {

/// Opens the module \p FileName and gives the addresses of \p Symbols, in their
/// order. Looked for in $TOSCOUNT_MODULE_PATH, beside the installed tool, where
/// this build installs to, and in this build. The module stays open: libraries
/// with registries of their own do not survive being loaded twice. The error
/// says only why ("it is not installed"); the caller knows what for.
llvm::Expected<llvm::SmallVector<void *, 4>>
openModule(llvm::StringRef FileName, llvm::ArrayRef<const char *> Symbols);

} // namespace toscount

#endif // TOSCOUNT_SUPPORT_MODULE_H
