//===- Quantization.cpp - what quantized operators share ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Quantization.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

bool isQuantized(ElementType Type) {
  if (isFloating(Type))
    return bitWidth(Type) <= 8;
  return isInteger(Type) && bitWidth(Type) <= 32;
}

Error expectQuantized(const ShapeContext &C, unsigned I) {
  if (isQuantized(C.inType(I)))
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' is " + name(C.inType(I)) + ", not quantized");
}

Error expectFloating(const ShapeContext &C, unsigned I) {
  if (isFloating(C.inType(I)))
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' is " + name(C.inType(I)) + ", but must be floating");
}

Error expectZeroPoint(const ShapeContext &C, unsigned Data, unsigned Scale,
                      unsigned ZeroPoint) {
  if (!C.hasInput(ZeroPoint))
    return Error::success();
  if (C.hasInput(Scale) && C.inSize(ZeroPoint) != C.inSize(Scale))
    return C.fail("its zero point of shape " + toString(C.inShape(ZeroPoint)) +
                  " does not match its scale of shape " +
                  toString(C.inShape(Scale)));
  if (C.hasInput(Data) && C.inType(ZeroPoint) != C.inType(Data))
    return C.fail("its zero point is " + name(C.inType(ZeroPoint)) +
                  ", but what it belongs to is " + name(C.inType(Data)));
  return Error::success();
}

void countQuantize(Work &W, Count N, ElementType Target, bool ZeroPoint,
                   bool Saturate) {
  if (!isFloating(Target))
    W.cmp(N, "rounding to the nearest integer");
  if (ZeroPoint)
    W.add(N, "the zero point, for each element");
  if (Saturate)
    W.cmp(N * 2, "saturation at both ends of the quantized type");
}

} // namespace toscount
