//===- OpInstance.cpp - one operator applied, as its rules see it ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Ops/OpInstance.h"

#include "toscount/Support/Diagnostics.h"

using namespace llvm;

namespace toscount {
static StringRef describe(AttributeKind Kind) {
  switch (Kind) {
  case AttributeKind::Int:
    return "an integer";
  case AttributeKind::Float:
    return "a float";
  case AttributeKind::String:
    return "a string";
  case AttributeKind::Ints:
    return "a list of integers";
  case AttributeKind::Floats:
    return "a list of floats";
  case AttributeKind::Strings:
    return "a list of strings";
  case AttributeKind::Tensor:
    return "a tensor";
  case AttributeKind::Graph:
    return "a graph";
  case AttributeKind::Other:
    return "of no kind that operators have";
  }
  llvm_unreachable("no such kind");
}

const Attribute *OpInstance::find(StringRef Name, AttributeKind Kind) const {
  const Attribute *A = N.attribute(Name);
  if (A == nullptr)
    return nullptr;
  if (A->Kind == Kind) {
    Accepted = A;
    if (Mistyped == A)
      Mistyped = nullptr;
    return A;
  }
  if (Mistyped == nullptr && Accepted != A) {
    Mistyped = A;
    Wanted = Kind;
  }
  return nullptr;
}

Error OpInstance::checkAttributes() const {
  if (Mistyped == nullptr)
    return Error::success();
  return makeError("attribute '" + printable(Mistyped->Name) + "' is " +
                   describe(Mistyped->Kind) + ", but must be " +
                   describe(Wanted) + "; export the model again");
}

ElementType OpInstance::computeType() const {
  for (unsigned I = 0; I < numInputs(); ++I)
    if (hasInput(I) && isFloating(inType(I)))
      return inType(I);
  for (unsigned I = 0; I < numInputs(); ++I)
    if (hasInput(I))
      return inType(I);
  return hasOutput(0) ? outType(0) : ElementType::Float32;
}

int64_t OpInstance::attrInt(StringRef Name, int64_t Default) const {
  const Attribute *A = find(Name, AttributeKind::Int);
  return A != nullptr ? A->Int : Default;
}

double OpInstance::attrFloat(StringRef Name, double Default) const {
  const Attribute *A = find(Name, AttributeKind::Float);
  return A != nullptr ? A->Float : Default;
}

StringRef OpInstance::attrString(StringRef Name, StringRef Default) const {
  const Attribute *A = find(Name, AttributeKind::String);
  return A != nullptr ? A->String : Default;
}

ArrayRef<int64_t> OpInstance::attrInts(StringRef Name) const {
  const Attribute *A = find(Name, AttributeKind::Ints);
  return A != nullptr ? A->Ints : ArrayRef<int64_t>();
}

ArrayRef<double> OpInstance::attrFloats(StringRef Name) const {
  const Attribute *A = find(Name, AttributeKind::Floats);
  return A != nullptr ? A->Floats : ArrayRef<double>();
}

ArrayRef<StringRef> OpInstance::attrStrings(StringRef Name) const {
  const Attribute *A = find(Name, AttributeKind::Strings);
  return A != nullptr ? A->Strings : ArrayRef<StringRef>();
}

const Constant *OpInstance::attrTensor(StringRef Name) const {
  const Attribute *A = find(Name, AttributeKind::Tensor);
  return A != nullptr ? A->Tensor : nullptr;
}

Error ShapeContext::fail(const Twine &Message) const {
  return makeError(Message);
}

Error ShapeContext::expectInputs(unsigned Least, unsigned Most) const {
  for (unsigned I = 0; I < Least; ++I)
    if (!hasInput(I))
      return fail("operand " + Twine(I) + " is missing (the operator takes " +
                  (Least == Most ? Twine(Least) : "at least " + Twine(Least)) +
                  ")");
  if (numInputs() > Most)
    return fail(Twine(numInputs()) +
                " operands, but the operator takes at most " + Twine(Most));
  return Error::success();
}

Error ShapeContext::expectRankAtLeast(unsigned I, size_t Rank) const {
  if (inShape(I).size() >= Rank)
    return Error::success();
  return fail("operand " + Twine(I) + " '" + printable(input(I).Name) +
              "' has shape " + toString(inShape(I)) + ", but at least " +
              Twine(Rank) +
              (Rank == 1 ? " dimension is needed" : " dimensions are needed"));
}

Error ShapeContext::expectRank(unsigned I, size_t Rank) const {
  if (inShape(I).size() == Rank)
    return Error::success();
  return fail("operand " + Twine(I) + " '" + printable(input(I).Name) +
              "' has shape " + toString(inShape(I)) + ", but " + Twine(Rank) +
              (Rank == 1 ? " dimension is needed" : " dimensions are needed"));
}

Error ShapeContext::setOutput(unsigned O, ElementType Type, ShapeRef Dims) {
  if (!hasOutput(O))
    return Error::success();
  for (int64_t D : Dims)
    if (D < 0)
      return fail("result " + Twine(O) + " would have shape " + toString(Dims) +
                  ", with a negative dimension");
  Count Bits = elements(Dims) * std::max(bitWidth(Type), 8U);
  if (!Bits.valid() || Bits > Count(INT64_MAX))
    return fail("result " + Twine(O) + " would have shape " + toString(Dims) +
                ", more than any memory holds");
  Value &V = Mutable.value(N.Outputs[O]);
  V.Type = Type;
  V.Dims = Mutable.copy(Dims);
  V.HasShape = true;
  return Error::success();
}

static void keep(Model &M, const Node &N, unsigned O, Constant C) {
  if (O >= N.Outputs.size() || N.Outputs[O] == NoId)
    return;
  Value &V = M.value(N.Outputs[O]);
  C.Type = V.Type;
  C.Dims = V.Dims;
  V.Contents = M.createConstant(C);
}

void ShapeContext::setContents(unsigned O, ArrayRef<int64_t> Ints) {
  Constant C;
  C.Ints = Ints;
  keep(Mutable, N, O, C);
}

void ShapeContext::setContents(unsigned O, ArrayRef<double> Floats) {
  Constant C;
  C.Floats = Floats;
  keep(Mutable, N, O, C);
}

void ShapeContext::setContents(unsigned O, ArrayRef<StringRef> Strings) {
  Constant C;
  C.Strings = Strings;
  keep(Mutable, N, O, C);
}

Expected<size_t> ShapeContext::checkedAxis(int64_t Axis, size_t Rank) const {
  auto Signed = static_cast<int64_t>(Rank);
  if (Axis < -Signed || Axis >= Signed)
    return fail("axis " + Twine(Axis) + " is outside a tensor of " +
                Twine(Rank) + " dimensions");
  return axis(Axis, Rank);
}

Expected<int64_t> ShapeContext::decided(unsigned O, size_t Axis, size_t Rank,
                                        std::optional<Count> Most,
                                        const Twine &What) {
  const Value &V = output(O);
  std::string Name = printable(V.Name);
  std::string Flag = "--dim " + Name + ":" + std::to_string(Axis) + "=";
  std::optional<int64_t> Size =
      Sizes != nullptr ? Sizes->given(V, Axis) : std::nullopt;
  bool Given = Size.has_value();
  if (!Size && V.DeclaredRank && V.Declared.size() == Rank &&
      V.Declared[Axis].known())
    Size = V.Declared[Axis].Value;
  std::string Place = "axis " + std::to_string(Axis) + " of its result '" +
                      Name + "' (" + What.str() + ")";
  if (Size && Most && Count(*Size) > *Most)
    return fail(Place + " can't be " + Twine(*Size) +
                (Given ? "" : ", as the file declares") + ": " +
                toString(*Most) + " is the most there can be");
  if (Size) {
    if (Given)
      estimate(Place + " is assumed to be " + Twine(*Size));
    return *Size;
  }
  if (!Most || !Most->valid() || *Most > Count(INT64_MAX))
    return fail(Place + " is only known when the network runs; give it with " +
                Flag + "NUMBER");
  estimate(Place + " is only known when the network runs; " + toString(*Most) +
           ", the most there can be, is counted (" + Flag +
           "NUMBER says otherwise)");
  return static_cast<int64_t>(Most->value());
}

std::string assumeAdvice(const Value &V) {
  Count Size = V.HasShape ? elements(V.Dims) : Count(1);
  std::string Text = "; give it with --assume " + printable(V.Name) + "=";
  for (unsigned I = 0; I < 3 && Count(I) < Size; ++I)
    Text += I == 0 ? "VALUE" : ",VALUE";
  return Text + (Size > Count(3) ? ",..." : "");
}

Error ShapeContext::unknownContents(unsigned I, StringRef What) const {
  // "its axes are", "its axis is".
  bool Many = What.ends_with("s") && !What.ends_with("axis");
  return fail("its " + What + " (operand " + Twine(I) + " '" +
              printable(input(I).Name) + "') " + (Many ? "are" : "is") +
              " only known when the network runs" + assumeAdvice(input(I)));
}

Expected<ArrayRef<int64_t>> ShapeContext::integers(unsigned I,
                                                   StringRef What) const {
  const Constant *C = contents(I);
  if (C == nullptr)
    return unknownContents(I, What);
  if (isFloating(C->Type) || C->Type == ElementType::String)
    return fail("its " + What + " (operand " + Twine(I) + " '" +
                printable(input(I).Name) + "') must be integers, not " +
                name(C->Type));
  return C->Ints;
}

} // namespace toscount
