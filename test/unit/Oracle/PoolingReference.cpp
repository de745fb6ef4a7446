//===- PoolingReference.cpp - executed poolings ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "WindowReference.h"

#include <limits>

using namespace llvm;

namespace toscount::oracle {
namespace {

bool isGlobal(const OpInstance &Op) { return Op.op().starts_with("Global"); }

Windows windowsOf(const OpInstance &Op) {
  ShapeRef In = Op.inShape(0).drop_front(2);
  return {Op, In, Op.outShape(0).drop_front(2),
          isGlobal(Op) ? In : Op.attrInts("kernel_shape")};
}

/// Calls Body(N, C) for every plane.
void forEachPlane(const Tensor &X,
                  const std::function<void(int64_t, int64_t)> &Body) {
  for (int64_t N = 0; N < X.Dims[0]; ++N)
    for (int64_t C = 0; C < X.Dims[1]; ++C)
      Body(N, C);
}

/// Adds, by position of the padded tensor, \p Each window's value to all its
/// taps; then crops to \p To.
void spread(const Windows &Win, const Tensor &Each, Tensor &To) {
  forEachPlane(To, [&](int64_t N, int64_t C) {
    Tensor Full(To.Type, Win.extent());
    std::vector<Sum> Sums(Full.size());
    Win.forEach([&](ShapeRef O, ShapeRef T, ShapeRef, bool) {
      Sums[Full.offset(Win.padded(O, T))].term(Each.at(join({N, C}, O)));
    });
    forEachIndex(Win.In, [&](ShapeRef I) {
      Shape P(I);
      bool Inside = true;
      for (size_t K = 0; K < P.size(); ++K) {
        P[K] += Win.Begin[K];
        Inside &= P[K] < Full.Dims[K];
      }
      if (Inside)
        To.at(join({N, C}, I)) = Sums[Full.offset(P)].sum();
    });
  });
}

/// Each window's sum of \p X.
void sums(const Windows &Win, const Tensor &X, Tensor &Y) {
  std::vector<Sum> Sums(Y.size());
  forEachPlane(X, [&](int64_t N, int64_t C) {
    Win.forEach([&](ShapeRef O, ShapeRef, ShapeRef P, bool Inside) {
      Sums[Y.offset(join({N, C}, O))].term(Inside ? X.at(join({N, C}, P))
                                                  : Scalar(0));
    });
  });
  for (size_t I = 0; I < Y.size(); ++I)
    Y[I] = Sums[I].sum();
}

//===----------------------------------------------------------------------===//
// Maximum
//===----------------------------------------------------------------------===//

/// Saves the flat position of each maximum; results 0 and 1.
void forwardMax(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &Save) {
  Windows Win = windowsOf(Op);
  bool Columns = Op.attrInt("storage_order", 0) != 0;
  Tensor Where(ElementType::Int64, Out[0].Dims);
  std::vector<bool> Started(Out[0].size());
  Shape Reversed(Win.In.rbegin(), Win.In.rend());
  Tensor Flat(ElementType::Int64, Reversed);
  int64_t Plane = static_cast<int64_t>(Flat.size());
  forEachPlane(In[0], [&](int64_t N, int64_t C) {
    Win.forEach([&](ShapeRef O, ShapeRef, ShapeRef P, bool Inside) {
      Shape I = join({N, C}, O);
      size_t At = Out[0].offset(I);
      Shape From = join({N, C}, P);
      Scalar X = Inside ? In[0].at(From)
                        : Scalar(-std::numeric_limits<double>::infinity());
      bool Take = true;
      if (Started[At])
        Take = X > Out[0][At];
      Started[At] = true;
      if (!Take)
        return;
      Out[0][At] = X;
      if (!Inside)
        return;
      Where[At] = static_cast<double>(In[0].offset(From));
      if (Op.hasOutput(1)) {
        Shape Back(P.rbegin(), P.rend());
        Out[1][At] =
            Columns
                ? static_cast<double>((N * In[0].Dims[1] + C) * Plane +
                                      static_cast<int64_t>(Flat.offset(Back)))
                : Where[At];
      }
    });
  });
  Save.push_back(Where);
}

void backwardMax(const OpInstance &, ArrayRef<Tensor>, ArrayRef<Tensor>,
                 const Saved &Save, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                 MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (size_t I = 0; I < DOut[0].size(); ++I)
      DIn[0][static_cast<size_t>(Save[0][I].value())] += DOut[0][I];
}

//===----------------------------------------------------------------------===//
// Average
//===----------------------------------------------------------------------===//

/// How many elements window \p O is divided by.
double divisor(const OpInstance &Op, const Windows &Win, ShapeRef O) {
  bool IncludePad = Op.attrInt("count_include_pad", 0) != 0;
  double Number = 0;
  forEachIndex(Win.Kernel, [&](ShapeRef T) {
    Shape P;
    bool Counted = Win.position(O, T, P);
    if (IncludePad) {
      Counted = true;
      for (size_t I = 0; I < P.size(); ++I)
        Counted &= P[I] < Win.In[I] + Win.End[I];
    }
    Number += Counted ? 1 : 0;
  });
  return Number;
}

void forwardAverage(const OpInstance &Op, ArrayRef<Tensor> In,
                    MutableArrayRef<Tensor> Out, Saved &) {
  Windows Win = windowsOf(Op);
  sums(Win, In[0], Out[0]);
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Scalar &Y = Out[0].at(I);
    Y = Y / divisor(Op, Win, I.drop_front(2));
  });
}

