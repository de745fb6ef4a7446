//===- MetersReport.cpp - views of this machine's meters ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/MetersReport.h"

#include "DisplayText.h"
#include "Grid.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/JSON.h"

using namespace llvm;

namespace toscount {
namespace {

/// "package-0, dram-0, (core-0)": those in brackets lie inside others.
std::string domainText(const MeterStatus &M) {
  std::string Text;
  for (const MeterDomain &D : M.Domains)
    Text +=
        (Text.empty() ? "" : ", ") + (D.InTotal ? D.Name : "(" + D.Name + ")");
  return Text;
}

Grid metersGrid(ArrayRef<MeterStatus> Meters) {
  Grid G;
  G.Columns = {{.Title = "meter", .Right = false, .Code = true},
               {.Title = "usable", .Right = false},
               {.Title = "reads", .Right = false, .Least = 20},
               {.Title = "what it is", .Right = false, .Least = 20, .Drop = 1}};
  for (const MeterStatus &M : Meters) {
    GridRow Row;
    Row.Cells = {safeText(M.Name)};
    if (M.Usable)
      Row.Cells.insert(Row.Cells.end(),
                       {M.Estimated ? "estimate" : "yes",
                        safeText(domainText(M)), safeText(M.What)});
    else
      Row.Note = "no: " + safeText(M.Why);
    G.Rows.push_back(std::move(Row));
  }
  return G;
}

} // namespace

Error writeMeters(raw_ostream &OS, ArrayRef<MeterStatus> Meters,
                  const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Text:
    printGrid(OS, metersGrid(Meters), Options);
    break;
  case ReportFormat::Markdown:
    printMarkdownGrid(OS, metersGrid(Meters));
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return makeError("this report has no pictures");
  case ReportFormat::Csv:
    OS << "meter,usable,estimated,reads,resolution_s,why\n";
    for (const MeterStatus &M : Meters)
      OS << csvField(M.Name) << "," << (M.Usable ? "yes" : "no") << ","
         << (M.Estimated ? "yes" : "no") << "," << csvField(domainText(M))
         << "," << M.ResolutionS << "," << csvField(M.Why) << "\n";
    break;
  case ReportFormat::Json: {
    json::OStream J(OS, 2);
    J.object([&] {
      J.attribute("schema", "toscount.meters/1");
      J.attributeArray("meters", [&] {
        for (const MeterStatus &M : Meters)
          J.object([&] {
            J.attribute("name", M.Name);
            J.attribute("usable", M.Usable);
            J.attribute("estimated", M.Estimated);
            if (!M.Usable)
              J.attribute("why", jsonText(M.Why));
            J.attributeArray("domains", [&] {
              for (const MeterDomain &D : M.Domains)
                J.object([&] {
                  J.attribute("name", jsonText(D.Name));
                  J.attribute("in_total", D.InTotal);
                });
            });
            J.attribute("resolution_s", M.ResolutionS);
            if (M.SamplingS > 0)
              J.attribute("sampling_s", M.SamplingS);
          });
      });
    });
    OS << "\n";
    break;
  }
  }
  return Error::success();
}

} // namespace toscount
