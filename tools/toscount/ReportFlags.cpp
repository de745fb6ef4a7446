//===- ReportFlags.cpp - flags that say how to print ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ReportFlags.h"

#include "toscount/Plot/Draw.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace llvm;

namespace toscount::tool {

static bool onTerminal() { return isatty(STDOUT_FILENO) != 0; }

void OutputFlags::add(CLI::App &App, const std::string &Formats, bool Models) {
  const char *Group = "Output";
  App.add_option("--format", Format, Formats)
      ->group(Group)
      ->type_name("FORMAT")
      ->capture_default_str();
  CLI::Option *File = App.add_option("-o,--output", Output,
                                     "write to this file (whole or not at all)")
                          ->group(Group)
                          ->type_name("FILE");
  if (!Models)
    File->check(reportFile())->type_name("FILE");
  App.add_option("--width", Width,
                 "columns of text (default: the terminal's, otherwise 100)")
      ->group(Group)
      ->check(wholeNumber(1, 1'000'000))
      ->type_name("N");
  App.add_option("--color", Colour, "auto, always or never")
      ->group(Group)
      ->type_name("WHEN")
      ->capture_default_str();
}

void OutputFlags::addWithPictures(CLI::App &App, ArrayRef<StringRef> Names) {
  add(App, join(pictureFormatNames(), ", "));
  for (StringRef Name : Names)
    Pictures.push_back(Name.str());
  App.add_option("--picture", Picture,
                 "with --format svg, which: " + join(Names, ", ") +
                     " (default: the first that there is)")
      ->group("Output")
      ->type_name("NAME");
}

ReportOptions OutputFlags::view() const {
  ReportOptions O;
  O.Format = format(pictureFormatNames());
  O.Width = width();
  O.Colour = colour();
  O.Picture = Picture;
  if (!Picture.empty()) {
    if (O.Format != ReportFormat::Svg)
      throw UsageError("--picture needs --format svg");
    checkChoice("--picture", Picture,
                std::vector<StringRef>(Pictures.begin(), Pictures.end()));
  }
  bool Drawn = O.Format == ReportFormat::Html || O.Format == ReportFormat::Svg;
  if (Error E = Drawn ? checkPlotter() : Error::success())
    throw MissingError(toString(std::move(E)));
  return O;
}

ReportFormat OutputFlags::format(ArrayRef<StringRef> Formats) const {
  checkChoice("--format", Format, Formats);
  return *reportFormatFromName(Format);
}

unsigned OutputFlags::width() const {
  if (Width != 0)
    return Width;
  winsize Size{};
  if (Output.empty() && onTerminal() &&
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &Size) == 0 && Size.ws_col != 0)
    return Size.ws_col;
  return 100;
}

bool OutputFlags::colour() const {
  checkChoice("--color", Colour, {"auto", "always", "never"});
  if (Colour != "auto")
    return Colour == "always";
  // https://no-color.org
  const char *NoColour = std::getenv("NO_COLOR");
  return Output.empty() && onTerminal() &&
         (NoColour == nullptr || *NoColour == '\0');
}

void ReportFlags::add(CLI::App &App) {
  Output.addWithPictures(App, {"layers", "phases", "models"});
  const char *Group = "Output";
  App.add_option("--group-by", GroupBy, join(groupByNames(), ", "))
      ->group(Group)
      ->type_name("WHAT")
      ->capture_default_str();
  App.add_option("--depth", Depth,
                 "with --group-by scope: modules at most so deep")
      ->group(Group)
      ->check(wholeNumber(1, 1'000'000))
      ->type_name("N");
  App.add_option("--sort", Sort,
                 "a column, or order (as executed, the default)")
      ->group(Group)
      ->type_name("COLUMN");
  App.add_option("--top", Top, "only the N largest rows")
      ->group(Group)
      ->check(wholeNumber(0))
      ->type_name("N");
  App.add_option(
         "--columns", Columns,
         "columns, separated by commas: " + join(reportColumnNames(), ", ") +
             "; most also by phase: forward.tos")
      ->group(Group)
      ->type_name("LIST")
      ->delimiter(',');
  App.add_flag("--exact", Exact, "numbers in full")->group(Group);
}

ReportOptions ReportFlags::options() const {
  ReportOptions O = Output.view();
  checkChoice("--group-by", GroupBy, groupByNames());
  O.Group = *groupByFromName(GroupBy);
  O.Depth = Depth;
  if (Depth != 0 && O.Group != GroupBy::Scope)
    throw UsageError("--depth needs --group-by scope");
  O.Top = Top;
  O.Sort = Sort;
  O.Columns = Columns;
  O.Exact = Exact;
  if (Error E = checkReportOptions(O))
    throw UsageError(toString(std::move(E)));
  return O;
}

} // namespace toscount::tool
