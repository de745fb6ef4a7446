#include "Reference.h"

namespace toscount::oracle {

void addPoolingReferences(References &All) {}

} // namespace toscount::oracle
