//===- Module.cpp - shared objects opened on demand -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Support/Module.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <dlfcn.h>
#include <string>

using namespace llvm;

namespace toscount {

/// Where the module may be, the likeliest first.
static SmallVector<std::string, 4> modulePaths(StringRef FileName) {
  SmallVector<std::string, 4> Paths;
  auto Add = [&](const Twine &Folder) {
    SmallString<256> Path;
    Folder.toVector(Path);
    sys::path::append(Path, FileName);
    Paths.push_back(std::string(Path));
  };
  if (const char *Folder = std::getenv("TOSCOUNT_MODULE_PATH"))
    Add(Folder);
  // The address of something in the executable's image; unused on Linux.
  std::string Program = sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&modulePaths));
  Add(sys::path::parent_path(Program) + "/" TOSCOUNT_MODULE_FROM_BIN);
  Add(TOSCOUNT_MODULE_INSTALLED);
  Add(TOSCOUNT_MODULE_BUILT);
  return Paths;
}

Expected<SmallVector<void *, 4>> openModule(StringRef FileName,
                                            ArrayRef<const char *> Symbols) {
  std::string Reason = "it is not installed";
  for (const std::string &Path : modulePaths(FileName)) {
    if (!sys::fs::exists(Path))
      continue;
    void *Module = ::dlopen(Path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (Module == nullptr) {
      if (const char *Why = ::dlerror())
        Reason = Why;
      continue;
    }
    SmallVector<void *, 4> Addresses;
    for (const char *Symbol : Symbols)
      if (void *Address = ::dlsym(Module, Symbol))
        Addresses.push_back(Address);
    if (Addresses.size() == Symbols.size())
      return Addresses;
    Reason = Path + " is of another version";
  }
  return makeError(Reason);
}

} // namespace toscount
