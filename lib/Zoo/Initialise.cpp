//===- Initialise.cpp - contents for parameters ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Initialise.h"

#include "llvm/Support/EndianStream.h"
#include "llvm/Support/xxhash.h"

#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
class Generator {
public:
  explicit Generator(uint64_t State) : State(State) {}

  uint64_t next() {
    uint64_t Z = State += 0x9e3779b97f4a7c15U;
    Z = (Z ^ Z >> 30U) * 0xbf58476d1ce4e5b9U;
    Z = (Z ^ Z >> 27U) * 0x94d049bb133111ebU;
    return Z ^ Z >> 31U;
  }

  /// About N(0, 1): the sum of twelve uniform numbers, less 6. Only additions,
  /// so that it is the same everywhere.
  double normal() {
    double Sum = -6;
    for (int I = 0; I < 4; ++I) {
      uint64_t Bits = next();
      for (unsigned Part = 0; Part < 3; ++Part)
        Sum += static_cast<double>(Bits >> (21 * Part) & 0x1fffffU) / 0x200000;
    }
    return Sum;
  }

private:
  uint64_t State;
};

struct Distribution {
  double Mean = 0, Deviation = 0;
};

Distribution distribution(const Value &V) {
  StringRef Last = V.Name.rsplit('.').second;
  if (Last == "mu")
    return {0, 0.1};
  if (Last == "rho")
    return {-5, 0.1};
  if (V.Dims.size() < 2)
    return {Last == "weight" || Last == "running_var" ? 1.0 : 0.0, 0};
  double FanIn = 1;
  for (int64_t D : V.Dims.drop_front())
    FanIn *= static_cast<double>(D);
  return {0, 1 / std::sqrt(FanIn)};
}

} // namespace

void writeInitialContents(raw_ostream &OS, const Value &V, uint64_t Seed) {
  Distribution D = distribution(V);
  Generator G(xxh3_64bits(V.Name) ^ Seed);
  support::endian::Writer Out(OS, endianness::little);
  uint64_t Size = elements(V.Dims).value();
  for (uint64_t I = 0; I < Size; ++I) {
    double X = D.Deviation == 0 ? D.Mean : D.Mean + D.Deviation * G.normal();
    Out.write(static_cast<float>(X));
  }
}

} // namespace toscount
