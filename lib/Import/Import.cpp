//===- Import.cpp - ONNX files to layer graphs ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Import/Import.h"

#include "Build.h"
#include "File.h"
#include "Proto.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Expected<std::unique_ptr<Model>> importModel(StringRef Path) {
  auto Buffer = openModelFile(Path);
  if (!Buffer)
    return withContext(Buffer.takeError(), printable(Path));
  Expected<Format> Kind = recognise((*Buffer)->getBuffer(), Path);
  if (!Kind)
    return withContext(Kind.takeError(), printable(Path));
  if (*Kind == Format::Text) {
    auto Binary = parseOnnxText((*Buffer)->getBuffer(), Path);
    if (!Binary)
      return Binary.takeError();
    Buffer = std::move(Binary);
  }
  return importOnnx(std::move(*Buffer), Path);
}

Expected<std::unique_ptr<Model>>
importOnnx(std::unique_ptr<MemoryBuffer> Buffer, StringRef Path) {
  auto Result = std::make_unique<Model>();
  Result->Path = Path.str();
  raw::Model Raw;
  if (Error E = readModel(Buffer->getBuffer(), Raw, *Result))
    return withContext(std::move(E), printable(Path));
  if (!Raw.Main)
    return withContext(makeError("holds no graph, so it is not an ONNX model; "
                                 "give the .onnx file"),
                       printable(Path));
  if (Error E = buildModel(Raw, *Result))
    return withContext(std::move(E), printable(Path));
  Result->keep(std::move(Buffer));
  return Result;
}

} // namespace toscount
