//===- PowerLog.cpp - what an external wattmeter wrote --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Meters/PowerLog.h"

#include "Cells.h"

#include "toscount/Meters/Meter.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace toscount {
namespace {

/// Lines before the one that names the columns.
constexpr size_t MostPreludeLines = 100;

/// "power.draw [W]" as "powerdraw" and "w"; the unit is empty when none stands
/// at the end.
struct ColumnName {
  std::string Word, Unit;
};

ColumnName columnName(const std::string &Text) {
  std::string Lower = lowerCase(trimmed(Text));
  ColumnName Name;
  size_t Bracket = Lower.find_first_of("[(");
  if (Bracket != std::string::npos) {
    size_t End = Lower.find_first_of("])", Bracket);
    Name.Unit = trimmed(Lower.substr(Bracket + 1, End - Bracket - 1));
    Lower.resize(Bracket);
  } else if (size_t Line = Lower.rfind('_'); Line != std::string::npos) {
    std::string End = Lower.substr(Line + 1);
    if (End == "w" || End == "mw" || End == "kw") {
      Name.Unit = End;
      Lower.resize(Line);
    }
  }
  for (char C : Lower)
    if (C != ' ' && C != '_' && C != '.' && C != '-')
      Name.Word += C;
  return Name;
}

bool isOneOf(const std::string &Word, std::initializer_list<const char *> All) {
  return std::any_of(All.begin(), All.end(),
                     [&](const char *One) { return Word == One; });
}

bool namesTime(const ColumnName &Name) {
  return isOneOf(Name.Word,
                 {"time", "timestamp", "datetime", "ts", "unix", "unixtime",
                  "epoch", "seconds", "timestamps", "timems", "unixms"});
}

bool namesPower(const ColumnName &Name) {
  if (!Name.Unit.empty() && !isOneOf(Name.Unit, {"w", "mw", "kw", "watts"}))
    return false;
  return isOneOf(Name.Word, {"watts", "watt", "w", "mw", "kw", "power", "p",
                             "p1", "activepower", "realpower", "powerdraw",
                             "apower", "psum", "totalpower", "wall"});
}

double scaleOf(const ColumnName &Name) {
  auto is = [&](const char *Unit) {
    return Name.Unit == Unit || Name.Word == Unit;
  };
  return is("mw") ? 1e-3 : is("kw") ? 1e3 : 1;
}

/// Seconds, of what is called seconds, milli-, micro- or nanoseconds by its
/// size alone: 10^11 s are the year 5138, 10^11 ms 1973.
double toSeconds(double Number) {
  const double Size = std::fabs(Number);
  return Size < 1e11   ? Number
         : Size < 1e14 ? Number * 1e-3
         : Size < 1e17 ? Number * 1e-6
                       : Number * 1e-9;
}

std::string zoneHint(const std::string &Path) {
  return "; a time without a zone needs log:" + Path + ":zone=+HH:MM";
}

} // namespace

bool parsePowerLog(const std::string &Spec, PowerLogOptions &Options,
                   std::string &Problem) {
  static constexpr const char *Keys[] = {"offset", "column", "zone", "wait",
                                         "max-gap"};
  // From the end, so that a path may hold colons; so does a zone.
  std::string Rest = Spec;
  for (;;) {
    size_t At = std::string::npos;
    std::string Key;
    for (const char *K : Keys) {
      size_t Found = Rest.rfind(std::string(":") + K + "=");
      if (Found != std::string::npos &&
          (At == std::string::npos || Found > At)) {
        At = Found;
        Key = K;
      }
    }
    if (At == std::string::npos)
      break;
    std::string Value = Rest.substr(At + Key.size() + 2);
    Rest.resize(At);
    double Number = 0;
    bool Good = true;
    if (Key == "column") {
      Options.Columns = split(Value, '+');
      Good = !Options.Columns.empty();
    } else if (Key == "zone") {
      double Shift = 0;
      Good = parseTime("1970-01-01T00:00:00" + Value, std::nullopt, Shift);
      Options.ZoneS = -Shift;
    } else {
      Good = parseNumber(Value, Number) && (Key == "offset" || Number > 0);
      if (Key == "offset")
        Options.OffsetS = Number;
      else if (Key == "wait")
        Options.WaitS = Number;
      else
        Options.MaxGapS = Number;
    }
    if (!Good) {
      Problem = "--meter log: " + Key + "='" + Value + "' should be " +
                (Key == "column" ? "the name of a column"
                 : Key == "zone" ? "+HH:MM, -HH:MM or Z"
                                 : "a number of seconds");
      return false;
    }
  }
  Options.Path = Rest;
  if (!Rest.empty())
    return true;
  Problem = "--meter log needs the file: log:FILE";
  return false;
}

