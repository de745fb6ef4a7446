//===- Grid.cpp - a table of cells, and its layout in text ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "DisplayText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

constexpr unsigned Gap = 2;
constexpr unsigned NarrowestBar = 5;
constexpr unsigned WidestBar = 20;

/// Which columns are printed, and how wide.
class Layout {
public:
  Layout(const Grid &G, unsigned Available) : G(G), Available(Available) {
    measure();
    if (Available != 0)
      fit();
    if (Available == 0)
      for (size_t I = 0; I < G.Columns.size(); ++I)
        Width[I] = G.Columns[I].Bar ? WidestBar : Natural[I];
  }

  std::vector<unsigned> Width;
  std::vector<bool> Shown;

private:
  void measure() {
    size_t N = G.Columns.size();
    Width.assign(N, 0);
    Shown.assign(N, true);
    Natural.assign(N, 0);
    for (size_t I = 0; I < N; ++I)
      Natural[I] = columnWidth(G.Columns[I].Title);
    std::vector<bool> Drawn(N);
    G.forEachRow([&](const GridRow &R) {
      for (size_t I = 0; I < (R.Note.empty() ? N : 1); ++I) {
        unsigned Mark = I == 0 ? columnWidth(R.Mark) : 0;
        if (!G.Columns[I].Bar)
          Natural[I] = std::max(Natural[I], Mark + columnWidth(R.Cells[I]));
        else if (!R.Cells[I].empty())
          Drawn[I] = true;
      }
    });
    for (size_t I = 0; I < N; ++I)
      if (G.Columns[I].Bar) {
        Natural[I] = NarrowestBar;
        Shown[I] = Drawn[I];
      }
  }

  unsigned least(size_t I) const {
    unsigned Least = G.Columns[I].Least;
    return Least == 0 ? Natural[I] : std::min(Natural[I], Least);
  }

  /// Width of the shown columns, each as wide as \p Of says.
  template <typename F> unsigned total(F Of) const {
    unsigned Sum = 0, Count = 0;
    for (size_t I = 0; I < Shown.size(); ++I)
      if (Shown[I]) {
        Sum += Of(I);
        ++Count;
      }
    return Sum + Gap * (Count > 0 ? Count - 1 : 0);
  }

  /// Hides the column that is dropped first among those \p May; false when
  /// there is none.
  template <typename F> bool drop(F May) {
    size_t Worst = Shown.size();
    for (size_t I = 0; I < Shown.size(); ++I)
      if (Shown[I] && G.Columns[I].Drop > 0 && May(G.Columns[I]) &&
          (Worst == Shown.size() || G.Columns[I].Drop > G.Columns[Worst].Drop))
        Worst = I;
    if (Worst == Shown.size())
      return false;
    // Extra columns of one rank come and go together.
    const GridColumn &W = G.Columns[Worst];
    for (size_t I = 0; I < Shown.size(); ++I)
      if (I == Worst ||
          (W.Extra && G.Columns[I].Extra && G.Columns[I].Drop == W.Drop))
        Shown[I] = false;
    return true;
  }

  void fit() {
    auto NaturalOf = [&](size_t I) { return Natural[I]; };
    while (total(NaturalOf) > Available &&
           drop([](const GridColumn &C) { return C.Extra; }))
      ;
    auto LeastOf = [&](size_t I) { return least(I); };
    while (total(LeastOf) > Available &&
           drop([](const GridColumn &) { return true; }))
      ;
    unsigned Used = total(LeastOf);
    unsigned Slack = Available - std::min(Available, Used);
    for (size_t I = 0; I < Shown.size(); ++I) {
      unsigned More = std::min(Slack, Natural[I] - least(I));
      if (!Shown[I])
        continue;
      Width[I] = least(I) + More;
      Slack -= More;
    }
    // With nothing left to drop, names give way once more.
    unsigned Missing = Used - std::min(Available, Used);
    for (size_t I = 0; I < Shown.size(); ++I)
      if (Shown[I] && G.Columns[I].Least != 0 && Missing > 0 && Width[I] > 8) {
        unsigned Less = std::min(Missing, Width[I] - 8);
        Width[I] -= Less;
        Missing -= Less;
      }
    for (size_t I = 0; I < Shown.size(); ++I)
      if (Shown[I] && G.Columns[I].Bar)
        Width[I] = std::min(WidestBar, NarrowestBar + Slack);
  }

  const Grid &G;
  unsigned Available;
  std::vector<unsigned> Natural;
};

struct DrawnBar {
  std::string Text;
  unsigned Columns; ///< That it takes.
};

