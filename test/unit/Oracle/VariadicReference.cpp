#include "Reference.h"

namespace toscount::oracle {

void addVariadicReferences(References &) {}

} // namespace toscount::oracle
