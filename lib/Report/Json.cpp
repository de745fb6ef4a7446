//===- Json.cpp - a report for programs -----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Schema `toscount.count/1`. Integers are exact, above 2^53 as strings. What
/// is absent was not computed.
///
//===----------------------------------------------------------------------===//

#include "JsonCost.h"

#include "Columns.h"
#include "DisplayText.h"
#include "Formats.h"

using namespace llvm;

namespace toscount {

json::Value jsonNumber(WideCount N) {
  constexpr uint64_t Exact = uint64_t(1) << 53U;
  if (N.valid() && N.value() <= Exact)
    return static_cast<int64_t>(N.value());
  return toString(N);
}

void writeJsonCost(json::OStream &J, const Cost &C) {
  auto Number = [&](StringRef Key, WideCount N) {
    J.attribute(Key, jsonNumber(N));
  };
  Number("macs", C.Macs);
  Number("flops", C.Flops);
  Number("tos", C.TOs);
  Number("bytes", C.bytes());
  Number("kernels", C.Kernels);
  Number("bytes_read", C.BytesRead);
  Number("bytes_written", C.BytesWritten);
  Number("random", C.Random);
  J.attributeObject("elementary", [&] {
    for (unsigned F = 0; F < NumElementary; ++F)
      if (!(C.ByFunction[F] == 0))
        Number(name(static_cast<Elementary>(F)), C.ByFunction[F]);
  });
  J.attributeObject("bo", [&] {
    Number("add", C.Add);
    Number("sub", C.Sub);
    Number("mul", C.Mul);
    Number("div", C.Div);
    Number("root", C.Root);
    Number("cmp", C.Cmp);
  });
}

void writeJsonShape(json::OStream &J, StringRef Key, ShapeRef Dims) {
  J.attributeArray(Key, [&] {
    for (int64_t Dim : Dims)
      J.value(Dim);
  });
}

namespace {

class Writer {
public:
  Writer(json::OStream &J, const CostTable &Table)
      : J(J), Table(Table), Counts(*Table.Counts) {}

  void write(const ReportRows &Rows) {
    J.attribute("schema", "toscount.count/1");
    writeHead();
    inputs();
    parameters();
    phases("totals", Table.Phases, Table.All);
    if (Counts.has(Phase::Backward))
      J.attribute("activation_bytes", jsonNumber(Counts.ActivationBytes));
    if (hasEstimates(Counts))
      J.attribute("estimate", true);
    if (Counts.LowerBound)
      J.attribute("lower_bound", true);
    if (Table.Run)
      J.attributeObject("run", [&] { run(*Table.Run); });
    J.attributeArray(Rows.Grouped ? "groups" : "layers", [&] {
      for (size_t I = 0; I < Rows.size(); ++I)
        J.object([&] { row(Rows[I], Rows); });
    });
    strings("assumptions", Counts.Assumptions);
    strings("warnings", Counts.Warnings);
  }

  void writeHead() {
    model();
    J.attributeObject("settings", [&] { settings(); });
  }

private:
  void model() {
    if (Counts.Source == nullptr)
      return;
    const Model &M = *Counts.Source;
    J.attributeObject("model", [&] {
      J.attribute("path", jsonText(M.Path));
      if (M.Main != nullptr)
        J.attribute("name", jsonText(M.Main->Name));
      if (int64_t Opset = M.opset())
        J.attribute("opset", Opset);
      if (M.Main != nullptr)
        J.attribute("nodes", static_cast<int64_t>(M.Main->Nodes.size()));
    });
  }

  void settings() {
    const CountOptions &O = Counts.Options;
    J.attribute("phase", name(O.Phases));
    StringRef Datatype = O.Datatype ? name(*O.Datatype) : "model";
    J.attribute("dtype", Datatype);
    J.attribute("accumulate", Table.Options.Accumulate
                                  ? name(*Table.Options.Accumulate)
                                  : Datatype);
    J.attribute("convention",
                O.Rules.Kind == Convention::Paper ? "paper" : "exact");
    J.attribute("flops_include_cmp", Table.Options.FlopsIncludeCmp);
    J.attribute("skip_padding_taps", O.Rules.SkipPaddingTaps);
    J.attribute("qdq_as_written", !O.FuseQuantized);
    if (Counts.has(Phase::Loss) && !O.Loss.empty())
      J.attribute("loss", jsonText(O.Loss));
    if (O.Phases == Level::Train)
      J.attribute("optimizer",
                  Counts.has(Phase::Update) ? jsonText(O.Optimizer) : "none");
    given("loss_output", O.LossOutput);
    if (O.ClassAxis)
      J.attribute("class_axis", *O.ClassAxis);
    given("freeze", O.Freeze);
    given("trainable", O.Trainable);
    if (Counts.Batch)
      J.attribute("batch", jsonNumber(*Counts.Batch));
    J.attributeObject("dims", [&] {
      for (const auto &[Symbol, Value] : Counts.BoundDims)
        J.attribute(jsonText(Symbol), Value);
    });
    J.attributeObject("alu", [&] { alu(); });
  }

