//===- Script.cpp - a figure as a gnuplot script --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Script.h"

#include "Labels.h"
#include "Scale.h"

#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

StringRef colour(Ink I) {
  switch (I) {
  case Ink::Blue:
    return "#0072b2";
  case Ink::Orange:
    return "#e69f00";
  case Ink::Green:
    return "#009e73";
  case Ink::Vermilion:
    return "#d55e00";
  case Ink::Sky:
    return "#56b4e9";
  case Ink::Purple:
    return "#cc79a7";
  case Ink::Grey:
    return "#888888";
  case Ink::Dark:
    return "#000000"; // Becomes the colour of the text.
  }
  llvm_unreachable("no such ink");
}

bool hasMarks(SeriesStyle Style) {
  return Style != SeriesStyle::Line && Style != SeriesStyle::Intervals;
}

class ScriptWriter {
public:
  explicit ScriptWriter(const Figure &F) : F(F), InRows(!F.Rows.empty()) {
    size_t Points = 0;
    for (const Series &S : F.All)
      if (S.Style == SeriesStyle::Points)
        Points += S.Marks.size();
    Out.Dense = Points > ManyMarks;
    scales();
    layout();
  }

  Script write() {
    header();
    axes();
    legend();
    plots();
    return std::move(Out);
  }

private:
  void scales() {
    std::vector<double> X, Y;
    bool FromZero = false;
    for (const Series &S : F.All)
      for (const Mark &M : S.Marks) {
        bool Span =
            S.Style == SeriesStyle::Boxes || S.Style == SeriesStyle::Intervals;
        FromZero |= S.Style == SeriesStyle::Bars && M.Low.value_or(0) == 0;
        if (!Span || !InRows)
          X.push_back(M.X);
        if (!Span && !InRows)
          Y.push_back(M.Y);
        std::vector<double> &Ends = InRows ? X : Y;
        for (std::optional<double> End : {M.Low, M.High})
          if (End)
            Ends.push_back(*End);
      }
    XScale = makeScale(F.X, std::move(X), FromZero);
    if (!InRows)
      YScale = makeScale(F.Y, std::move(Y), false);
  }

  void layout() {
    size_t Widest = 0;
    if (InRows)
      for (const std::string &Row : F.Rows)
        Widest = std::max(Widest, textWidth(rowName(Row), SmallText));
    else
      for (const Tick &T : YScale.Ticks)
        Widest = std::max(Widest, textWidth(T.Text, SmallText));
    size_t Labels = 0;
    for (const Series &S : F.All)
      for (const Mark &M : S.Marks)
        Labels = std::max(Labels, textWidth(M.Label, SmallText));
    B.Left = 24 + static_cast<double>(Widest) + (InRows ? 0 : 24);
    B.Right = 32 + (InRows && Labels > 0
                        ? static_cast<double>(std::min<size_t>(Labels, 250))
                        : 16);
    bool Legend = any_of(F.All, [](const Series &S) {
      return !S.Name.empty() && !S.Marks.empty();
    });
    B.Top = 44 + (F.Note.empty() ? 0 : 20) + (Legend ? 26 : 0);
    B.Bottom = 56;
    constexpr double RowHeight = 24;
    B.Height = B.Top + B.Bottom +
               (InRows ? RowHeight * static_cast<double>(F.Rows.size()) : 380);
  }

  static std::string rowName(StringRef Name) {
    constexpr double Most = 330;
    return fitted(Name, SmallText, Most, /*KeepEnd=*/true);
  }

  std::string standIn(StringRef Text) {
    Out.Texts.push_back(Text.str());
    return "TXT" + std::to_string(Out.Texts.size() - 1);
  }
  std::string quoted(StringRef Text) { return '"' + standIn(Text) + '"'; }
  static std::string number(double Value) { return numberText(Value); }
  void line(const Twine &Text) { Out.Commands += (Text + "\n").str(); }

  /// \p Text at \p X, \p Y pixels from the upper left corner.
  void label(StringRef Text, double X, double Y, StringRef Rest) {
    line("set label " + quoted(Text) + " at screen " + number(X / B.Width) +
         "," + number(1 - Y / B.Height) + " " + Rest);
  }

  void header() {
    line("reset");
    line("set encoding utf8");
    line("set terminal svg size " + number(B.Width) + "," + number(B.Height) +
         " dynamic noenhanced font \"sans-serif," + Twine(SmallText) +
         "\" linewidth 1 name \"figure\"");
    line("unset key");
    line("set lmargin at screen " + number(B.Left / B.Width));
    line("set rmargin at screen " + number(1 - B.Right / B.Width));
    line("set tmargin at screen " + number(1 - B.Top / B.Height));
    line("set bmargin at screen " + number(B.Bottom / B.Height));
    label(fitted(F.Title, TitleText, B.Width - 32, /*KeepEnd=*/false), 16, 24,
          ("left font \"," + Twine(TitleText) + "\"").str());
    if (!F.Note.empty())
      label(fitted(F.Note, SmallText, B.Width - 32, /*KeepEnd=*/false), 16, 46,
            "left tc rgb \"#888888\"");
  }

