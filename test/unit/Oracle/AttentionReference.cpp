#include "Reference.h"

namespace toscount::oracle {

void addAttentionReferences(References &All) {}

} // namespace toscount::oracle
