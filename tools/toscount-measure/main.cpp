#include "Check.h"
#include "Operators.h"
#include <cstring>
#include <iostream>
using namespace toscount::measure;
int main(int C, char **V) {
  if (C == 3 && !strcmp(V[1], "--check"))
    return !checkGraphs(V[2]);
  for (auto F : operatorFamilies())
    for (size_t I = 0; I < F.Size; ++I)
      std::cout << (*F.First[I].Domain ? std::string(F.First[I].Domain) + "."
                                       : "")
                << F.First[I].Name << "\n";
}
