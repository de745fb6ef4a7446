#include "toscount/Lowering/Alu.h"