void backwardAverage(const OpInstance &Op, ArrayRef<Tensor>, ArrayRef<Tensor>,
                     const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                     MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  Windows Win = windowsOf(Op);
  Tensor Each = DOut[0];
  forEachIndex(Each.Dims, [&](ShapeRef I) {
    Each.at(I) = Each.at(I) / divisor(Op, Win, I.drop_front(2));
  });
  spread(Win, Each, DIn[0]);
}

//===----------------------------------------------------------------------===//
// Lp norm
//===----------------------------------------------------------------------===//

int64_t normP(const OpInstance &Op) {
  return Op.attrInt("p", static_cast<int64_t>(Op.attrFloat("p", 2)));
}

/// x to the \p N, at least 1, by repeated squaring.
Scalar power(Scalar X, int64_t N) {
  Scalar Result = X;
  bool Started = false;
  for (; N > 0; N /= 2) {
    if (N % 2 == 1) {
      Result = Started ? Result * X : X;
      Started = true;
    }
    if (N > 1)
      X = X * X;
  }
  return Result;
}

void forwardLp(const OpInstance &Op, ArrayRef<Tensor> In,
               MutableArrayRef<Tensor> Out, Saved &) {
  int64_t P = normP(Op);
  Tensor Powers = In[0];
  for (Scalar &E : Powers.Data) {
    if (P % 2 == 1)
      E = E < 0 ? Scalar(-E.value()) : E;
    E = power(E, P);
  }
  sums(windowsOf(Op), Powers, Out[0]);
  for (Scalar &E : Out[0].Data)
    if (P == 2)
      E = sqrt(E);
    else if (P > 1)
      E = pow(E, 1.0 / static_cast<double>(P));
}

void backwardLp(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor> Out,
                const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  int64_t P = normP(Op);
  Tensor Each = DOut[0];
  if (P > 1)
    for (size_t I = 0; I < Each.size(); ++I)
      Each[I] = Each[I] / power(Out[0][I], P - 1);
  spread(windowsOf(Op), Each, DIn[0]);
  for (size_t I = 0; I < DIn[0].size(); ++I) {
    Scalar X = In[0][I];
    Scalar &D = DIn[0][I];
    // For even p, x^(p-1) has x's sign; for odd p it is |x|^(p-1).
    if (P > 1)
      D *= power(X, P - 1);
    if (P % 2 == 1) {
      Scalar Negated = -D;
      D = X < 0 ? Negated : D;
    }
  }
}

//===----------------------------------------------------------------------===//
// MaxUnpool
//===----------------------------------------------------------------------===//

/// Where the element of index \p Flat is in the result. Indices are those of
/// the pooled tensor, without the margin that output_shape may add.
size_t unpooled(const OpInstance &Op, int64_t Flat) {
  ShapeRef X = Op.inShape(0);
  ShapeRef Y = Op.outShape(0);
  if (!Op.hasInput(2))
    return static_cast<size_t>(Flat);
  Shape Inner(X.take_front(2));
  ArrayRef<int64_t> Strides = Op.attrInts("strides");
  ArrayRef<int64_t> Pads = Op.attrInts("pads");
  ArrayRef<int64_t> Kernel = Op.attrInts("kernel_shape");
  size_t Rank = X.size() - 2;
  for (size_t I = 0; I < Rank; ++I)
    Inner.push_back((X[I + 2] - 1) * (Strides.empty() ? 1 : Strides[I]) +
                    Kernel[I] - (Pads.empty() ? 0 : Pads[I] + Pads[I + Rank]));
  Shape Index(X.size());
  for (size_t I = X.size(); I-- > 0; Flat /= Inner[I])
    Index[I] = Flat % Inner[I];
  size_t Offset = 0;
  for (size_t I = 0; I < X.size(); ++I)
    Offset = Offset * Y[I] + Index[I];
  return Offset;
}

void forwardUnpool(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  for (size_t I = 0; I < In[0].size(); ++I)
    Out[0][unpooled(Op, static_cast<int64_t>(In[1][I].value()))] = In[0][I];
}

