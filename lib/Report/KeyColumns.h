//===- KeyColumns.h - what tells runs apart, as columns -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Columns of reports on runs; in text only those that any row fills.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_REPORT_KEYCOLUMNS_H
#define TOSCOUNT_LIB_REPORT_KEYCOLUMNS_H

#include "Tables.h"

#include "toscount/Records/Efficiency.h"

namespace toscount {

class KeyColumns {
public:
  /// Notes which parts \p Key fills.
  void see(const EfficiencyKey &Key);
  /// Adds those columns.
  void add(TableBuilder &B) const;
  /// Their cells, before \p Rest.
  [[nodiscard]] std::vector<std::string>
  cells(const EfficiencyKey &Key, std::vector<std::string> Rest) const;

private:
  bool Hardware = false, Dataset = false, Criterion = false,
       Architecture = false, Size = false;
};

/// Attributes of the parts that are given.
void writeKey(llvm::json::OStream &J, const EfficiencyKey &Key);

/// "hardware,dataset,criterion,architecture,size", and their fields.
llvm::StringRef keyCsvHeader();
std::string keyCsv(const EfficiencyKey &Key);

} // namespace toscount

#endif // TOSCOUNT_LIB_REPORT_KEYCOLUMNS_H
