//===- Benchmarks.cpp - the passes, each alone ----------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Microbenchmarks through the library's API: import, shape inference,
/// counting (inference and training), lowering and printing, on models made in
/// memory; fitting and predicting runs of the zoo's networks. Each pass is
/// timed alone, in processor time of all threads (the column Time); what it
/// needs is prepared, and what it made is freed, outside of the clock. The
/// fitted complexity of each is printed after its sizes.
///
//===----------------------------------------------------------------------===//

#include "toscount/Analysis/Count.h"
#include "toscount/Calibration/FitRuns.h"
#include "toscount/Import/Import.h"
#include "toscount/Prediction/Evaluate.h"
#include "toscount/Report/Report.h"
#include "toscount/Support/Random.h"

#include <benchmark/benchmark.h>

#include <ctime>

using namespace llvm;
using namespace toscount;

namespace {

//===----------------------------------------------------------------------===//
// Models in memory
//===----------------------------------------------------------------------===//

/// Appends protobuf fields to a string.
class Proto {
public:
  Proto &number(unsigned Field, uint64_t Value) {
    varint(Field << 3);
    varint(Value);
    return *this;
  }
  Proto &bytes(unsigned Field, StringRef Value) {
    varint(Field << 3 | 2);
    varint(Value.size());
    Bytes.append(Value.begin(), Value.end());
    return *this;
  }
  Proto &bytes(unsigned Field, const Proto &Message) {
    return bytes(Field, Message.Bytes);
  }

  std::string Bytes;

private:
  void varint(uint64_t Value) {
    for (; Value > 0x7f; Value >>= 7)
      Bytes.push_back(char((Value & 0x7f) | 0x80));
    Bytes.push_back(char(Value));
  }
};

/// Images of 16 channels; the first dimension is named N. Field numbers are
/// those of onnx.proto.
class NetBuilder {
public:
  void node(StringRef Op, ArrayRef<std::string> Inputs,
            const std::string &Output) {
    Proto Node;
    for (const std::string &Input : Inputs)
      Node.bytes(1, Input);
    Graph.bytes(
        1,
        Node.bytes(2, Output).bytes(3, Output + "/" + Op.str()).bytes(4, Op));
  }

  /// A float initializer without contents.
  std::string weight(const std::string &Name, ArrayRef<uint64_t> Dims) {
    Proto Tensor;
    for (uint64_t Dim : Dims)
      Tensor.number(1, Dim);
    Graph.bytes(5, Tensor.number(2, Float).bytes(8, Name));
    return Name;
  }

  /// The model, from the value "x" to \p Output.
  std::string finish(const std::string &Output) {
    Graph.bytes(2, "bench").bytes(11, image("x")).bytes(12, image(Output));
    Proto Opset, Model;
    Opset.bytes(1, "").number(2, 17);
    return Model.number(1, 8).bytes(8, Opset).bytes(7, Graph).Bytes;
  }

private:
  static constexpr unsigned Float = 1;

  static Proto image(const std::string &Name) {
    Proto Dims, Batch, Tensor, Type, Value;
    Dims.bytes(1, Batch.bytes(2, "N"));
    for (unsigned Size : {16, 8, 8}) {
      Proto Dim;
      Dims.bytes(1, Dim.number(1, Size));
    }
    Type.bytes(1, Tensor.number(1, Float).bytes(2, Dims));
    return Value.bytes(1, Name).bytes(2, Type);
  }

  Proto Graph;
};

/// About \p Nodes nodes in residual blocks: convolution, normalization, ReLU,
/// addition.
std::string residualChain(int64_t Nodes) {
  NetBuilder Net;
  std::string X = "x";
  for (int64_t I = 0; I != Nodes / 4; ++I) {
    std::string Block = "/layer." + std::to_string(I);
    std::string Conv = Block + "/conv", Norm = Block + "/norm",
                Relu = Block + "/relu", Sum = Block + "/sum";
    Net.node("Conv", {X, Net.weight(Conv + ".weight", {16, 16, 1, 1})}, Conv);
    Net.node("BatchNormalization",
             {Conv, Net.weight(Norm + ".weight", {16}),
              Net.weight(Norm + ".bias", {16}),
              Net.weight(Norm + ".running_mean", {16}),
              Net.weight(Norm + ".running_var", {16})},
             Norm);
    Net.node("Relu", {Norm}, Relu);
    Net.node("Add", {Relu, X}, Sum);
    X = Sum;
  }
  return Net.finish(X);
}

/// One value read by \p Width nodes whose results one node sums.
std::string fan(int64_t Width) {
  NetBuilder Net;
  Net.node("Add", {"x", Net.weight("bias", {16, 8, 8})}, "first");
  std::vector<std::string> Branches;
  for (int64_t I = 0; I != Width; ++I) {
    Branches.push_back("/branch." + std::to_string(I));
    Net.node("Relu", {"first"}, Branches.back());
  }
  Net.node("Sum", Branches, "last");
  return Net.finish("last");
}

//===----------------------------------------------------------------------===//
// One model through the passes
//===----------------------------------------------------------------------===//

/// Everything made of one model on its way to a report.
class Pipeline {
public:
  Pipeline(benchmark::State &State, const std::string &Bytes, Level Phases)
      : State(State), Bytes(Bytes) {
    Options.Phases = Phases;
    Options.Batch = 1;
    Options.Loss = "mse";
    if (Phases == Level::Train)
      Options.Optimizer = "adam";
  }

