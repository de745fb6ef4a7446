//===- FusedActivation.h - an activation inside a fused operator ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_LIB_OPS_FUSEDACTIVATION_H
#define TOSCOUNT_LIB_OPS_FUSEDACTIVATION_H

#include "Fusion.h"

namespace toscount {

/// The activation called \p Name of \p X; \p Parameters in the order of its
/// attributes (of Clip: min, max). \p X itself when the name is empty; an error
/// for a name that nothing fuses.
llvm::Expected<ValueId> activate(Fusion &F, ValueId X, llvm::StringRef Name,
                                 llvm::ArrayRef<double> Parameters);

} // namespace toscount

#endif // TOSCOUNT_LIB_OPS_FUSEDACTIVATION_H
