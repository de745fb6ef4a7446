#include "toscount/Lowering/CostTable.h"
