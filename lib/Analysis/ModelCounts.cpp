//===- ModelCounts.cpp - basic operations per layer and phase -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Analysis/ModelCounts.h"

using namespace llvm;

namespace toscount {

StringRef name(Level L) {
  switch (L) {
  case Level::Infer:
    return "infer";
  case Level::Validate:
    return "validate";
  case Level::Train:
    return "train";
  }
  llvm_unreachable("no such level");
}

StringRef name(Phase P) {
  switch (P) {
  case Phase::Forward:
    return "forward";
  case Phase::Loss:
    return "loss";
  case Phase::Backward:
    return "backward";
  case Phase::Update:
    return "update";
  }
  llvm_unreachable("no such phase");
}

bool ModelCounts::has(Phase P) const {
  switch (P) {
  case Phase::Forward:
    return true;
  case Phase::Loss:
    return Options.Phases != Level::Infer;
  case Phase::Backward:
    return Options.Phases == Level::Train;
  case Phase::Update:
    return Options.Phases == Level::Train && !Options.Optimizer.empty() &&
           Options.Optimizer != "none";
  }
  llvm_unreachable("no such phase");
}

} // namespace toscount
