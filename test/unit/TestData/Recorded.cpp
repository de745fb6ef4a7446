//===- Recorded.cpp - the ONNX library's recorded node tests --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Recorded.h"

#include <onnx/defs/tensor_proto_util.h>
#include <onnx/onnx-data_pb.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

namespace toscount::testdata {
namespace {

const char *const Root = "/usr/share/libonnx-testdata/data";

template <typename Message>
bool readMessage(const std::string &Path, Message &M) {
  std::ifstream In(Path, std::ios::binary);
  return In && M.ParseFromIstream(&In);
}

double fromHalf(uint16_t Bits) {
  int Exponent = (Bits >> 10) & 31;
  double Mantissa = Bits & 1023;
  double Value = Exponent == 0    ? std::ldexp(Mantissa, -24)
                 : Exponent == 31 ? (Mantissa == 0 ? INFINITY : NAN)
                                  : std::ldexp(Mantissa + 1024, Exponent - 25);
  return (Bits & 0x8000) != 0 ? -Value : Value;
}

template <typename T> void readRaw(const std::string &Raw, oracle::Tensor &To) {
  for (size_t I = 0; I < To.size(); ++I) {
    T Element;
    std::memcpy(&Element, Raw.data() + I * sizeof(T), sizeof(T));
    To[I] = static_cast<double>(Element);
  }
}

template <typename Field>
void readField(const Field &From, oracle::Tensor &To) {
  for (size_t I = 0; I < To.size() && I < size_t(From.size()); ++I)
    To[I] = static_cast<double>(From.Get(static_cast<int>(I)));
}

std::optional<oracle::Tensor> convert(const onnx::TensorProto &P) {
  auto Type = elementTypeFromOnnx(P.data_type());
  if (!Type)
    return std::nullopt;
  Shape Dims(P.dims().begin(), P.dims().end());
  oracle::Tensor T(*Type, Dims);
  const std::string &Raw = P.raw_data();
  bool IsRaw = P.has_raw_data();
  switch (*Type) {
  case ElementType::Float32:
    IsRaw ? readRaw<float>(Raw, T) : readField(P.float_data(), T);
    return T;
  case ElementType::Float64:
    IsRaw ? readRaw<double>(Raw, T) : readField(P.double_data(), T);
    return T;
  case ElementType::Int64:
    IsRaw ? readRaw<int64_t>(Raw, T) : readField(P.int64_data(), T);
    return T;
  case ElementType::UInt64:
    IsRaw ? readRaw<uint64_t>(Raw, T) : readField(P.uint64_data(), T);
    return T;
  case ElementType::UInt32:
    IsRaw ? readRaw<uint32_t>(Raw, T) : readField(P.uint64_data(), T);
    return T;
  case ElementType::Int32:
    IsRaw ? readRaw<int32_t>(Raw, T) : readField(P.int32_data(), T);
    return T;
  case ElementType::Int16:
    IsRaw ? readRaw<int16_t>(Raw, T) : readField(P.int32_data(), T);
    return T;
  case ElementType::UInt16:
    IsRaw ? readRaw<uint16_t>(Raw, T) : readField(P.int32_data(), T);
    return T;
  case ElementType::Int8:
    IsRaw ? readRaw<int8_t>(Raw, T) : readField(P.int32_data(), T);
    return T;
  case ElementType::UInt8:
  case ElementType::Bool:
    IsRaw ? readRaw<uint8_t>(Raw, T) : readField(P.int32_data(), T);
    return T;
  case ElementType::Float16:
    for (size_t I = 0; I < T.size(); ++I) {
      uint16_t Bits = 0;
      if (IsRaw)
        std::memcpy(&Bits, Raw.data() + 2 * I, 2);
      else
        Bits = static_cast<uint16_t>(P.int32_data(static_cast<int>(I)));
      T[I] = fromHalf(Bits);
    }
    return T;
  default:
    return std::nullopt;
  }
}

std::string tensorPath(const RecordedTest &Test, const std::string &Kind,
                       size_t I) {
  return Test.Folder + "/test_data_set_0/" + Kind + "_" + std::to_string(I) +
         ".pb";
}

} // namespace

std::vector<RecordedTest> recordedTests() {
  std::vector<RecordedTest> Tests;
  if (!fs::is_directory(Root))
    return Tests;
  for (const auto &Group : fs::directory_iterator(Root)) {
    if (!Group.is_directory())
      continue;
    for (const auto &Entry : fs::directory_iterator(Group.path()))
      if (fs::exists(Entry.path() / "model.onnx"))
        Tests.push_back({Group.path().filename().string() + "/" +
                             Entry.path().filename().string(),
                         Entry.path().string()});
  }
  std::sort(Tests.begin(), Tests.end(),
            [](const auto &A, const auto &B) { return A.Name < B.Name; });
  return Tests;
}

/// The declared inputs that are no initializers, or the outputs, of \p Test.
static std::vector<onnx::ValueInfoProto>
recordedTypes(const RecordedTest &Test, const std::string &Kind) {
  onnx::ModelProto M;
  std::vector<onnx::ValueInfoProto> Types;
  if (!readMessage(Test.model(), M))
    return Types;
  const onnx::GraphProto &G = M.graph();
  for (const auto &V : Kind == "output" ? G.output() : G.input())
    if (std::none_of(G.initializer().begin(), G.initializer().end(),
                     [&](const auto &T) { return T.name() == V.name(); }))
      Types.push_back(V);
  return Types;
}

std::vector<std::optional<oracle::Tensor>>
recordedTensors(const RecordedTest &Test, const std::string &Kind) {
  std::vector<std::optional<oracle::Tensor>> Tensors;
  std::vector<onnx::ValueInfoProto> Types = recordedTypes(Test, Kind);
  for (size_t I = 0; fs::exists(tensorPath(Test, Kind, I)); ++I) {
    onnx::TensorProto P;
    bool Tensor = I >= Types.size() || Types[I].type().has_tensor_type();
    if (Tensor && readMessage(tensorPath(Test, Kind, I), P))
      Tensors.push_back(convert(P));
    else
      Tensors.push_back(std::nullopt);
  }
  return Tensors;
}

static RecordedItems itemsOf(const onnx::SequenceProto &S) {
  RecordedItems Items;
  for (const auto &T : S.tensor_values())
    Items.Shapes.emplace_back(T.dims().begin(), T.dims().end());
  return Items;
}

std::map<std::string, RecordedItems> recordedItems(const RecordedTest &Test) {
  std::map<std::string, RecordedItems> All;
  std::vector<onnx::ValueInfoProto> Types = recordedTypes(Test, "input");
  for (size_t I = 0; I < Types.size(); ++I) {
    std::string Path = tensorPath(Test, "input", I);
    onnx::SequenceProto S;
    onnx::OptionalProto O;
    if (Types[I].type().has_sequence_type() && readMessage(Path, S)) {
      All[Types[I].name()] = itemsOf(S);
    } else if (Types[I].type().has_optional_type() && readMessage(Path, O)) {
      RecordedItems &Items = All[Types[I].name()];
      Items.Given = O.has_tensor_value() || O.has_sequence_value();
      if (O.has_sequence_value()) {
        Items = itemsOf(O.sequence_value());
      } else if (O.has_tensor_value()) {
        Items.Sequence = false;
        Items.Shapes.emplace_back(O.tensor_value().dims().begin(),
                                  O.tensor_value().dims().end());
      }
    }
  }
  return All;
}

std::optional<std::map<std::string, std::vector<int64_t>>>
libraryShapes(const RecordedTest &Test) {
  onnx::ModelProto M;
  if (!readMessage(Test.model(), M))
    return std::nullopt;
  onnx::GraphProto &G = *M.mutable_graph();
  // The recorded inputs are made constants, so that the library can know the
  // shapes that they determine; the recorded output shapes are taken away.
  std::vector<std::string> Fed;
  for (const auto &Input : G.input())
    if (std::none_of(G.initializer().begin(), G.initializer().end(),
                     [&](const auto &T) { return T.name() == Input.name(); }))
      Fed.push_back(Input.name());
  for (size_t I = 0; I < Fed.size(); ++I) {
    onnx::TensorProto P;
    if (!readMessage(tensorPath(Test, "input", I), P) || P.dims_size() > 8 ||
        P.data_type() == 0)
      continue;
    P.set_name(Fed[I]);
    *G.add_initializer() = P;
  }
  std::vector<std::string> Names;
  for (auto &Output : *G.mutable_output()) {
    Names.push_back(Output.name());
    if (Output.type().has_tensor_type())
      Output.mutable_type()->mutable_tensor_type()->clear_shape();
  }
  try {
    onnx::ShapeInferenceOptions Options(/*check_type=*/false,
                                        /*strict_mode=*/0,
                                        /*data_propagation=*/true);
    onnx::shape_inference::InferShapes(M, onnx::OpSchemaRegistry::Instance(),
                                       Options);
  } catch (const std::exception &) {
    return std::nullopt;
  }
  std::map<std::string, std::vector<int64_t>> Shapes;
  auto Take = [&](const onnx::ValueInfoProto &V) {
    if (!V.type().has_tensor_type() || !V.type().tensor_type().has_shape())
      return;
    std::vector<int64_t> Dims;
    for (const auto &D : V.type().tensor_type().shape().dim())
      Dims.push_back(D.has_dim_value() ? D.dim_value() : -1);
    Shapes[V.name()] = Dims;
  };
  for (const auto &V : G.output())
    Take(V);
  for (const auto &V : G.value_info())
    Take(V);
  return Shapes;
}

} // namespace toscount::testdata
