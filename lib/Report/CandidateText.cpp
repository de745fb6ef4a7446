//===- CandidateText.cpp - candidates in reports --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CandidateText.h"

#include "DisplayText.h"
#include "JsonCost.h"
#include "RealText.h"
#include "Sections.h"

#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace toscount {

std::string planText(const TrainingPlan &Plan) {
  std::string Batch =
      Plan.Batch > 0 ? ", batch " + std::to_string(Plan.Batch) : "";
  if (Plan.Samples == 0)
    return "one training step" + Batch;
  std::string Text = std::to_string(Plan.Samples) + " samples" + Batch + ", " +
                     std::to_string(Plan.Epochs) +
                     (Plan.Epochs == 1 ? " epoch" : " epochs");
  if (Plan.ValidationSamples > 0)
    Text +=
        ", " + std::to_string(Plan.ValidationSamples) + " validation samples";
  if (Plan.Part != RunPart::Whole)
    Text += ", " + name(Plan.Part).str() + " alone";
  return Text;
}

static bool isBeyond(const Candidate &C) {
  return C.Predicted && C.Predicted->isBeyond();
}

std::string markOf(const Candidate &C) {
  if (!C.Error.empty())
    return "";
  return std::string(isBeyond(C) ? "! " : "") + (C.Counts.LowerBound ? ">= "
                                                 : C.Counts.Estimate ? "~ "
                                                                     : "");
}

void addLegend(ArrayRef<const Candidate *> All,
               std::vector<std::string> &Notes) {
  auto Any = [&](auto Is) {
    return any_of(
        All, [&](const Candidate *C) { return C->Error.empty() && Is(*C); });
  };
  if (Any(isBeyond))
    Notes.emplace_back("!: outside the calibrated range: the prediction may be "
                       "off by more than the interval says ('toscount predict' "
                       "says how far)");
  if (Any([](const Candidate &C) { return C.Counts.Estimate; }))
    Notes.emplace_back("~: an estimate: something was assumed");
  if (Any([](const Candidate &C) { return C.Counts.LowerBound; }))
    Notes.emplace_back(">=: a lower bound: unknown operators count as zero");
}

CandidateColumns::CandidateColumns(ArrayRef<const Candidate *> All,
                                   const Profile *Of) {
  Energy = Of != nullptr;
  for (const Candidate *C : All) {
    if (!C->Predicted)
      continue;
    Interval |= C->Predicted->Low.has_value();
    Time |= C->Predicted->Seconds.has_value();
    Emissions |= C->EmissionsGrams.has_value();
  }
}

void CandidateColumns::addTo(std::vector<GridColumn> &Columns) const {
  Columns.push_back({.Title = "params", .Drop = 6});
  Columns.push_back({.Title = "MACs", .Drop = 5});
  Columns.push_back({.Title = "TOs", .Drop = Energy ? 4U : 0U});
  if (Energy)
    Columns.push_back({.Title = "energy"});
  if (Interval)
    Columns.push_back({.Title = "interval", .Drop = 3});
  if (Time)
    Columns.push_back({.Title = "time", .Drop = 1});
  if (Emissions)
    Columns.push_back({.Title = "CO2e", .Drop = 2});
}

void CandidateColumns::addCells(const Candidate &C,
                                const ReportOptions &Options,
                                std::vector<std::string> &Cells) const {
  Cells.push_back(count(C.Counts.Parameters.Total, Options));
  Cells.push_back(count(C.Counts.Total.Macs, Options));
  Cells.push_back(count(C.Counts.Total.TOs, Options));
  if (!Energy)
    return;
  const Prediction *P = C.Predicted ? &*C.Predicted : nullptr;
  Cells.push_back(P ? quantity(P->Energy, P->Unit, Options) : "-");
  if (Interval)
    Cells.push_back(P && P->Low ? quantity(*P->Low, P->Unit, Options) + " to " +
                                      quantity(*P->High, P->Unit, Options)
                                : "-");
  if (Time)
    Cells.push_back(P && P->Seconds ? duration(*P->Seconds, Options) : "-");
  if (Emissions)
    Cells.push_back(C.EmissionsGrams ? quantity(*C.EmissionsGrams, "g", Options)
                                     : "-");
}

