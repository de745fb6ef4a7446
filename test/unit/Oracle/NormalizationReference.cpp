#include "Reference.h"

namespace toscount::oracle {

void addNormalizationReferences(References &All) {}

} // namespace toscount::oracle