  void ticks(StringRef Which, const Scale &S) {
    std::string List;
    for (const Tick &T : S.Ticks)
      List += (List.empty() ? "" : ", ") + quoted(T.Text) + " " + number(T.At);
    line("set " + Which + "tics scale 0 nomirror (" + List + ") tc rgb \"" +
         colour(Ink::Dark) + "\"");
    line("set " + Which + "range [" + number(S.Least) + ":" + number(S.Most) +
         "]");
    if (S.Log)
      line("set logscale " + Which);
  }

  void axes() {
    ticks("x", XScale);
    label(XScale.Title, (B.Left + B.Width - B.Right) / 2, B.Height - 16,
          "center");
    line("set grid xtics " + Twine(InRows ? "noytics" : "ytics") +
         " lt 1 lw 1 lc rgb \"#dddddd\"");
    line("set border " + Twine(InRows ? 2 : 3) + " lw 1 lc rgb \"" +
         colour(Ink::Grey) + "\"");
    if (!InRows) {
      ticks("y", YScale);
      label(YScale.Title, 18, (B.Top + B.Height - B.Bottom) / 2,
            "center rotate by 90");
      return;
    }
    std::string List;
    for (size_t I = 0; I < F.Rows.size(); ++I)
      List += (I == 0 ? "" : ", ") + quoted(rowName(F.Rows[I])) + " " +
              std::to_string(I);
    line("set ytics scale 0 nomirror (" + List + ") tc rgb \"" +
         colour(Ink::Dark) + "\"");
    line("set yrange [" + number(static_cast<double>(F.Rows.size()) - 0.5) +
         ":-0.5]");
  }

  void legend() {
    double X = 16, Y = B.Top - 20;
    for (const Series &S : F.All) {
      if (S.Name.empty() || S.Marks.empty())
        continue;
      auto Corner = [&](double DX, double DY) {
        return "screen " + number((X + DX) / B.Width) + "," +
               number(1 - (Y + DY) / B.Height);
      };
      double Thick = S.Style == SeriesStyle::Line ? 1.5 : 5;
      line("set object rectangle from " + Corner(0, -Thick) + " to " +
           Corner(12, Thick) + " fc rgb \"" + colour(S.Colour) +
           "\" fs solid noborder");
      label(S.Name, X + 18, Y, "left");
      X += 18 + static_cast<double>(textWidth(S.Name, SmallText)) + 24;
    }
  }

  /// Marks whose numbers can be drawn.
  std::vector<const Mark *> drawn(const Series &S) const {
    std::vector<const Mark *> All;
    for (const Mark &M : S.Marks) {
      bool Good = isDrawable(M.X) && isDrawable(M.Y);
      for (std::optional<double> End : {M.Low, M.High})
        Good &= !End || isDrawable(*End);
      // A bar without length would be a mark that nobody sees.
      if (S.Style == SeriesStyle::Bars)
        Good &= M.X != M.Low.value_or(0);
      if (S.Style == SeriesStyle::Boxes || S.Style == SeriesStyle::Intervals)
        Good &= M.Low && M.High;
      if (Good)
        All.push_back(&M);
    }
    return All;
  }

  /// Far enough from \p From to be seen.
  double atLeast(double From, double To) const {
    constexpr double Least = 0.002; // Of the axis.
    if (XScale.place(To) - XScale.place(From) >= Least)
      return To;
    return XScale.Log ? From * std::exp(Least * (std::log(XScale.Most) -
                                                 std::log(XScale.Least)))
                      : From + Least * (XScale.Most - XScale.Least);
  }

  void plots() {
    std::string Plot;
    std::vector<PlacedMark> Labelled;
    auto Add = [&](const Twine &Text) {
      Plot += ((Plot.empty() ? "plot " : ", ") + Text).str();
    };
    for (size_t I = 0; I < F.All.size(); ++I) {
      const Series &S = F.All[I];
      std::vector<const Mark *> Marks = drawn(S);
      // A bar without length has a label all the same.
      for (const Mark &M : S.Marks)
        if (S.Style == SeriesStyle::Bars && M.X == M.Low.value_or(0) &&
            !M.Label.empty())
          Labelled.push_back(placed(M));
      if (Marks.empty())
        continue;
      std::string Data = "$D" + std::to_string(I);
      line(Data + " << END");
      Out.Tips.emplace_back();
      for (const Mark *M : Marks) {
        line(row(S, *M));
        if (hasMarks(S.Style))
          Out.Tips.back().push_back(M->Tip);
        if (!M->Label.empty())
          Labelled.push_back(placed(*M));
      }
      line("END");
      Add(Data + " " + style(S));
    }
    if (Plot.empty()) { // gnuplot refuses to plot nothing.
      Out.Tips.emplace_back();
      Add("NaN with lines");
    }
    for (const LabelPlace &P : placeLabels(Labelled, lines(), B))
      label(P.Text, P.X, P.Y, P.Left ? "left" : "right");
    line(Plot);
    line("unset label");
    line("unset object");
  }

