#include "Reference.h"

namespace toscount::oracle {

void addGeneratorReferences(References &All) {}

} // namespace toscount::oracle
