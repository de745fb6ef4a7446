//===- Generator.cpp - tensors made from attributes and shapes ------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Operators whose result is known before the network runs, and OneHot, which
/// moves its two values.
///
//===----------------------------------------------------------------------===//

#include "ElementwiseFold.h"
#include "Families.h"
#include "ShapeHelpers.h"

#include "toscount/Support/Diagnostics.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<double>;

/// Results up to this size keep their contents.
constexpr unsigned MaxMadeElements = 65536;

/// Result 0 as large as \p Items, a list or (\p Scalar) a single element.
template <typename T>
Error made(ShapeContext &C, ElementType Type, ArrayRef<T> Items,
           bool Scalar = false) {
  Shape Dims;
  if (!Scalar)
    Dims.push_back(static_cast<int64_t>(Items.size()));
  if (Error E = C.setOutput(0, Type, Dims))
    return E;
  if (Items.size() <= MaxMadeElements)
    C.setContents(0, Items);
  return Error::success();
}

// -- Constant.

Error shapeOfTensor(ShapeContext &C, const Constant &T) {
  if (Error E = C.setOutput(0, T.Type, T.Dims))
    return E;
  if (!(elements(T.Dims) == Count(T.size())))
    return Error::success();
  if (isFloating(T.Type))
    C.setContents(0, T.Floats);
  else if (T.Type == ElementType::String)
    C.setContents(0, T.Strings);
  else
    C.setContents(0, T.Ints);
  return Error::success();
}

/// For attributes whose own shape the file gives in a form that is not read.
Error shapeAsDeclared(ShapeContext &C) {
  Shape Dims;
  const Value &V = C.output(0);
  if (!V.DeclaredRank)
    return C.fail("the shape of its value is not known");
  for (const Dim &D : V.Declared) {
    if (!D.known())
      return C.fail("the shape of its value is not known");
    Dims.push_back(D.Value);
  }
  return C.setOutput(
      0, V.Type == ElementType::Undefined ? ElementType::Float32 : V.Type,
      Dims);
}

Error shapeConstant(ShapeContext &C) {
  if (Error E = C.expectInputs(0, 0))
    return E;
  static constexpr StringLiteral Forms[] = {
      "value",        "value_int",    "value_ints",    "value_float",
      "value_floats", "value_string", "value_strings", "sparse_value"};
  const Attribute *Value = nullptr;
  for (StringRef Form : Forms) {
    const Attribute *A = C.node().attribute(Form);
    if (A == nullptr)
      continue;
    if (Value != nullptr)
      return C.fail("it has both '" + Value->Name + "' and '" + A->Name + "'");
    Value = A;
  }
  if (Value == nullptr)
    return C.fail("it has no value");
  if (!C.hasOutput(0))
    return Error::success();
  bool Sparse = Value->Name == "sparse_value";
  bool One = !Value->Name.ends_with("s");
  switch (Value->Kind) {
  case AttributeKind::Tensor:
    if (Value->Tensor == nullptr || (!Sparse && Value->Name != "value"))
      break;
    // Only the values that are not zero are in the file.
    if (Sparse)
      return C.setOutput(0, Value->Tensor->Type, Value->Tensor->Dims);
    return shapeOfTensor(C, *Value->Tensor);
  case AttributeKind::Int:
    if (Value->Name == "value_int")
      return made<int64_t>(C, ElementType::Int64, Value->Int, One);
    break;
  case AttributeKind::Ints:
    if (Value->Name == "value_ints")
      return made(C, ElementType::Int64, Value->Ints);
    break;
  case AttributeKind::Float:
    if (Value->Name == "value_float")
      return made<double>(C, ElementType::Float32, Value->Float, One);
    break;
  case AttributeKind::Floats:
    if (Value->Name == "value_floats")
      return made(C, ElementType::Float32, Value->Floats);
    break;
  case AttributeKind::String:
    if (Value->Name == "value_string")
      return made<StringRef>(C, ElementType::String, Value->String, One);
    break;
  case AttributeKind::Strings:
    if (Value->Name == "value_strings")
      return made(C, ElementType::String, Value->Strings);
    break;
  case AttributeKind::Graph:
    break;
  case AttributeKind::Other:
    if (Sparse)
      return shapeAsDeclared(C);
    break;
  }
  return C.fail("its attribute '" + Value->Name + "' is of the wrong kind");
}

