#include "Reference.h"

namespace toscount::oracle {

void addFunctionReferences(References &) {}

} // namespace toscount::oracle