bool parseTime(const std::string &Text, std::optional<double> ZoneS,
               double &UnixSeconds) {
  size_t At = 0;
  auto digits = [&](size_t Count, int64_t &Number) {
    Number = 0;
    for (size_t I = 0; I < Count; ++I, ++At) {
      if (At >= Text.size() || Text[At] < '0' || Text[At] > '9')
        return false;
      Number = Number * 10 + (Text[At] - '0');
    }
    return true;
  };
  auto oneOf = [&](const char *Any) {
    bool Is = At < Text.size() &&
              std::string(Any).find(Text[At]) != std::string::npos;
    At += Is;
    return Is;
  };
  int64_t Year = 0, Month = 0, Day = 0, Hour = 0, Minute = 0, Second = 0;
  if (!digits(4, Year) || !oneOf("-/") || !digits(2, Month) || !oneOf("-/") ||
      !digits(2, Day) || !oneOf("T ") || !digits(2, Hour) || !oneOf(":") ||
      !digits(2, Minute) || !oneOf(":") || !digits(2, Second))
    return false;
  double Fraction = 0;
  if (oneOf(".,"))
    for (double Unit = 0.1;
         At < Text.size() && Text[At] >= '0' && Text[At] <= '9'; Unit /= 10)
      Fraction += Unit * (Text[At++] - '0');
  std::optional<double> Zone = ZoneS;
  while (oneOf(" ")) {
  }
  if (oneOf("Zz")) {
    Zone = 0;
  } else if (At < Text.size()) {
    const double Sign = Text[At] == '-' ? -1 : 1;
    int64_t Hours = 0, Minutes = 0;
    if (!oneOf("+-") || !digits(2, Hours))
      return false;
    oneOf(":");
    if (At < Text.size() && !digits(2, Minutes))
      return false;
    Zone = Sign * static_cast<double>(Hours * 3600 + Minutes * 60);
  }
  if (At != Text.size() || !Zone || Month < 1 || Month > 12 || Day < 1 ||
      Day > 31 || Hour > 24 || Minute > 59 || Second > 60)
    return false;
  // Days of the Gregorian calendar, years beginning in March.
  Year -= Month <= 2;
  const int64_t Days = Year * 365 + Year / 4 - Year / 100 + Year / 400 +
                       (153 * (Month + (Month > 2 ? -3 : 9)) + 2) / 5 + Day -
                       1 - 719468;
  UnixSeconds =
      static_cast<double>(((Days * 24 + Hour) * 60 + Minute) * 60 + Second) +
      Fraction - *Zone;
  return true;
}