// -- ConstantOfShape.

Error shapeConstantOfShape(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  Expected<ArrayRef<int64_t>> Dims = C.integers(0, "dimensions");
  if (!Dims)
    return Dims.takeError();
  if (Error E = C.expectRank(0, 1))
    return E;
  const Constant *Value = C.attrTensor("value");
  if (Value == nullptr && C.hasAttr("value"))
    return C.fail("its attribute 'value' is no tensor");
  if (Value != nullptr && !(elements(Value->Dims) == 1))
    return C.fail("its attribute 'value' has shape " + toString(Value->Dims) +
                  ", not one element");
  ElementType Type = Value != nullptr ? Value->Type : ElementType::Float32;
  if (Error E = C.setOutput(0, Type, *Dims))
    return E;
  Count N = elements(*Dims);
  if (N > MaxMadeElements)
    return Error::success();
  if (Value == nullptr)
    C.setContents(0, ArrayRef<double>(Floats(N.value(), 0)));
  else if (isFloating(Type) && Value->Floats.size() == 1)
    C.setContents(0, ArrayRef<double>(Floats(N.value(), Value->Floats[0])));
  else if (Value->Ints.size() == 1)
    C.setContents(0, ArrayRef<int64_t>(Ints(N.value(), Value->Ints[0])));
  return Error::success();
}

// -- Shape and Size.

/// \p At, from the end when negative, moved into [0, Rank].
int64_t clamped(int64_t At, int64_t Rank) {
  if (At < 0)
    At = At < -Rank ? 0 : At + Rank;
  return std::min(At, Rank);
}

Error shapeShape(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  ShapeRef Dims = C.inShape(0);
  auto Rank = static_cast<int64_t>(Dims.size());
  int64_t Start = clamped(C.attrInt("start", 0), Rank);
  int64_t End = clamped(C.attrInt("end", Rank), Rank);
  return made(C, ElementType::Int64,
              Dims.slice(Start, std::max<int64_t>(End - Start, 0)));
}

Error shapeSize(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  Count N = C.inSize(0);
  if (!N.valid() || N > Count(INT64_MAX))
    return C.fail("its operand has more elements than an int64 counts");
  return made<int64_t>(C, ElementType::Int64, static_cast<int64_t>(N.value()),
                       true);
}

// -- Range.

/// Elements of start, start + delta, ... before limit; \p Delta is not 0.
Int128 rangeLength(Int128 Start, Int128 Limit, Int128 Delta) {
  if (Delta < 0) {
    std::swap(Start, Limit);
    Delta = -Delta;
  }
  return Limit <= Start ? 0 : (Limit - Start + Delta - 1) / Delta;
}

/// Its length is not known, because the contents of operand \p I are not.
Error decideRange(ShapeContext &C, unsigned I) {
  if (!C.hasOutput(0))
    return Error::success();
  std::string Name = printable(C.input(I).Name);
  Expected<int64_t> Length =
      C.decided(0, 0, 1, std::nullopt,
                "its length, which depends on operand " + Twine(I) + " '" +
                    Name + "': --assume " + Name + "=VALUE tells it, too");
  if (!Length)
    return Length.takeError();
  return C.setOutput(0, C.inType(0), {*Length});
}

Error shapeIntRange(ShapeContext &C) {
  std::array<Int128, 3> At{};
  static constexpr StringLiteral Names[] = {"start", "limit", "delta"};
  IntType T(C.inType(0));
  for (unsigned I = 0; I < 3; ++I) {
    if (C.contents(I) == nullptr)
      return decideRange(C, I);
    Expected<ArrayRef<int64_t>> Item = C.integers(I, Names[I]);
    if (!Item)
      return Item.takeError();
    if (Item->size() != 1)
      return C.fail(Twine("its ") + Names[I] + " is not one element");
    At[I] = T.load(Item->front());
  }
  if (At[2] == 0)
    return C.fail("its delta is 0");
  Int128 N = rangeLength(At[0], At[1], At[2]);
  if (N > INT64_MAX)
    return C.fail("it would have more elements than an int64 counts");
  if (Error E = C.setOutput(0, C.inType(0), {static_cast<int64_t>(N)}))
    return E;
  if (N > MaxMadeElements)
    return Error::success();
  Ints Items;
  for (Int128 I = 0; I < N; ++I)
    Items.push_back(static_cast<int64_t>(At[0] + I * At[2]));
  C.setContents(0, ArrayRef<int64_t>(Items));
  return Error::success();
}

