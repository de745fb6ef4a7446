//===- WindowReference.cpp - windows, one tap after the other -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "WindowReference.h"

using namespace llvm;

namespace toscount::oracle {

static Shape numbers(const OpInstance &Op, const char *Name, size_t Length,
                     int64_t Default) {
  ArrayRef<int64_t> Given = Op.attrInts(Name);
  return Given.empty() ? Shape(Length, Default) : Shape(Given);
}

Windows::Windows(const OpInstance &Op, ShapeRef In, ShapeRef Out,
                 ShapeRef Kernel)
    : In(In), Out(Out), Kernel(Kernel),
      Strides(numbers(Op, "strides", In.size(), 1)),
      Dilations(numbers(Op, "dilations", In.size(), 1)),
      Skip(Op.settings().SkipPaddingTaps) {
  StringRef Auto = Op.attrString("auto_pad", "NOTSET");
  Shape Pads = numbers(Op, "pads", 2 * In.size(), 0);
  for (size_t I = 0; I < In.size(); ++I) {
    if (Auto == "NOTSET") {
      Begin.push_back(Pads[I]);
      End.push_back(Pads[I + In.size()]);
      continue;
    }
    int64_t Needed =
        (Out[I] - 1) * Strides[I] + (Kernel[I] - 1) * Dilations[I] + 1 - In[I];
    int64_t Total = Auto == "VALID" ? 0 : std::max<int64_t>(0, Needed);
    Begin.push_back(Auto == "SAME_UPPER" ? Total / 2 : Total - Total / 2);
    End.push_back(Total - Begin.back());
  }
}

Shape Windows::padded(ShapeRef O, ShapeRef T) const {
  Shape P;
  for (size_t I = 0; I < In.size(); ++I)
    P.push_back(O[I] * Strides[I] + T[I] * Dilations[I]);
  return P;
}

bool Windows::position(ShapeRef O, ShapeRef T, Shape &P) const {
  P = padded(O, T);
  bool Inside = true;
  for (size_t I = 0; I < In.size(); ++I) {
    P[I] -= Begin[I];
    Inside &= P[I] >= 0 && P[I] < In[I];
  }
  return Inside;
}

Shape Windows::extent() const {
  Shape S;
  for (size_t I = 0; I < In.size(); ++I)
    S.push_back((Out[I] - 1) * Strides[I] + (Kernel[I] - 1) * Dilations[I] + 1);
  return S;
}

void Windows::forEach(
    const std::function<void(ShapeRef, ShapeRef, ShapeRef, bool)> &Body) const {
  forEachIndex(Out, [&](ShapeRef O) {
    forEachIndex(Kernel, [&](ShapeRef T) {
      Shape P;
      bool Inside = position(O, T, P);
      if (Inside || !Skip)
        Body(O, T, P, Inside);
    });
  });
}

Shape join(std::initializer_list<int64_t> Lead, ShapeRef Rest) {
  Shape S(Lead);
  S.append(Rest.begin(), Rest.end());
  return S;
}

void setWindow(std::mt19937 &Rng, NodeCase &C, ShapeRef In, ShapeRef Kernel,
               bool Dilated, bool Ceil) {
  size_t Rank = In.size();
  std::vector<int64_t> Strides(Rank, 1);
  std::vector<int64_t> Dilations(Rank, 1);
  std::vector<int64_t> Pads(2 * Rank, 0);
  int64_t Auto = pick(Rng, 0, 4);
  bool Explicit = pick(Rng, 0, 1) == 0;
  for (size_t I = 0; I < Rank; ++I) {
    Strides[I] = pick(Rng, 1, 3);
    int64_t Span = Kernel[I];
    if (Dilated && Kernel[I] > 1 && pick(Rng, 0, 1) == 0) {
      // Not so far apart that a window can straddle the tensor.
      Dilations[I] = std::min<int64_t>(pick(Rng, 1, 3), In[I]);
      Span = (Kernel[I] - 1) * Dilations[I] + 1;
    }
    int64_t Most = std::min(Span - 1, In[I]);
    if (Auto < 2) {
      Pads[I] = Explicit ? pick(Rng, 0, Most) : 0;
      Pads[I + Rank] = Explicit ? pick(Rng, 0, Most) : 0;
    }
    // Make the kernel fit.
    if (Auto < 3 && In[I] + Pads[I] + Pads[I + Rank] < Span) {
      Auto = 3;
      Dilations.assign(Rank, 1);
    }
  }
  if (Auto == 2)
    C.set("auto_pad", "VALID");
  else if (Auto >= 3)
    C.set("auto_pad", Auto == 3 ? "SAME_UPPER" : "SAME_LOWER");
  else if (Explicit)
    C.set("pads", Pads);
  if (pick(Rng, 0, 3) != 0)
    C.set("strides", Strides);
  if (Dilated)
    C.set("dilations", Dilations);
  if (Ceil)
    C.set("ceil_mode", pick(Rng, 0, 1));
}

} // namespace toscount::oracle
