#include "Reference.h"

namespace toscount::oracle {
void addMachineLearningReferences(References &) {}
} // namespace toscount::oracle
