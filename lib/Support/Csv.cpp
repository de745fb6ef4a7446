//===- Csv.cpp - tables as comma-separated values -------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Csv.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

constexpr size_t MaxBytes = size_t{1} << 30U;

/// Splits text into records, one call a record.
class CsvReader {
public:
  explicit CsvReader(StringRef Text) : Text(Text) {}

  [[nodiscard]] bool atEnd() const { return At == Text.size(); }
  [[nodiscard]] unsigned line() const { return Line; }

  Error next(std::vector<std::string> &Fields) {
    Fields.clear();
    while (true) {
      std::string Field;
      if (At < Text.size() && Text[At] == '"') {
        if (Error E = readQuoted(Field))
          return E;
      } else if (Error E = readPlain(Field)) {
        return E;
      }
      Fields.push_back(std::move(Field));
      if (At < Text.size() && Text[At] == ',') {
        ++At;
        continue;
      }
      skipLineEnd();
      return Error::success();
    }
  }

private:
  [[nodiscard]] bool isLineEnd(size_t I) const {
    return I == Text.size() || Text[I] == '\n' ||
           (Text[I] == '\r' && I + 1 < Text.size() && Text[I + 1] == '\n') ||
           (Text[I] == '\r' && I + 1 == Text.size());
  }

  void skipLineEnd() {
    while (At < Text.size() && Text[At] == '\r')
      ++At;
    if (At < Text.size() && Text[At] == '\n')
      ++At;
    ++Line;
  }

  Error readPlain(std::string &Field) {
    size_t Begin = At;
    while (!isLineEnd(At) && Text[At] != ',') {
      if (Text[At] == '"')
        return makeError("a quote inside a field that does not begin with one");
      if (Text[At] == '\0')
        return makeError("a zero byte; is this a text file?");
      ++At;
    }
    Field = Text.slice(Begin, At).str();
    return Error::success();
  }

  Error readQuoted(std::string &Field) {
    unsigned Begin = Line;
    for (++At; At < Text.size(); ++At) {
      if (Text[At] == '"') {
        ++At;
        if (At == Text.size() || Text[At] != '"') {
          if (!isLineEnd(At) && Text[At] != ',')
            return makeError("text behind a field's closing quote");
          return Error::success();
        }
      }
      Line += Text[At] == '\n' ? 1 : 0;
      Field += Text[At];
    }
    return makeError("the quote opened in line " + Twine(Begin) +
                     " is never closed");
  }

  StringRef Text;
  size_t At = 0;
  unsigned Line = 1;
};

} // namespace

Expected<CsvTable> parseCsv(StringRef Text, StringRef Path) {
  CsvTable Table;
  Table.Path = Path.str();
  Text.consume_front("\xef\xbb\xbf");
  CsvReader Reader(Text);
  auto Where = [&](unsigned Line) {
    return printable(Path) + ":" + std::to_string(Line);
  };
  while (!Reader.atEnd()) {
    unsigned Line = Reader.line();
    std::vector<std::string> Fields;
    if (Error E = Reader.next(Fields))
      return withContext(std::move(E), Where(Reader.line()));
    // An empty line: the last one, or a separator that people leave.
    if (Fields.size() == 1 && StringRef(Fields[0]).trim().empty() &&
        Table.Header.size() != 1)
      continue;
    if (Table.Header.empty()) {
      StringSet<> Seen;
      for (std::string &Name : Fields) {
        Name = StringRef(Name).trim().str();
        if (!Seen.insert(Name).second)
          return makeError(Where(Line) + ": two columns are called '" +
                           printable(Name) + "'");
      }
      Table.Header = std::move(Fields);
      continue;
    }
    if (Fields.size() != Table.Header.size())
      return makeError(Where(Line) + ": " + Twine(Fields.size()) +
                       " fields, but the header has " +
                       Twine(Table.Header.size()));
    Table.Rows.push_back(std::move(Fields));
    Table.Lines.push_back(Line);
  }
  if (Table.Header.empty())
    return makeError(printable(Path) +
                     ": is empty; a table begins with a line that names its "
                     "columns");
  return Table;
}

Expected<CsvTable> readCsv(StringRef Path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> File =
      MemoryBuffer::getFileOrSTDIN(Path, /*IsText=*/false,
                                   /*RequiresNullTerminator=*/false);
  if (!File)
    return makeError(printable(Path) + ": " + File.getError().message());
  if ((*File)->getBufferSize() > MaxBytes)
    return makeError(printable(Path) + ": has more than 1 GiB");
  return parseCsv((*File)->getBuffer(), Path);
}

Expected<size_t> CsvTable::column(StringRef Name) const {
  const auto *It =
      find(Header, Name) == Header.end() ? nullptr : &*find(Header, Name);
  if (It != nullptr)
    return static_cast<size_t>(It - Header.data());
  std::vector<StringRef> Known(Header.begin(), Header.end());
  std::string Hint = didYouMean(Name, Known);
  if (Hint.empty())
    Hint = "; there are: " + printable(join(Known, ", "));
  return makeError(printable(Path) + ": no column is called '" +
                   printable(Name) + "'" + Hint);
}

bool parseNumber(StringRef Text, double &Number) {
  Text = Text.trim();
  if (Text.consume_front("+") && Text.starts_with("-"))
    return false;
  // "nan", "inf" and hexadecimal are not what tables of measurements hold.
  if (Text.empty() || Text.find_first_not_of("0123456789.eE+-") != Text.npos)
    return false;
  auto [End, Problem] = std::from_chars(Text.begin(), Text.end(), Number,
                                        std::chars_format::general);
  return Problem == std::errc() && End == Text.end() && std::isfinite(Number);
}

std::string numberText(double Number) {
  char Text[32];
  auto End = std::to_chars(Text, Text + sizeof(Text), Number).ptr;
  return {Text, End};
}

std::string roundedText(double Number, int Digits) {
  char Text[64];
  auto End = std::to_chars(Text, Text + sizeof(Text), Number,
                           std::chars_format::general, Digits)
                 .ptr;
  return {Text, End};
}

Expected<double> CsvTable::number(size_t Row, size_t Column) const {
  double Number = 0;
  if (parseNumber(Rows[Row][Column], Number))
    return Number;
  return makeError(printable(Path) + ":" + Twine(Lines[Row]) + ": '" +
                   printable(Rows[Row][Column]) + "' in column '" +
                   printable(Header[Column]) + "' is not a finite number");
}

Expected<std::vector<double>> CsvTable::numbers(size_t Column) const {
  std::vector<double> Numbers;
  Numbers.reserve(Rows.size());
  for (size_t Row = 0; Row < Rows.size(); ++Row) {
    Expected<double> Number = number(Row, Column);
    if (!Number)
      return Number.takeError();
    Numbers.push_back(*Number);
  }
  return Numbers;
}

std::vector<std::string> CsvTable::texts(size_t Column) const {
  std::vector<std::string> Texts;
  Texts.reserve(Rows.size());
  for (const std::vector<std::string> &Row : Rows)
    Texts.push_back(Row[Column]);
  return Texts;
}

} // namespace toscount
