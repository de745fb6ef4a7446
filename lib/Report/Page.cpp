//===- Page.cpp - a report as a web page ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Page.h"

#include "PageAssets.h"

#include "toscount/Plot/Draw.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;

namespace toscount {
namespace {

/// What a Content-Security-Policy calls \p Text.
std::string hashOf(StringRef Text) {
  return "'sha256-" +
         encodeBase64(SHA256::hash(
             ArrayRef<uint8_t>(Text.bytes_begin(), Text.bytes_end()))) +
         "'";
}

class HtmlWriter {
public:
  HtmlWriter(raw_ostream &OS, const Page &P, ArrayRef<std::string> Drawings)
      : OS(OS), P(P), Drawings(Drawings) {}

  void write() {
    head();
    OS << "<header>\n<h1>" << markupText(P.Title) << "</h1>\n";
    facts();
    OS << "</header>\n<main>\n";
    for (const PageSection &S : P.Sections)
      section(S);
    OS << "</main>\n<footer>" << markupText(P.Command) << "</footer>\n<script>"
       << pageScript() << "</script>\n</body>\n</html>\n";
  }

private:
  void head() {
    // No address of any kind can be loaded, whatever a name in a model says.
    OS << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
          "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-"
          "Policy\" content=\"default-src 'none'; style-src "
       << hashOf(pageStyle()) << "; script-src " << hashOf(pageScript())
       << "; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, "
          "initial-scale=1\">\n<title>"
       << markupText(P.Title) << "</title>\n<style>" << pageStyle()
       << "</style>\n</head>\n<body>\n";
  }

  void facts() {
    if (P.Facts.empty())
      return;
    OS << "<dl>\n";
    for (const auto &[Key, Value] : P.Facts)
      OS << "<dt>" << markupText(Key) << "</dt><dd>" << markupText(Value)
         << "</dd>\n";
    OS << "</dl>\n";
  }

  void section(const PageSection &S) {
    OS << "<section>\n";
    if (!S.Title.empty())
      OS << "<h2>" << markupText(S.Title) << "</h2>\n";
    for (const Figure &F : S.Figures)
      OS << "<div class=\"wide\" data-picture=\"" << markupText(F.Name)
         << "\">\n"
         << Drawings[NextDrawing++] << "</div>\n";
    for (const PageTable &T : S.Tables)
      table(T);
    if (!S.Tree.Roots.empty())
      tree(S.Tree);
    if (!S.Remarks.empty()) {
      OS << "<ul>\n";
      for (const std::string &R : S.Remarks)
        OS << "<li>" << markupText(R) << "</li>\n";
      OS << "</ul>\n";
    }
    OS << "</section>\n";
  }

  void table(const PageTable &T) {
    if (!T.Title.empty())
      OS << "<h3>" << markupText(T.Title) << "</h3>\n";
    const std::vector<GridColumn> &Columns = T.Shown.Columns;
    if (!Columns.empty()) {
      OS << "<div class=\"wide\"><table>\n<thead><tr>";
      for (const GridColumn &C : Columns)
        OS << "<th" << (C.Right ? " class=\"number\"" : "") << ">"
           << markupText(C.Title) << "</th>";
      OS << "</tr></thead>\n<tbody>\n";
      rows(T, /*Footer=*/false);
      OS << "</tbody>\n";
      if (any_of(T.Shown.Rows, [](const GridRow &R) { return R.Footer; })) {
        OS << "<tfoot>\n";
        rows(T, /*Footer=*/true);
        OS << "</tfoot>\n";
      }
      OS << "</table></div>\n";
    }
    for (const std::string &Note : T.Notes)
      OS << "<p class=\"note\">" << markupText(Note) << "</p>\n";
  }

  void rows(const PageTable &T, bool Footer) {
    // Rows that are made when they are looked at are never footers.
    for (size_t I = 0; !Footer && I < T.Shown.Made; ++I)
      row(T.Shown.Columns, T.Shown.Make(I), T.Exact.Make(I));
    for (size_t I = 0; I < T.Shown.Rows.size(); ++I)
      if (T.Shown.Rows[I].Footer == Footer)
        row(T.Shown.Columns, T.Shown.Rows[I], T.Exact.Rows[I]);
  }

