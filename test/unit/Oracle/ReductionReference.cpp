//===- ReductionReference.cpp - executed reductions -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RowsOver.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// One row of elements, its result, and its gradients.
using Row = std::vector<Scalar>;

/// The axes, from wherever the opset has them; nothing when the operator does
/// nothing.
std::optional<std::vector<size_t>> axesOf(const OpInstance &Op,
                                          ArrayRef<Tensor> In) {
  size_t Rank = Op.inShape(0).size();
  bool Operand = Op.opset() >= (Op.op() == "ReduceSum" ? 13 : 18);
  std::vector<size_t> Axes;
  if (!Operand)
    for (int64_t Axis : Op.attrInts("axes"))
      Axes.push_back(OpInstance::axis(Axis, Rank));
  else if (Op.hasInput(1))
    for (const Scalar &Axis : In[1].Data)
      Axes.push_back(
          OpInstance::axis(static_cast<int64_t>(Axis.value()), Rank));
  if (!Axes.empty())
    return Axes;
  if (Operand && Op.attrInt("noop_with_empty_axes", 0) != 0)
    return std::nullopt;
  return axesFrom(0, Rank);
}

Row gather(const Tensor &T, const RowOffsets &Offsets) {
  Row R;
  for (size_t I : Offsets)
    R.push_back(T[I]);
  return R;
}

template <Scalar (*F)(const Row &)>
void forward(const OpInstance &Op, ArrayRef<Tensor> In,
             MutableArrayRef<Tensor> Out, Saved &) {
  auto Axes = axesOf(Op, In);
  if (!Axes) {
    Out[0].Data = In[0].Data;
    return;
  }
  std::vector<RowOffsets> Rows = rowsOver(In[0].Dims, *Axes);
  for (size_t R = 0; R < Rows.size(); ++R)
    Out[0][R] = F(gather(In[0], Rows[R]));
}

template <Row (*F)(const Row &X, Scalar Y, Scalar DY)>
void backward(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor> Out,
              const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
              MutableArrayRef<Tensor> DIn) {
  if (!Needs[0])
    return;
  auto Axes = axesOf(Op, In);
  if (!Axes) {
    DIn[0].Data = DOut[0].Data;
    return;
  }
  std::vector<RowOffsets> Rows = rowsOver(In[0].Dims, *Axes);
  for (size_t R = 0; R < Rows.size(); ++R) {
    Row DX = F(gather(In[0], Rows[R]), Out[0][R], DOut[0][R]);
    for (size_t K = 0; K < DX.size(); ++K)
      DIn[0][Rows[R][K]] = DX[K];
  }
}

template <typename Fn> Scalar total(const Row &X, Fn F) {
  Sum S;
  for (Scalar E : X)
    S.term(F(E));
  return S.sum();
}

Scalar same(Scalar X) { return X; }
Scalar square(Scalar X) { return X * X; }
Scalar magnitude(Scalar X) { return X < 0.0 ? Scalar(-X.value()) : X; }
Scalar sign(Scalar X) { return X < 0.0 ? -1.0 : 1.0; }

Scalar sumRow(const Row &X) { return total(X, same); }
Scalar meanRow(const Row &X) {
  return total(X, same) / static_cast<double>(X.size());
}
template <Scalar (*Step)(Scalar, Scalar)> Scalar stepRow(const Row &X) {
  Scalar Y = X[0];
  for (size_t K = 1; K < X.size(); ++K)
    Y = Step(Y, X[K]);
  return Y;
}
Scalar larger(Scalar A, Scalar B) { return max(A, B); }
Scalar smaller(Scalar A, Scalar B) { return min(A, B); }
Scalar product(Scalar A, Scalar B) { return A * B; }
Scalar l1Row(const Row &X) { return total(X, magnitude); }
Scalar l2Row(const Row &X) { return sqrt(total(X, square)); }
Scalar logSumRow(const Row &X) { return log(total(X, same)); }
/// Shifted by a plain number against overflow, which changes nothing.
Scalar logSumExpRow(const Row &X) {
  double Shift = X[0].value();
  for (Scalar E : X)
    Shift = std::max(Shift, E.value());
  Scalar Y =
      log(total(X, [&](Scalar E) { return exp(Scalar(E.value() - Shift)); }));
  return Y.value() + Shift;
}
Scalar sumSquareRow(const Row &X) { return total(X, square); }

