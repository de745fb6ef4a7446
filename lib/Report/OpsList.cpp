//===- OpsList.cpp - every operator, loss and optimizer -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/OpsList.h"

#include "DisplayText.h"
#include "Grid.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

/// One line of the list, whatever it is about.
struct Entry {
  std::string Name, Domain, Family, Opsets, Status, Gradient;
  StringRef Forward, Backward;
  const OpInfo *Row = nullptr;
};

std::string opsets(const OpInfo &Row) {
  std::string Since = std::to_string(Row.Since);
  if (Row.Until >= LatestOpset)
    return Since + "+";
  return Row.Until == Row.Since ? Since
                                : Since + "-" + std::to_string(Row.Until);
}

std::vector<Entry> gather(const OpsList &List) {
  auto Wanted = [&](StringRef Name) {
    return List.Matching.empty() ||
           any_of(List.Matching, [&](const std::string &Word) {
             return Name.contains_insensitive(Word);
           });
  };
  std::vector<Entry> All;
  if (List.Registry != nullptr)
    for (const OpFamily &Family : List.Registry->families())
      for (const OpInfo &Row : Family.Rows)
        if (Wanted(Row.Name))
          All.push_back({Row.Name.str(), Row.Domain.str(), Family.Name.str(),
                         opsets(Row), status(Row).str(),
                         gradientStatus(Row).str(), Row.ForwardDoc,
                         Row.BackwardDoc, &Row});
  for (const LossFunction &Loss : List.Losses)
    if (Wanted(Loss.Name))
      All.push_back({Loss.Name.str(), "", "--loss", "", "counted", "rule",
                     Loss.ForwardDoc, Loss.BackwardDoc});
  for (const Optimizer &O : List.Optimizers)
    if (Wanted(O.Name))
      All.push_back(
          {O.Name.str(), "", "--optimizer", "", "counted", "", O.Doc, ""});
  return All;
}

std::string padded(StringRef Text, size_t Width) {
  return Text.str() + std::string(Width - std::min(Width, Text.size()), ' ');
}

std::string shown(const Entry &E) {
  return E.Domain.empty() ? E.Name : E.Domain + "." + E.Name;
}

void writeOpsText(raw_ostream &OS, ArrayRef<Entry> All,
                  const ReportOptions &Options) {
  Style S(Options.Colour);
  size_t Name = 0, Opsets = 0, Status = 0;
  for (const Entry &E : All) {
    Name = std::max(Name, shown(E).size());
    Opsets = std::max(Opsets, E.Opsets.size());
    Status = std::max(Status, E.Status.size());
  }
  StringRef Family;
  for (const Entry &E : All) {
    if (E.Family != Family) {
      OS << (Family.empty() ? "" : "\n") << S.bold(E.Family) << "\n";
      Family = E.Family;
    }
    std::string Line = "  " + padded(shown(E), Name + 2);
    Line += padded(E.Opsets, Opsets + 2);
    Line += padded(E.Status, Status + 2);
    if (!E.Gradient.empty())
      Line += "gradient: " + E.Gradient;
    OS << StringRef(Line).rtrim(' ') << "\n";
    if (!E.Forward.empty())
      printWrapped(OS, "      ", E.Forward, 8, Options);
    if (!E.Backward.empty())
      printWrapped(OS, "      " + S.dim("backward") + " ", E.Backward, 8,
                   Options);
  }
}

void writeOpsMarkdown(raw_ostream &OS, ArrayRef<Entry> All) {
  Grid G;
  for (StringRef Title :
       {"operator", "opsets", "status", "gradient", "forward", "backward"})
    G.Columns.push_back(
        {.Title = Title.str(), .Right = false, .Code = Title == "operator"});
  StringRef Family;
  auto Flush = [&] {
    if (!G.Rows.empty())
      printMarkdownGrid(OS, G);
    G.Rows.clear();
  };
  for (const Entry &E : All) {
    if (E.Family != Family) {
      Flush();
      OS << (Family.empty() ? "" : "\n") << "### " << markdownText(E.Family)
         << "\n\n";
      Family = E.Family;
    }
    G.Rows.push_back({{shown(E), E.Opsets, E.Status, E.Gradient,
                       E.Forward.str(), E.Backward.str()}});
  }
  Flush();
}

