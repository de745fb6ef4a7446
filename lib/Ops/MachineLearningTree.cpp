#include "Families.h"

llvm::ArrayRef<toscount::OpInfo> toscount::machineLearningTreeOps() { return {}; }
