#include "Reference.h"

namespace toscount::oracle {
void addDetectionReferences(References &) {}
} // namespace toscount::oracle
