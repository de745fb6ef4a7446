//===- File.cpp - getting hold of a model's bytes -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "File.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

#include <sys/mman.h>

using namespace llvm;

namespace toscount {
namespace {

/// Pipes are read into memory, so they get a limit; protobuf's own is the same.
constexpr size_t MaxStreamBytes = size_t{1} << 31U;

Expected<std::unique_ptr<MemoryBuffer>> readStream(sys::fs::file_t Handle) {
  constexpr size_t Chunk = size_t{1} << 16U;
  SmallVector<char, 0> Bytes;
  for (;;) {
    size_t Old = Bytes.size();
    Bytes.resize_for_overwrite(Old + Chunk);
    Expected<size_t> Read = sys::fs::readNativeFile(
        Handle, MutableArrayRef(Bytes.data() + Old, Chunk));
    if (!Read)
      return Read.takeError();
    Bytes.truncate(Old + *Read);
    if (*Read == 0)
      break;
    if (Bytes.size() > MaxStreamBytes)
      return makeError("more than 2 GiB come through a pipe; give the file's "
                       "name instead");
  }
  return std::make_unique<SmallVectorMemoryBuffer>(
      std::move(Bytes), /*RequiresNullTerminator=*/false);
}

Expected<std::unique_ptr<MemoryBuffer>> mapFile(sys::fs::file_t Handle,
                                                StringRef Path, uint64_t Size) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getOpenFile(
      Handle, Path, Size, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return makeError("cannot be read: " + Buffer.getError().message());
  // Between two nodes may lie gigabytes of weights: no reading ahead.
  if ((*Buffer)->getBufferKind() == MemoryBuffer::MemoryBuffer_MMap)
    ::madvise(const_cast<char *>((*Buffer)->getBufferStart()), // NOLINT
              (*Buffer)->getBufferSize(), MADV_RANDOM);
  return std::move(*Buffer);
}

Expected<std::unique_ptr<MemoryBuffer>> readHandle(sys::fs::file_t Handle,
                                                   StringRef Path) {
  sys::fs::file_status Status;
  if (std::error_code Code = sys::fs::status(Handle, Status))
    return makeError("cannot be read: " + Code.message());
  if (Status.type() == sys::fs::file_type::directory_file)
    return makeError("is a folder; name the .onnx file in it");
  if (Status.type() != sys::fs::file_type::regular_file)
    return readStream(Handle);
  return mapFile(Handle, Path, Status.getSize());
}

/// The beginning of some other kind of file, and what to tell its owner.
struct Magic {
  size_t Offset;
  StringLiteral Bytes;
  StringLiteral Advice;
};

constexpr Magic Magics[] = {
    {0, "\x89PNG", "is a PNG image, not an ONNX model; give the .onnx file"},
    {0, "\xff\xd8\xff",
     "is a JPEG image, not an ONNX model; give the .onnx "
     "file"},
    {0, "%PDF", "is a PDF document, not an ONNX model; give the .onnx file"},
    {0, "PK\x03\x04",
     "is a zip archive (PyTorch .pt, Keras .keras), not an ONNX model; export "
     "it with torch.onnx.export or tf2onnx, or unpack it"},
    {0, "\x80\x02",
     "is a Python pickle (PyTorch .pt), not an ONNX model; "
     "export it with torch.onnx.export"},
    {0, "\x89HDF",
     "is an HDF5 file (Keras .h5), not an ONNX model; export it "
     "with tf2onnx"},
    {0, "\x1f\x8b", "is compressed with gzip; unpack it first (gunzip)"},
    {0, "\x28\xb5\x2f\xfd",
     "is compressed with zstd; unpack it first (unzstd)"},
    {0, "BZh", "is compressed with bzip2; unpack it first (bunzip2)"},
    {0, "\x93NUMPY",
     "is a NumPy array, not an ONNX model; give the .onnx "
     "file"},
    {0, "GGUF",
     "is a GGUF weights file without a graph; give the model "
     "exported to .onnx"},
    {0,
     "\x7f"
     "ELF",
     "is a program, not an ONNX model; give the .onnx file"},
    {4, "TFL3",
     "is a TensorFlow Lite model, not an ONNX model; convert it "
     "with tf2onnx"},
    {4, "ORTM",
     "is an ONNX Runtime .ort model; give the .onnx file it was "
     "made from"},
    {0, "version https://git-lfs",
     "is a Git LFS pointer, not the model itself; run 'git lfs pull'"},
    {0, "<!DOCTYPE", "is a web page, not a model; download the model itself"},
    {0, "<!doctype", "is a web page, not a model; download the model itself"},
    {0, "<html", "is a web page, not a model; download the model itself"},
    {0, "<?xml", "is an XML file, not an ONNX model; give the .onnx file"},
};

/// \p Content without leading white space and comments of ONNX text.
StringRef skipBlank(StringRef Content) {
  for (;;) {
    Content = Content.ltrim();
    if (!Content.starts_with("#"))
      return Content;
    Content = Content.drop_until([](char C) { return C == '\n'; });
  }
}

bool looksLikeText(StringRef Content) {
  return all_of(Content.take_front(512), [](char C) {
    auto Byte = static_cast<unsigned char>(C);
    return Byte >= 0x20 || isSpace(C);
  });
}

} // namespace

Expected<std::unique_ptr<MemoryBuffer>> openModelFile(StringRef Path) {
  if (Path == "-")
    return readHandle(sys::fs::getStdinHandle(), Path);
  Expected<sys::fs::file_t> Handle = sys::fs::openNativeFileForRead(Path);
  if (!Handle) {
    std::error_code Code = errorToErrorCode(Handle.takeError());
    return makeError("cannot be opened: " + Code.message());
  }
  auto Buffer = readHandle(*Handle, Path);
  (void)sys::fs::closeFile(*Handle);
  return Buffer;
}

Expected<Format> recognise(StringRef Content, StringRef Path) {
  if (Content.empty())
    return makeError("is empty; export or download the model again");
  for (const Magic &M : Magics)
    if (Content.drop_front(std::min(M.Offset, Content.size()))
            .starts_with(M.Bytes))
      return makeError(M.Advice);
  if (Path.ends_with_insensitive(".onnxtxt") ||
      Path.ends_with_insensitive(".onnxtext"))
    return Format::Text;
  // A serialized model begins with a field's tag, which is never '<': that
  // would close a group.
  if (skipBlank(Content).starts_with("<"))
    return Format::Text;
  if (looksLikeText(Content))
    return makeError("is a text file, but not ONNX text, which begins with "
                     "'<ir_version: 8, opset_import: [\"\" : 17]>'; give the "
                     ".onnx file, or name ONNX text .onnxtxt");
  return Format::Binary;
}

} // namespace toscount
