#include "Reference.h"

namespace toscount::oracle {

void addMovementReferences(References &All) {}

} // namespace toscount::oracle
