//===- ZooList.cpp - the networks of the zoo ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Report/ZooList.h"

#include "DisplayText.h"
#include "Grid.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace toscount {
namespace {

SmallVector<StringRef, 8> choices(const ZooParameter &P) {
  SmallVector<StringRef, 8> Choices;
  if (!P.Choices.empty())
    P.Choices.split(Choices, ' ');
  return Choices;
}

/// "1 to 64", "relu, none", or "text".
std::string allowed(const ZooParameter &P) {
  if (P.isNumber())
    return std::to_string(P.Least) + " to " + std::to_string(P.Most);
  return P.Choices.empty() ? "text" : join(choices(P), ", ");
}

Grid parameterGrid(const ZooNetwork &N) {
  Grid G;
  for (StringRef Title : {"parameter", "default", "values", "meaning"})
    G.Columns.push_back({.Title = Title.str(), .Right = false});
  for (const ZooParameter &P : N.Parameters)
    G.Rows.push_back(
        {{P.Name.str(), P.Default.str(), allowed(P), P.Doc.str()}});
  return G;
}

void writeZooText(raw_ostream &OS, ArrayRef<ZooNetwork> Networks,
                  const ReportOptions &Options) {
  Style S(Options.Colour);
  size_t Name = 0, Default = 0;
  for (const ZooNetwork &N : Networks)
    for (const ZooParameter &P : N.Parameters) {
      Name = std::max(Name, P.Name.size());
      Default = std::max(Default, P.Default.size());
    }
  StringRef Before;
  for (const ZooNetwork &N : Networks) {
    OS << Before;
    Before = "\n";
    printWrapped(OS, S.bold("zoo:" + N.Name.str()) + "  ", N.Summary, 4,
                 Options);
    printWrapped(OS, "    " + S.dim("from") + " ", N.Source, 6, Options);
    printWrapped(OS, "    " + S.dim("trained with") + " ",
                 "--loss " + N.Loss.str(), 6, Options);
    for (const ZooParameter &P : N.Parameters) {
      std::string First = "    " + P.Name.str();
      First.resize(6 + Name, ' ');
      First += P.Default;
      First.resize(8 + Name + Default, ' ');
      printWrapped(OS, First, allowed(P) + ": " + P.Doc.str(),
                   8 + Name + Default, Options);
    }
  }
}

void writeZooMarkdown(raw_ostream &OS, ArrayRef<ZooNetwork> Networks) {
  StringRef Before;
  for (const ZooNetwork &N : Networks) {
    OS << Before << "### " << markdownText(("zoo:" + N.Name).str()) << "\n\n"
       << markdownText(N.Summary) << ". From " << markdownText(N.Source)
       << ". Trained with " << markdownCode(("--loss " + N.Loss).str())
       << ".\n\n";
    printMarkdownGrid(OS, parameterGrid(N));
    Before = "\n";
  }
}

void writeZooCsv(raw_ostream &OS, ArrayRef<ZooNetwork> Networks) {
  OS << "network,parameter,default,values,meaning,loss,summary,source\n";
  for (const ZooNetwork &N : Networks)
    for (const ZooParameter &P : N.Parameters) {
      StringRef Comma;
      for (const std::string &Field :
           {N.Name.str(), P.Name.str(), P.Default.str(), allowed(P),
            P.Doc.str(), N.Loss.str(), N.Summary.str(), N.Source.str()}) {
        OS << Comma << csvField(Field);
        Comma = ",";
      }
      OS << "\n";
    }
}

void writeParameter(json::OStream &J, const ZooParameter &P) {
  J.attribute("name", P.Name.str());
  if (P.isNumber()) {
    int64_t Default = 0;
    (void)P.Default.getAsInteger(10, Default);
    J.attribute("default", Default);
    J.attribute("least", P.Least);
    J.attribute("most", P.Most);
  } else {
    J.attribute("default", P.Default.str());
    if (!P.Choices.empty())
      J.attributeArray("choices", [&] {
        for (StringRef Choice : choices(P))
          J.value(Choice.str());
      });
  }
  J.attribute("meaning", P.Doc.str());
}

void writeZooJson(raw_ostream &OS, ArrayRef<ZooNetwork> Networks) {
  json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("schema", std::string("toscount.zoo/1"));
    J.attributeArray("networks", [&] {
      for (const ZooNetwork &N : Networks)
        J.object([&] {
          J.attribute("name", N.Name.str());
          J.attribute("summary", N.Summary.str());
          J.attribute("source", N.Source.str());
          J.attribute("loss", N.Loss.str());
          J.attributeArray("parameters", [&] {
            for (const ZooParameter &P : N.Parameters)
              J.object([&] { writeParameter(J, P); });
          });
        });
    });
  });
  OS << "\n";
}

} // namespace

void writeZoo(raw_ostream &OS, ArrayRef<ZooNetwork> Networks,
              const ReportOptions &Options) {
  switch (Options.Format) {
  case ReportFormat::Html: // Nothing to draw.
  case ReportFormat::Svg:
  case ReportFormat::Text:
    writeZooText(OS, Networks, Options);
    break;
  case ReportFormat::Json:
    writeZooJson(OS, Networks);
    break;
  case ReportFormat::Csv:
    writeZooCsv(OS, Networks);
    break;
  case ReportFormat::Markdown:
    writeZooMarkdown(OS, Networks);
    break;
  }
}

} // namespace toscount
