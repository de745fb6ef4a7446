//===- Writer.h - ONNX messages for tests ---------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Serialized ONNX messages, field by field, so that tests can write what no
/// library would: fields out of order, contradictions, and broken bytes.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_UNIT_IMPORT_WRITER_H
#define TOSCOUNT_TEST_UNIT_IMPORT_WRITER_H

#include "toscount/Import/Import.h"

#include <cstring>
#include <string>
#include <vector>

namespace toscount::test {

/// A message being written.
class Message {
public:
  Message &varint(unsigned Field, uint64_t Value) {
    return raw((Field << 3U) | 0U).raw(Value);
  }
  Message &bytes(unsigned Field, const std::string &Payload) {
    raw((Field << 3U) | 2U).raw(Payload.size());
    Bytes += Payload;
    return *this;
  }
  Message &message(unsigned Field, const Message &Inner) {
    return bytes(Field, Inner.Bytes);
  }
  Message &real(unsigned Field, float Value) {
    raw((Field << 3U) | 5U);
    return append(&Value, sizeof(Value));
  }
  Message &real64(unsigned Field, double Value) {
    raw((Field << 3U) | 1U);
    return append(&Value, sizeof(Value));
  }
  /// A bare varint, as packed fields hold them.
  Message &raw(uint64_t Value) {
    for (; Value > 127; Value >>= 7U)
      Bytes += static_cast<char>((Value & 127U) | 128U);
    Bytes += static_cast<char>(Value);
    return *this;
  }
  Message &append(const void *Data, size_t Size) {
    Bytes.append(static_cast<const char *>(Data), Size);
    return *this;
  }

  std::string Bytes;
};

template <typename T> std::string rawBytes(const std::vector<T> &Items) {
  return {reinterpret_cast<const char *>(Items.data()),
          Items.size() * sizeof(T)};
}

using Strings = std::vector<std::string>;
using Messages = std::vector<Message>;

/// A ValueInfoProto of a tensor; a dimension is a number, a name, or "?".
inline Message info(const std::string &Name, int Type, const Strings &Dims) {
  Message Shape;
  for (const std::string &D : Dims) {
    Message Dim;
    if (D != "?" && (isdigit(D[0]) != 0 || D[0] == '-'))
      Dim.varint(1, static_cast<uint64_t>(std::stoll(D)));
    else if (D != "?")
      Dim.bytes(2, D);
    Shape.message(1, Dim);
  }
  Message Tensor = Message().varint(1, Type).message(2, Shape);
  return Message().bytes(1, Name).message(2, Message().message(1, Tensor));
}

inline Message info(const std::string &Name) {
  return Message().bytes(1, Name);
}

/// A TensorProto without data.
inline Message tensor(const std::string &Name, int Type,
                      const std::vector<int64_t> &Dims) {
  Message T;
  for (int64_t D : Dims)
    T.varint(1, static_cast<uint64_t>(D));
  return T.varint(2, Type).bytes(8, Name);
}

inline Message node(const std::string &Op, const Strings &Inputs,
                    const Strings &Outputs, const std::string &Name = "",
                    const Messages &Attributes = {},
                    const std::string &Domain = "") {
  Message N;
  for (const std::string &I : Inputs)
    N.bytes(1, I);
  for (const std::string &O : Outputs)
    N.bytes(2, O);
  if (!Name.empty())
    N.bytes(3, Name);
  N.bytes(4, Op);
  for (const Message &A : Attributes)
    N.message(5, A);
  if (!Domain.empty())
    N.bytes(7, Domain);
  return N;
}

inline Message attributeInt(const std::string &Name, int64_t Value) {
  return Message()
      .bytes(1, Name)
      .varint(3, static_cast<uint64_t>(Value))
      .varint(20, 2);
}
inline Message attributeReference(const std::string &Name,
                                  const std::string &To) {
  return Message().bytes(1, Name).bytes(21, To).varint(20, 2);
}
inline Message attributeGraph(const std::string &Name, const Message &Graph) {
  return Message().bytes(1, Name).message(6, Graph).varint(20, 5);
}

inline Message graph(const Messages &Nodes, const Messages &Inputs,
                     const Messages &Outputs,
                     const Messages &Initializers = {}) {
  Message G;
  for (const Message &N : Nodes)
    G.message(1, N);
  G.bytes(2, "main");
  for (const Message &I : Initializers)
    G.message(5, I);
  for (const Message &I : Inputs)
    G.message(11, I);
  for (const Message &O : Outputs)
    G.message(12, O);
  return G;
}

inline Message opset(const std::string &Domain, int64_t Version) {
  return Message().bytes(1, Domain).varint(2, static_cast<uint64_t>(Version));
}

inline Message function(const std::string &Name, const Strings &Inputs,
                        const Strings &Outputs, const Messages &Nodes) {
  Message F;
  F.bytes(1, Name);
  for (const std::string &I : Inputs)
    F.bytes(4, I);
  for (const std::string &O : Outputs)
    F.bytes(5, O);
  for (const Message &N : Nodes)
    F.message(7, N);
  return F.message(9, opset("", 15)).bytes(10, "local");
}

inline Message model(const Message &Graph, const Messages &Functions = {},
                     const Messages &Opsets = {opset("", 17)}) {
  Message M;
  M.varint(1, 8).bytes(2, "tests");
  M.message(7, Graph);
  for (const Message &O : Opsets)
    M.message(8, O);
  for (const Message &F : Functions)
    M.message(25, F);
  return M;
}

/// Imports \p File, a copy of which has no byte to spare at its end.
inline llvm::Expected<std::unique_ptr<Model>>
import(const std::string &File, const std::string &Path = "m.onnx") {
  auto Copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(File.size());
  std::memcpy(Copy->getBufferStart(), File.data(), File.size());
  return importOnnx(std::move(Copy), Path);
}

/// What importing \p M says; "" when it works.
inline std::string importError(const Message &M) {
  auto Result = import(M.Bytes);
  return Result ? "" : toString(Result.takeError());
}

/// The model in \p M, or null, with the reason on standard error.
inline std::unique_ptr<Model> importOrNull(const Message &M) {
  auto Result = import(M.Bytes);
  if (Result)
    return std::move(*Result);
  llvm::errs() << toString(Result.takeError()) << '\n';
  return nullptr;
}

/// The value named \p Name; the first, when there are several.
inline const Value *find(const Model &M, llvm::StringRef Name) {
  for (const Value &V : M.Values)
    if (V.Name == Name)
      return &V;
  return nullptr;
}

/// Names of the nodes of \p G, in order.
inline Strings names(const Graph &G) {
  Strings Result;
  for (const Node &N : G.Nodes)
    Result.push_back(N.Name.str());
  return Result;
}

/// A matcher's stand-in: whether \p Text contains \p Part.
inline bool contains(const std::string &Text, const std::string &Part) {
  return Text.find(Part) != std::string::npos;
}

#define EXPECT_SAYS(Text, Part)                                                \
  EXPECT_TRUE(contains(Text, Part)) << "it says: " << (Text)

} // namespace toscount::test

#endif // TOSCOUNT_TEST_UNIT_IMPORT_WRITER_H
