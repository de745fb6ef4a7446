//===- Columns.cpp - what a row can be asked for --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Columns.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

template <WideCount Cost::*Member> WideCount figure(const Cost &C) {
  return C.*Member;
}

template <Elementary Function> WideCount elementary(const Cost &C) {
  return C.ByFunction[static_cast<unsigned>(Function)];
}

using Class = ColumnClass;
using E = Elementary;

constexpr ColumnKind Kinds[] = {
    {"name", "layer", Class::Text, nullptr},
    {"op", "operator", Class::Text, nullptr},
    {"output", "output", Class::Text, nullptr},
    {"blocks", "blocks", Class::Number, nullptr},
    {"layers", "layers", Class::Number, nullptr},
    {"params", "params", Class::Number, nullptr},
    {"trainable", "trainable", Class::Number, nullptr},
    {"estimate", "estimate", Class::Text, nullptr},
    {"macs", "MACs", Class::Number, figure<&Cost::Macs>},
    {"flops", "FLOPs", Class::Number, figure<&Cost::Flops>},
    {"tos", "TOs", Class::Number, figure<&Cost::TOs>},
    {"share", "share", Class::Share, figure<&Cost::TOs>},
    {"bytes", "bytes", Class::Bytes, [](const Cost &C) { return C.bytes(); }},
    {"bytes_read", "read", Class::Bytes, figure<&Cost::BytesRead>},
    {"bytes_written", "written", Class::Bytes, figure<&Cost::BytesWritten>},
    {"kernels", "kernels", Class::Number, figure<&Cost::Kernels>},
    {"random", "random", Class::Number, figure<&Cost::Random>},
    {"add", "add", Class::Number, figure<&Cost::Add>},
    {"sub", "sub", Class::Number, figure<&Cost::Sub>},
    {"mul", "mul", Class::Number, figure<&Cost::Mul>},
    {"div", "div", Class::Number, figure<&Cost::Div>},
    {"root", "root", Class::Number, figure<&Cost::Root>},
    {"cmp", "cmp", Class::Number, figure<&Cost::Cmp>},
    {"exp", "exp", Class::Number, elementary<E::Exp>},
    {"log", "log", Class::Number, elementary<E::Log>},
    {"sqrt", "sqrt", Class::Number, elementary<E::Sqrt>},
    {"pow", "pow", Class::Number, elementary<E::Pow>},
    {"erf", "erf", Class::Number, elementary<E::Erf>},
    {"sin", "sin", Class::Number, elementary<E::Sin>},
    {"cos", "cos", Class::Number, elementary<E::Cos>},
    {"asin", "asin", Class::Number, elementary<E::Asin>},
    {"acos", "acos", Class::Number, elementary<E::Acos>},
    {"atan", "atan", Class::Number, elementary<E::Atan>},
};

std::optional<Phase> phaseFromName(StringRef Name) {
  for (unsigned P = 0; P < NumPhases; ++P)
    if (name(static_cast<Phase>(P)) == Name)
      return static_cast<Phase>(P);
  return std::nullopt;
}

Error unknownColumn(StringRef Name) {
  std::vector<std::string> All;
  for (const ColumnKind &K : Kinds) {
    All.push_back(K.Name.str());
    if (K.Figure == nullptr)
      continue;
    for (unsigned P = 0; P < NumPhases; ++P)
      All.push_back((name(static_cast<Phase>(P)) + "." + K.Name).str());
  }
  std::vector<StringRef> Candidates(All.begin(), All.end());
  std::string Hint = didYouMean(Name, Candidates);
  if (Hint.empty()) {
    std::vector<StringRef> Plain = reportColumnNames();
    Hint = "; columns are " + join(Plain.begin(), Plain.end(), ", ") +
           ", and figures by phase as in 'forward.tos'";
  }
  return makeError("unknown column '" + printable(Name) + "'" + Hint);
}

} // namespace

ArrayRef<ColumnKind> columnKinds() { return Kinds; }

std::vector<StringRef> reportColumnNames() {
  std::vector<StringRef> Names;
  for (const ColumnKind &K : Kinds)
    Names.push_back(K.Name);
  return Names;
}

std::string Column::name() const {
  return In ? (toscount::name(*In) + "." + Kind->Name).str() : Kind->Name.str();
}

std::string Column::title() const {
  return In ? (toscount::name(*In) + " " + Kind->Title).str()
            : Kind->Title.str();
}

Expected<Column> findColumn(StringRef Name) {
  auto [Head, Tail] = Name.split('.');
  Column C;
  StringRef Wanted = Name;
  if (Name.contains('.')) {
    C.In = phaseFromName(Head);
    if (!C.In && Head != "all")
      return unknownColumn(Name);
    Wanted = Tail;
  }
  const auto *Kind =
      find_if(Kinds, [&](const ColumnKind &K) { return K.Name == Wanted; });
  if (Kind == std::end(Kinds))
    return unknownColumn(Name);
  if (Name.contains('.') && Kind->Figure == nullptr)
    return makeError("column '" + Wanted +
                     "' is the same in every phase; write"
                     " '" +
                     Wanted + "'");
  C.Kind = Kind;
  return C;
}

Expected<std::vector<Column>> findColumns(ArrayRef<std::string> Names) {
  std::vector<Column> Columns;
  for (StringRef Name : Names) {
    Expected<Column> C = findColumn(Name.trim());
    if (!C)
      return C.takeError();
    Columns.push_back(*C);
  }
  return Columns;
}

Column column(StringRef Name) { return cantFail(findColumn(Name)); }

const Cost &costIn(const LayerCost &L, std::optional<Phase> In) {
  return In ? L.in(*In) : L.All;
}

WideCount number(const Column &C, const ReportRow &Row) {
  if (C.Kind->Figure != nullptr)
    return C.Kind->Figure(costIn(Row.Cost, C.In));
  if (C.Kind->Name == "blocks")
    return Row.Blocks;
  if (C.Kind->Name == "layers")
    return Row.Layers;
  if (C.Kind->Name == "params")
    return Row.Parameters;
  if (C.Kind->Name == "trainable")
    return Row.Trainable;
  return 0;
}

std::string text(const Column &C, const ReportRow &Row) {
  if (C.Kind->Name == "name")
    return Row.Name;
  if (C.Kind->Name == "op")
    return Row.Op;
  if (C.Kind->Name == "estimate")
    return Row.Estimate ? "yes" : "no";
  if (C.Kind->Name == "output" && Row.Output)
    return shapeText(*Row.Output);
  return "";
}

std::string shapeText(ShapeRef Dims) {
  if (Dims.empty())
    return "scalar";
  std::string Text;
  for (int64_t Dim : Dims)
    Text += (Text.empty() ? "" : "x") + std::to_string(Dim);
  return Text;
}

} // namespace toscount
