//===- Import.h - ONNX files to layer graphs ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads a model's structure. The file is mapped and its protobuf wire format
/// walked; stored weights are skipped unread and external data is never opened.
/// ONNX text is parsed by the ONNX library, in a module that is loaded only
/// then. Untrusted input: every failure is an error that names the place.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_IMPORT_IMPORT_H
#define TOSCOUNT_IMPORT_IMPORT_H

#include "toscount/IR/Graph.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace toscount {

/// The model in the file \p Path: `.onnx` (binary), `.onnxtxt` (ONNX text), or
/// "-" for standard input (recognised by its content). Nodes come out in
/// topological order, functions inlined. Errors start with \p Path.
llvm::Expected<std::unique_ptr<Model>> importModel(llvm::StringRef Path);

/// The model whose serialized ModelProto is \p Buffer. The model keeps it.
llvm::Expected<std::unique_ptr<Model>>
importOnnx(std::unique_ptr<llvm::MemoryBuffer> Buffer, llvm::StringRef Path);

/// The serialized ModelProto of the ONNX text \p Text. Loads the text module.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
parseOnnxText(llvm::StringRef Text, llvm::StringRef Path);

} // namespace toscount

#endif // TOSCOUNT_IMPORT_IMPORT_H
