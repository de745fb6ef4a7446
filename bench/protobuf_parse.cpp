//===- protobuf_parse.cpp - reading a model with libprotobuf --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Parses a model with the ONNX library's generated classes and, built as
/// protobuf_infer, infers its shapes with the ONNX library: what a C++ tool on
/// those libraries pays before it counts anything. The message is not freed.
///
//===----------------------------------------------------------------------===//

#include "onnx/onnx_pb.h"
#ifdef BENCH_INFER
#include "onnx/shape_inference/implementation.h"
#endif

#include <cstdio>
#include <exception>

#include <fcntl.h>

int main(int Argc, char **Argv) {
  if (Argc != 2) {
    std::fprintf(stderr, "usage: %s MODEL.onnx\n", Argv[0]);
    return 2;
  }
  int File = open(Argv[1], O_RDONLY | O_CLOEXEC);
  if (File < 0) {
    std::perror(Argv[1]);
    return 1;
  }
  auto *Model = new onnx::ModelProto;
  if (!Model->ParseFromFileDescriptor(File)) {
    std::fprintf(stderr, "%s: not an ONNX model\n", Argv[1]);
    return 1;
  }
#ifdef BENCH_INFER
  try {
    onnx::shape_inference::InferShapes(*Model);
  } catch (const std::exception &E) {
    std::fprintf(stderr, "%s: %s\n", Argv[1], E.what());
    return 1;
  }
#endif
  std::printf("%d nodes, %d initializers, %d inferred\n",
              Model->graph().node_size(), Model->graph().initializer_size(),
              Model->graph().value_info_size());
  return 0;
}