void writeOpsCsv(raw_ostream &OS, ArrayRef<Entry> All) {
  OS << "name,domain,family,opsets,status,gradient,forward,backward\n";
  for (const Entry &E : All) {
    StringRef Comma;
    for (StringRef Field :
         {StringRef(E.Name), StringRef(E.Domain), StringRef(E.Family),
          StringRef(E.Opsets), StringRef(E.Status), StringRef(E.Gradient),
          E.Forward, E.Backward}) {
      OS << Comma << csvField(Field);
      Comma = ",";
    }
    OS << "\n";
  }
}

void writeOpsJson(raw_ostream &OS, ArrayRef<Entry> All) {
  json::OStream J(OS, 2);
  auto List = [&](StringRef Key, auto Wanted) {
    J.attributeArray(Key, [&] {
      for (const Entry &E : All)
        if (Wanted(E))
          J.object([&] {
            J.attribute("name", E.Name);
            if (E.Row != nullptr) {
              J.attribute("domain", E.Domain);
              J.attribute("family", E.Family);
              J.attribute("since", E.Row->Since);
              if (E.Row->Until < LatestOpset)
                J.attribute("until", E.Row->Until);
              J.attribute("status", E.Status);
              J.attribute("gradient", E.Gradient);
            }
            J.attribute("forward", jsonText(E.Forward));
            J.attribute("backward", jsonText(E.Backward));
          });
    });
  };
  J.object([&] {
    J.attribute("schema", "toscount.ops/1");
    List("operators", [](const Entry &E) { return E.Row != nullptr; });
    List("losses", [](const Entry &E) { return E.Family == "--loss"; });
    List("optimizers",
         [](const Entry &E) { return E.Family == "--optimizer"; });
  });
  OS << "\n";
}

} // namespace

StringRef status(const OpInfo &Row) {
  switch (Row.Kind) {
  case OpKind::Compute:
    return "counted";
  case OpKind::View:
    return "free (view)";
  case OpKind::Move:
    return "bytes moved";
  case OpKind::Static:
    return "constant";
  case OpKind::Control:
    return "expanded";
  case OpKind::Random:
    return "random";
  }
  llvm_unreachable("no such kind of operator");
}

StringRef gradientStatus(const OpInfo &Row) {
  switch (Row.Grad) {
  case Gradient::Rule:
    return Row.Backward == nullptr ? "passes" : "rule";
  case Gradient::NotDifferentiable:
    return "not differentiable";
  case Gradient::Missing:
    return "missing";
  }
  llvm_unreachable("no such kind of gradient");
}

Error writeOps(raw_ostream &OS, const OpsList &List,
               const ReportOptions &Options) {
  std::vector<Entry> All = gather(List);
  if (All.empty() && !List.Matching.empty()) {
    OpsList Everything = List;
    Everything.Matching.clear();
    std::vector<Entry> Known = gather(Everything);
    std::vector<StringRef> Names;
    Names.reserve(Known.size());
    for (const Entry &E : Known)
      Names.push_back(E.Name);
    return makeError("no operator, loss or optimizer is called '" +
                     printable(List.Matching.front()) + "'" +
                     didYouMean(List.Matching.front(), Names));
  }
  switch (Options.Format) {
  case ReportFormat::Text:
    writeOpsText(OS, All, Options);
    break;
  case ReportFormat::Json:
    writeOpsJson(OS, All);
    break;
  case ReportFormat::Csv:
    writeOpsCsv(OS, All);
    break;
  case ReportFormat::Markdown:
    writeOpsMarkdown(OS, All);
    break;
  case ReportFormat::Html:
  case ReportFormat::Svg:
    return makeError("this report has no pictures");
  }
  return Error::success();
}

} // namespace toscount
