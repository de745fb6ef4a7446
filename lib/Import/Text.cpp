//===- Text.cpp - ONNX text, by way of the text module --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "TextModule.h"

#include "toscount/Import/Import.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Module.h"

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

Expected<TextParser> loadTextParser() {
  Expected<SmallVector<void *, 4>> Symbols = openModule(
      TOSCOUNT_TEXT_MODULE, {TOSCOUNT_PARSE_TEXT, TOSCOUNT_FREE_TEXT});
  if (!Symbols)
    return makeError("ONNX text needs the module " TOSCOUNT_TEXT_MODULE ": " +
                     toString(Symbols.takeError()) +
                     "; install libonnx-dev and build toscount again, or set "
                     "TOSCOUNT_MODULE_PATH to its folder, or give the model as "
                     ".onnx");
  return TextParser{reinterpret_cast<ToscountParseText>((*Symbols)[0]),
                    reinterpret_cast<ToscountFreeText>((*Symbols)[1])};
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
