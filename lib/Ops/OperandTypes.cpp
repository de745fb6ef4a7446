//===- OperandTypes.cpp - element types that operands may have ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/OperandTypes.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

#include <array>

using namespace llvm;

namespace toscount {
namespace {

char classOf(ElementType Type) {
  if (isFloating(Type))
    return 'f';
  switch (Type) {
  case ElementType::Bool:
    return 'b';
  case ElementType::String:
    return 's';
  case ElementType::Complex64:
  case ElementType::Complex128:
    return 'c';
  default:
    return 'i';
  }
}

std::string spelled(StringRef Classes) {
  std::string Text;
  for (char C : Classes) {
    StringRef Word = C == 'f'   ? "floating"
                     : C == 'i' ? "integer"
                     : C == 'b' ? "bool"
                     : C == 's' ? "string"
                                : "complex";
    Text += (Text.empty() ? "" : " or ") + Word.str();
  }
  return Text;
}

std::string describe(const ShapeContext &C, unsigned I) {
  return "operand " + std::to_string(I) + " '" + printable(C.input(I).Name) +
         "' is " + name(C.inType(I)).str();
}

} // namespace

Error checkOperandTypes(const ShapeContext &C, StringRef Types) {
  std::array<std::optional<unsigned>, 26> Seen;
  StringRef Word;
  for (unsigned I = 0; I < C.numInputs(); ++I) {
    if (!Word.ends_with("+")) {
      if (Types.empty())
        break;
      std::tie(Word, Types) = Types.split(' ');
    }
    if (!C.hasInput(I))
      continue;
    bool Bound = isUpper(Word.front());
    StringRef Classes = Word.drop_front(Bound ? 1 : 0).rtrim('+');
    if (Classes != "*" && !Classes.contains(classOf(C.inType(I))))
      return C.fail(describe(C, I) + ", but must be " + spelled(Classes) +
                    "; export the model again");
    if (!Bound)
      continue;
    std::optional<unsigned> &First = Seen[Word.front() - 'A'];
    if (!First)
      First = I;
    else if (C.inType(*First) != C.inType(I))
      return C.fail(describe(C, *First) + " and " + describe(C, I) +
                    ", but both must be of one type; export the model again "
                    "with a Cast");
  }
  return Error::success();
}

} // namespace toscount
