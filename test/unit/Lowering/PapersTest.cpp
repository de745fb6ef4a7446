//===- PapersTest.cpp - the published transistors per FLOP ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Li, Tsourdos and Guo publish regression slopes of the same runs against TOs
/// and against FLOPs; their ratio is TOs per FLOP of the family of networks,
/// the only numeric evidence of the authors' conventions. Here the families are
/// counted by equations 2 and 3 written out, and lowered by our table.
///
//===----------------------------------------------------------------------===//

#include "toscount/Lowering/CostTable.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using namespace toscount;

namespace {

struct Point {
  double Macs, TOs;
};

/// The basic operations of a network: [add, sub, mul, div, root] and MACs.
struct Network {
  uint64_t Add = 0, Sub = 0, Mul = 0, Div = 0, Root = 0, Macs = 0;

  [[nodiscard]] Point lowered() const {
    Work W(ElementType::Float32);
    W.add(Add, "");
    W.sub(Sub, "");
    W.mul(Mul, "");
    W.div(Div, "");
    W.root(Elementary::Exp, Root, "");
    Cost C = lower(W, {});
    EXPECT_TRUE(C.valid());
    return {static_cast<double>(Macs), static_cast<double>(C.TOs.value())};
  }
};

/// Equation 2: a dense layer with bias and sigmoid.
void dense(Network &N, uint64_t In, uint64_t Out) {
  N.Add += (In + 1) * Out;
  N.Sub += Out;
  N.Mul += In * Out;
  N.Div += Out;
  N.Root += Out;
  N.Macs += In * Out;
}

/// Equation 3: a convolution with bias and GELU, square output of side \p M.
void convolution(Network &N, uint64_t M, uint64_t In, uint64_t Out,
                 uint64_t K) {
  uint64_t Elements = M * M * Out;
  N.Add += Elements * (1 + In * K * K);
  N.Sub += Elements;
  N.Mul += Elements * (2 + In * K * K);
  N.Div += Elements;
  N.Root += Elements;
  N.Macs += Elements * In * K * K;
}

double slope(const std::vector<Point> &Points) {
  double X = 0, Y = 0, XX = 0, XY = 0;
  for (const Point &P : Points) {
    X += P.Macs / Points.size();
    Y += P.TOs / Points.size();
  }
  for (const Point &P : Points) {
    XX += (P.Macs - X) * (P.Macs - X);
    XY += (P.Macs - X) * (P.TOs - Y);
  }
  return XY / XX;
}

void expectWithin(double Found, double Published, double Percent) {
  EXPECT_LT(std::abs(Found / Published - 1) * 100, Percent)
      << Found << " against " << Published;
}

TEST(Papers, SigmoidDnn) {
  std::vector<Point> Points;
  for (uint64_t Width = 4; Width <= 18; ++Width) {
    Network N;
    dense(N, 4, Width);
    dense(N, Width, Width);
    dense(N, Width, Width);
    dense(N, Width, 1);
    Points.push_back(N.lowered());
  }
  double Found = slope(Points);
  expectWithin(Found, 23068, 3);
  expectWithin(Found, 23117, 3);
}

std::vector<Point> geluCnn(bool Same) {
  constexpr uint64_t Kernels[] = {3, 3, 3, 3, 3, 3, 4, 5, 6, 7};
  std::vector<Point> Points;
  for (unsigned Depth = 2; Depth <= 10; ++Depth) {
    Network N;
    uint64_t Side = 256, Channels = 3;
    for (unsigned I = 0; I < Depth; ++I) {
      if (!Same)
        Side -= Kernels[I] - 1;
      convolution(N, Side, Channels, 32, Kernels[I]);
      Channels = 32;
    }
    Points.push_back(N.lowered());
  }
  return Points;
}

TEST(Papers, GeluCnn) {
  for (bool Same : {true, false}) {
    double Found = slope(geluCnn(Same));
    for (double Published : {13372.0, 13357.0, 13333.0})
      expectWithin(Found, Published, 1);
  }
}

} // namespace
