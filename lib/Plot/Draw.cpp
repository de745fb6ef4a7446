//===- Draw.cpp - figures to SVG ------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Plot/Draw.h"

#include "Child.h"
#include "Script.h"
#include "Svg.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace toscount {

void PlotterError::log(raw_ostream &OS) const { OS << Text; }
std::error_code PlotterError::convertToErrorCode() const {
  return inconvertibleErrorCode();
}

static Expected<std::string> findPlotter() {
  ErrorOr<std::string> Path = sys::findProgramByName("gnuplot");
  if (!Path)
    return make_error<PlotterError>(
        "pictures are drawn by gnuplot, which is not on PATH; install it (apt "
        "install gnuplot-nox)");
  return *Path;
}

Error checkPlotter() { return findPlotter().takeError(); }

Expected<std::vector<std::string>> drawFigures(ArrayRef<Figure> Figures) {
  std::vector<std::string> Drawn;
  if (Figures.empty())
    return Drawn;
  Expected<std::string> Path = findPlotter();
  if (!Path)
    return Path.takeError();
  std::vector<Script> Scripts;
  std::string Commands;
  for (const Figure &F : Figures) {
    Scripts.push_back(gnuplotScript(F));
    Commands += Scripts.back().Commands;
  }
  // -d: without the settings of the machine and the user.
  ChildResult R = runChild(*Path, {"-d", "-"}, Commands);
  StringRef Reason = StringRef(R.Errors).trim().split('\n').first;
  auto Failed = [&](const Twine &What) {
    return make_error<PlotterError>(
        printable(*Path) + ": " + What.str() +
        (Reason.empty() ? "" : ": " + printable(Reason)) +
        "; pictures are drawn by gnuplot 5.4 or later");
  };
  if (!R.Failed.empty())
    return Failed(R.Failed);
  StringRef Rest = R.Output;
  for (size_t I = 0; I < Figures.size(); ++I) {
    constexpr StringLiteral End = "</svg>";
    size_t At = Rest.find(End);
    StringRef One =
        Rest.take_front(At == StringRef::npos ? 0 : At + End.size());
    Rest = Rest.drop_front(One.size());
    std::optional<std::string> Svg = finishSvg(One, Scripts[I], Figures[I]);
    if (!Svg)
      return Failed("did not draw the picture '" + Figures[I].Name + "'");
    Drawn.push_back(std::move(*Svg));
  }
  return Drawn;
}

std::string svgFile(StringRef Svg) {
  auto [Tag, Rest] = Svg.split('\n');
  SmallVector<StringRef, 4> Box;
  Tag.split("viewBox=\"").second.split('"').first.split(Box, ' ');
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" +
         Tag.drop_back().str() + " width=\"" + Box[2].str() + "\" height=\"" +
         Box[3].str() + "\" color=\"#222222\">\n" +
         "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" +
         Rest.str();
}

std::string markupText(StringRef Text) {
  std::string Out;
  for (char C : escaped(Text))
    switch (C) {
    case '&':
      Out += "&amp;";
      break;
    case '<':
      Out += "&lt;";
      break;
    case '>':
      Out += "&gt;";
      break;
    case '"':
      Out += "&quot;";
      break;
    case '\'':
      Out += "&#39;";
      break;
    default:
      Out += C;
    }
  return Out;
}

} // namespace toscount