Row gradSum(const Row &X, Scalar, Scalar DY) { return Row(X.size(), DY); }
Row gradMean(const Row &X, Scalar, Scalar DY) {
  return Row(X.size(), DY / static_cast<double>(X.size()));
}
Row gradExtremum(const Row &X, Scalar Y, Scalar DY) {
  Row DX;
  for (Scalar E : X)
    DX.push_back(E == Y ? DY : Scalar(0.0));
  return DX;
}
/// Reverse mode through the running product. Forward made those products, so
/// here they are plain numbers.
Row gradProd(const Row &X, Scalar, Scalar DY) {
  Row Running = {X[0]};
  for (size_t K = 1; K < X.size(); ++K)
    Running.emplace_back(Running.back().value() * X[K].value());
  Row DX(X.size());
  for (size_t K = X.size() - 1; K > 0; --K) {
    DX[K] = DY * Running[K - 1];
    DY = DY * X[K];
  }
  DX[0] = DY;
  return DX;
}
Row gradL1(const Row &X, Scalar, Scalar DY) {
  Row DX;
  for (Scalar E : X)
    DX.push_back(DY * sign(E));
  return DX;
}
Row gradL2(const Row &X, Scalar Y, Scalar DY) {
  Scalar Factor = DY / Y;
  Row DX;
  for (Scalar E : X)
    DX.push_back(Factor * E);
  return DX;
}
/// The sum is kept from forward.
Row gradLogSum(const Row &X, Scalar, Scalar DY) {
  double Kept = 0;
  for (Scalar E : X)
    Kept += E.value();
  return Row(X.size(), DY / Scalar(Kept));
}
Row gradLogSumExp(const Row &X, Scalar Y, Scalar DY) {
  Row DX;
  for (Scalar E : X)
    DX.push_back(DY * exp(E - Y));
  return DX;
}
Row gradSumSquare(const Row &X, Scalar, Scalar DY) {
  Scalar Twice = 2.0 * DY;
  Row DX;
  for (Scalar E : X)
    DX.push_back(Twice * E);
  return DX;
}

// -- CumSum.

/// Visits each row in the direction of the sums.
template <typename Fn>
void cumSumRows(const OpInstance &Op, ArrayRef<Tensor> In, bool Reverse, Fn F) {
  auto Axis = static_cast<int64_t>(In[1][0].value());
  for (RowOffsets &Row :
       rowsOver(In[0].Dims, {OpInstance::axis(Axis, In[0].Dims.size())})) {
    if (Reverse)
      std::reverse(Row.begin(), Row.end());
    F(Row);
  }
}
void runningSums(const OpInstance &Op, const RowOffsets &Row, const Tensor &X,
                 Tensor &Y) {
  Sum Running;
  for (size_t I : Row)
    if (Op.attrInt("exclusive", 0) != 0) {
      Y[I] = Running.sum();
      // The last element is in no sum.
      if (I != Row.back())
        Running.term(X[I]);
    } else {
      Running.term(X[I]);
      Y[I] = Running.sum();
    }
}
void forwardCumSum(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  cumSumRows(Op, In, Op.attrInt("reverse", 0) != 0, [&](const RowOffsets &Row) {
    runningSums(Op, Row, In[0], Out[0]);
  });
}
void backwardCumSum(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  if (Needs[0])
    cumSumRows(
        Op, In, Op.attrInt("reverse", 0) == 0,
        [&](const RowOffsets &Row) { runningSums(Op, Row, DOut[0], DIn[0]); });
}

// -- Cases.

