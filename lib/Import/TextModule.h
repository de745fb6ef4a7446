//===- TextModule.h - what the text module exports ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The ONNX library registers every operator when it is loaded, which takes
/// longer than counting most models; so it, and protobuf, are linked into a
/// module that is opened only to parse text. Two C functions, no exceptions.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_IMPORT_TEXTMODULE_H
#define TOSCOUNT_LIB_IMPORT_TEXTMODULE_H

#include <cstddef>

extern "C" {

/// Parses the zero-terminated \p Text. Returns 0 and the serialized ModelProto
/// in \p Out, or 1 and a message; nothing in \p Out when memory has run out.
/// \p Line and \p Column are where a parse error was found, or 0.
using ToscountParseText = int (*)(const char *Text, char **Out, size_t *OutSize,
                                  unsigned *Line, unsigned *Column);

/// Frees what ToscountParseText gave.
using ToscountFreeText = void (*)(char *Out);

} // extern "C"

#define TOSCOUNT_TEXT_MODULE "libToscountText.so"
#define TOSCOUNT_PARSE_TEXT "toscountParseText"
#define TOSCOUNT_FREE_TEXT "toscountFreeText"

#endif // TOSCOUNT_LIB_IMPORT_TEXTMODULE_H
