//===- DataDependent.cpp - results whose size depends on data -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DataDependent.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

Expected<Shape> decidedShape(ShapeContext &C, unsigned O, ShapeRef Known,
                             std::optional<Count> Most, StringRef What) {
  Shape Dims(Known);
  const Value *V = C.hasOutput(O) ? &C.output(O) : nullptr;
  for (size_t Axis = 0; Axis < Dims.size(); ++Axis) {
    if (Dims[Axis] < 0) {
      if (V == nullptr)
        return C.fail("its result " + Twine(O) + " is missing");
      Expected<int64_t> Size = C.decided(O, Axis, Dims.size(), Most, What);
      if (!Size)
        return Size.takeError();
      Dims[Axis] = *Size;
    }
    if (V != nullptr && V->DeclaredRank &&
        (V->Declared.size() != Dims.size() ||
         (Known[Axis] >= 0 && V->Declared[Axis].known() &&
          V->Declared[Axis].Value != Known[Axis])))
      return C.fail("the file declares a result '" + printable(V->Name) +
                    "' that can't be: its shape is " + toString(Dims));
  }
  return Dims;
}

} // namespace toscount
