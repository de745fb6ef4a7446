//===- OnnxText.cpp - layer graphs as ONNX text ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Zoo/OnnxWriter.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace toscount {
namespace {

StringRef textType(ElementType Type) {
  switch (Type) {
  case ElementType::Float32:
    return "float";
  case ElementType::Float64:
    return "double";
  case ElementType::Int64:
    return "int64";
  case ElementType::Int32:
    return "int32";
  case ElementType::Bool:
    return "bool";
  default:
    return "";
  }
}

/// The shortest of the usual forms that gives the same fp32 number.
std::string textNumber(double Number) {
  std::string Text;
  for (int Digits : {6, 9}) {
    Text.clear();
    raw_string_ostream(Text) << format("%.*g", Digits, Number);
    double Back = 0;
    if (to_float(Text, Back) &&
        static_cast<float>(Back) == static_cast<float>(Number))
      break;
  }
  // The parser wants to see that it is no whole number.
  if (Text.find_first_of(".en") == std::string::npos)
    Text += ".0";
  return Text;
}

class TextWriter {
public:
  TextWriter(raw_ostream &OS, const Model &M) : OS(OS), M(M) {}

  Error write() {
    nameValues();
    OS << "<ir_version: " << M.IrVersion << ", opset_import: [";
    ListSeparator Comma;
    for (const OpsetImport &Import : M.Opsets)
      OS << Comma << '"' << Import.Domain << "\" : " << Import.Version;
    OS << "], producer_name: \"" << printable(M.Producer) << "\">\n"
       << identifier(M.Main->Name) << " (";
    writeList(M.Main->Inputs);
    OS << ") => (";
    writeList(M.Main->Outputs);
    OS << ")\n";
    writeStored();
    OS << "{\n";
    for (const Node &N : M.Main->Nodes)
      writeNode(N);
    OS << "}\n";
    return Failure.empty() ? Error::success() : makeError(Failure);
  }

private:
  void fail(const Twine &Message) {
    if (Failure.empty())
      Failure = Message.str();
  }

  static std::string identifier(StringRef Name) {
    std::string Text;
    for (char C : Name)
      Text += isAlnum(C) ? C : '_';
    if (Text.empty() || isDigit(Text.front()))
      Text.insert(Text.begin(), '_');
    return Text;
  }

  void nameValues() {
    StringSet<> Used;
    for (const Value &V : M.Values) {
      std::string Plain = identifier(StringRef(V.Name).ltrim('/')),
                  Name = Plain;
      for (unsigned I = 1; !Used.insert(Name).second; ++I)
        Name = Plain + "_" + std::to_string(I);
      Names.push_back(std::move(Name));
    }
  }

  StringRef typeOf(const Value &V) {
    StringRef Type = textType(V.Type);
    if (Type.empty() || V.Sequence)
      fail("'" + printable(V.Name) + "' of type " + name(V.Type) +
           " is not written as text");
    return Type;
  }

  /// Inputs or outputs.
  void writeList(ArrayRef<ValueId> Ids) {
    ListSeparator Comma;
    for (ValueId Id : Ids) {
      const Value &V = M.value(Id);
      OS << Comma << typeOf(V);
      if (!V.DeclaredRank)
        OS << "[]";
      else if (!V.Declared.empty()) {
        OS << '[';
        ListSeparator Inner;
        for (const Dim &D : V.Declared) {
          OS << Inner;
          if (D.known())
            OS << D.Value;
          else
            OS << (D.Symbol.empty() ? "?" : identifier(D.Symbol));
        }
        OS << ']';
      }
      OS << ' ' << Names[Id];
    }
  }

  void writeStored() {
    StringRef Before = "<\n  ";
    for (ValueId Id = 0; Id < M.Values.size(); ++Id) {
      const Value &V = M.value(Id);
      if (V.Kind != ValueKind::Initializer)
        continue;
      OS << Before << typeOf(V);
      if (!V.Dims.empty())
        OS << toString(V.Dims);
      OS << ' ' << Names[Id] << " = ";
      writeContents(V.Contents);
      Before = ",\n  ";
    }
    if (Before.starts_with(","))
      OS << "\n>\n";
  }

  void writeContents(const Constant *C) {
    OS << '{';
    ListSeparator Comma;
    if (C != nullptr) {
      for (int64_t Number : C->Ints)
        OS << Comma << Number;
      for (double Number : C->Floats)
        OS << Comma << textNumber(Number);
    }
    OS << '}';
  }

  void writeNode(const Node &N) {
    ListSeparator Comma;
    OS << "  ";
    for (ValueId Id : N.Outputs)
      OS << Comma << (Id == NoId ? "" : StringRef(Names[Id]));
    OS << " = " << (N.Domain.empty() ? "" : (N.Domain + ".").str()) << N.Op;
    if (!N.Attributes.empty()) {
      OS << " <";
      ListSeparator Next;
      for (const Attribute &A : N.Attributes) {
        OS << Next << A.Name << " = ";
        writeAttribute(N, A);
      }
      OS << '>';
    }
    OS << " (";
    ListSeparator Between;
    for (ValueId Id : N.Inputs)
      OS << Between << (Id == NoId ? "" : StringRef(Names[Id]));
    OS << ")\n";
  }

  void writeAttribute(const Node &N, const Attribute &A) {
    ListSeparator Comma;
    switch (A.Kind) {
    case AttributeKind::Int:
      OS << A.Int;
      return;
    case AttributeKind::Float:
      OS << textNumber(A.Float);
      return;
    case AttributeKind::String:
      OS << '"' << printable(A.String) << '"';
      return;
    case AttributeKind::Ints:
      OS << '[';
      for (int64_t Number : A.Ints)
        OS << Comma << Number;
      OS << ']';
      return;
    case AttributeKind::Floats:
      OS << '[';
      for (double Number : A.Floats)
        OS << Comma << textNumber(Number);
      OS << ']';
      return;
    default:
      fail("node '" + printable(N.Name) + "': attribute '" + printable(A.Name) +
           "' is not written as text");
    }
  }

  raw_ostream &OS;
  const Model &M;
  std::vector<std::string> Names;
  std::string Failure;
};

} // namespace

Error writeOnnxText(raw_ostream &OS, const Model &M) {
  if (Error E = TextWriter(OS, M).write())
    return withContext(std::move(E), printable(M.Path));
  return Error::success();
}

} // namespace toscount
