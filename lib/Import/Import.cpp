#include "toscount/Import/Import.h"
