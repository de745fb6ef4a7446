//===- Cells.h - cells of a line of a table -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_METERS_CELLS_H
#define TOSCOUNT_LIB_METERS_CELLS_H

#include <algorithm>
#include <string>
#include <vector>

namespace toscount {

inline std::vector<std::string> split(const std::string &Text, char Separator) {
  std::vector<std::string> Parts;
  for (size_t From = 0; From <= Text.size();) {
    size_t End = std::min(Text.find(Separator, From), Text.size());
    Parts.push_back(Text.substr(From, End - From));
    From = End + 1;
  }
  return Parts;
}

/// Without spaces and quotation marks around it.
inline std::string trimmed(const std::string &Text) {
  size_t First = Text.find_first_not_of(" \t\r\"");
  size_t Last = Text.find_last_not_of(" \t\r\"");
  return First == std::string::npos ? "" : Text.substr(First, Last - First + 1);
}

inline std::vector<std::string> cells(const std::string &Line, char Separator) {
  std::vector<std::string> Cells = split(Line, Separator);
  for (std::string &Cell : Cells)
    Cell = trimmed(Cell);
  return Cells;
}

inline std::string lowerCase(std::string Text) {
  for (char &C : Text)
    C = C >= 'A' && C <= 'Z' ? static_cast<char>(C - 'A' + 'a') : C;
  return Text;
}

} // namespace toscount

#endif // TOSCOUNT_LIB_METERS_CELLS_H