  void row(ArrayRef<GridColumn> Columns, const GridRow &Shown,
           const GridRow &Exact) {
    OS << "<tr>";
    for (size_t I = 0; I < Columns.size(); ++I) {
      const GridColumn &C = Columns[I];
      bool Note = !Shown.Note.empty() && I == 1;
      OS << "<td";
      if (Note)
        OS << " colspan=\"" << Columns.size() - 1 << "\"";
      else if (C.Right)
        OS << " class=\"number\"";
      else if (C.KeepEnd)
        OS << " class=\"name\"";
      OS << ">";
      if (I == 0)
        OS << markupText(Shown.Mark);
      if (Note) {
        OS << markupText(Shown.Note) << "</td>";
        break;
      }
      if (I < Shown.Cells.size())
        cell(C, C.Code && !Shown.Plain && !Shown.Footer, Shown.Cells[I],
             I < Exact.Cells.size() ? StringRef(Exact.Cells[I]) : "");
      OS << "</td>";
    }
    OS << "</tr>\n";
  }

  void cell(const GridColumn &C, bool Code, StringRef Shown, StringRef Exact) {
    if (Shown.empty())
      return;
    if (C.Bar)
      OS << "<svg class=\"bar\" viewBox=\"0 0 1000 100\" "
            "preserveAspectRatio=\"none\"><rect width=\""
         << Shown << "\" height=\"100\"/></svg>";
    else if (Code)
      OS << "<code>" << markupText(Shown) << "</code>";
    else
      number(Shown, Exact);
  }

  void number(StringRef Shown, StringRef Exact) {
    if (Shown == Exact || Exact.empty())
      OS << markupText(Shown);
    else
      OS << "<data value=\"" << markupText(Exact) << "\">" << markupText(Shown)
         << "</data>";
  }

  void tree(const PageTree &T) {
    OS << "<p class=\"note\">";
    for (size_t I = 0; I < T.Titles.size(); ++I)
      OS << (I == 0 ? "" : " \u00b7 ") << markupText(T.Titles[I]);
    OS << "</p>\n<div class=\"tree\">\n";
    for (const PageTree::Node &N : T.Roots)
      node(N);
    OS << "</div>\n";
  }

  void node(const PageTree::Node &N) {
    bool Leaf = N.Children.empty();
    OS << (Leaf ? "<div class=\"leaf\">" : "<details><summary>") << "<code>"
       << markupText(N.Name) << "</code>";
    for (const auto &[Shown, Exact] : N.Cells) {
      OS << "<span class=\"cells\">";
      number(Shown, Exact);
      OS << "</span>";
    }
    OS << (Leaf ? "</div>\n" : "</summary>\n");
    for (const PageTree::Node &Child : N.Children)
      node(Child);
    if (!Leaf)
      OS << "</details>\n";
  }

  raw_ostream &OS;
  const Page &P;
  ArrayRef<std::string> Drawings;
  size_t NextDrawing = 0;
};

std::vector<Figure> figuresOf(const Page &P) {
  std::vector<Figure> All;
  for (const PageSection &S : P.Sections)
    llvm::append_range(All, S.Figures);
  return All;
}

Error writePicture(raw_ostream &OS, const Page &P, StringRef Name) {
  std::vector<Figure> All = figuresOf(P);
  const auto *Found =
      Name.empty() ? All.data() : find_if(All, [&](const Figure &F) {
                                    return F.Name == Name;
                                  }).base();
  if (Found == All.data() + All.size()) {
    std::string Text = "there is no picture";
    if (!Name.empty())
      Text += " '" + printable(Name) + "' of this report";
    std::string Names;
    for (const Figure &F : All)
      Names += (Names.empty() ? "" : ", ") + F.Name;
    return makeError(Text + (Names.empty() ? ": it has nothing to draw"
                                           : "; it has: " + Names));
  }
  Expected<std::vector<std::string>> Drawn = drawFigures(*Found);
  if (!Drawn)
    return Drawn.takeError();
  OS << svgFile(Drawn->front());
  return Error::success();
}

} // namespace

PageTable pageTable(std::string Title, const ReportOptions &Options,
                    function_ref<Grid(const ReportOptions &)> Make) {
  auto Exact = std::make_shared<ReportOptions>(Options);
  Exact->Exact = Exact->Data = true;
  return {std::move(Title), Make(Options), Make(*Exact), Exact, {}};
}

void Page::add(PageSection S) {
  if (!S.Figures.empty() || !S.Tables.empty() || !S.Tree.Roots.empty() ||
      !S.Remarks.empty())
    Sections.push_back(std::move(S));
}

bool isPicture(ReportFormat Format) {
  return Format == ReportFormat::Html || Format == ReportFormat::Svg;
}

Error writePage(raw_ostream &OS, const Page &P, const ReportOptions &Options) {
  if (Options.Format == ReportFormat::Svg)
    return writePicture(OS, P, Options.Picture);
  Expected<std::vector<std::string>> Drawn = drawFigures(figuresOf(P));
  if (!Drawn)
    return Drawn.takeError();
  HtmlWriter(OS, P, *Drawn).write();
  return Error::success();
}

} // namespace toscount
