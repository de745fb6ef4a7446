//===- ExplainJson.cpp - one layer's formulas for programs ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "DisplayText.h"
#include "Explained.h"
#include "JsonCost.h"

using namespace llvm;

namespace toscount {
namespace {

void writeTensors(json::OStream &J, StringRef Key, const Model &M,
                  ArrayRef<ValueId> Ids) {
  J.attributeArray(Key, [&] {
    for (ValueId Id : Ids) {
      if (Id == NoId) {
        J.value(nullptr); // Absent, so that the others keep their numbers.
        continue;
      }
      const Value &V = M.value(Id);
      J.object([&] {
        J.attribute("name", jsonText(V.Name));
        J.attribute("dtype", name(V.Type));
        if (V.HasShape)
          writeJsonShape(J, "shape", V.Dims);
        J.attribute("stored", V.Kind == ValueKind::Initializer);
      });
    }
  });
}

void writeSteps(json::OStream &J, const Trace &Steps) {
  J.attributeArray("steps", [&] {
    for (const TraceStep &Step : Steps)
      J.object([&] {
        J.attribute("what", jsonText(Step.What));
        if (!Step.Formula.empty())
          J.attribute("formula", jsonText(Step.Formula));
        J.attribute("result", jsonNumber(Step.Result));
        J.attribute("why", jsonText(Step.Why));
      });
  });
}

} // namespace

void writeExplanationJson(raw_ostream &OS, const Explained &X,
                          const CostTable &Table) {
  json::OStream J(OS, 2);
  const LayerCounts &L = *X.Layer;
  J.object([&] {
    J.attribute("schema", "toscount.explain/1");
    J.attribute("name", jsonText(L.Name));
    if (!L.Op.empty())
      J.attribute("op", jsonText(L.Op));
    if (!L.Domain.empty())
      J.attribute("domain", jsonText(L.Domain));
    J.attribute("estimate", L.Estimate);
    if (X.Source != nullptr) {
      J.attribute("opset", X.Source->Opset);
      writeTensors(J, "operands", *Table.Counts->Source, X.Source->Inputs);
      writeTensors(J, "results", *Table.Counts->Source, X.Source->Outputs);
    }
    for (const ExplainedPhase &P : X.Phases)
      J.attributeObject(name(P.Which), [&] {
        J.attribute("doc", jsonText(P.Doc));
        writeSteps(J, *P.Steps);
        writeJsonCost(J, P.Lowered);
        J.attributeArray("prices", [&] {
          for (const PricedOps &O : pricedOps(P.Counted, Table.Options))
            J.object([&] {
              J.attribute("op", O.What);
              J.attribute("dtype", name(O.Type));
              J.attribute("count", jsonNumber(O.Number));
              J.attribute("transistors", jsonNumber(O.Price));
            });
        });
      });
  });
  OS << "\n";
}

} // namespace toscount
