//===- OnnxWriter.cpp - layer graphs as ONNX files ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The dozen messages of onnx.proto that a layer graph needs, written field by
/// field in protobuf's wire format. Only the graph's message is not built in
/// memory first, as it may hold parameters.
///
//===----------------------------------------------------------------------===//

#include "toscount/Zoo/OnnxWriter.h"

#include "Initialise.h"

#include "toscount/Support/Diagnostics.h"

#include <cstring>

using namespace llvm;

namespace toscount {
namespace {

/// A message being written.
class Message {
public:
  Message &varint(unsigned Field, uint64_t Number) {
    return tag(Field, 0).raw(Number);
  }
  Message &integer(unsigned Field, int64_t Number) {
    return varint(Field, static_cast<uint64_t>(Number));
  }
  Message &bytes(unsigned Field, StringRef Payload) {
    tag(Field, 2).raw(Payload.size());
    Bytes += Payload;
    return *this;
  }
  Message &message(unsigned Field, const Message &Inner) {
    return bytes(Field, Inner.Bytes);
  }
  Message &real(unsigned Field, double Number) {
    auto Single = static_cast<float>(Number);
    tag(Field, 5);
    return little(Single);
  }
  /// The beginning of a field of \p Size bytes.
  Message &begin(unsigned Field, uint64_t Size) {
    return tag(Field, 2).raw(Size);
  }
  /// \p Item as it lies in a little-endian machine's memory.
  template <typename T> Message &little(T Item) {
    char Memory[sizeof(T)];
    std::memcpy(Memory, &Item, sizeof(T));
    Bytes.append(Memory, sizeof(T));
    return *this;
  }

  std::string Bytes;

private:
  Message &tag(unsigned Field, unsigned Wire) {
    return raw(Field << 3U | Wire);
  }
  Message &raw(uint64_t Number) {
    for (; Number > 127; Number >>= 7U)
      Bytes += static_cast<char>((Number & 127U) | 128U);
    Bytes += static_cast<char>(Number);
    return *this;
  }
};

/// AttributeProto.AttributeType.
enum AttributeType : uint8_t {
  Float = 1,
  Int = 2,
  String = 3,
  Tensor = 4,
  Floats = 6,
  Ints = 7,
  Strings = 8,
};

Expected<int64_t> onnxNumber(ElementType Type, StringRef Name) {
  auto Number = static_cast<int64_t>(Type);
  if (Type == ElementType::Undefined || !elementTypeFromOnnx(Number))
    return makeError("'" + printable(Name) + "' has type " + name(Type) +
                     ", which ONNX does not have");
  return Number;
}

/// Dims, type and name of a TensorProto.
Expected<Message> tensorHeader(ShapeRef Dims, ElementType Type,
                               StringRef Name) {
  Expected<int64_t> Number = onnxNumber(Type, Name);
  if (!Number)
    return Number.takeError();
  Message T;
  for (int64_t D : Dims)
    T.integer(1, D);
  T.integer(2, *Number);
  if (!Name.empty())
    T.bytes(8, Name);
  return T;
}

/// A TensorProto with the contents of \p C.
Expected<Message> tensor(const Constant &C, StringRef Name) {
  Expected<Message> T = tensorHeader(C.Dims, C.Type, Name);
  if (!T)
    return T;
  Message Raw;
  switch (C.Type) {
  case ElementType::Float32:
    for (double Number : C.Floats)
      Raw.little(static_cast<float>(Number));
    break;
  case ElementType::Float64:
    for (double Number : C.Floats)
      Raw.little(Number);
    break;
  case ElementType::Int64:
    for (int64_t Number : C.Ints)
      Raw.little(Number);
    break;
  case ElementType::Int32:
    for (int64_t Number : C.Ints)
      Raw.little(static_cast<int32_t>(Number));
    break;
  case ElementType::Bool:
    for (int64_t Number : C.Ints)
      Raw.little(static_cast<uint8_t>(Number != 0));
    break;
  default:
    return makeError("constant '" + printable(Name) + "' of type " +
                     name(C.Type) + " is not written");
  }
  T->bytes(9, Raw.Bytes);
  return T;
}

/// A ValueInfoProto.
Expected<Message> valueInfo(const Value &V) {
  if (V.Sequence)
    return makeError("'" + printable(V.Name) + "' is no tensor");
  Expected<int64_t> Number = onnxNumber(V.Type, V.Name);
  if (!Number)
    return Number.takeError();
  Message Tensor;
  Tensor.integer(1, *Number);
  if (V.DeclaredRank) {
    Message Shape;
    for (const Dim &D : V.Declared) {
      Message One;
      if (D.known())
        One.integer(1, D.Value);
      else if (!D.Symbol.empty())
        One.bytes(2, D.Symbol);
      Shape.message(1, One);
    }
    Tensor.message(2, Shape);
  }
  return Message().bytes(1, V.Name).message(2, Message().message(1, Tensor));
}

Expected<Message> attribute(const Attribute &A) {
  Message R;
  R.bytes(1, A.Name);
  switch (A.Kind) {
  case AttributeKind::Int:
    return R.integer(3, A.Int).varint(20, Int);
  case AttributeKind::Float:
    return R.real(2, A.Float).varint(20, Float);
  case AttributeKind::String:
    return R.bytes(4, A.String).varint(20, String);
  case AttributeKind::Ints:
    for (int64_t Number : A.Ints)
      R.integer(8, Number);
    return R.varint(20, Ints);
  case AttributeKind::Floats:
    for (double Number : A.Floats)
      R.real(7, Number);
    return R.varint(20, Floats);
  case AttributeKind::Strings:
    for (StringRef Text : A.Strings)
      R.bytes(9, Text);
    return R.varint(20, Strings);
  case AttributeKind::Tensor: {
    if (A.Tensor->size() != elements(A.Tensor->Dims).value())
      break;
    Expected<Message> T = tensor(*A.Tensor, "");
    if (!T)
      return T;
    return R.message(5, *T).varint(20, Tensor);
  }
  case AttributeKind::Graph:
  case AttributeKind::Other:
    break;
  }
  return makeError("attribute '" + printable(A.Name) + "' is not written");
}

Expected<Message> nodeMessage(const Node &N, const Model &M) {
  auto NameOf = [&](ValueId Id) {
    return Id == NoId ? StringRef() : M.value(Id).Name;
  };
  Message R;
  for (ValueId Id : N.Inputs)
    R.bytes(1, NameOf(Id));
  for (ValueId Id : N.Outputs)
    R.bytes(2, NameOf(Id));
  R.bytes(3, N.Name).bytes(4, N.Op);
  for (const Attribute &A : N.Attributes) {
    Expected<Message> One = attribute(A);
    if (!One)
      return withContext(One.takeError(), "node '" + printable(N.Name) + "'");
    R.message(5, *One);
  }
  if (!N.Domain.empty())
    R.bytes(7, N.Domain);
  return R;
}

/// A part of the graph's message: bytes, then the contents of a parameter.
struct Part {
  std::string Bytes;
  const Value *Contents = nullptr;

