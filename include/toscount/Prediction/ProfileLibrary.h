//===- ProfileLibrary.h - the profiles that ship --------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds profiles by name: files NAME.json of a folder that is looked for
/// beside the installed tool, where this build installs to, and in its source.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_PREDICTION_PROFILELIBRARY_H
#define TOSCOUNT_PREDICTION_PROFILELIBRARY_H

#include "toscount/Prediction/Profile.h"

namespace toscount {

struct ShippedProfile {
  std::string Name, Path;
};

/// Every profile that ships, by name. Empty when none is installed. The folder
/// that the environment's TOSCOUNT_PROFILE_PATH names comes first.
std::vector<ShippedProfile> shippedProfiles();

/// The same of learning curves (AccuracyProfile.h), in the folder
/// `learning-curves` beside the profiles.
std::vector<ShippedProfile> shippedLearningCurves();

/// The profile called \p NameOrPath. A path has a '/' or ends in ".json".
/// Errors: as readProfile; an unknown name, with the nearest spelling.
llvm::Expected<Profile> loadProfile(llvm::StringRef NameOrPath);

} // namespace toscount

#endif // TOSCOUNT_PREDICTION_PROFILELIBRARY_H