void setAxes(std::mt19937 &Rng, NodeCase &C, size_t Rank, bool AsOperand) {
  std::vector<int64_t> Axes;
  for (size_t Axis = 0; Axis < Rank; ++Axis)
    if (pick(Rng, 0, 1) == 0)
      Axes.push_back(static_cast<int64_t>(Axis) -
                     (pick(Rng, 0, 1) == 0 ? static_cast<int64_t>(Rank) : 0));
  if (pick(Rng, 0, 1) == 0)
    C.set("keepdims", pick(Rng, 0, 1));
  if (!AsOperand) {
    if (!Axes.empty())
      C.set("axes", Axes);
    return;
  }
  if (pick(Rng, 0, 1) == 0)
    C.set("noop_with_empty_axes", pick(Rng, 0, 1));
  if (!Axes.empty() || pick(Rng, 0, 1) == 0)
    C.known(Axes);
  else if (pick(Rng, 0, 1) == 0)
    C.absent();
}

template <const char *Op, bool AsOperand, bool Positive, bool Integers>
NodeCase reduction(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = Op;
  C.Opset = AsOperand ? 18 : (StringRef(Op) == "ReduceSum" ? 11 : 13);
  Shape Dims = pickShape(Rng, pick(Rng, 0, 4));
  if (pick(Rng, 0, 9) == 0 && !Dims.empty())
    Dims[0] = 0;
  if (Integers) {
    std::vector<int64_t> Data(elements(Dims).value());
    for (int64_t &E : Data)
      E = pick(Rng, 1, 9);
    C.indices(Dims, Data);
  } else if (Positive) {
    C.uniform(Rng, Dims, 0.5, 2.0);
  } else {
    C.input(Rng, Dims);
  }
  setAxes(Rng, C, Dims.size(), AsOperand);
  return C;
}

template <const char *Op, bool Positive = false>
std::vector<CaseMaker> reductions() {
  return {reduction<Op, false, Positive, false>,
          reduction<Op, true, Positive, false>,
          reduction<Op, true, true, true>};
}

NodeCase cumSum(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "CumSum";
  C.Opset = 14;
  int64_t Rank = pick(Rng, 1, 4);
  C.input(Rng, pickShape(Rng, Rank));
  if (pick(Rng, 0, 1) == 0)
    C.known({}, {pick(Rng, -Rank, Rank - 1)});
  else
    C.known({pick(Rng, -Rank, Rank - 1)});
  C.set("exclusive", pick(Rng, 0, 1)).set("reverse", pick(Rng, 0, 1));
  return C;
}

constexpr char SumName[] = "ReduceSum", MeanName[] = "ReduceMean",
               MaxName[] = "ReduceMax", MinName[] = "ReduceMin",
               ProdName[] = "ReduceProd", L1Name[] = "ReduceL1",
               L2Name[] = "ReduceL2", LogSumName[] = "ReduceLogSum",
               LogSumExpName[] = "ReduceLogSumExp",
               SumSquareName[] = "ReduceSumSquare";

} // namespace

void addReductionReferences(References &All) {
  auto Add = [&](const char *Name, ForwardReference Forward,
                 BackwardReference Backward, std::vector<CaseMaker> Cases) {
    All.push_back({.Op = Name,
                   .Forward = Forward,
                   .Backward = Backward,
                   .Cases = std::move(Cases)});
  };
  Add(SumName, forward<sumRow>, backward<gradSum>, reductions<SumName>());
  Add(MeanName, forward<meanRow>, backward<gradMean>, reductions<MeanName>());
  Add(MaxName, forward<stepRow<larger>>, backward<gradExtremum>,
      reductions<MaxName>());
  Add(MinName, forward<stepRow<smaller>>, backward<gradExtremum>,
      reductions<MinName>());
  Add(ProdName, forward<stepRow<product>>, backward<gradProd>,
      reductions<ProdName>());
  Add(L1Name, forward<l1Row>, backward<gradL1>, reductions<L1Name>());
  Add(L2Name, forward<l2Row>, backward<gradL2>, reductions<L2Name>());
  Add(LogSumName, forward<logSumRow>, backward<gradLogSum>,
      reductions<LogSumName, true>());
  Add(LogSumExpName, forward<logSumExpRow>, backward<gradLogSumExp>,
      reductions<LogSumExpName>());
  Add(SumSquareName, forward<sumSquareRow>, backward<gradSumSquare>,
      reductions<SumSquareName>());
  Add("CumSum", forwardCumSum, backwardCumSum, {cumSum});
}

} // namespace toscount::oracle
