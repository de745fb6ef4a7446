//===- CampaignFlags.h - what is to be trained, and how -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Flags shared by `campaign` and `measure`: models and training plans.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TOOLS_CAMPAIGNFLAGS_H
#define TOSCOUNT_TOOLS_CAMPAIGNFLAGS_H

#include "Campaign.h"
#include "Command.h"

namespace toscount::tool {

/// A campaign that the command line fills.
class CampaignFlags : public Campaign {
public:
  /// Declares the flags and the positional models on \p App.
  void add(CLI::App &App);

  /// Before anything is written. Throws UsageError for values that make no
  /// sense.
  void check();

private:
  std::vector<std::string> DimTexts;
};

} // namespace toscount::tool

#endif // TOSCOUNT_TOOLS_CAMPAIGNFLAGS_H
