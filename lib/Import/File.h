//===- File.h - getting hold of a model's bytes ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_FILE_H
#define TOSCOUNT_LIB_IMPORT_FILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace toscount {

/// The bytes of the file \p Path, or of standard input when it is "-". A
/// regular file is mapped, and pages that are not looked at are not read.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
openModelFile(llvm::StringRef Path);

enum class Format : uint8_t { Binary, Text };

/// What \p Content is, by its first bytes; \p Path decides only when these
/// leave it open. What is recognised as something else is an error that says
/// what, and what to do.
llvm::Expected<Format> recognise(llvm::StringRef Content, llvm::StringRef Path);

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_FILE_H
