//===- ProfileLibrary.cpp - the profiles that ship ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/ProfileLibrary.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;

namespace toscount {

/// Where profiles may be, the likeliest first.
static std::vector<std::string> folders() {
  std::vector<std::string> Folders;
  if (const char *Folder = std::getenv("TOSCOUNT_PROFILE_PATH"))
    Folders.emplace_back(Folder);
  std::string Program =
      sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&folders));
  Folders.push_back(sys::path::parent_path(Program).str() +
                    "/" TOSCOUNT_PROFILES_FROM_BIN);
  Folders.emplace_back(TOSCOUNT_PROFILES_INSTALLED);
  Folders.emplace_back(TOSCOUNT_PROFILES_SOURCE);
  return Folders;
}

static std::vector<ShippedProfile> shippedIn(StringRef Below) {
  for (const std::string &Folder : folders()) {
    std::vector<ShippedProfile> Found;
    std::error_code Failed;
    for (sys::fs::directory_iterator I(Folder + Below, Failed), End;
         I != End && !Failed; I.increment(Failed))
      if (sys::path::extension(I->path()) == ".json")
        Found.push_back({sys::path::stem(I->path()).str(), I->path()});
    if (Found.empty())
      continue;
    llvm::sort(Found, [](const ShippedProfile &A, const ShippedProfile &B) {
      return A.Name < B.Name;
    });
    return Found;
  }
  return {};
}

std::vector<ShippedProfile> shippedProfiles() { return shippedIn(""); }
std::vector<ShippedProfile> shippedLearningCurves() {
  return shippedIn("/learning-curves");
}

Expected<Profile> loadProfile(StringRef NameOrPath) {
  if (NameOrPath.contains('/') || NameOrPath.ends_with(".json"))
    return readProfile(NameOrPath);
  std::vector<ShippedProfile> All = shippedProfiles();
  std::vector<StringRef> Names;
  for (const ShippedProfile &P : All) {
    if (P.Name == NameOrPath)
      return readProfile(P.Path);
    Names.push_back(P.Name);
  }
  std::string Hint = didYouMean(NameOrPath, Names);
  if (Hint.empty())
    Hint = Names.empty() ? "; none is installed: give the path of one"
                         : "; there are: " + join(Names, ", ");
  return makeError("no profile is called '" + printable(NameOrPath) + "'" +
                   Hint);
}

} // namespace toscount
