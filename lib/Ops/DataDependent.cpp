//===- DataDependent.cpp - results whose size depends on data -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DataDependent.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Expected<Shape> declaredShape(const ShapeContext &C, unsigned O, size_t Rank,
                              StringRef What) {
  Shape Dims;
  if (C.hasOutput(O)) {
    const Value &V = C.output(O);
    if (V.DeclaredRank && V.Declared.size() == Rank)
      for (const Dim &D : V.Declared)
        if (D.known())
          Dims.push_back(D.Value);
  }
  if (Dims.size() == Rank)
    return Dims;
  return C.fail("the size of its result (" + What +
                ") is only known when the network runs, and the file does not "
                "declare it");
}

} // namespace toscount
