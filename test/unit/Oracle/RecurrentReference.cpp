#include "Reference.h"

namespace toscount::oracle {

void addRecurrentReferences(References &All) {}

} // namespace toscount::oracle
