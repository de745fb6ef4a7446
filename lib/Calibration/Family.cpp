//===- Family.cpp - models of energy, and their fits ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Family.h"

namespace toscount {

FittedModel::~FittedModel() = default;
Family::~Family() = default;

double FittedModel::sessionFactor(llvm::StringRef Session) const {
  for (const auto &[Name, Factor] : SessionFactors)
    if (Name == Session)
      return Factor;
  return 1;
}

std::vector<double> predictAll(const FittedModel &Model, const Dataset &Data) {
  std::vector<double> Predicted;
  Predicted.reserve(Data.rows());
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    Predicted.push_back(
        Model.predict({Data.row(Row), Data.id(Row), Data.session(Row)}));
  return Predicted;
}

} // namespace toscount
