//===- KeyColumns.cpp - what tells runs apart, as columns -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "KeyColumns.h"

#include "DisplayText.h"

using namespace llvm;

namespace toscount {

void KeyColumns::see(const EfficiencyKey &Key) {
  Hardware |= !Key.Hardware.empty();
  Dataset |= !Key.Dataset.empty();
  Criterion |= !Key.Criterion.empty();
  Architecture |= !Key.Architecture.empty();
  Size |= !Key.Size.empty();
}

void KeyColumns::add(TableBuilder &B) const {
  if (Hardware)
    B.text("hardware");
  if (Dataset)
    B.text("data set");
  if (Criterion)
    B.text("criterion");
  if (Architecture)
    B.text("architecture");
  if (Size)
    B.text("size");
}

std::vector<std::string>
KeyColumns::cells(const EfficiencyKey &Key,
                  std::vector<std::string> Rest) const {
  std::vector<std::string> Cells;
  if (Hardware)
    Cells.push_back(Key.Hardware);
  if (Dataset)
    Cells.push_back(Key.Dataset);
  if (Criterion)
    Cells.push_back(Key.Criterion);
  if (Architecture)
    Cells.push_back(Key.Architecture);
  if (Size)
    Cells.push_back(Key.Size);
  for (std::string &Cell : Rest)
    Cells.push_back(std::move(Cell));
  return Cells;
}

void writeKey(json::OStream &J, const EfficiencyKey &Key) {
  auto Part = [&](StringRef Name, const std::string &Text) {
    if (!Text.empty())
      J.attribute(Name, jsonText(Text));
  };
  Part("hardware", Key.Hardware);
  Part("dataset", Key.Dataset);
  Part("criterion", Key.Criterion);
  Part("architecture", Key.Architecture);
  Part("size", Key.Size);
}

StringRef keyCsvHeader() {
  return "hardware,dataset,criterion,architecture,size";
}

std::string keyCsv(const EfficiencyKey &Key) {
  std::string Text;
  for (const std::string &Part :
       {Key.Hardware, Key.Dataset, Key.Criterion, Key.Architecture, Key.Size})
    Text += csvField(Part) + ",";
  Text.pop_back();
  return Text;
}

} // namespace toscount
