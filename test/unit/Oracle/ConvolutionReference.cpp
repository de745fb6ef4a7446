#include "Reference.h"

namespace toscount::oracle {

void addConvolutionReferences(References &All) {}

} // namespace toscount::oracle
