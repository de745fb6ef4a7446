#include "Reference.h"

namespace toscount::oracle {

void addIndexingReferences(References &All) {}

} // namespace toscount::oracle
