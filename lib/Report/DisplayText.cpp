//===- DisplayText.cpp - untrusted text made fit to show ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DisplayText.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

/// The characters of valid UTF-8.
std::vector<StringRef> characters(StringRef Text) {
  std::vector<StringRef> Out;
  while (!Text.empty()) {
    size_t Length = getNumBytesForUTF8(static_cast<UTF8>(Text.front()));
    Out.push_back(Text.take_front(Length));
    Text = Text.drop_front(Out.back().size());
  }
  return Out;
}

unsigned characterWidth(StringRef Character) {
  int Width = sys::unicode::columnWidthUTF8(Character);
  return Width < 0 ? 1 : static_cast<unsigned>(Width);
}

/// Where the longest end of \p Text begins that takes at most \p Room columns.
size_t endWithin(StringRef Text, unsigned Room) {
  if (isASCII(Text))
    return Text.size() - std::min<size_t>(Text.size(), Room);
  std::vector<StringRef> All = characters(Text);
  size_t Offset = Text.size();
  while (!All.empty() && characterWidth(All.back()) <= Room) {
    Room -= characterWidth(All.back());
    Offset -= All.back().size();
    All.pop_back();
  }
  return Offset;
}

StringRef ellipsis(bool Unicode) { return Unicode ? "\u2026" : "..."; }

/// The end of the word of \p Text that begins at \p Begin. The groups of a
/// number ("118 013 952") are one word.
size_t wordEnd(StringRef Text, size_t Begin) {
  size_t End = Text.find(' ', Begin);
  auto IsGroup = [&](size_t Space) {
    StringRef After = Text.drop_front(Space + 1).take_while(isDigit);
    return Space > 0 && isDigit(Text[Space - 1]) && After.size() == 3;
  };
  while (End != StringRef::npos && IsGroup(End))
    End = Text.find(' ', End + 1);
  return End == StringRef::npos ? Text.size() : End;
}

} // namespace

std::string safeText(StringRef Text) { return escaped(Text); }

unsigned columnWidth(StringRef Text) {
  unsigned Width = 0;
  while (true) {
    StringRef Plain = Text.take_while([](char C) { return isASCII(C); });
    Width += Plain.size();
    Text = Text.drop_front(Plain.size());
    if (Text.empty())
      return Width;
    StringRef First =
        Text.take_front(getNumBytesForUTF8(static_cast<UTF8>(Text.front())));
    Width += characterWidth(First);
    Text = Text.drop_front(First.size());
  }
}

std::string keepEnd(StringRef Text, unsigned Width, bool Unicode) {
  if (columnWidth(Text) <= Width)
    return Text.str();
  StringRef Mark = ellipsis(Unicode);
  auto EndOf = [&](unsigned Used) {
    return endWithin(Text, Width - std::min(Width, Used));
  };
  size_t Plain = EndOf(columnWidth(Mark));

  // Repeated blocks differ in a number that may lie in what is cut: keep the
  // last part of the path that has one.
  char Separator = Text.contains('/') ? '/' : '.';
  size_t End = Text.size();
  while (true) {
    size_t Slash = Text.rfind(Separator, End);
    size_t Begin = Slash == StringRef::npos ? 0 : Slash + 1;
    StringRef Part = Text.slice(Begin, End);
    if (any_of(Part, isDigit)) {
      if (Begin >= Plain)
        break;
      std::string Head =
          (Begin == 0 ? Part : Mark + Part).str() + Separator + Mark.str();
      size_t Tail = EndOf(columnWidth(Head));
      constexpr size_t LeastTail = 6;
      if (Tail <= End || Text.size() - Tail < LeastTail)
        break;
      return Head + Text.drop_front(Tail).str();
    }
    if (Begin == 0)
      break;
    End = Slash;
  }
  return (Mark + Text.drop_front(Plain)).str();
}

std::string keepBeginning(StringRef Text, unsigned Width, bool Unicode) {
  if (columnWidth(Text) <= Width)
    return Text.str();
  StringRef Mark = ellipsis(Unicode);
  unsigned Room = Width - std::min(Width, columnWidth(Mark));
  if (isASCII(Text))
    return (Text.take_front(Room) + Mark).str();
  std::string Out;
  for (StringRef Character : characters(Text)) {
    if (characterWidth(Character) > Room)
      break;
    Room -= characterWidth(Character);
    Out += Character;
  }
  return Out + Mark.str();
}

std::vector<std::string> wrapped(StringRef Text, unsigned Width,
                                 unsigned Used) {
  std::vector<std::string> Lines(1);
  size_t Begin = 0;
  while (Begin <= Text.size()) {
    size_t End = wordEnd(Text, Begin);
    StringRef Word = Text.slice(Begin, End);
    Begin = End + 1;
    std::string &Line = Lines.back();
    if (Line.empty())
      Line = Word.str();
    else if (Width == 0 || (Lines.size() == 1 ? Used : 0) + columnWidth(Line) +
                                   1 + columnWidth(Word) <=
                               Width)
      Line += " " + Word.str();
    else
      Lines.push_back(Word.str());
  }
  return Lines;
}

std::string jsonText(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : safeText(Text);
}

std::string csvField(StringRef Text) {
  std::string Field = safeText(Text);
  if (!Field.empty() && StringRef("=+-@").contains(Field.front()))
    Field.insert(0, "'");
  if (StringRef(Field).find_first_of(",\"\r\n") == StringRef::npos)
    return Field;
  std::string Quoted = "\"";
  for (char C : Field) {
    if (C == '"')
      Quoted += '"';
    Quoted += C;
  }
  return Quoted + "\"";
}

std::string markdownText(StringRef Text) {
  std::string Out;
  for (char C : safeText(Text)) {
    if (StringRef("\\`*_{}[]<>#|~!&").contains(C))
      Out += '\\';
    Out += C;
  }
  return Out;
}

std::string markdownCode(StringRef Text) {
  std::string Safe = safeText(Text);
  if (Safe.empty())
    return "";
  // Tables split cells before they look for code spans, and there is no way to
  // write every mix of backslashes and bars inside one.
  if (StringRef(Safe).contains('|'))
    return markdownText(Text);
  // A code span ends at a run of as many backticks as it began with.
  size_t Longest = 0, Run = 0;
  for (char C : Safe) {
    Run = C == '`' ? Run + 1 : 0;
    Longest = std::max(Longest, Run);
  }
  std::string Fence(Longest + 1, '`');
  std::string Pad = Longest > 0 ? " " : "";
  return Fence + Pad + Safe + Pad + Fence;
}

} // namespace toscount
