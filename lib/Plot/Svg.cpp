//===- Svg.cpp - what gnuplot drew, made fit to publish -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Svg.h"

#include "Labels.h"

#include "toscount/Plot/Draw.h"
#include "toscount/Support/Csv.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace toscount {
namespace {

/// The value of attribute \p Name in \p Tag; gnuplot quotes by ' or ", with or
/// without spaces around the equals sign.
StringRef attribute(StringRef Tag, StringRef Name) {
  size_t At = Tag.find((" " + Name).str());
  if (At == StringRef::npos)
    return "";
  StringRef Rest = Tag.drop_front(At + 1 + Name.size()).ltrim();
  if (!Rest.consume_front("="))
    return "";
  Rest = Rest.ltrim();
  char Quote = Rest.empty() ? '"' : Rest.front();
  return Rest.drop_front(Rest.empty() ? 0 : 1).split(Quote).first.trim();
}

/// "rgb(  0, 114, 178)" as "#0072b2"; black is the colour of the text.
std::string colour(StringRef Given) {
  if (Given == "black" || Given == "currentColor")
    return "currentColor";
  StringRef Rest = Given;
  if (!Rest.consume_front("rgb(") || !Rest.consume_back(")"))
    return Given.str();
  SmallVector<StringRef, 3> Parts;
  Rest.split(Parts, ',');
  std::string Text = "#";
  for (StringRef Part : Parts) {
    unsigned Value = 0;
    if (Part.trim().getAsInteger(10, Value) || Value > 255)
      return Given.str();
    Text += hexdigit(Value / 16, true);
    Text += hexdigit(Value % 16, true);
  }
  return Text == "#000000" ? "currentColor" : Text;
}

/// Walks the tags that gnuplot writes, and writes those of a plainer drawing.
class SvgFinisher {
public:
  SvgFinisher(StringRef Drawn, const Script &From, const Figure &F)
      : Rest(Drawn), From(From), F(F) {}

  std::optional<std::string> finish() {
    while (!Rest.empty()) {
      size_t Open = Rest.find('<');
      if (Open == StringRef::npos)
        break;
      StringRef Text = Rest.take_front(Open).trim();
      Rest = Rest.drop_front(Open);
      size_t Close = Rest.find('>');
      if (Close == StringRef::npos)
        return std::nullopt;
      StringRef Tag = Rest.take_front(Close + 1);
      Rest = Rest.drop_front(Close + 1);
      if (!take(Tag, Text))
        return std::nullopt;
    }
    bool All = Ended && Plots == From.Tips.size() &&
               TextsSeen == From.Texts.size() && AllMarks;
    return All ? std::optional(std::move(Out)) : std::nullopt;
  }

private:
  bool take(StringRef Tag, StringRef Text) {
    StringRef Name = Tag.drop_front(1).take_while(
        [](char C) { return isAlpha(C) || C == '/'; });
    if (Name == "defs" || Name == "/defs") {
      InDefinitions = Name == "defs";
      return true;
    }
    if (InDefinitions)
      return true;
    if (Name == "svg")
      return begin(Tag);
    if (Name == "g")
      return group(Tag);
    if (Name == "/g")
      return endGroup();
    if (Name == "path")
      return path(Tag);
    if (Name == "use")
      return point(Tag);
    if (Name == "polygon")
      return polygon(Tag);
    if (Name == "/text")
      return text(Text);
    if (Name == "/svg") {
      Out += "</svg>\n";
      Ended = true;
    }
    return true; // Prolog, titles, the canvas.
  }

  bool begin(StringRef Tag) {
    std::string Box = attribute(Tag, "viewBox").str();
    Out += "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"" + Box +
           "\" role=\"img\" class=\"figure\" font-family=\"sans-serif\" "
           "font-size=\"" +
           std::to_string(SmallText) + "\">\n<title>" + markupText(F.Title) +
           "</title>\n";
    if (!F.Note.empty())
      Out += "<desc>" + markupText(F.Note) + "</desc>\n";
    return true;
  }

  bool group(StringRef Tag) {
    Group G;
    G.Outer = Current;
    if (attribute(Tag, "id").starts_with("figure_plot_")) {
      G.IsPlot = true;
      Mark = 0;
      InPlot = true;
      Out += "<g class=\"series\">\n";
    }
    if (StringRef At = attribute(Tag, "transform"); !At.empty())
      Current.Transform = At.str();
    if (StringRef Anchor = attribute(Tag, "text-anchor"); !Anchor.empty()) {
      Current.Anchor = Anchor.str();
      Current.Fill = colour(attribute(Tag, "fill"));
      Current.Size = attribute(Tag, "font-size").str();
    }
    if (StringRef Width = attribute(Tag, "stroke-width"); !Width.empty())
      Current.LineWidth = Width.str();
    Groups.push_back(std::move(G));
    return true;
  }