bool PowerLog::findColumns(const std::string &Line) {
  Separator = Line.find(';') != std::string::npos    ? ';'
              : Line.find('\t') != std::string::npos ? '\t'
                                                     : ',';
  std::vector<std::string> Cells = cells(Line, Separator);
  std::optional<size_t> Time, Date;
  std::vector<size_t> Powers;
  for (size_t I = 0; I < Cells.size(); ++I) {
    ColumnName Name = columnName(Cells[I]);
    if (!Time && namesTime(Name))
      Time = I;
    else if (!Date && Name.Word == "date")
      Date = I;
    else if (Options.Columns.empty() && namesPower(Name))
      Powers.push_back(I);
  }
  for (const std::string &Wanted : Options.Columns) {
    auto At = std::find(Cells.begin(), Cells.end(), Wanted);
    if (At == Cells.end())
      return false;
    Powers.push_back(static_cast<size_t>(At - Cells.begin()));
  }
  if (!Time)
    std::swap(Time, Date);
  if (!Time || Powers.empty() || (Options.Columns.empty() && Powers.size() > 1))
    return false;
  TimeColumn = *Time;
  DateColumn = Date;
  PowerColumns = Powers;
  for (size_t I : Powers) {
    Names.push_back(Cells[I]);
    Scales.push_back(scaleOf(columnName(Cells[I])));
  }
  PowersW.resize(Powers.size());
  SumsJ.resize(Powers.size());
  return true;
}

bool PowerLog::addSample(const std::string &Text, std::string &Problem) {
  std::vector<std::string> Cells = cells(Text, Separator);
  auto place = [&] { return Options.Path + ":" + std::to_string(Line) + ": "; };
  size_t Most = std::max(TimeColumn, DateColumn.value_or(0));
  for (size_t C : PowerColumns)
    Most = std::max(Most, C);
  if (Cells.size() <= Most) {
    Problem = place() + "has " + std::to_string(Cells.size()) +
              " columns, fewer than the line that names them";
    return false;
  }
  std::string When = Cells[TimeColumn];
  if (DateColumn && When.find_first_of("-/") == std::string::npos)
    When = Cells[*DateColumn] + " " + When;
  double Time = 0;
  if (parseNumber(When, Time)) {
    Time = toSeconds(Time);
  } else if (!parseTime(When, Options.ZoneS, Time)) {
    Problem = place() + "'" + When.substr(0, 40) +
              "' is neither Unix seconds nor a date and time with a zone" +
              zoneHint(Options.Path);
    return false;
  }
  Time += Options.OffsetS;
  std::vector<double> PowerW;
  for (size_t I = 0; I < PowerColumns.size(); ++I) {
    std::string Cell = Cells[PowerColumns[I]];
    if (Separator == ';')
      std::replace(Cell.begin(), Cell.end(), ',', '.');
    // "65.12 W": the unit was in the name, or is watts.
    Cell = Cell.substr(0, Cell.find(' '));
    double Number = 0;
    std::string Lower = lowerCase(Cell);
    if (isOneOf(Lower, {"", "nan", "-nan", "n/a", "[n/a]", "-", "inf"}))
      return true; // No sample: perhaps a gap.
    if (!parseNumber(Cell, Number)) {
      Problem = place() + "'" + Cell.substr(0, 40) + "' is no power";
      return false;
    }
    PowerW.push_back(Number * Scales[I]);
  }
  if (!Times.empty() && Time < Times.back()) {
    Problem = place() + "its time lies " + std::to_string(Times.back() - Time) +
              " s before that of the line before; a log's clock must not be "
              "set back";
    return false;
  }
  if (!Times.empty() && Time == Times.back())
    return true; // A clock of whole seconds: the first sample of each stays.
  for (size_t C = 0; C < PowerW.size(); ++C) {
    SumsJ[C].push_back(Times.empty()
                           ? 0
                           : SumsJ[C].back() +
                                 (Time - Times.back()) *
                                     (PowersW[C].back() + PowerW[C]) / 2);
    PowersW[C].push_back(PowerW[C]);
  }
  Times.push_back(Time);
  return true;
}

bool PowerLog::update(std::string &Problem) {
  std::ifstream In(Options.Path, std::ios::binary);
  In.seekg(static_cast<std::streamoff>(Read));
  if (!In) {
    Problem = Options.Path + ": can't be read any more";
    return false;
  }
  for (std::string Text; std::getline(In, Text);) {
    if (In.eof())
      break; // Being written.
    Read += Text.size() + 1;
    ++Line;
    if (!Text.empty() && Text.back() == '\r')
      Text.pop_back();
    if (trimmed(Text).empty() || Text.front() == '#')
      continue;
    if (Names.empty()) {
      if (!findColumns(Text) && Line >= MostPreludeLines)
        break;
    } else if (!addSample(Text, Problem)) {
      return false;
    }
  }
  return true;
}

