#include "Reference.h"
namespace toscount::oracle {
void addRankingReferences(References &All) {}
}