  /// The columns that style() plots.
  std::string row(const Series &S, const Mark &M) const {
    const double Half = S.Style == SeriesStyle::Bars ? 0.36 : 0.26;
    auto Rectangle = [&](double From, double To) {
      return number(M.Y) + " " + number(From) + " " + number(To) + " " +
             number(M.Y - Half) + " " + number(M.Y + Half);
    };
    switch (S.Style) {
    case SeriesStyle::Points:
    case SeriesStyle::Line:
      return number(M.X) + " " + number(M.Y);
    case SeriesStyle::Bars: {
      double Base = M.Low.value_or(0);
      return Rectangle(std::min(Base, M.X), std::max(Base, M.X));
    }
    case SeriesStyle::Boxes:
      return Rectangle(*M.Low, atLeast(*M.Low, *M.High));
    case SeriesStyle::Ticks:
      return Rectangle(M.X, atLeast(M.X, M.X));
    case SeriesStyle::Intervals:
      return InRows ? number(*M.Low) + " " + number(M.Y) + " " +
                          number(*M.High - *M.Low) + " 0"
                    : number(M.X) + " " + number(*M.Low) + " 0 " +
                          number(*M.High - *M.Low);
    }
    llvm_unreachable("no such style");
  }

  std::string style(const Series &S) const {
    std::string Colour = ("lc rgb \"" + colour(S.Colour) + "\"").str();
    switch (S.Style) {
    case SeriesStyle::Points:
      return "using 1:2 with points pt 7 ps " +
             std::string(Out.Dense ? "0.45" : "0.7") + " " + Colour;
    case SeriesStyle::Line:
      return "using 1:2 with lines lw 2 " +
             std::string(S.Dashed ? "dt (6,4) " : "") + Colour;
    case SeriesStyle::Bars:
    case SeriesStyle::Boxes:
    case SeriesStyle::Ticks:
      return "using (($2+$3)/2):1:2:3:4:5 with boxxyerror " + Colour +
             " fs solid noborder";
    case SeriesStyle::Intervals:
      return "using 1:2:3:4 with vectors nohead lw " +
             std::string(Out.Dense ? "0.6" : "1.5") + " " + Colour;
    }
    llvm_unreachable("no such style");
  }

  double pixelX(double X) const {
    return B.Left + XScale.place(X) * (B.Width - B.Left - B.Right);
  }
  double pixelY(double Y) const {
    double Part = InRows ? (Y + 0.5) / static_cast<double>(F.Rows.size())
                         : 1 - YScale.place(Y);
    return B.Top + Part * (B.Height - B.Top - B.Bottom);
  }

  /// Where \p M stands in pixels, and what stands there.
  PlacedMark placed(const Mark &M) const {
    double End = InRows && M.High ? std::max(*M.High, M.X) : M.X;
    return {M.Label, pixelX(End), pixelY(M.Y), InRows};
  }

  /// What lines and intervals cover, in small boxes.
  std::vector<LabelBox> lines() const {
    std::vector<LabelBox> Boxes;
    auto Add = [&](double X, double Y, double ToX, double ToY) {
      constexpr double Half = 3;
      double Length = std::max(std::abs(ToX - X), std::abs(ToY - Y));
      double Steps = std::max(1.0, std::ceil(Length / (2 * Half)));
      for (double I = 0; I <= Steps; ++I) {
        double AtX = X + (ToX - X) * I / Steps, AtY = Y + (ToY - Y) * I / Steps;
        Boxes.push_back({AtX - Half, AtY - Half, AtX + Half, AtY + Half});
      }
    };
    if (InRows)
      return Boxes;
    for (const Series &S : F.All) {
      std::vector<const Mark *> Marks = drawn(S);
      if (S.Style == SeriesStyle::Intervals)
        for (const Mark *M : Marks)
          Add(pixelX(M->X), pixelY(*M->Low), pixelX(M->X), pixelY(*M->High));
      for (size_t I = 1; S.Style == SeriesStyle::Line && I < Marks.size(); ++I)
        Add(pixelX(Marks[I - 1]->X), pixelY(Marks[I - 1]->Y),
            pixelX(Marks[I]->X), pixelY(Marks[I]->Y));
    }
    return Boxes;
  }

  const Figure &F;
  const bool InRows;
  Scale XScale, YScale;
  CanvasBox B;
  Script Out;
};

} // namespace

Script gnuplotScript(const Figure &F) { return ScriptWriter(F).write(); }

} // namespace toscount