  bool import() {
    Expected<std::unique_ptr<Model>> M = importOnnx(
        MemoryBuffer::getMemBuffer(Bytes, "", /*RequiresNullTerminator=*/false),
        "bench.onnx");
    if (!M)
      return failed(M.takeError());
    Network = std::move(*M);
    return true;
  }

  bool shapes() {
    Error E = inferModelShapes(*Network, Registry, Options);
    return E ? failed(std::move(E)) : true;
  }

  bool count() {
    Expected<ModelCounts> C = countModel(*Network, Registry, Options);
    if (!C)
      return failed(C.takeError());
    Counts = std::move(*C);
    return true;
  }

  bool lower() {
    Expected<CostTable> T = toscount::lower(Counts, LoweringOptions());
    if (!T)
      return failed(T.takeError());
    Table = std::move(*T);
    return true;
  }

  bool print(ReportFormat Format) {
    std::string Text;
    raw_string_ostream OS(Text);
    ReportOptions Report;
    Report.Format = Format;
    if (Error E = writeReport(OS, Table, Report))
      return failed(std::move(E));
    benchmark::DoNotOptimize(Text.data());
    return true;
  }

private:
  bool failed(Error E) {
    State.SkipWithError(toString(std::move(E)).c_str());
    return false;
  }

  benchmark::State &State;
  StringRef Bytes;
  OpRegistry Registry;
  CountOptions Options;
  std::unique_ptr<Model> Network;
  ModelCounts Counts;
  CostTable Table;
};

/// Processor time of this process: what else a machine does is not counted.
double cpuSeconds() {
  timespec T{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &T);
  return double(T.tv_sec) + double(T.tv_nsec) * 1e-9;
}

/// Prepares with \p Before and times \p Pass, anew in each iteration. Items
/// are nodes.
template <typename Prepare, typename Run>
void measure(benchmark::State &State, Level Phases,
             std::string (&MakeModel)(int64_t), Prepare Before, Run Pass) {
  std::string Bytes = MakeModel(State.range(0));
  for (auto _ : State) {
    Pipeline P(State, Bytes, Phases);
    if (!Before(P))
      return;
    double Start = cpuSeconds();
    bool Good = Pass(P);
    double End = cpuSeconds();
    if (!Good)
      return;
    State.SetIterationTime(End - Start);
  }
  State.SetItemsProcessed(State.iterations() * State.range(0));
  State.SetComplexityN(State.range(0));
}

bool nothing(Pipeline &) { return true; }
bool imported(Pipeline &P) { return P.import(); }
bool counted(Pipeline &P) { return P.import() && P.count(); }
bool lowered(Pipeline &P) { return counted(P) && P.lower(); }

using Generator = std::string(int64_t);

void import(benchmark::State &State, Generator &Make) {
  measure(State, Level::Infer, Make, nothing,
          [](Pipeline &P) { return P.import(); });
}

void shapes(benchmark::State &State, Generator &Make) {
  measure(State, Level::Infer, Make, imported,
          [](Pipeline &P) { return P.shapes(); });
}

/// Shape inference included: it is a pass of countModel.
void count(benchmark::State &State, Generator &Make, Level Phases) {
  measure(State, Phases, Make, imported, [](Pipeline &P) { return P.count(); });
}

void lowering(benchmark::State &State, Generator &Make) {
  measure(State, Level::Train, Make, counted,
          [](Pipeline &P) { return P.lower(); });
}

void printing(benchmark::State &State, Generator &Make, ReportFormat Format) {
  measure(State, Level::Train, Make, lowered,
          [Format](Pipeline &P) { return P.print(Format); });
}

//===----------------------------------------------------------------------===//
// Fitting and predicting
//===----------------------------------------------------------------------===//

/// \p N runs of single layers, as wide and as long as chance has it. Energies
/// are made up: one price a trained weight and sample, within 5 %.
std::vector<RunRecord> runs(int64_t N) {
  Random Source(1);
  std::vector<RunRecord> Records;
  for (int64_t I = 0; I != N; ++I) {
    size_t Width = 8 * (1 + Source.index(64));
    RunRecord R;
    R.File = "bench";
    R.Line = unsigned(I) + 1;
    R.Model = "zoo:layer-linear:in=" + std::to_string(Width) + ",out=10";
    R.Samples = 1000 * (1 + Source.index(50));
    R.Batch = uint64_t(16) << Source.index(4);
    R.Epochs = 1 + Source.index(5);
    R.Optimizer = "adam";
    R.Loss = "mse";
    R.Dtype = "fp32";
    R.Hardware = R.Meter = "none";
    double Noise = 0.95 + 0.1 * Source.uniform();
    R.Energy = {(5 + 1e-6 * double(R.Samples * R.Epochs * Width)) * Noise, "J"};
    Records.push_back(std::move(R));
  }
  return Records;
}

/// All candidates, cross-validated; without a bootstrap.
Expected<RunFit> fitted(int64_t N) {
  RunFitOptions Options;
  Options.Name = "bench";
  Options.Folds = 5;
  Options.Replicates = 0;
  OpRegistry Registry;
  return fitRuns(runs(N), Registry, Options);
}

void fitting(benchmark::State &State) {
  for (auto _ : State) {
    double Start = cpuSeconds();
    Expected<RunFit> Fit = fitted(State.range(0));
    double End = cpuSeconds();
    if (!Fit) {
      State.SkipWithError(toString(Fit.takeError()).c_str());
      return;
    }
    State.SetIterationTime(End - Start);
  }
  State.SetComplexityN(State.range(0));
}

/// The energy of training \p Model. \p Counting: its features are counted each
/// time, not only once.
void predicting(benchmark::State &State, const char *Model, bool Counting) {
  Expected<RunFit> Fit = fitted(64);
  if (!Fit) {
    State.SkipWithError(toString(Fit.takeError()).c_str());
    return;
  }
  RunSpec Spec;
  Spec.Model = Model;
  Spec.Plan.Samples = 50'000;
  Spec.Plan.Batch = 32;
  OpRegistry Registry;
  auto Counter = std::make_unique<FeatureCounter>(Registry);
  for (auto _ : State) {
    if (Counting)
      Counter = std::make_unique<FeatureCounter>(Registry);
    double Start = cpuSeconds();
    Expected<Prediction> P = predictSpec(Fit->Found, Spec, *Counter, {});
    double End = cpuSeconds();
    if (!P) {
      State.SkipWithError(toString(P.takeError()).c_str());
      return;
    }
    State.SetIterationTime(End - Start);
  }
}

void sizes(benchmark::internal::Benchmark *B) {
  B->RangeMultiplier(4)
      ->Range(1 << 8, 1 << 16)
      ->Unit(benchmark::kMicrosecond)
      ->UseManualTime()
      ->Complexity();
}

BENCHMARK_CAPTURE(import, residual, residualChain)->Apply(sizes);
BENCHMARK_CAPTURE(import, fan, fan)->Apply(sizes);
BENCHMARK_CAPTURE(shapes, residual, residualChain)->Apply(sizes);
BENCHMARK_CAPTURE(count, residual_infer, residualChain, Level::Infer)
    ->Apply(sizes);
BENCHMARK_CAPTURE(count, residual_train, residualChain, Level::Train)
    ->Apply(sizes);
BENCHMARK_CAPTURE(count, fan_train, fan, Level::Train)->Apply(sizes);
BENCHMARK_CAPTURE(lowering, residual, residualChain)->Apply(sizes);
BENCHMARK_CAPTURE(printing, residual_json, residualChain, ReportFormat::Json)
    ->Apply(sizes);
BENCHMARK_CAPTURE(printing, residual_text, residualChain, ReportFormat::Text)
    ->Apply(sizes);
BENCHMARK(fitting)
    ->RangeMultiplier(4)
    ->Range(1 << 5, 1 << 9)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Complexity();
BENCHMARK_CAPTURE(predicting, resnet50, "zoo:resnet:depth=50", true)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime();
BENCHMARK_CAPTURE(predicting, resnet50_counted, "zoo:resnet:depth=50", false)
    ->Unit(benchmark::kMicrosecond)
    ->UseManualTime();

} // namespace

BENCHMARK_MAIN();