void backwardUnpool(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    for (size_t I = 0; I < In[0].size(); ++I)
      DIn[0][I] = DOut[0][unpooled(Op, static_cast<int64_t>(In[1][I].value()))];
}

//===----------------------------------------------------------------------===//
// Cases
//===----------------------------------------------------------------------===//

std::vector<int64_t> vector(ShapeRef S) { return {S.begin(), S.end()}; }

template <const auto &Op> NodeCase poolCase(std::mt19937 &Rng) {
  StringRef Name = Op;
  NodeCase C;
  C.Op = Op;
  C.Opset = static_cast<int>(pick(Rng, 11, 22));
  bool Dilated = C.Opset >= (Name == "MaxPool"  ? 10
                             : Name == "LpPool" ? 18
                                                : 19);
  bool Ceil = Name != "LpPool" || C.Opset >= 18;
  size_t Rank = pick(Rng, 1, 3);
  Shape In = pickShape(Rng, Rank, 1, Rank == 1 ? 7 : Rank == 2 ? 5 : 3);
  Shape Kernel = pickShape(Rng, Rank, 1, Rank == 3 ? 2 : 3);
  C.input(Rng, join({pick(Rng, 0, 2), pick(Rng, 1, 2)}, In));
  C.set("kernel_shape", vector(Kernel));
  setWindow(Rng, C, In, Kernel, Dilated && pick(Rng, 0, 1) == 0, Ceil);
  if (Name == "MaxPool") {
    C.NumOutputs = static_cast<unsigned>(pick(Rng, 1, 2));
    C.set("storage_order", pick(Rng, 0, 1));
  }
  if (Name == "AveragePool" && pick(Rng, 0, 1) == 0)
    C.set("count_include_pad", pick(Rng, 0, 1));
  if (Name == "LpPool" && pick(Rng, 0, 3) != 0)
    C.set("p", pick(Rng, 1, 7));
  return C;
}

template <const auto &Op> NodeCase globalCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = Op;
  C.Opset = static_cast<int>(pick(Rng, 2, 17));
  C.input(Rng, pickShape(Rng, pick(Rng, 2, 4), 1, 3));
  if (StringRef(Op) == "GlobalLpPool" && pick(Rng, 0, 3) != 0)
    C.set("p", pick(Rng, 1, 7));
  return C;
}

NodeCase unpoolCase(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "MaxUnpool";
  C.Opset = 11;
  size_t Rank = pick(Rng, 1, 2);
  Shape X =
      join({pick(Rng, 1, 2), pick(Rng, 1, 2)}, pickShape(Rng, Rank, 1, 3));
  C.input(Rng, X);
  // One index in each 2x2 block.
  Shape Y = X;
  for (size_t I = 2; I < Y.size(); ++I)
    Y[I] *= 2;
  Tensor Layout(ElementType::Int64, Y);
  std::vector<int64_t> Indices;
  forEachIndex(X, [&](ShapeRef I) {
    Shape At(I);
    for (size_t K = 2; K < At.size(); ++K)
      At[K] = 2 * At[K] + pick(Rng, 0, 1);
    Indices.push_back(static_cast<int64_t>(Layout.offset(At)));
  });
  C.indices(X, Indices);
  if (pick(Rng, 0, 1) == 0) {
    for (size_t I = 2; I < Y.size(); ++I)
      Y[I] += pick(Rng, 0, 1);
    C.known(vector(Y));
  }
  return C.set("kernel_shape", std::vector<int64_t>(Rank, 2))
      .set("strides", std::vector<int64_t>(Rank, 2));
}

constexpr char Max[] = "MaxPool";
constexpr char Average[] = "AveragePool";
constexpr char Lp[] = "LpPool";
constexpr char GlobalMax[] = "GlobalMaxPool";
constexpr char GlobalAverage[] = "GlobalAveragePool";
constexpr char GlobalLp[] = "GlobalLpPool";

} // namespace

void addPoolingReferences(References &All) {
  auto Add = [&](const char *Op, ForwardReference Forward,
                 BackwardReference Backward, CaseMaker Case) {
    All.push_back(
        {.Op = Op, .Forward = Forward, .Backward = Backward, .Cases = {Case}});
  };
  Add(Max, forwardMax, backwardMax, poolCase<Max>);
  Add(GlobalMax, forwardMax, backwardMax, globalCase<GlobalMax>);
  Add(Average, forwardAverage, backwardAverage, poolCase<Average>);
  Add(GlobalAverage, forwardAverage, backwardAverage,
      globalCase<GlobalAverage>);
  Add(Lp, forwardLp, backwardLp, poolCase<Lp>);
  Add(GlobalLp, forwardLp, backwardLp, globalCase<GlobalLp>);
  Add("MaxUnpool", forwardUnpool, backwardUnpool, unpoolCase);
}

} // namespace toscount::oracle
