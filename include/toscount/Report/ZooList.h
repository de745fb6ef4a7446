//===- ZooList.h - the networks of the zoo --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The view of `toscount zoo`: every network with its parameters, their
/// defaults and ranges, and where it was published.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_REPORT_ZOOLIST_H
#define TOSCOUNT_REPORT_ZOOLIST_H

#include "toscount/Report/Report.h"
#include "toscount/Zoo/Zoo.h"

namespace toscount {

/// Writes \p Networks. JSON: `toscount.zoo/1`. CSV: a row a parameter.
void writeZoo(llvm::raw_ostream &OS, llvm::ArrayRef<ZooNetwork> Networks,
              const ReportOptions &Options);

} // namespace toscount

#endif // TOSCOUNT_REPORT_ZOOLIST_H
