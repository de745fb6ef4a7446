//===- Tensor.h - stored tensors ------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// TensorProto and SparseTensorProto: type and dimensions always, contents only
/// of small tensors.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_TENSOR_H
#define TOSCOUNT_LIB_IMPORT_TENSOR_H

#include "toscount/IR/Graph.h"

#include "llvm/Support/Error.h"

namespace toscount {

struct StoredTensor {
  llvm::StringRef Name;
  const Constant *Tensor = nullptr; ///< Type and dimensions are valid.
  bool Known = false;               ///< So are the contents.
};

/// Reads the TensorProto \p Message. A tensor without any payload is one whose
/// weights were taken out: its contents are unknown.
llvm::Expected<StoredTensor> readTensor(llvm::StringRef Message, Model &M,
                                        const char *&Malformed);

/// Reads the SparseTensorProto \p Message, as a dense tensor without contents.
llvm::Expected<StoredTensor> readSparseTensor(llvm::StringRef Message, Model &M,
                                              const char *&Malformed);

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_TENSOR_H