  void alu() {
    const AluTable &Alu = Table.Options.Alu;
    J.attribute("adder", name(Alu.adder()));
    J.attribute("multiplier", name(Alu.multiplier()));
    J.attribute("root_seed_bits", Alu.rootSeedBits());
    J.attributeObject("figures", [&] {
      for (const AluFigure &F : Alu.figures())
        J.attributeObject(F.Name, [&] {
          J.attribute("transistors", jsonNumber(F.Transistors));
          J.attribute("width", F.Width);
        });
    });
  }

  void given(StringRef Key, StringRef Text) {
    if (!Text.empty())
      J.attribute(Key, jsonText(Text));
  }

  void inputs() {
    J.attributeArray("inputs", [&] {
      for (const ModelCounts::BoundInput &I : Counts.Inputs)
        J.object([&] {
          J.attribute("name", jsonText(I.Name));
          J.attribute("dtype", name(I.Type));
          writeJsonShape(J, "shape", I.Dims);
        });
    });
  }

  void parameters() {
    const ParameterCounts &P = Counts.Parameters;
    J.attributeObject("parameters", [&] {
      J.attribute("total", jsonNumber(P.Total));
      J.attribute("trainable", jsonNumber(P.Trainable));
      J.attribute("buffers", jsonNumber(P.Buffers));
      if (!(P.FromAliases == 0))
        J.attribute("from_aliases", jsonNumber(P.FromAliases));
    });
  }

  void cost(StringRef Key, const Cost &C) {
    J.attributeObject(Key, [&] { writeJsonCost(J, C); });
  }

  void phases(StringRef Key, const std::array<Cost, NumPhases> &Phases,
              const Cost &All) {
    J.attributeObject(Key, [&] {
      for (unsigned P = 0; P < NumPhases; ++P)
        if (Counts.has(static_cast<Phase>(P)))
          cost(name(static_cast<Phase>(P)), Phases[P]);
      cost("all", All);
    });
  }

  void run(const RunCost &Run) {
    const RunPlan &Plan = Run.Plan;
    J.attribute("samples", jsonNumber(Plan.Samples));
    J.attribute("batch", jsonNumber(Plan.Batch));
    J.attribute("epochs", jsonNumber(Plan.Epochs));
    J.attribute("steps",
                jsonNumber(WideCount(Plan.stepsPerEpoch()) * Plan.Epochs));
    phases("totals", Run.Phases, Run.All);
  }

  /// A layer takes part in the phases of the level but the loss; a row without
  /// an operator (the loss) in those where it does something.
  bool takesPart(const ReportRow &Row, Phase P) const {
    if (!Counts.has(P))
      return false;
    bool Operator = Row.Source != nullptr && !Row.Source->Op.empty();
    if (Operator && P != Phase::Loss)
      return true;
    return !Row.Cost.in(P).empty();
  }

  void row(const ReportRow &Row, const ReportRows &Rows) {
    J.attribute("name", jsonText(Row.Name));
    if (!Row.Op.empty())
      J.attribute("op", jsonText(Row.Op));
    if (Row.Source != nullptr && !Row.Source->Domain.empty())
      J.attribute("domain", jsonText(Row.Source->Domain));
    if (Row.Others)
      J.attribute("others", true);
    if (Rows.OfBlocks)
      J.attribute("blocks", static_cast<int64_t>(Row.Blocks));
    if (Rows.Grouped || Row.Others)
      J.attribute("layers", static_cast<int64_t>(Row.Layers));
    if (Row.Output)
      writeJsonShape(J, "output", *Row.Output);
    J.attribute("parameters", jsonNumber(Row.Parameters));
    J.attribute("trainable", jsonNumber(Row.Trainable));
    J.attribute("estimate", Row.Estimate);
    for (unsigned P = 0; P < NumPhases; ++P)
      if (takesPart(Row, static_cast<Phase>(P)))
        cost(name(static_cast<Phase>(P)), Row.Cost.in(static_cast<Phase>(P)));
  }

  void strings(StringRef Key, ArrayRef<std::string> Items) {
    J.attributeArray(Key, [&] {
      for (const std::string &Item : Items)
        J.value(jsonText(Item));
    });
  }

  json::OStream &J;
  const CostTable &Table;
  const ModelCounts &Counts;
};

} // namespace

void writeJsonModelAndSettings(json::OStream &J, const CostTable &Table) {
  Writer(J, Table).writeHead();
}

void writeJson(raw_ostream &OS, const CostTable &Table, const ReportRows &Rows,
               bool Pretty) {
  json::OStream J(OS, Pretty ? 2 : 0);
  J.object([&] { Writer(J, Table).write(Rows); });
}

} // namespace toscount
