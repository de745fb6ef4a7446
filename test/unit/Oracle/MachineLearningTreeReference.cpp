#include "Reference.h"

namespace toscount::oracle {
void addMachineLearningTreeReferences(References &) {}
} // namespace toscount::oracle