  bool endGroup() {
    if (Groups.empty())
      return true; // Of the canvas.
    Group G = std::move(Groups.back());
    Groups.pop_back();
    Current = std::move(G.Outer);
    if (!G.IsPlot)
      return true;
    Out += "</g>\n";
    InPlot = false;
    AllMarks &= Plots < From.Tips.size() && Mark == From.Tips[Plots].size();
    ++Plots;
    return true;
  }

  bool path(StringRef Tag) {
    bool Grid = attribute(Tag, "class") == "gridline";
    std::string Line;
    SmallVector<StringRef, 16> Words;
    SplitString(attribute(Tag, "d"), Words);
    for (StringRef Word : Words)
      Line += (Line.empty() ? "" : " ") + Word.str();
    // Ticks have no length. The frame is drawn before and after.
    if (!StringRef(Line).contains('L') ||
        (!InPlot && !Grid && Line == LastFrame))
      return true;
    if (!InPlot && !Grid)
      LastFrame = Line;
    Out += "<path d=\"" + Line + "\" fill=\"none\" stroke=\"" +
           colour(attribute(Tag, "stroke")) + "\"";
    if (Current.LineWidth != "1.00" && !Grid)
      Out += " stroke-width=\"" + Current.LineWidth + "\"";
    if (StringRef Dashes = attribute(Tag, "stroke-dasharray"); !Dashes.empty())
      Out += " stroke-dasharray=\"" + Dashes.str() + "\"";
    if (Grid)
      Out += " class=\"grid\"";
    Out += "/>\n";
    return true;
  }

  /// Begins a mark's element with what \p Shape says; ends it with its tip.
  void mark(const std::string &Shape) {
    Out += "<" + Shape;
    if (!InPlot) { // A swatch of the legend.
      Out += "/>\n";
      return;
    }
    Out += " class=\"mark\">";
    if (Plots < From.Tips.size() && Mark < From.Tips[Plots].size())
      Out += "<title>" + markupText(From.Tips[Plots][Mark]) + "</title>";
    ++Mark;
    Out += "</" + StringRef(Shape).split(' ').first.str() + ">\n";
  }

  bool point(StringRef Tag) {
    auto [Translate, Scaled] = attribute(Tag, "transform").split(')');
    SmallVector<StringRef, 2> Where;
    Translate.split('(').second.split(Where, ',');
    double Radius = 0;
    if (Where.size() != 2 ||
        !parseNumber(Scaled.split('(').second.split(')').first, Radius))
      return false;
    mark("circle cx=\"" + Where[0].str() + "\" cy=\"" + Where[1].str() +
         "\" r=\"" + numberText(Radius) + "\" fill=\"" +
         colour(attribute(Tag, "color")) + "\"" +
         (From.Dense ? " fill-opacity=\"0.6\"" : ""));
    return true;
  }

  bool polygon(StringRef Tag) {
    mark("polygon points=\"" + attribute(Tag, "points").str() + "\" fill=\"" +
         colour(attribute(Tag, "fill")) + "\"");
    return true;
  }

  bool text(StringRef Placeholder) {
    size_t Index = 0;
    if (!Placeholder.consume_front("TXT") ||
        Placeholder.getAsInteger(10, Index) || Index >= From.Texts.size())
      return false;
    ++TextsSeen;
    Out += "<text transform=\"" + Current.Transform + "\" text-anchor=\"" +
           Current.Anchor + "\" fill=\"" + Current.Fill + "\"";
    double Size = 0;
    if (parseNumber(Current.Size, Size) && Size > SmallText)
      Out += " font-size=\"" + numberText(Size) + "\" font-weight=\"600\"";
    Out += ">" + markupText(From.Texts[Index]) + "</text>\n";
    return true;
  }

  /// What a group says of all in it.
  struct Setting {
    std::string Transform, Anchor, Fill, Size, LineWidth = "1.00";
  };
  struct Group {
    Setting Outer;
    bool IsPlot = false;
  };

  StringRef Rest;
  const Script &From;
  const Figure &F;
  std::string Out, LastFrame;
  Setting Current;
  std::vector<Group> Groups;
  bool InDefinitions = false, InPlot = false, Ended = false, AllMarks = true;
  size_t Plots = 0, Mark = 0, TextsSeen = 0;
};

} // namespace

std::optional<std::string> finishSvg(StringRef Drawn, const Script &From,
                                     const Figure &F) {
  return SvgFinisher(Drawn, From, F).finish();
}

} // namespace toscount
