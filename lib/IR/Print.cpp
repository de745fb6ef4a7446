//===- Print.cpp - the layer graph as text --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/IR/Print.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace toscount {
namespace {

/// Longer lists end in "...".
constexpr size_t MaxShown = 16;

class Printer {
public:
  Printer(raw_ostream &Out, const Model &M) : Out(Out), M(M) {}

  void printModel();

private:
  void printGraph(const Graph &G, unsigned Depth);
  void printNode(const Node &N, unsigned Depth);
  void printAttribute(const Attribute &A);
  void printType(const Value &V);
  void printContents(const Constant &C);
  void printString(StringRef Text) { Out << '"' << printable(Text) << '"'; }
  void printNumber(double Number);
  void printName(StringRef Name);
  void printValue(ValueId Id);
  raw_ostream &indent(unsigned Depth) { return Out.indent(2 * Depth); }

  template <typename T, typename Print>
  void printList(ArrayRef<T> Items, Print Each) {
    ListSeparator Comma;
    for (const T &Item : Items.take_front(MaxShown)) {
      Out << Comma;
      Each(Item);
    }
    if (Items.size() > MaxShown)
      Out << ", ... (" << Items.size() << ")";
  }

  raw_ostream &Out;
  const Model &M;
};

void Printer::printModel() {
  Out << "model ";
  printString(M.Path);
  Out << " ir " << M.IrVersion;
  for (const OpsetImport &Import : M.Opsets)
    Out << ", "
        << (Import.Domain.empty() ? "ai.onnx" : printable(Import.Domain)) << ' '
        << Import.Version;
  if (!M.Producer.empty()) {
    Out << ", from ";
    printString((M.Producer + (M.ProducerVersion.empty() ? "" : " ") +
                 M.ProducerVersion)
                    .str());
  }
  Out << '\n';
  for (const std::string &Warning : M.Warnings)
    Out << "warning: " << Warning << '\n';
  if (M.Main)
    printGraph(*M.Main, 0);
}

/// Stored tensors belong to no list of a graph, so each is printed once, in the
/// main graph, wherever it is used.
void Printer::printGraph(const Graph &G, unsigned Depth) {
  indent(Depth) << "graph ";
  printString(G.Name);
  Out << " {\n";
  for (ValueId Id : G.Inputs) {
    indent(Depth + 1) << "input ";
    printValue(Id);
    Out << " : ";
    printType(M.value(Id));
    Out << '\n';
  }
  for (ValueId Id = 0; !G.Parent && Id < M.Values.size(); ++Id) {
    const Value &V = M.value(Id);
    if (V.Kind != ValueKind::Initializer)
      continue;
    indent(Depth + 1) << "stored ";
    printValue(Id);
    Out << " : ";
    printType(V);
    Out << '\n';
  }
  for (const Node &N : G.Nodes)
    printNode(N, Depth + 1);
  for (ValueId Id : G.Outputs) {
    indent(Depth + 1) << "output ";
    printValue(Id);
    Out << " : ";
    printType(M.value(Id));
    Out << '\n';
  }
  indent(Depth) << "}\n";
}

void Printer::printNode(const Node &N, unsigned Depth) {
  indent(Depth);
  auto Value = [&](ValueId Id) { printValue(Id); };
  printList(N.Outputs, Value);
  Out << (N.Outputs.empty() ? "" : " = ");
  if (!N.Domain.empty())
    Out << printable(N.Domain) << '.';
  Out << printable(N.Op) << '(';
  printList(N.Inputs, Value);
  Out << ')';
  SmallVector<const Graph *, 2> Subgraphs;
  for (const Attribute &A : N.Attributes)
    if (A.Subgraph)
      Subgraphs.push_back(A.Subgraph);
  if (!N.Attributes.empty()) {
    Out << " {";
    printList(N.Attributes, [&](const Attribute &A) { printAttribute(A); });
    Out << '}';
  }
  StringRef Separator = " : ";
  for (ValueId Id : N.Outputs) {
    if (Id == NoId)
      continue;
    Out << Separator;
    printType(M.value(Id));
    Separator = ", ";
  }
  if (N.Outputs.empty() || N.Outputs.front() == NoId ||
      M.value(N.Outputs.front()).Name != N.Name) {
    Out << " @";
    printString(N.Name);
  }
  Out << '\n';
  for (const Graph *Sub : Subgraphs)
    printGraph(*Sub, Depth + 1);
}

void Printer::printAttribute(const Attribute &A) {
  Out << printable(A.Name) << " = ";
  switch (A.Kind) {
  case AttributeKind::Int:
    Out << A.Int;
    break;
  case AttributeKind::Float:
    printNumber(A.Float);
    break;
  case AttributeKind::String:
    printString(A.String);
    break;
  case AttributeKind::Ints:
    Out << '[';
    printList(A.Ints, [&](int64_t I) { Out << I; });
    Out << ']';
    break;
  case AttributeKind::Floats:
    Out << '[';
    printList(A.Floats, [&](double D) { printNumber(D); });
    Out << ']';
    break;
  case AttributeKind::Strings:
    Out << '[';
    printList(A.Strings, [&](StringRef S) { printString(S); });
    Out << ']';
    break;
  case AttributeKind::Tensor:
    if (!A.Tensor)
      break;
    Out << name(A.Tensor->Type) << toString(A.Tensor->Dims);
    if (A.Tensor->size() != 0)
      printContents(*A.Tensor);
    break;
  case AttributeKind::Graph:
    Out << "graph";
    break;
  case AttributeKind::Other:
    Out << "...";
    break;
  }
}

void Printer::printType(const Value &V) {
  if (V.Sequence) {
    Out << "sequence";
    return;
  }
  Out << (V.Type == ElementType::Undefined ? StringRef("?") : name(V.Type));
  if (V.HasShape) {
    Out << toString(V.Dims);
  } else if (V.DeclaredRank) {
    Out << '[';
    printList(V.Declared, [&](const Dim &D) {
      if (D.known())
        Out << D.Value;
      else
        Out << (D.Symbol.empty() ? "?" : printable(D.Symbol));
    });
    Out << ']';
  }
  if (V.Contents)
    printContents(*V.Contents);
}

void Printer::printContents(const Constant &C) {
  Out << " = {";
  printList(C.Ints, [&](int64_t I) { Out << I; });
  printList(C.Floats, [&](double D) { printNumber(D); });
  printList(C.Strings, [&](StringRef S) { printString(S); });
  Out << '}';
}

void Printer::printNumber(double Number) { Out << format("%.9g", Number); }

void Printer::printName(StringRef Name) {
  bool Plain = all_of(Name, [](char C) {
    return isAlnum(C) || StringRef("_./:-").contains(C);
  });
  if (Plain && !Name.empty())
    Out << Name;
  else
    printString(Name);
}

void Printer::printValue(ValueId Id) {
  if (Id == NoId) {
    Out << "none";
    return;
  }
  Out << '%';
  printName(M.value(Id).Name);
}

} // namespace

void print(raw_ostream &Out, const Model &M) { Printer(Out, M).printModel(); }

} // namespace toscount