  [[nodiscard]] Count size() const {
    return Count(Bytes.size()) +
           (Contents ? byteSize(Contents->Type, elements(Contents->Dims)) : 0);
  }
};

class Writer {
public:
  Writer(const Model &M, const OnnxWriterOptions &Options)
      : M(M), Options(Options) {}

  Error write(raw_ostream &OS) {
    for (const Node &N : M.Main->Nodes)
      if (Error E = add(1, nodeMessage(N, M)))
        return E;
    current().bytes(2, M.Main->Name);
    for (const Value &V : M.Values)
      if (V.Kind == ValueKind::Initializer)
        if (Error E = addStored(V))
          return E;
    for (ValueId Id : M.Main->Inputs)
      if (Error E = add(11, valueInfo(M.value(Id))))
        return E;
    for (ValueId Id : M.Main->Outputs)
      if (Error E = add(12, valueInfo(M.value(Id))))
        return E;
    flush(nullptr);

    Count Size = 0;
    for (const Part &P : Parts)
      Size += P.size();
    constexpr int64_t MostBytes = INT32_MAX - 4096;
    if (!Size.valid() || Size > Count(MostBytes))
      return makeError("the file would have " + toString(WideCount(Size)) +
                       " bytes, more than protobuf reads (2 GiB); write it "
                       "without contents");
    OS << modelHeader().begin(7, Size.value()).Bytes;
    for (const Part &P : Parts) {
      OS << P.Bytes;
      if (P.Contents)
        writeInitialContents(OS, *P.Contents, *Options.Seed);
    }
    return Error::success();
  }

private:
  Message &current() { return Open; }

  Error add(unsigned Field, Expected<Message> Part) {
    if (!Part)
      return Part.takeError();
    Open.message(Field, *Part);
    return Error::success();
  }

  void flush(const Value *Contents) {
    Parts.push_back({std::move(Open.Bytes), Contents});
    Open = Message();
  }

  Error addStored(const Value &V) {
    if (V.Contents)
      return add(5, tensor(*V.Contents, V.Name));
    Expected<Message> T = tensorHeader(V.Dims, V.Type, V.Name);
    if (!T)
      return T.takeError();
    if (!Options.Seed) {
      Message Place;
      Place.bytes(1, "location").bytes(2, Options.External);
      T->message(13, Place).varint(14, 1);
      Open.message(5, *T);
      return Error::success();
    }
    Count Size = byteSize(V.Type, elements(V.Dims));
    if (V.Type != ElementType::Float32 || !Size.valid())
      return makeError("'" + printable(V.Name) + "' of type " + name(V.Type) +
                       " and shape " + toString(V.Dims) +
                       " gets no contents; write the file without");
    T->begin(9, Size.value());
    Open.begin(5, (Size + T->Bytes.size()).value());
    Open.Bytes += T->Bytes;
    flush(&V);
    return Error::success();
  }

  Message modelHeader() const {
    Message H;
    H.integer(1, M.IrVersion).bytes(2, M.Producer);
    if (!M.ProducerVersion.empty())
      H.bytes(3, M.ProducerVersion);
    for (const OpsetImport &Import : M.Opsets)
      H.message(8,
                Message().bytes(1, Import.Domain).integer(2, Import.Version));
    return H;
  }

  const Model &M;
  const OnnxWriterOptions &Options;
  Message Open;
  std::vector<Part> Parts;
};

} // namespace

Error writeOnnx(raw_ostream &OS, const Model &M,
                const OnnxWriterOptions &Options) {
  if (Error E = Writer(M, Options).write(OS))
    return withContext(std::move(E), printable(M.Path));
  return Error::success();
}

} // namespace toscount
