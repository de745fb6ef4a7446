//===- GraphJson.h - the layer graph as JSON ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The layer graph after shape inference, in the form that a campaign file
/// carries to the runner (docs/Formats.md, `toscount.campaign/1`).
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_GRAPHJSON_H
#define TOSCOUNT_TOOLS_GRAPHJSON_H

#include "toscount/Analysis/Count.h"

#include "llvm/Support/JSON.h"

#include <map>

namespace toscount::tool {

/// A graph as JSON, and what else a job says about it.
struct GraphJson {
  llvm::json::Object Graph;
  /// Number of each value in the JSON; values that nothing uses have none.
  std::map<ValueId, int64_t> Numbers;
  /// 16 hexadecimal digits: operators, attributes, wiring, stored tensors and
  /// input shapes without their first axis. Names and batch do not matter.
  std::string Hash;
};

/// \p Roles is empty when nothing is trained.
GraphJson graphToJson(const Model &M, llvm::ArrayRef<ValueRole> Roles);

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_GRAPHJSON_H
