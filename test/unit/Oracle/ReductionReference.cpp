#include "Reference.h"

namespace toscount::oracle {

void addReductionReferences(References &All) {}

} // namespace toscount::oracle
