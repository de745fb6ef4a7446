//===- NormalizationShape.cpp - what normalizations normalize over --------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "NormalizationShape.h"

#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {

/// Fails unless operand \p I is a vector of \p Length elements.
static Error expectVector(const ShapeContext &C, unsigned I, int64_t Length,
                          StringRef What) {
  if (C.inShape(I) == ShapeRef(Length))
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' has shape " + toString(C.inShape(I)) +
                ", but one element for each of " + Twine(Length) + " " + What +
                " is needed");
}

Error shapeInstanceNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  if (Error E = C.expectRankAtLeast(0, 3))
    return E;
  for (unsigned I : {1U, 2U})
    if (Error E = expectVector(C, I, C.inShape(0)[1], "channels"))
      return E;
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows instanceRows(const OpInstance &Op) { return Rows::from(Op.inShape(0), 2); }

Error shapeGroupNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  if (!C.hasAttr("num_groups"))
    return C.fail("attribute num_groups is missing");
  int64_t Channels = C.inShape(0)[1];
  int64_t Groups = C.attrInt("num_groups", 0);
  if (Groups < 1 || Channels % Groups != 0)
    return C.fail(Twine(Channels) + " channels do not divide into " +
                  Twine(Groups) + " groups");
  for (unsigned I : {1U, 2U}) {
    Error E = C.opset() < 21 ? expectVector(C, I, Groups, "groups")
                             : expectVector(C, I, Channels, "channels");
    if (E)
      return E;
  }
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows groupRows(const OpInstance &Op) {
  Count Elements = Op.inSize(0);
  if (Elements == 0)
    return {0, 0};
  Count Number = Count(Op.inShape(0)[0]) * Op.attrInt("num_groups", 1);
  return {Number, Elements / Number};
}

/// Fails unless operand \p I broadcasts to operand 0 and adds nothing to it.
static Error expectBroadcastsToX(const ShapeContext &C, unsigned I) {
  Shape Result;
  if (broadcast(C.inShape(0), C.inShape(I), Result) &&
      ShapeRef(Result) == C.inShape(0))
    return Error::success();
  return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                "' of shape " + toString(C.inShape(I)) +
                " does not broadcast to " + toString(C.inShape(0)));
}

Error shapeLayerNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 3))
    return E;
  if (C.numOutputs() > 3)
    return C.fail(Twine(C.numOutputs()) +
                  " results, but the operator has at most 3");
  ShapeRef Dims = C.inShape(0);
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", -1), Dims.size());
  if (!Axis)
    return Axis.takeError();
  for (unsigned I : {1U, 2U})
    if (C.hasInput(I))
      if (Error E = expectBroadcastsToX(C, I))
        return E;
  std::optional<ElementType> Stash =
      elementTypeFromOnnx(C.attrInt("stash_type", 1));
  if (!Stash || !isFloating(*Stash))
    return C.fail("stash_type " + Twine(C.attrInt("stash_type", 1)) +
                  " is no floating type");
  if (Error E = C.setOutput(0, C.inType(0), Dims))
    return E;
  Shape Statistics(Dims.begin(), Dims.end());
  std::fill(Statistics.begin() + *Axis, Statistics.end(), 1);
  for (unsigned O : {1U, 2U})
    if (Error E = C.setOutput(O, *Stash, Statistics))
      return E;
  return Error::success();
}

Error shapeRmsNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(2, 2))
    return E;
  if (Expected<size_t> Axis =
          C.checkedAxis(C.attrInt("axis", -1), C.inShape(0).size());
      !Axis)
    return Axis.takeError();
  if (Error E = expectBroadcastsToX(C, 1))
    return E;
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows layerRows(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  return Rows::from(Dims,
                    OpInstance::axis(Op.attrInt("axis", -1), Dims.size()));
}

Error shapeLpNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Expected<size_t> Axis =
          C.checkedAxis(C.attrInt("axis", -1), C.inShape(0).size());
      !Axis)
    return Axis.takeError();
  int64_t P = C.attrInt("p", 2);
  if (P != 1 && P != 2)
    return C.fail("p is " + Twine(P) + ", but only 1 and 2 are defined");
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows lpRows(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  return Rows::along(Dims,
                     OpInstance::axis(Op.attrInt("axis", -1), Dims.size()));
}

static constexpr int64_t DefaultAxes[] = {0, 2, 3};

static ArrayRef<int64_t> meanVarianceAxes(const OpInstance &Op) {
  return Op.hasAttr("axes") ? Op.attrInts("axes")
                            : ArrayRef<int64_t>(DefaultAxes);
}

Error shapeMeanVarianceNormalization(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  SmallVector<bool, 8> Seen(C.inShape(0).size(), false);
  for (int64_t Axis : meanVarianceAxes(C)) {
    Expected<size_t> Checked = C.checkedAxis(Axis, Seen.size());
    if (!Checked)
      return Checked.takeError();
    if (Seen[*Checked])
      return C.fail("axis " + Twine(Axis) + " is given twice");
    Seen[*Checked] = true;
  }
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

Rows meanVarianceRows(const OpInstance &Op) {
  ShapeRef Dims = Op.inShape(0);
  Count Length = 1;
  for (int64_t Axis : meanVarianceAxes(Op))
    Length *= Dims[OpInstance::axis(Axis, Dims.size())];
  return Rows::of(elements(Dims), Length);
}

Error shapeLrn(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRankAtLeast(0, 2))
    return E;
  if (C.attrInt("size", 0) < 1)
    return C.fail("attribute size is missing or less than 1");
  return C.setOutput(0, C.inType(0), C.inShape(0));
}

} // namespace toscount
