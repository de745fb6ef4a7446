//===- MacCounter.cpp - multiplications that really happen ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "MacCounter.h"

#include "Failure.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <atomic>
#include <cstring>

namespace toscount::measure {
namespace {

using Inputs = c10::ArrayRef<const c10::IValue>;

uint64_t rowsTimesColumns(const at::Tensor &A, const at::Tensor &B) {
  // [.., m, k] x [.., k, n]; a vector is a matrix of one column.
  uint64_t Columns = B.dim() == A.dim() && B.dim() >= 2
                         ? static_cast<uint64_t>(B.size(-1))
                         : 1;
  return static_cast<uint64_t>(A.numel()) * Columns;
}

/// Every output element (every input element when transposed) meets the taps of
/// all input (output) channels of its group.
uint64_t convolutionMacs(const at::Tensor &X, const at::Tensor &W,
                         bool Transposed, const c10::List<int64_t> &Stride,
                         const c10::List<int64_t> &Padding,
                         const c10::List<int64_t> &Dilation) {
  auto Taps = static_cast<uint64_t>(W.size(0) == 0 ? 0 : W.numel() / W.size(0));
  if (Transposed)
    return static_cast<uint64_t>(X.numel()) * Taps;
  auto Positions = static_cast<uint64_t>(X.size(0) * W.size(0));
  for (int64_t I = 2; I < X.dim(); ++I) {
    auto At = [&](const c10::List<int64_t> &L) {
      return L.get(L.size() == 1 ? 0 : static_cast<size_t>(I - 2));
    };
    int64_t Span = At(Dilation) * (W.size(I) - 1) + 1;
    Positions *= static_cast<uint64_t>(
        (X.size(I) + 2 * At(Padding) - Span) / At(Stride) + 1);
  }
  return Positions * Taps;
}

uint64_t products(const char *Name, Inputs In) {
  auto is = [&](const char *Other) { return std::strcmp(Name, Other) == 0; };
  auto tensor = [&](size_t I) { return In[I].toTensor(); };
  if (is("aten::mm") || is("aten::bmm") || is("aten::mv") || is("aten::dot") ||
      is("aten::vdot"))
    return rowsTimesColumns(tensor(0), tensor(1));
  if (is("aten::addmm") || is("aten::addmm_") || is("aten::baddbmm") ||
      is("aten::baddbmm_") || is("aten::addmv") || is("aten::addmv_") ||
      is("aten::addbmm") || is("aten::_addmm_activation"))
    return rowsTimesColumns(tensor(1), tensor(2));
  if (is("aten::ger"))
    return static_cast<uint64_t>(tensor(0).numel() * tensor(1).numel());
  // input, weight, bias, stride, padding, dilation, transposed
  if (is("aten::convolution"))
    return convolutionMacs(tensor(0), tensor(1), In[6].toBool(),
                           In[3].toIntList(), In[4].toIntList(),
                           In[5].toIntList());
  // grad, input, weight, bias sizes, stride, padding, dilation, transposed,
  // output padding, groups, which of input, weight, bias
  if (is("aten::convolution_backward")) {
    uint64_t One =
        convolutionMacs(tensor(1), tensor(2), In[7].toBool(), In[4].toIntList(),
                        In[5].toIntList(), In[6].toIntList());
    c10::List<bool> Wanted = In[10].toBoolList();
    return One * (static_cast<uint64_t>(Wanted.get(0)) + Wanted.get(1));
  }
  return 0;
}

/// One product may be computed by another: only the outermost counts.
thread_local int Depth = 0;
std::atomic<uint64_t> Total{0};
/// LibTorch swallows what a callback throws: a count that missed something must
/// not look like one.
std::atomic<bool> Missed{false};

struct Counted : at::ObserverContext {};

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction &Function) {
  const char *Name = Function.name();
  if (std::strncmp(Name, "aten::", 6) != 0)
    return nullptr;
  static constexpr const char *Names[] = {"aten::mm",
                                          "aten::bmm",
                                          "aten::mv",
                                          "aten::dot",
                                          "aten::vdot",
                                          "aten::addmm",
                                          "aten::addmm_",
                                          "aten::baddbmm",
                                          "aten::baddbmm_",
                                          "aten::addmv",
                                          "aten::addmv_",
                                          "aten::addbmm",
                                          "aten::ger",
                                          "aten::convolution",
                                          "aten::convolution_backward",
                                          "aten::_addmm_activation"};
  bool Product = false;
  for (const char *One : Names)
    Product |= std::strcmp(Name, One) == 0;
  if (!Product)
    return nullptr;
  try {
    if (Depth++ == 0)
      Total += products(Name, Function.inputs());
  } catch (...) {
    Missed = true;
  }
  return std::make_unique<Counted>();
}

void leave(const at::RecordFunction &, at::ObserverContext *Context) {
  if (Context != nullptr)
    --Depth;
}

} // namespace

MacCounter::MacCounter()
    : Handle(at::addGlobalCallback(at::RecordFunctionCallback(enter, leave)
                                       .needsInputs(true)
                                       .scopes({at::RecordScope::FUNCTION}))) {
  Total = 0;
}

MacCounter::~MacCounter() { at::removeCallback(Handle); }

uint64_t MacCounter::take() {
  if (Missed.exchange(false))
    throw Failure("the multiplications of this LibTorch can't be counted: it "
                  "calls its products otherwise than known");
  return Total.exchange(0);
}

} // namespace toscount::measure
