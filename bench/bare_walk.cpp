//===- bare_walk.cpp - the least that reading a model can cost ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Maps a model, walks ModelProto and GraphProto down to the length of each
/// node and initializer, says how many there are, and exits. Nothing is stored,
/// checked or counted: the lower bound that the tool is measured against.
///
//===----------------------------------------------------------------------===//

#include <cstdint>
#include <cstdio>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

struct Range {
  const uint8_t *At, *End;
};

uint64_t readVarint(Range &R) {
  uint64_t Value = 0;
  for (unsigned Shift = 0; R.At < R.End && Shift < 64; Shift += 7) {
    uint8_t Byte = *R.At++;
    Value |= uint64_t(Byte & 0x7f) << Shift;
    if (Byte < 0x80)
      break;
  }
  return Value;
}

/// The next field's number, and its bytes if it has a length. 0 at the end.
unsigned readField(Range &R, Range &Data) {
  if (R.At >= R.End)
    return 0;
  uint64_t Tag = readVarint(R), Skip = 0;
  switch (Tag & 7) {
  case 0:
    readVarint(R);
    break;
  case 1:
    Skip = 8;
    break;
  case 2:
    Skip = readVarint(R);
    break;
  case 5:
    Skip = 4;
    break;
  default:
    return 0;
  }
  if (Skip > uint64_t(R.End - R.At))
    return 0;
  Data = {R.At, R.At + Skip};
  R.At += Skip;
  return unsigned(Tag >> 3);
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc != 2) {
    std::fprintf(stderr, "usage: bare_walk MODEL.onnx\n");
    return 2;
  }
  int File = open(Argv[1], O_RDONLY | O_CLOEXEC);
  struct stat Status {};
  if (File < 0 || fstat(File, &Status) != 0) {
    std::perror(Argv[1]);
    return 1;
  }
  auto Size = size_t(Status.st_size);
  void *Map = mmap(nullptr, Size, PROT_READ, MAP_PRIVATE, File, 0);
  if (Map == MAP_FAILED) {
    std::perror(Argv[1]);
    return 1;
  }
  constexpr unsigned ModelGraph = 7, GraphNode = 1, GraphInitializer = 5;
  const auto *Bytes = static_cast<const uint8_t *>(Map);
  Range Model{Bytes, Bytes + Size}, Graph{}, Data{};
  unsigned long Nodes = 0, Initializers = 0;
  while (unsigned Field = readField(Model, Graph)) {
    if (Field != ModelGraph)
      continue;
    while (unsigned Inner = readField(Graph, Data)) {
      Nodes += Inner == GraphNode ? 1 : 0;
      Initializers += Inner == GraphInitializer ? 1 : 0;
    }
  }
  std::printf("%lu nodes, %lu initializers\n", Nodes, Initializers);
  return 0;
}
