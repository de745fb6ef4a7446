//===- ProtoReader.h - the messages of ONNX -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One member function a message type of onnx.proto. They return false once the
/// walk has failed, either with a message or because a byte was malformed.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_PROTOREADER_H
#define TOSCOUNT_LIB_IMPORT_PROTOREADER_H

#include "Raw.h"
#include "Tensor.h"
#include "Wire.h"

#include "toscount/IR/Scope.h"

#include "llvm/Support/Error.h"

namespace toscount {

class ProtoReader {
public:
  ProtoReader(llvm::StringRef File, raw::Model &Raw, Model &M)
      : File(File), Raw(Raw), M(M) {}

  llvm::Error run();

private:
  bool readModel();
  bool readOpset(llvm::StringRef Message, std::vector<OpsetImport> &Opsets);
  bool readFunction(llvm::StringRef Message);
  raw::Graph *readGraph(llvm::StringRef Message);
  bool readInitializer(llvm::StringRef Message, bool Sparse, raw::Graph &G);
  bool readValueInfo(llvm::StringRef Message,
                     std::vector<raw::ValueInfo> &Infos);
  bool readType(llvm::StringRef Message, raw::ValueInfo &Info);
  /// The type inside a sequence or, when \p Optional, an optional.
  bool readItemType(llvm::StringRef Message, bool Optional,
                    raw::ValueInfo &Info);
  bool readTensorType(llvm::StringRef Message, raw::ValueInfo &Info);
  bool readShape(llvm::StringRef Message, raw::ValueInfo &Info);
  Dim readDim(llvm::StringRef Message);
  bool readNode(llvm::StringRef Message, std::vector<raw::Node> &Nodes);
  bool failInNode(const raw::Node &N, llvm::ArrayRef<raw::Symbol> Outputs);
  void readMetadata(llvm::StringRef Message, ScopeNotes &Notes);
  bool readAttribute(llvm::StringRef Message, Attribute &A,
                     raw::OpenAttribute &Open);
  bool readAttributeTensor(llvm::StringRef Message, bool Sparse, Attribute &A);

  /// Notes the first failure; false, for the caller to return.
  bool fail(const llvm::Twine &Message);
  bool fail(llvm::Error E) { return fail(llvm::toString(std::move(E))); }
  [[nodiscard]] bool ok() const { return !Malformed && !Failed; }

  template <typename T> llvm::ArrayRef<T> keepRaw(llvm::ArrayRef<T> Items) {
    if (Items.empty())
      return {};
    T *Memory = Raw.Arena.Allocate<T>(Items.size());
    std::uninitialized_copy(Items.begin(), Items.end(), Memory);
    return {Memory, Items.size()};
  }

  llvm::StringRef File;
  raw::Model &Raw;
  Model &M;
  const char *Malformed = nullptr;
  bool Failed = false;
  bool InNode = false; ///< Failure names a node.
  std::string Failure;
  unsigned Depth = 0;
  size_t NodesRead = 0;
};

} // namespace toscount

#endif // TOSCOUNT_LIB_IMPORT_PROTOREADER_H
