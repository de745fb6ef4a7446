//===- Text.cpp - ONNX text, by way of the text module --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TextModule.h"

#include "toscount/Import/Import.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <dlfcn.h>

using namespace llvm;

namespace toscount {
namespace {

/// Text is written by people; this is far beyond what they write.
constexpr size_t MaxTextBytes = size_t{64} << 20U;
/// The parser recurses once a bracket.
constexpr unsigned MaxBrackets = 256;

struct TextParser {
  ToscountParseText Parse = nullptr;
  ToscountFreeText Free = nullptr;
};

/// Where the module may be, the likeliest first.
SmallVector<std::string, 4> modulePaths() {
  SmallVector<std::string, 4> Paths;
  auto Add = [&](const Twine &Folder) {
    SmallString<256> Path;
    Folder.toVector(Path);
    sys::path::append(Path, TOSCOUNT_TEXT_MODULE);
    Paths.push_back(std::string(Path));
  };
  if (const char *Folder = std::getenv("TOSCOUNT_MODULE_PATH"))
    Add(Folder);
  // The address of something in the executable's image; unused on Linux.
  std::string Program = sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&modulePaths));
  Add(sys::path::parent_path(Program) + "/" TOSCOUNT_MODULE_FROM_BIN);
  Add(TOSCOUNT_MODULE_INSTALLED);
  Add(TOSCOUNT_MODULE_BUILT);
  return Paths;
}

Expected<TextParser> loadTextParser() {
  std::string Reason = "it is not installed";
  for (const std::string &Path : modulePaths()) {
    if (!sys::fs::exists(Path))
      continue;
    // Never closed: protobuf does not survive being loaded twice.
    void *Module = ::dlopen(Path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!Module) {
      if (const char *Why = ::dlerror())
        Reason = Why;
      continue;
    }
    TextParser Parser;
    Parser.Parse = reinterpret_cast<ToscountParseText>(
        ::dlsym(Module, TOSCOUNT_PARSE_TEXT));
    Parser.Free =
        reinterpret_cast<ToscountFreeText>(::dlsym(Module, TOSCOUNT_FREE_TEXT));
    if (Parser.Parse && Parser.Free)
      return Parser;
    Reason = Path + " is of another version";
  }
  return makeError("ONNX text needs the module " TOSCOUNT_TEXT_MODULE ": " +
                   Twine(Reason) +
                   "; install libonnx-dev and build toscount again, or set "
                   "TOSCOUNT_MODULE_PATH to its folder, or give the model as "
                   ".onnx");
}

/// Refuses what the parser would recurse on too deeply or read wrongly.
Error checkText(StringRef Text) {
  if (Text.size() > MaxTextBytes)
    return makeError("has more than 64 MiB of text; give the model as .onnx");
  if (Text.contains('\0'))
    return makeError("has a zero byte at " + Twine(Text.find('\0')) +
                     ", so it is not ONNX text; give the .onnx file");
  unsigned Open = 0;
  bool Quoted = false;
  bool Comment = false;
  char Previous = 0;
  for (char C : Text) {
    if (Comment || Quoted) {
      Comment &= C != '\n';
      Quoted &= C != '"';
      continue;
    }
    Comment = C == '#';
    Quoted = C == '"';
    if (StringRef("([{<").contains(C) && ++Open > MaxBrackets)
      return makeError("has brackets nested deeper than " + Twine(MaxBrackets) +
                       "; no such model is supported");
    // The arrow of "inputs => outputs" closes nothing.
    if (StringRef(")]}").contains(C) || (C == '>' && Previous != '='))
      Open -= static_cast<unsigned>(Open != 0);
    Previous = C;
  }
  return Error::success();
}

/// One line of what the parser says in several.
std::string oneLine(StringRef Message) {
  std::string Line;
  for (char C : Message.trim())
    Line += C == '\n' ? ' ' : C;
  return printable(Line);
}

} // namespace

Expected<std::unique_ptr<MemoryBuffer>> parseOnnxText(StringRef Text,
                                                      StringRef Path) {
  if (Error E = checkText(Text))
    return withContext(std::move(E), printable(Path));
  Expected<TextParser> Parser = loadTextParser();
  if (!Parser)
    return withContext(Parser.takeError(), printable(Path));
  char *Out = nullptr;
  size_t Size = 0;
  unsigned Line = 0;
  unsigned Column = 0;
  int Failed = Parser->Parse(Text.str().c_str(), &Out, &Size, &Line, &Column);
  std::unique_ptr<char, ToscountFreeText> Owned(Out, Parser->Free);
  StringRef Result = Out ? StringRef(Out, Size) : "out of memory";
  if (Failed == 0 && Out)
    return MemoryBuffer::getMemBufferCopy(Result, Path);
  std::string Where;
  if (Line != 0)
    Where = ("line " + Twine(Line) + ", column " + Twine(Column) + ": ").str();
  return makeError(printable(Path) + ": " + Where + oneLine(Result));
}

} // namespace toscount
