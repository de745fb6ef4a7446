//===- Example.h - counts made by hand, for tests of reports --------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_UNIT_REPORT_EXAMPLE_H
#define TOSCOUNT_TEST_UNIT_REPORT_EXAMPLE_H

#include "toscount/Lowering/CostTable.h"
#include "toscount/Report/Report.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>

namespace toscount::test {

/// A model with its counts.
struct Example {
  std::unique_ptr<Model> Source = std::make_unique<Model>();
  ModelCounts Counts;

  explicit Example(Level L = Level::Train) {
    Source->Path = "model.onnx";
    Source->Opsets = {{"", 17}};
    Source->Main = Source->createGraph();
    Source->Main->Name = "main";
    Counts.Source = Source.get();
    Counts.Options.Phases = L;
    if (L != Level::Infer)
      Counts.Options.Loss = "cross-entropy";
  }

  /// A layer with \p Rows dot products of length \p Length forward, and in
  /// training twice that backward.
  LayerCounts &add(llvm::StringRef Name, llvm::StringRef Op, Count Rows,
                   Count Length, const Shape &Output = {1, 10}) {
    LayerCounts L;
    L.Name = Source->copy(Name);
    L.Op = Source->copy(Op);
    L.Output = Source->copy(ShapeRef(Output));
    bool IsLoss = Op.empty();
    L.Phases.set(IsLoss ? 1 : 0, work(Rows, Length));
    if (Counts.has(Phase::Backward))
      L.Phases.set(2, work(Rows * 2, Length));
    if (!IsLoss) {
      L.Parameters = L.TrainableParameters = Length;
      Counts.Parameters.Total += Length;
      Counts.Parameters.Trainable += Length;
      Node N;
      N.Name = L.Name;
      N.Op = L.Op;
      N.Opset = 17;
      Source->Main->Nodes.push_back(N);
    }
    Counts.Layers.push_back(std::move(L));
    return Counts.Layers.back();
  }

  [[nodiscard]] CostTable lowered() const {
    return llvm::cantFail(lower(Counts, {}));
  }

  static Work work(Count Rows, Count Length) {
    Work W(ElementType::Float32);
    W.dots(Rows, Length, "one dot product an output element");
    W.BytesRead = Rows * 4;
    W.BytesWritten = Length * 4;
    return W;
  }
};

/// Three layers and a loss, in training.
inline Example small() {
  Example E;
  E.Counts.Batch = 32;
  E.Counts.BoundDims = {{"N", 32}};
  E.Counts.Inputs.push_back({"data", ElementType::Float32, {32, 3, 224, 224}});
  E.add("/layer1/conv1/Conv", "Conv", 802816, 147, {32, 64, 112, 112});
  E.add("/layer1/act/Relu", "Relu", 0, 0, {32, 64, 112, 112});
  E.add("/layer2/fc/Gemm", "Gemm", 32000, 2048, {32, 1000});
  E.add("loss", "", 32, 1000);
  E.Counts.ActivationBytes = 123456789;
  return E;
}

template <typename F> std::string written(F Write) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  llvm::Error E = Write(OS);
  return E ? "error: " + llvm::toString(std::move(E)) : Text;
}

inline std::string report(const CostTable &Table,
                          const ReportOptions &Options = {}) {
  return written(
      [&](llvm::raw_ostream &OS) { return writeReport(OS, Table, Options); });
}

/// The lines of \p Text.
inline std::vector<llvm::StringRef> lines(llvm::StringRef Text) {
  llvm::SmallVector<llvm::StringRef> Parts;
  Text.split(Parts, '\n', -1, /*KeepEmpty=*/true);
  if (!Parts.empty() && Parts.back().empty())
    Parts.pop_back();
  return {Parts.begin(), Parts.end()};
}

} // namespace toscount::test

#endif // TOSCOUNT_TEST_UNIT_REPORT_EXAMPLE_H
