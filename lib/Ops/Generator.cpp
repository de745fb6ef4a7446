#include "Families.h"

llvm::ArrayRef<toscount::OpInfo> toscount::generatorOps() { return {}; }