std::unique_ptr<PowerLog> PowerLog::open(const PowerLogOptions &Options,
                                         std::string &Problem) {
  std::unique_ptr<PowerLog> Log(new PowerLog(Options));
  // A pipe or device would never end.
  std::error_code Ignored;
  if (!std::filesystem::is_regular_file(Options.Path, Ignored) ||
      !std::ifstream(Options.Path)) {
    Problem = Options.Path +
              ": can't be read; it should be the CSV log of a wattmeter, and "
              "its logger should be running";
    return nullptr;
  }
  if (!Log->update(Problem))
    return nullptr;
  if (!Log->Names.empty())
    return Log;
  Problem = Options.Path + ": no line names ";
  if (Options.Columns.empty())
    Problem += "a column of times (as 'time') and one of watts (as 'watts'); "
               "of several, log:FILE:column=NAME says which";
  else
    Problem += "a column of times (as 'time') and those of column=";
  return nullptr;
}

double PowerLog::periodS() const {
  if (Times.size() < 2)
    return 0;
  std::vector<double> Periods;
  for (size_t I = 1; I < Times.size(); ++I)
    Periods.push_back(Times[I] - Times[I - 1]);
  auto Middle =
      Periods.begin() + static_cast<std::ptrdiff_t>(Periods.size() / 2);
  std::nth_element(Periods.begin(), Middle, Periods.end());
  return *Middle;
}

double PowerLog::upTo(double Time, size_t C) const {
  auto After = std::upper_bound(Times.begin(), Times.end(), Time);
  auto I = static_cast<size_t>(After - Times.begin()) - 1;
  double Elapsed = Time - Times[I];
  if (Elapsed <= 0 || I + 1 == Times.size())
    return SumsJ[C][I];
  double Share = Elapsed / (Times[I + 1] - Times[I]);
  double Power = PowersW[C][I] + Share * (PowersW[C][I + 1] - PowersW[C][I]);
  return SumsJ[C][I] + Elapsed * (PowersW[C][I] + Power) / 2;
}

bool PowerLog::energy(double From, double To, std::vector<double> &EnergyJ,
                      std::string &Problem) const {
  auto decimal = [](double Number) {
    char Text[64];
    std::snprintf(Text, sizeof(Text), "%.3f", Number);
    return std::string(Text);
  };
  if (Times.size() < 2 || From < first() || To > last()) {
    Problem = Options.Path + ": has no samples around " + decimal(From) +
              " to " + decimal(To) + " (Unix seconds)";
    if (!Times.empty())
      Problem += "; its own are of " + decimal(first()) + " to " +
                 decimal(last()) +
                 ". Did it start too late or stop too early, or does its clock "
                 "differ (log:FILE:offset=SECONDS)?";
    return false;
  }
  const double Gap = Options.MaxGapS.value_or(5 * periodS());
  auto I = static_cast<size_t>(
      std::upper_bound(Times.begin(), Times.end(), From) - Times.begin());
  for (; I < Times.size() && Times[I - 1] < To; ++I)
    if (Times[I] - Times[I - 1] > Gap) {
      Problem = Options.Path + ": has a gap of " +
                decimal(Times[I] - Times[I - 1]) + " s from " +
                decimal(Times[I - 1]) + " (Unix seconds), where " +
                decimal(periodS()) +
                " s are usual; log:FILE:max-gap=SECONDS allows it";
      return false;
    }
  EnergyJ.clear();
  for (size_t C = 0; C < Names.size(); ++C)
    EnergyJ.push_back(upTo(To, C) - upTo(From, C));
  return true;
}

} // namespace toscount
