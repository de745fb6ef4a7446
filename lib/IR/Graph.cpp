//===- Graph.cpp - the layer graph ----------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/IR/Graph.h"

using namespace llvm;

namespace toscount {

Count elements(ShapeRef Dims) {
  Count Product = 1;
  // A zero anywhere makes the tensor empty, whatever the others multiply to.
  if (is_contained(Dims, 0))
    return 0;
  for (int64_t D : Dims)
    Product *= D;
  return Product;
}

std::string toString(ShapeRef Dims) {
  std::string Text = "[";
  for (size_t I = 0; I < Dims.size(); ++I) {
    if (I != 0)
      Text += ", ";
    Text += std::to_string(Dims[I]);
  }
  return Text + "]";
}

int64_t Model::opset(StringRef Domain) const {
  for (const OpsetImport &Import : Opsets)
    if (Import.Domain == Domain)
      return Import.Version;
  return 0;
}

Graph *Model::createGraph() {
  Graphs.push_back(std::make_unique<Graph>());
  return Graphs.back().get();
}

ValueId Model::addValue(Value V) {
  Values.push_back(V);
  return static_cast<ValueId>(Values.size() - 1);
}

StringRef Model::copy(StringRef Text) { return Text.copy(Arena); }

const Constant *Model::createConstant(const Constant &C) {
  auto *Copy = new (Arena.Allocate<Constant>()) Constant(C);
  Copy->Dims = copy(C.Dims);
  Copy->Ints = copy(C.Ints);
  Copy->Floats = copy(C.Floats);
  Copy->Strings = copy(C.Strings);
  return Copy;
}

} // namespace toscount
