#include "Reference.h"

namespace toscount::oracle {
void addSignalWindowReferences(References &) {}
} // namespace toscount::oracle
