//===- OperatorsMovement.cpp - data movement ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Failure.h"
#include "Operators.h"

#include <limits>

namespace toscount::measure {
namespace {

Results runReshape(const Call &C) {
  std::vector<int64_t> Shape = C.has(1) ? C.ints(1) : C.attrInts("shape");
  bool KeepZero = C.attr("allowzero", 0) != 0;
  for (size_t I = 0; I < Shape.size(); ++I)
    if (Shape[I] == 0 && !KeepZero) {
      if (static_cast<int64_t>(I) >= C[0].dim())
        throw Failure("the new shape copies an axis that is not there");
      Shape[I] = C[0].size(static_cast<int64_t>(I));
    }
  return C[0].reshape(Shape);
}

Results runTranspose(const Call &C) {
  std::vector<int64_t> Order = C.attrInts("perm");
  if (Order.empty())
    for (int64_t I = C[0].dim(); I-- > 0;)
      Order.push_back(I);
  return C[0].permute(Order);
}

Results runFlatten(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", 1)), Rows = 1;
  for (int64_t I = 0; I < Axis; ++I)
    Rows *= C[0].size(I);
  return C[0].reshape({Rows, Rows == 0 ? 0 : C[0].numel() / Rows});
}

Results runSqueeze(const Call &C) {
  std::vector<int64_t> Axes = C.axes(1);
  if (Axes.empty() && !C.has(1))
    return C[0].squeeze();
  std::sort(Axes.rbegin(), Axes.rend());
  at::Tensor Y = C[0].alias();
  for (int64_t Axis : Axes) {
    if (Y.size(Axis) != 1)
      throw Failure("axis " + std::to_string(Axis) + " is not 1");
    Y = Y.squeeze(Axis);
  }
  return Y;
}

Results runUnsqueeze(const Call &C) {
  std::vector<int64_t> Axes = C.has(1) ? C.ints(1) : C.attrInts("axes");
  auto Rank = C[0].dim() + static_cast<int64_t>(Axes.size());
  for (int64_t &Axis : Axes)
    Axis += Axis < 0 ? Rank : 0;
  std::sort(Axes.begin(), Axes.end());
  at::Tensor Y = C[0].alias();
  for (int64_t Axis : Axes)
    Y = Y.unsqueeze(Axis);
  return Y;
}

Results runConcat(const Call &C) {
  std::vector<at::Tensor> Parts;
  for (size_t I = 0; I < C.In.size(); ++I)
    Parts.push_back(C[I]);
  return at::cat(Parts, C.axis(C.attr("axis", 1)));
}

Results runSplit(const Call &C) {
  int64_t Axis = C.axis(C.attr("axis", 0)), Size = C[0].size(Axis);
  std::vector<int64_t> Sizes = C.has(1) ? C.ints(1) : C.attrInts("split");
  if (Sizes.empty()) {
    auto Parts = static_cast<int64_t>(C.N.Outputs.size());
    int64_t Chunk = (Size + Parts - 1) / std::max<int64_t>(Parts, 1);
    for (int64_t I = 0, Left = Size; I < Parts; ++I) {
      Sizes.push_back(std::min(Chunk, Left));
      Left -= Sizes.back();
    }
  }
  Results R;
  for (at::Tensor &Part : at::split_with_sizes(C[0], Sizes, Axis))
    R.push_back(Part);
  return R;
}

Results runSlice(const Call &C) {
  bool Old = C.N.Opset < 10;
  std::vector<int64_t> Starts = Old ? C.attrInts("starts") : C.ints(1);
  std::vector<int64_t> Ends = Old ? C.attrInts("ends") : C.ints(2);
  std::vector<int64_t> Axes = Old        ? C.attrInts("axes")
                              : C.has(3) ? C.ints(3)
                                         : std::vector<int64_t>();
  std::vector<int64_t> Steps =
      !Old && C.has(4) ? C.ints(4) : std::vector<int64_t>();
  if (Axes.empty())
    for (size_t I = 0; I < Starts.size(); ++I)
      Axes.push_back(static_cast<int64_t>(I));
  Steps.resize(Starts.size(), 1);
  if (Ends.size() != Starts.size() || Axes.size() != Starts.size())
    throw Failure("starts, ends and axes should have the same length");
  at::Tensor Y = C[0].alias();
  for (size_t I = 0; I < Starts.size(); ++I) {
    int64_t Axis = C.axis(Axes[I]), Size = Y.size(Axis), Step = Steps[I];
    if (Step == 0)
      throw Failure("a step is 0");
    if (Step > 0) {
      Y = at::slice(Y, Axis, std::max(Starts[I], -Size),
                    std::max(Ends[I], -Size), Step);
      continue;
    }
    // Backwards: what is taken, reversed.
    auto bound = [&](int64_t At, int64_t Least) {
      return std::min(std::max(At < 0 ? std::max(At + Size, Least) : At, Least),
                      Size - 1);
    };
    int64_t First = bound(Starts[I], Starts[I] < -Size ? -1 : 0);
    int64_t Last = Ends[I] < -Size ? -1 : bound(Ends[I], -1);
    Y = at::index_select(
        Y, Axis,
        at::arange(First, std::min(Last, First), Step,
                   at::TensorOptions().dtype(at::kLong).device(Y.device())));
  }
  return Y;
}

Results runExpand(const Call &C) {
  std::vector<int64_t> Shape = C.ints(1);
  std::vector<int64_t> Own = C[0].sizes().vec();
  while (Shape.size() < Own.size())
    Shape.insert(Shape.begin(), 1);
  for (size_t I = 0; I < Own.size(); ++I) {
    int64_t &D = Shape[Shape.size() - 1 - I];
    if (D == 1)
      D = Own[Own.size() - 1 - I];
  }
  return C[0].expand(Shape);
}

Results runTile(const Call &C) { return C[0].repeat(C.ints(1)); }

/// A pad of one axis whose contents come from positions of the operand.
at::Tensor padAxis(const at::Tensor &X, int64_t Axis, int64_t Begin,
                   int64_t End, const std::string &How) {
  int64_t Size = X.size(Axis);
  std::vector<int64_t> From;
  for (int64_t I = -Begin; I < Size + End; ++I) {
    int64_t At = I;
    if (How == "edge")
      At = std::clamp<int64_t>(I, 0, Size - 1);
    else if (How == "wrap")
      At = ((I % Size) + Size) % Size;
    else if (Size > 1) {
      int64_t Period = 2 * (Size - 1);
      At = ((I % Period) + Period) % Period;
      At = At < Size ? At : Period - At;
    } else {
      At = 0;
    }
    From.push_back(At);
  }
  return at::index_select(X, Axis, at::tensor(From, at::kLong).to(X.device()));
}

Results runPad(const Call &C) {
  bool Old = C.N.Opset < 11;
  std::vector<int64_t> Pads = Old ? C.attrInts("pads") : C.ints(1);
  std::vector<int64_t> Axes;
  if (!Old && C.has(3))
    Axes = C.ints(3);
  else
    for (int64_t I = 0; I < C[0].dim(); ++I)
      Axes.push_back(I);
  size_t Count = Axes.size();
  if (Pads.size() != 2 * Count)
    throw Failure("there should be " + std::to_string(2 * Count) + " pads");
  double Value = Old ? C.attr("value", 0.0) : C.has(2) ? C.number(2) : 0;
  std::string How = C.attr("mode", "constant");
  at::Tensor Y = C[0];
  std::vector<int64_t> Flat(2 * static_cast<size_t>(Y.dim()), 0);
  for (size_t I = 0; I < Count; ++I) {
    int64_t Axis = C.axis(Axes[I]);
    bool Crops = Pads[I] < 0 || Pads[I + Count] < 0;
    if (How != "constant" && !Crops) {
      if (Pads[I] != 0 || Pads[I + Count] != 0)
        Y = padAxis(Y, Axis, Pads[I], Pads[I + Count], How);
      continue;
    }
    size_t At = 2 * static_cast<size_t>(Y.dim() - 1 - Axis);
    Flat[At] = Pads[I];
    Flat[At + 1] = Pads[I + Count];
  }
  return How == "constant" ? at::constant_pad_nd(Y, Flat, Value) : Y.alias();
}

Results runDepthToSpace(const Call &C) {
  int64_t B = C.attr("blocksize", 1), N = C[0].size(0), D = C[0].size(1),
          H = C[0].size(2), W = C[0].size(3), Rest = D / (B * B);
  if (C.attr("mode", "DCR") == "CRD")
    return C[0]
        .reshape({N, Rest, B, B, H, W})
        .permute({0, 1, 4, 2, 5, 3})
        .reshape({N, Rest, H * B, W * B});
  return C[0]
      .reshape({N, B, B, Rest, H, W})
      .permute({0, 3, 4, 1, 5, 2})
      .reshape({N, Rest, H * B, W * B});
}

Results runSpaceToDepth(const Call &C) {
  int64_t B = C.attr("blocksize", 1), N = C[0].size(0), D = C[0].size(1),
          H = C[0].size(2) / B, W = C[0].size(3) / B;
  return C[0]
      .reshape({N, D, H, B, W, B})
      .permute({0, 3, 5, 1, 2, 4})
      .reshape({N, D * B * B, H, W});
}

Results runShape(const Call &C) {
  std::vector<int64_t> Shape = C[0].sizes().vec();
  auto Rank = static_cast<int64_t>(Shape.size());
  auto bound = [&](int64_t At) {
    return std::clamp<int64_t>(At < 0 ? At + Rank : At, 0, Rank);
  };
  int64_t Start = bound(C.attr("start", 0)), End = bound(C.attr("end", Rank));
  if (End < Start)
    End = Start;
  return at::tensor(
      std::vector<int64_t>(Shape.begin() + Start, Shape.begin() + End),
      at::kLong);
}

constexpr OperatorRow Table[] = {
    {"Identity", [](const Call &C) -> Results { return C[0].alias(); }},
    {"Reshape", runReshape, 2},
    {"Transpose", runTranspose},
    {"Flatten", runFlatten},
    {"Squeeze", runSqueeze, 2},
    {"Unsqueeze", runUnsqueeze, 2},
    {"Concat", runConcat},
    {"Split", runSplit, 2},
    {"Slice", runSlice, 0x1e},
    {"Expand", runExpand, 2},
    {"Tile", runTile, 2},
    {"Pad", runPad, 0xe},
    {"DepthToSpace", runDepthToSpace},
    {"SpaceToDepth", runSpaceToDepth},
    {"Shape", runShape},
    {"Size",
     [](const Call &C) -> Results {
       return at::scalar_tensor(C[0].numel(), at::kLong);
     }},
};

} // namespace

OperatorRows movementOperators() { return rows(Table); }

} // namespace toscount::measure