StringRef candidateCsvHeader() {
  return ",params,macs,flops,tos,bytes,energy,unit,low,high,level,seconds,"
         "emissions_g,beyond_range,estimate,lower_bound";
}

void writeCandidateCsv(raw_ostream &OS, const Candidate &C) {
  auto Number = [&](std::optional<double> N) {
    OS << ',' << (N ? numberText(*N) : "");
  };
  if (!C.Error.empty()) {
    OS << std::string(candidateCsvHeader().count(','), ',');
    return;
  }
  const Cost &T = C.Counts.Total;
  for (WideCount N : {WideCount(C.Counts.Parameters.Total), T.Macs, T.Flops,
                      T.TOs, T.bytes()})
    OS << ',' << toString(N);
  const Prediction *P = C.Predicted ? &*C.Predicted : nullptr;
  Number(P ? std::optional(P->Energy) : std::nullopt);
  OS << ',' << (P ? csvField(P->Unit) : "");
  Number(P ? P->Low : std::nullopt);
  Number(P ? P->High : std::nullopt);
  Number(P && P->Low ? std::optional(P->Level) : std::nullopt);
  Number(P ? P->Seconds : std::nullopt);
  Number(C.EmissionsGrams);
  OS << ',' << (!P ? "" : isBeyond(C) ? "yes" : "no");
  OS << ',' << (C.Counts.Estimate ? "yes" : "no");
  OS << ',' << (C.Counts.LowerBound ? "yes" : "no");
}

void writeJsonPlan(json::OStream &J, const TrainingPlan &Plan,
                   const CandidateOptions &Options) {
  J.attributeObject("run", [&] {
    if (Plan.Samples > 0)
      J.attribute("samples", Plan.Samples);
    if (Plan.ValidationSamples > 0)
      J.attribute("validation_samples", Plan.ValidationSamples);
    if (Plan.Batch > 0)
      J.attribute("batch", Plan.Batch);
    if (Plan.Samples > 0)
      J.attribute("epochs", Plan.Epochs);
    if (Plan.Part != RunPart::Whole)
      J.attribute("phase", name(Plan.Part));
  });
  const Profile *P = Options.Of;
  if (!P)
    return;
  J.attributeObject("profile", [&] {
    J.attribute("name", jsonText(P->Name));
    J.attribute("hardware", jsonText(P->Hardware));
    J.attribute("meter", jsonText(P->Meter));
    J.attribute("family", jsonText(P->energy().Name));
    J.attribute("estimated", P->Estimated);
  });
  if (P->Unit != "J")
    return;
  jsonField(J, "g_per_kwh", Options.GramsPerKwh);
  jsonField(J, "pue", Options.Pue);
}

void writeJsonCandidate(json::OStream &J, const Candidate &C) {
  if (!C.Error.empty()) {
    J.attribute("error", jsonText(C.Error));
    return;
  }
  const Cost &T = C.Counts.Total;
  J.attribute("params", jsonNumber(WideCount(C.Counts.Parameters.Total)));
  J.attribute("macs", jsonNumber(T.Macs));
  J.attribute("flops", jsonNumber(T.Flops));
  J.attribute("tos", jsonNumber(T.TOs));
  J.attribute("bytes", jsonNumber(T.bytes()));
  J.attribute("estimate", C.Counts.Estimate);
  if (C.Counts.LowerBound)
    J.attribute("lower_bound", true);
  if (!C.Predicted)
    return;
  const Prediction &P = *C.Predicted;
  J.attributeObject("energy", [&] {
    jsonField(J, "value", P.Energy);
    J.attribute("unit", jsonText(P.Unit));
  });
  if (P.Low) {
    J.attributeArray("interval", [&] {
      jsonNumber(J, *P.Low);
      jsonNumber(J, *P.High);
    });
    jsonField(J, "level", P.Level);
  }
  jsonField(J, "seconds", P.Seconds);
  jsonField(J, "emissions_g", C.EmissionsGrams);
  J.attribute("beyond_range", isBeyond(C));
}

} // namespace toscount
