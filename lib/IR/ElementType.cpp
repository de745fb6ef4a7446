//===- ElementType.cpp - what a tensor's elements are ---------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/IR/ElementType.h"

#include <array>

using namespace llvm;

namespace toscount {
namespace {

enum class Class : uint8_t { Other, Integer, Floating };

struct Row {
  ElementType Type;
  StringLiteral Name;
  Class Kind;
  unsigned Bits;
};

using ET = ElementType;
constexpr Row Rows[] = {
    {ET::Undefined, "undefined", Class::Other, 0},
    {ET::Float32, "fp32", Class::Floating, 32},
    {ET::UInt8, "uint8", Class::Integer, 8},
    {ET::Int8, "int8", Class::Integer, 8},
    {ET::UInt16, "uint16", Class::Integer, 16},
    {ET::Int16, "int16", Class::Integer, 16},
    {ET::Int32, "int32", Class::Integer, 32},
    {ET::Int64, "int64", Class::Integer, 64},
    {ET::String, "string", Class::Other, 64},
    {ET::Bool, "bool", Class::Other, 8},
    {ET::Float16, "fp16", Class::Floating, 16},
    {ET::Float64, "fp64", Class::Floating, 64},
    {ET::UInt32, "uint32", Class::Integer, 32},
    {ET::UInt64, "uint64", Class::Integer, 64},
    {ET::Complex64, "complex64", Class::Other, 64},
    {ET::Complex128, "complex128", Class::Other, 128},
    {ET::BFloat16, "bf16", Class::Floating, 16},
    {ET::Float8E4M3FN, "fp8e4m3", Class::Floating, 8},
    {ET::Float8E4M3FNUZ, "fp8e4m3fnuz", Class::Floating, 8},
    {ET::Float8E5M2, "fp8e5m2", Class::Floating, 8},
    {ET::Float8E5M2FNUZ, "fp8e5m2fnuz", Class::Floating, 8},
    {ET::UInt4, "uint4", Class::Integer, 4},
    {ET::Int4, "int4", Class::Integer, 4},
    {ET::Float4E2M1, "fp4e2m1", Class::Floating, 4},
    {ET::TF32, "tf32", Class::Floating, 32},
};

const Row &row(ElementType Type) {
  if (Type == ET::TF32)
    return std::end(Rows)[-1];
  return Rows[static_cast<size_t>(Type)];
}

constexpr StringRef DatatypeNames[] = {
    "fp64",    "fp32",  "tf32",  "fp16",  "bf16", "fp8e4m3", "fp8e5m2",
    "fp4e2m1", "int64", "int32", "int16", "int8", "int4"};

} // namespace

std::optional<ElementType> elementTypeFromOnnx(int64_t DataType) {
  if (DataType < 0 || DataType > static_cast<int64_t>(ET::Float4E2M1))
    return std::nullopt;
  return static_cast<ElementType>(DataType);
}

StringRef name(ElementType Type) { return row(Type).Name; }

std::optional<ElementType> elementTypeFromName(StringRef Name) {
  for (const Row &R : Rows)
    if (R.Name == Name && R.Type != ET::Undefined)
      return R.Type;
  return std::nullopt;
}

ArrayRef<StringRef> datatypeNames() { return DatatypeNames; }

bool isFloating(ElementType Type) { return row(Type).Kind == Class::Floating; }

bool isInteger(ElementType Type) { return row(Type).Kind == Class::Integer; }

unsigned bitWidth(ElementType Type) { return row(Type).Bits; }

Count byteSize(ElementType Type, Count Elements) {
  return (Elements * bitWidth(Type) + 7) / 8;
}

} // namespace toscount
