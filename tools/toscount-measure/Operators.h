//===- Operators.h - what runs each operator ------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A table row an operator: its name and what computes its results from its
/// operands with ATen, under autograd. Each follows the ONNX operator of the
/// opset in the node; where versions differ, the node's opset decides.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_OPERATORS_H
#define TOSCOUNT_MEASURE_OPERATORS_H

#include "Job.h"

#include <ATen/ATen.h>

namespace toscount::measure {

/// How Dropout and BatchNormalization behave.
enum class Mode : uint8_t {
  Train,     ///< As in training, whatever the file says.
  Evaluate,  ///< As in inference, whatever the file says.
  AsWritten, ///< As the node says (checks against recorded outputs).
};

/// The results of one node; a tensor alone is one result.
struct Results : std::vector<at::Tensor> {
  Results() = default;
  Results(at::Tensor Only) { push_back(std::move(Only)); }
  Results(std::initializer_list<at::Tensor> All)
      : std::vector<at::Tensor>(All) {}
};

/// One application of an operator.
struct Call {
  const NodeInfo &N;
  std::vector<at::Tensor> In; ///< Undefined tensors are absent operands.
  Mode How = Mode::AsWritten;
  /// All floating tensors are fp32, whatever the graph's casts say.
  bool ForceFloat32 = false;
  at::Device Device = at::kCPU;

  /// Operand \p I; throws when it is absent.
  [[nodiscard]] const at::Tensor &operator[](size_t I) const;
  [[nodiscard]] bool has(size_t I) const {
    return I < In.size() && In[I].defined();
  }
  /// Operand \p I as numbers on the host.
  [[nodiscard]] std::vector<int64_t> ints(size_t I) const;
  [[nodiscard]] double number(size_t I) const;
  /// Axis \p Axis of operand 0 counted from the front; throws outside it.
  [[nodiscard]] int64_t axis(int64_t Axis, size_t Operand = 0) const;

  [[nodiscard]] bool given(const char *Name) const {
    return N.Attributes.contains(Name);
  }
  [[nodiscard]] int64_t attr(const char *Name, int64_t Default) const;
  [[nodiscard]] int64_t attr(const char *Name, int Default) const {
    return attr(Name, static_cast<int64_t>(Default));
  }
  [[nodiscard]] double attr(const char *Name, double Default) const;
  [[nodiscard]] std::string attr(const char *Name, const char *Default) const;
  [[nodiscard]] std::vector<int64_t> attrInts(const char *Name) const;
  [[nodiscard]] std::vector<double> attrFloats(const char *Name) const;
  [[nodiscard]] std::vector<std::string> attrStrings(const char *Name) const;
  /// Axes from operand \p Slot or the attribute, from the front; empty if
  /// neither is there.
  [[nodiscard]] std::vector<int64_t> axes(size_t Slot) const;
  /// Whether result \p I is wanted.
  [[nodiscard]] bool wants(size_t I) const {
    return I < N.Outputs.size() && N.Outputs[I] >= 0;
  }
  /// The ATen type of ONNX DataType number \p Type.
  [[nodiscard]] at::ScalarType dataType(int64_t Type) const;
};

/// Operands that stay on the host (shapes, axes, pads): bit I is operand I.
using HostOperands = uint32_t;

struct OperatorRow {
  const char *Name;
  Results (*Run)(const Call &);
  HostOperands Host = 0;
  const char *Domain = "";
};

/// A family of rows.
struct OperatorRows {
  const OperatorRow *First;
  size_t Size;
};
template <size_t N> OperatorRows rows(const OperatorRow (&Table)[N]) {
  return {Table, N};
}

OperatorRows linearOperators();
OperatorRows poolingOperators();
OperatorRows activationOperators();
OperatorRows elementwiseOperators();
OperatorRows normalizationOperators();
OperatorRows reductionOperators();
OperatorRows movementOperators();
OperatorRows indexingOperators();
OperatorRows recurrentOperators();
OperatorRows generatorOperators();
OperatorRows fusedOperators();

/// Every family.
std::vector<OperatorRows> operatorFamilies();

/// The row of \p N, or null.
const OperatorRow *findOperator(const NodeInfo &N);

/// The ATen type called "fp32", "int64"...; throws Failure for one that ATen
/// does not have.
at::ScalarType typeFromName(const std::string &Name);

/// The tensor that \p T describes, on the host; its contents must be known.
at::Tensor makeTensor(const TensorInfo &T);

/// Begin and end padding of each spatial axis of a window operator: its pads,
/// or what auto_pad means for \p Input of spatial sizes.
struct Padding {
  std::vector<int64_t> Begin, End;
  [[nodiscard]] bool symmetric() const { return Begin == End; }
  /// As at::constant_pad_nd takes it: the last axis first.
  [[nodiscard]] std::vector<int64_t> flat() const;
};
struct Window {
  std::vector<int64_t> Kernel, Strides, Dilations;
  Padding Pads;
};
Window windowOf(const Call &C, const std::vector<int64_t> &Kernel);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_OPERATORS_H
