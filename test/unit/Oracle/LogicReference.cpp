#include "Reference.h"

namespace toscount::oracle {

void addLogicReferences(References &) {}

} // namespace toscount::oracle
