#include "Reference.h"

namespace toscount::oracle {

void addMatMulReferences(References &All) {}

} // namespace toscount::oracle
