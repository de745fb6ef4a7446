//===- TextModule.cpp - the ONNX library's text parser --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// See ../TextModule.h. Everything the ONNX library throws is caught here.
///
//===----------------------------------------------------------------------===//

#include "../TextModule.h"

#include <onnx/defs/parser.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

namespace {

/// Hands \p Text to the caller as malloc'ed memory.
void give(const std::string &Text, char **Out, size_t *OutSize) {
  *Out = static_cast<char *>(std::malloc(Text.size() + 1));
  if (*Out == nullptr)
    return;
  std::memcpy(*Out, Text.data(), Text.size());
  *OutSize = Text.size();
}

/// What the library's message says, its place and context taken apart.
/// The form: "[ParseError at position (line: 2 column: 84)]\n
/// Error context: TEXT OF THE LINE\nMESSAGE".
std::string explain(const std::string &Message, unsigned *Line,
                    unsigned *Column) {
  size_t At = Message.find("(line: ");
  if (At == std::string::npos ||
      std::sscanf(Message.c_str() + At, "(line: %u column: %u)", Line,
                  Column) != 2)
    return Message;
  size_t Last = Message.find_last_of('\n');
  std::string Text =
      Last == std::string::npos ? Message : Message.substr(Last + 1);
  while (!Text.empty() && (Text.back() == '.' || Text.back() == ' '))
    Text.pop_back();
  if (!Text.empty() && Text.front() >= 'A' && Text.front() <= 'Z')
    Text.front() = static_cast<char>(Text.front() - 'A' + 'a');
  return Text;
}

} // namespace

extern "C" __attribute__((visibility("default"))) int
toscountParseText(const char *Text, char **Out, size_t *OutSize, unsigned *Line,
                  unsigned *Column) noexcept {
  *Out = nullptr;
  try {
    onnx::ModelProto Model;
    auto Status = onnx::OnnxParser::Parse(Model, Text);
    if (Status.IsOK()) {
      give(Model.SerializeAsString(), Out, OutSize);
      return 0;
    }
    give(explain(Status.ErrorMessage(), Line, Column), Out, OutSize);
  } catch (const std::exception &E) {
    // Thrown for numbers: std::stoll and its like.
    try {
      give(std::string("a number is missing or out of range (") + E.what() +
               ")",
           Out, OutSize);
    } catch (...) {
      *Out = nullptr;
    }
  } catch (...) {
    *Out = nullptr;
  }
  return 1;
}

extern "C" __attribute__((visibility("default"))) void
toscountFreeText(char *Out) noexcept {
  std::free(Out);
}