DrawnBar drawBar(unsigned PerMille, unsigned Width, bool Unicode) {
  static constexpr StringLiteral Eighths[] = {
      "", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
  unsigned Parts = Unicode ? 8 : 1;
  unsigned Filled = (PerMille * Width * Parts + 500) / 1000;
  std::string Bar;
  for (unsigned I = 0; I < Filled / Parts; ++I)
    Bar += Unicode ? "\u2588" : "#";
  if (Unicode)
    Bar += Eighths[Filled % Parts];
  return {Bar, (Filled + Parts - 1) / Parts};
}

std::string padded(StringRef Text, unsigned Width, bool Right) {
  std::string Spaces(Width - std::min(Width, columnWidth(Text)), ' ');
  return Right ? Spaces + Text.str() : Text.str() + Spaces;
}

/// \p Text, or what \p C keeps of it in \p Width columns, which \p Kept holds.
StringRef shortened(StringRef Text, const GridColumn &C, unsigned Width,
                    bool Unicode, std::string &Kept) {
  if (C.Least == 0 || columnWidth(Text) <= Width)
    return Text;
  Kept = C.KeepEnd ? keepEnd(Text, Width, Unicode)
                   : keepBeginning(Text, Width, Unicode);
  return Kept;
}

/// Columns of \p Text, whose escape sequences take none.
unsigned shownWidth(StringRef Text) {
  std::string Shown;
  while (!Text.empty()) {
    auto [Before, After] = Text.split('\x1b');
    Shown += Before;
    Text = After.split('m').second;
  }
  return columnWidth(Shown);
}

/// Prints the cells of \p R, without spaces at the end of the line; how many
/// are owed before anything that follows.
unsigned printCells(raw_ostream &OS, const GridRow &R, const Grid &G,
                    const Layout &L, const ReportOptions &Options) {
  Style S(Options.Colour);
  unsigned Skipped = 0;
  for (size_t I = 0; I < G.Columns.size(); ++I) {
    const GridColumn &C = G.Columns[I];
    if (!L.Shown[I])
      continue;
    if (C.Bar && !R.Cells[I].empty()) {
      unsigned PerMille = 0;
      (void)to_integer(R.Cells[I], PerMille);
      DrawnBar Bar = drawBar(PerMille, L.Width[I], Options.Unicode);
      if (Bar.Columns == 0)
        continue;
      OS.indent(Skipped) << S.bar(Bar.Text);
      Skipped = Gap + L.Width[I] - Bar.Columns;
      continue;
    }
    if (I == 0)
      OS << S.mark(R.Mark);
    unsigned Mark = I == 0 ? columnWidth(R.Mark) : 0;
    unsigned Room = L.Width[I] - std::min(L.Width[I], Mark);
    std::string Kept;
    StringRef Whole = shortened(R.Cells[I], C, Room, Options.Unicode, Kept);
    StringRef Text = Whole.rtrim(' ');
    unsigned Padding = Room - std::min(Room, columnWidth(Whole));
    unsigned Before = C.Right && !Text.empty() ? Padding : 0;
    if (!Text.empty()) {
      OS.indent(Skipped);
      Skipped = 0;
      if (R.Footer)
        OS << S.bold(std::string(Before, ' ') + Text.str());
      else
        OS.indent(Before) << Text;
    }
    Skipped += Padding - Before + (Whole.size() - Text.size()) + Gap;
    if (!R.Note.empty())
      break;
  }
  return Skipped;
}

} // namespace

void printWrapped(raw_ostream &OS, StringRef First, StringRef Text,
                  unsigned Indent, const ReportOptions &Options) {
  unsigned Width =
      Options.Width == 0
          ? 0
          : std::max(20U, Options.Width - std::min(Options.Width, Indent));
  OS << First;
  std::string Before;
  unsigned Begin = shownWidth(First);
  for (const std::string &Line :
       wrapped(Text, Width, Begin - std::min(Begin, Indent))) {
    OS << Before << Line << "\n";
    Before = std::string(Indent, ' ');
  }
}

void printGrid(raw_ostream &OS, const Grid &G, const ReportOptions &Options) {
  Layout L(G, Options.Width);
  Style S(Options.Colour);
  unsigned Total = 0;

  std::string Header;
  for (size_t I = 0; I < G.Columns.size(); ++I) {
    if (!L.Shown[I])
      continue;
    if (Total != 0)
      Header += std::string(Gap, ' ');
    Total += L.Width[I] + (Total != 0 ? Gap : 0);
    std::string Kept;
    Header += padded(shortened(G.Columns[I].Title, G.Columns[I], L.Width[I],
                               Options.Unicode, Kept),
                     L.Width[I], G.Columns[I].Right);
  }
  OS << S.bold(StringRef(Header).rtrim(' ')) << "\n";

  bool Footer = false;
  G.forEachRow([&](const GridRow &R) {
    if (R.Footer && !Footer) {
      Footer = true;
      std::string Rule;
      for (unsigned I = 0; I < Total; ++I)
        Rule += Options.Unicode ? "\u2500" : "-";
      OS << S.dim(Rule) << "\n";
    }
    unsigned Skipped = printCells(OS, R, G, L, Options);
    if (R.Note.empty()) {
      OS << "\n";
      return;
    }
    unsigned Indent = L.Width[0] + Gap;
    printWrapped(OS, std::string(Skipped, ' '), R.Note, Indent, Options);
  });
}

void printMarkdownGrid(raw_ostream &OS, const Grid &G) {
  auto Shown = [](const GridColumn &C) { return !C.Bar && !C.Extra; };
  for (const GridColumn &C : G.Columns)
    if (Shown(C))
      OS << "| " << C.Title << " ";
  OS << "|\n";
  for (const GridColumn &C : G.Columns)
    if (Shown(C))
      OS << (C.Right ? "| ---: " : "| --- ");
  OS << "|\n";
  G.forEachRow([&](const GridRow &R) {
    for (size_t I = 0; I < G.Columns.size(); ++I) {
      const GridColumn &C = G.Columns[I];
      if (!Shown(C))
        continue;
      std::string Mark = I == 0 ? markdownText(R.Mark) : "";
      std::string Cell;
      if (I == 1 && !R.Note.empty())
        Cell = markdownText(R.Note);
      else if (I < R.Cells.size() && (I == 0 || R.Note.empty()))
        Cell = C.Code && !R.Footer && !R.Plain ? markdownCode(R.Cells[I])
                                               : markdownText(R.Cells[I]);
      if (R.Footer && !Cell.empty())
        Cell = "**" + Cell + "**";
      OS << "| " << Mark << Cell << " ";
    }
    OS << "|\n";
  });
}

} // namespace toscount