Error shapeRange(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  if (!isFloating(C.inType(0)))
    return shapeIntRange(C);
  std::array<double, 3> At{};
  for (unsigned I = 0; I < 3; ++I) {
    const Constant *K = C.contents(I);
    if (K == nullptr)
      return decideRange(C, I);
    if (K->size() != 1)
      return C.fail("operand " + Twine(I) + " '" + printable(C.input(I).Name) +
                    "' is not one element");
    At[I] = K->number(0);
  }
  // Also refuses what is not a number or not finite.
  double Length = std::ceil((At[1] - At[0]) / At[2]);
  if (!(Length < 0x1p63))
    return C.fail("its start, limit and delta give no length");
  int64_t N = Length > 0 ? static_cast<int64_t>(Length) : 0;
  if (Error E = C.setOutput(0, C.inType(0), {N}))
    return E;
  if (N > MaxMadeElements)
    return Error::success();
  Floats Items;
  for (int64_t I = 0; I < N; ++I)
    Items.push_back(
        rounded(C.inType(0), At[0] + static_cast<double>(I) * At[2]));
  C.setContents(0, ArrayRef<double>(Items));
  return Error::success();
}

// -- EyeLike and OneHot.

Error shapeEyeLike(ShapeContext &C) {
  if (Error E = C.expectInputs(1, 1))
    return E;
  if (Error E = C.expectRank(0, 2))
    return E;
  Expected<ElementType> Type = typeAttr(C, "dtype", C.inType(0));
  if (!Type)
    return Type.takeError();
  return C.setOutput(0, *Type, C.inShape(0));
}

Error shapeOneHot(ShapeContext &C) {
  if (Error E = C.expectInputs(3, 3))
    return E;
  // The depth may be of a floating type.
  const Constant *Depth = C.contents(1);
  if (Depth == nullptr)
    return C.unknownContents(1, "depth");
  if (Depth->size() != 1)
    return C.fail("its depth is not one element");
  double D = Depth->number(0);
  if (!(D >= 0 && D < 0x1p53))
    return C.fail("its depth is no size");
  if (!(C.inSize(2) == 2))
    return C.fail("its values have shape " + toString(C.inShape(2)) +
                  ", not two elements");
  Shape Dims(C.inShape(0));
  Expected<size_t> Axis = C.checkedAxis(C.attrInt("axis", -1), Dims.size() + 1);
  if (!Axis)
    return Axis.takeError();
  Dims.insert(Dims.begin() + *Axis, static_cast<int64_t>(D));
  return C.setOutput(0, C.inType(2), Dims);
}

constexpr OpInfo Rows[] = {
    {.Name = "Constant",
     .Kind = OpKind::Static,
     .Shape = shapeConstant,
     .ForwardDoc = "stored in the file: free"},
    {.Name = "ConstantOfShape",
     .Since = 9,
     .Kind = OpKind::Static,
     .Types = "i",
     .Shape = shapeConstantOfShape,
     .ForwardDoc = "known before the network runs: free"},
    {.Name = "Shape",
     .Kind = OpKind::Static,
     .Shape = shapeShape,
     .ForwardDoc = "known before the network runs: free"},
    {.Name = "Size",
     .Kind = OpKind::Static,
     .Shape = shapeSize,
     .ForwardDoc = "known before the network runs: free"},
    {.Name = "Range",
     .Since = 11,
     .Kind = OpKind::Static,
     .Types = "Tfi Tfi Tfi",
     .Shape = shapeRange,
     .ForwardDoc = "known before the network runs: free"},
    {.Name = "EyeLike",
     .Since = 9,
     .Kind = OpKind::Static,
     .Types = "fib",
     .Shape = shapeEyeLike,
     .ForwardDoc = "known before the network runs: free"},
    {.Name = "OneHot",
     .Since = 9,
     .Kind = OpKind::Move,
     .Types = "fi fi *",
     .Shape = shapeOneHot,
     .ForwardDoc = "places its two values by index: no basic operation"},
};

} // namespace

ArrayRef<OpInfo> generatorOps() { return Rows; }

} // namespace toscount
