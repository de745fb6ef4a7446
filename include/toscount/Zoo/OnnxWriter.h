//===- OnnxWriter.h - layer graphs as ONNX files --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Writes a layer graph as a ModelProto (onnx.proto, IR versions 8 and 9) or as
/// ONNX text. Constants whose contents are known are written with them. The
/// other stored tensors are parameters: without contents their data are said
/// to lie in an external file, which counting never opens and which need not
/// exist; with contents they are drawn as networks are initialised.
///
/// Not written, but an error: subgraphs, sequences, and element types that ONNX
/// has no number for.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_ZOO_ONNXWRITER_H
#define TOSCOUNT_ZOO_ONNXWRITER_H

#include "toscount/IR/Graph.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace toscount {

struct OnnxWriterOptions {
  /// Where the parameters' data are said to lie, beside the file.
  std::string External = "weights";
  /// The seed of the parameters' contents; nothing: no contents. fp32 only.
  std::optional<uint64_t> Seed;
};

/// Writes \p M, as it was imported or built, as a serialized ModelProto. Its
/// size must stay below protobuf's limit of 2 GiB.
llvm::Error writeOnnx(llvm::raw_ostream &OS, const Model &M,
                      const OnnxWriterOptions &Options);

/// Writes \p M as ONNX text. Text knows no names of nodes, and names of values
/// are identifiers: other characters become '_'. Parameters have no contents.
llvm::Error writeOnnxText(llvm::raw_ostream &OS, const Model &M);

} // namespace toscount

#endif // TOSCOUNT_ZOO_ONNXWRITER_H
