#include "Reference.h"

namespace toscount::oracle {

void addLossReferences(References &All) {}

} // namespace toscount::oracle
