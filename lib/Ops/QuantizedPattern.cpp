//===- QuantizedPattern.cpp - operators between DQ and Q ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The groups are those that ONNX Runtime's CPU kernels exist for
/// (onnxruntime/core/optimizer/qdq_transformer): a product of quantized
/// operands sums integers, so its scales are multiplied in once a sum; and
/// movement between equal scales moves the quantized numbers.
///
//===----------------------------------------------------------------------===//

#include "toscount/Ops/QuantizedPattern.h"

#include "Quantization.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

constexpr StringLiteral Contrib = "com.microsoft";

/// What becomes of the operands of an operator between pairs.
enum class Form : uint8_t {
  /// x, w, bias -> x, scale, zero; w, scale, zero; result's scale, zero; bias.
  Conv,
  MatMul, ///< The same; without a Q the result stays floating.
  Gemm,
  Each,   ///< Scale and zero point behind each operand; then the result's.
  Concat, ///< The result's scale and zero point first.
  Where,  ///< Operand 0 is no number.
  Pool,   ///< Moves: its results are elements of its operand.
};

struct PatternRow {
  StringLiteral Core; ///< Of the standard domain.
  Form How;
  StringLiteral Domain;
  StringLiteral Runs;
  unsigned Operands = 1; ///< That must be dequantized, for Each.
};

constexpr PatternRow Patterns[] = {
    {"Conv", Form::Conv, "", "QLinearConv"},
    {"MatMul", Form::MatMul, "", "QLinearMatMul"},
    {"Gemm", Form::Gemm, Contrib, "QGemm"},
    {"Add", Form::Each, Contrib, "QLinearAdd", 2},
    {"Mul", Form::Each, Contrib, "QLinearMul", 2},
    {"Sigmoid", Form::Each, Contrib, "QLinearSigmoid"},
    {"LeakyRelu", Form::Each, Contrib, "QLinearLeakyRelu"},
    {"Softmax", Form::Each, Contrib, "QLinearSoftmax"},
    {"AveragePool", Form::Each, Contrib, "QLinearAveragePool"},
    {"GlobalAveragePool", Form::Each, Contrib, "QLinearGlobalAveragePool"},
    {"Concat", Form::Concat, Contrib, "QLinearConcat"},
    {"Where", Form::Where, Contrib, "QLinearWhere"},
    {"MaxPool", Form::Pool, "", "MaxPool"},
};

const PatternRow *findPattern(const Node &N) {
  if (!N.Domain.empty())
    return nullptr;
  for (const PatternRow &P : Patterns)
    if (P.Core == N.Op)
      return &P;
  return nullptr;
}

class Search {
public:
  Search(Model &M, const OpRegistry &Registry, const RuleSettings &Settings,
         ArrayRef<const OpInfo *> Rows, ArrayRef<unsigned> Groups,
         function_ref<bool(ValueId)> IsConstant)
      : M(M), Registry(Registry), Settings(Settings), Rows(Rows),
        Groups(Groups), IsConstant(IsConstant), Uses(M.Values.size()),
        User(M.Values.size(), NoId), IsDropped(nodes().size()) {}

  QuantizedKernels run() {
    if (llvm::none_of(nodes(), [&](const Node &N) { return dequantizes(N); }))
      return {};
    for (NodeId I = 0; I < nodes().size(); ++I)
      for (ValueId In : nodes()[I].Inputs)
        if (In != NoId) {
          ++Uses[In];
          User[In] = I;
        }
    for (ValueId Out : M.Main->Outputs)
      ++Uses[Out];
    for (NodeId I = 0; I < nodes().size(); ++I)
      if (Rows[I] != nullptr && !IsDropped[I])
        consider(I);
    dropDequantizations();
    for (NodeId I = 0; I < nodes().size(); ++I)
      if (IsDropped[I])
        Found.Dropped.push_back(I);
    return std::move(Found);
  }

private:
  [[nodiscard]] ArrayRef<Node> nodes() const { return M.Main->Nodes; }

  static bool isOf(const Node &N, StringRef Op) {
    return N.Op == Op && (N.Domain.empty() || N.Domain == Contrib);
  }
  /// One scale a tensor or one a channel: no blocks, no other precision.
  static bool isPlain(const Node &N) {
    for (const Attribute &A : N.Attributes)
      if ((A.Name == "block_size" || A.Name == "precision") && A.Int != 0)
        return false;
    return true;
  }
  bool hasScale(const Node &N) const {
    return isPlain(N) && N.Inputs.size() >= 2 && N.Inputs[0] != NoId &&
           N.Inputs[1] != NoId && N.Outputs.size() == 1 &&
           N.Outputs[0] != NoId && isFloating(M.value(N.Inputs[1]).Type);
  }
  bool dequantizes(const Node &N) const {
    return isOf(N, "DequantizeLinear") && hasScale(N);
  }
  bool quantizes(const Node &N) const {
    const Attribute *Saturate = N.attribute("saturate");
    return isOf(N, "QuantizeLinear") && hasScale(N) &&
           (Saturate == nullptr || Saturate->Int != 0) &&
           isFloating(M.value(N.Inputs[0]).Type);
  }

  // -- What is around a core.

  /// Both in a body that was expanded, or neither: no kernel spans the two.
  [[nodiscard]] bool together(NodeId A, NodeId B) const {
    return (Groups[A] == 0) == (Groups[B] == 0);
  }

  /// The DequantizeLinear that makes \p Id, or null.
  [[nodiscard]] const Node *dequantization(ValueId Id, NodeId Core) const {
    if (Id == NoId || M.value(Id).Kind != ValueKind::Result)
      return nullptr;
    NodeId P = M.value(Id).Producer;
    if (P >= nodes().size() || Rows[P] == nullptr)
      return nullptr;
    const Node &N = nodes()[P];
    if (!dequantizes(N) || !together(P, Core))
      return nullptr;
    return &N;
  }
  /// The same, of numbers that kernels multiply.
  [[nodiscard]] const Node *quantized(ValueId Id, NodeId Core) const {
    const Node *N = dequantization(Id, Core);
    if (N == nullptr || bitWidth(M.value(N->Inputs[0]).Type) > 16 ||
        !isQuantized(M.value(N->Inputs[0]).Type))
      return nullptr;
    return N;
  }

  /// The only node that reads \p Id, or NoId.
  [[nodiscard]] NodeId onlyUser(ValueId Id, NodeId Core) const {
    if (Uses[Id] != 1 || User[Id] == NoId || !together(User[Id], Core))
      return NoId;
    return User[Id];
  }

  /// Whether quantization by \p Q leaves nothing for \p N, an activation with
  /// limits, to do: the smallest number it can write is 0.
  [[nodiscard]] bool isSuperfluous(const Node &N, const Node &Q) const {
    if (!N.Domain.empty() || N.Op != "Relu")
      return false;
    ElementType Type = M.value(Q.Outputs[0]).Type;
    if (isFloating(Type))
      return false;
    unsigned Width = bitWidth(Type);
    double Least = name(Type).starts_with("int")
                       ? -static_cast<double>(1U << (Width - 1))
                       : 0;
    ValueId Zero = Q.Inputs.size() > 2 ? Q.Inputs[2] : NoId;
    if (Zero == NoId)
      return Least == 0;
    const Constant *C = M.value(Zero).Contents;
    if (C == nullptr || C->size() == 0)
      return false;
    for (size_t I = 0; I < C->size(); ++I)
      if (C->number(I) != Least)
        return false;
    return true;
  }

  static bool isOne(ShapeRef Dims) {
    return Dims.size() <= 1 && elements(Dims) == 1;
  }
  [[nodiscard]] bool perTensor(const Node &N) const {
    return isOne(M.value(N.Inputs[1]).Dims);
  }
  /// One scale, or one for each index of \p Axis of what \p N reads.
  [[nodiscard]] bool perTensorOrAxis(const Node &N, size_t Axis) const {
    if (perTensor(N))
      return true;
    auto Rank = static_cast<int64_t>(M.value(N.Inputs[0]).Dims.size());
    const Attribute *A = N.attribute("axis");
    int64_t Given = A != nullptr ? A->Int : 1;
    if (Given < 0)
      Given += Rank;
    return M.value(N.Inputs[1]).Dims.size() == 1 &&
           Given == static_cast<int64_t>(Axis);
  }
  static ValueId zeroPoint(const Node &N) {
    return N.Inputs.size() > 2 ? N.Inputs[2] : NoId;
  }

  [[nodiscard]] bool sameContents(ValueId A, ValueId B) const {
    if (A == B)
      return true;
    if (A == NoId || B == NoId)
      return false;
    const Constant *X = M.value(A).Contents;
    const Constant *Y = M.value(B).Contents;
    return X != nullptr && Y != nullptr && M.value(A).Type == M.value(B).Type &&
           X->size() == 1 && Y->size() == 1 && X->number(0) == Y->number(0);
  }
  /// The same real numbers are the same quantized ones.
  [[nodiscard]] bool sameQuantization(const Node &A, const Node &B,
                                      ElementType TypeA,
                                      ElementType TypeB) const {
    return TypeA == TypeB && perTensor(A) && perTensor(B) &&
           sameContents(A.Inputs[1], B.Inputs[1]) &&
           sameContents(zeroPoint(A), zeroPoint(B));
  }

  // -- Kernels.

  /// What is gathered of a kernel before it is known to be one.
  struct Draft {
    NodeId Core = NoId;
    SmallVector<ValueId, 10> Inputs;
    SmallVector<Attribute, 4> Attributes;
    SmallVector<ValueId, 4> Read; ///< Dequantized values no longer read.
    NodeId Quantize = NoId, Activation = NoId;
  };

  void put(Draft &D, const Node &Pair, ValueId Dequantized) {
    D.Inputs.append({Pair.Inputs[0], Pair.Inputs[1], zeroPoint(Pair)});
    D.Read.push_back(Dequantized);
  }
  bool put(Draft &D, ValueId Id) {
    const Node *Pair = quantized(Id, D.Core);
    if (Pair == nullptr || !perTensor(*Pair) ||
        isFloating(M.value(Pair->Inputs[0]).Type))
      return false;
    put(D, *Pair, Id);
    return true;
  }
  void putResult(Draft &D) {
    if (D.Quantize == NoId)
      return;
    const Node &Q = nodes()[D.Quantize];
    D.Inputs.append({Q.Inputs[1], zeroPoint(Q)});
  }
  /// A bias: dequantized integers, or a constant.
  bool putBias(Draft &D, const Node &N) {
    if (N.Inputs.size() < 3 || N.Inputs[2] == NoId) {
      D.Inputs.push_back(NoId);
      return true;
    }
    ValueId Id = N.Inputs[2];
    const Node *Pair = dequantization(Id, D.Core);
    if (Pair != nullptr &&
        M.value(Pair->Inputs[0]).Type == ElementType::Int32) {
      D.Inputs.push_back(Pair->Inputs[0]);
      D.Read.push_back(Id);
      return true;
    }
    D.Inputs.push_back(Id);
    return IsConstant(Id);
  }

  /// Finds the QuantizeLinear behind core \p I.
  void findResult(Draft &D) const {
    const Node &N = nodes()[D.Core];
    NodeId Next = onlyUser(N.Outputs[0], D.Core);
    NodeId Between = NoId;
    if (Next != NoId && !quantizes(nodes()[Next]) &&
        !nodes()[Next].Outputs.empty() && nodes()[Next].Outputs[0] != NoId) {
      Between = Next;
      Next = onlyUser(nodes()[Next].Outputs[0], D.Core);
    }
    if (Next == NoId || Rows[Next] == nullptr)
      return;
    const Node &Q = nodes()[Next];
    ValueId Real = nodes()[Between != NoId ? Between : D.Core].Outputs[0];
    if (!quantizes(Q) || !perTensor(Q) || Q.Inputs[0] != Real)
      return;
    if (Between != NoId && !isSuperfluous(nodes()[Between], Q))
      return;
    D.Quantize = Next;
    D.Activation = Between;
  }

  void consider(NodeId I) {
    const Node &N = nodes()[I];
    if (N.Outputs.empty() || N.Outputs[0] == NoId)
      return;
    Draft D;
    D.Core = I;
    if (quantizes(N))
      return considerPair(D);
    const PatternRow *P = findPattern(N);
    bool Moves = Rows[I]->moves() && N.Outputs.size() == 1;
    if (P == nullptr && !Moves)
      return;
    findResult(D);
    if (llvm::any_of(N.Outputs.drop_front(),
                     [](ValueId Out) { return Out != NoId; }))
      return;
    if (P == nullptr || P->How == Form::Pool) {
      if (D.Quantize != NoId && D.Activation == NoId && gatherMoved(D))
        accept(D, N.Domain, N.Op, N.Opset);
      return;
    }
    if (!gather(D, *P))
      return;
    if (D.Quantize == NoId && P->How == Form::MatMul)
      accept(D, Contrib, "MatMulIntegerToFloat", 1);
    else
      accept(D, P->Domain, P->Runs, P->Domain.empty() ? N.Opset : 1);
  }

  bool gather(Draft &D, const PatternRow &P) {
    const Node &N = nodes()[D.Core];
    D.Attributes.assign(N.Attributes.begin(), N.Attributes.end());
    if (P.How != Form::MatMul && P.How != Form::Gemm && D.Quantize == NoId)
      return false;
    switch (P.How) {
    case Form::Conv:
      return gatherConv(D);
    case Form::MatMul:
      return gatherMatMul(D);
    case Form::Gemm:
      return gatherGemm(D);
    case Form::Each:
      if (N.Inputs.size() != P.Operands)
        return false;
      if (P.Runs == "QLinearSoftmax") {
        Attribute Opset;
        Opset.Name = "opset";
        Opset.Kind = AttributeKind::Int;
        Opset.Int = N.Opset;
        D.Attributes.push_back(Opset);
      }
      if (!llvm::all_of(N.Inputs, [&](ValueId Id) { return put(D, Id); }))
        return false;
      putResult(D);
      return true;
    case Form::Concat:
      putResult(D);
      return llvm::all_of(N.Inputs, [&](ValueId Id) { return put(D, Id); });
    case Form::Where:
      if (N.Inputs.size() != 3)
        return false;
      D.Inputs.push_back(N.Inputs[0]);
      if (!put(D, N.Inputs[1]) || !put(D, N.Inputs[2]))
        return false;
      putResult(D);
      return true;
    case Form::Pool:
      break;
    }
    return false;
  }

  bool gatherConv(Draft &D) {
    const Node &N = nodes()[D.Core];
    const Node *X = quantized(N.Inputs[0], D.Core);
    const Node *W = quantized(N.Inputs[1], D.Core);
    if (X == nullptr || W == nullptr || !perTensor(*X) ||
        !perTensorOrAxis(*W, 0))
      return false;
    put(D, *X, N.Inputs[0]);
    put(D, *W, N.Inputs[1]);
    putResult(D);
    return putBias(D, N);
  }

  bool gatherMatMul(Draft &D) {
    const Node &N = nodes()[D.Core];
    const Node *A = quantized(N.Inputs[0], D.Core);
    const Node *B = quantized(N.Inputs[1], D.Core);
    if (A == nullptr || B == nullptr || !perTensor(*A))
      return false;
    size_t Rank = M.value(N.Inputs[1]).Dims.size();
    if (Rank < 2 ? !perTensor(*B) : !perTensorOrAxis(*B, Rank - 1))
      return false;
    if (D.Quantize != NoId) {
      put(D, *A, N.Inputs[0]);
      put(D, *B, N.Inputs[1]);
      putResult(D);
      return true;
    }
    if (isFloating(M.value(A->Inputs[0]).Type) || Rank < 2)
      return false;
    D.Inputs.append({A->Inputs[0], B->Inputs[0], A->Inputs[1], B->Inputs[1],
                     zeroPoint(*A), zeroPoint(*B)});
    D.Read.append({N.Inputs[0], N.Inputs[1]});
    return true;
  }

  bool gatherGemm(Draft &D) {
    const Node &N = nodes()[D.Core];
    const Node *A = quantized(N.Inputs[0], D.Core);
    const Node *B = quantized(N.Inputs[1], D.Core);
    if (A == nullptr || B == nullptr || !perTensor(*A) ||
        isFloating(M.value(A->Inputs[0]).Type) ||
        isFloating(M.value(B->Inputs[0]).Type))
      return false;
    const Attribute *Transposed = N.attribute("transB");
    if (!perTensorOrAxis(*B,
                         Transposed != nullptr && Transposed->Int != 0 ? 0 : 1))
      return false;
    const Attribute *Beta = N.attribute("beta");
    bool Bias = N.Inputs.size() > 2 && N.Inputs[2] != NoId;
    if (Bias && Beta != nullptr && Beta->Float != 1)
      return false;
    put(D, *A, N.Inputs[0]);
    put(D, *B, N.Inputs[1]);
    if (!putBias(D, N))
      return false;
    putResult(D);
    return true;
  }

  /// All that moves has one scale, before and after.
  bool gatherMoved(Draft &D) {
    const Node &N = nodes()[D.Core];
    const Node &Q = nodes()[D.Quantize];
    D.Attributes.assign(N.Attributes.begin(), N.Attributes.end());
    D.Inputs.assign(N.Inputs.begin(), N.Inputs.end());
    for (ValueId &Id : D.Inputs) {
      if (Id == NoId || !isFloating(M.value(Id).Type))
        continue;
      const Node *Pair = quantized(Id, D.Core);
      if (Pair == nullptr) {
        // What padding is filled with, the scales of Resize.
        if (&Id == D.Inputs.begin() || M.value(Id).Contents == nullptr)
          return false;
        continue;
      }
      if (!sameQuantization(*Pair, Q, M.value(Pair->Inputs[0]).Type,
                            M.value(Q.Outputs[0]).Type))
        return false;
      D.Read.push_back(Id);
      Id = Pair->Inputs[0];
    }
    return !D.Read.empty();
  }

  /// Dequantized and quantized again as it was: nothing runs.
  void considerPair(Draft &D) {
    const Node &Q = nodes()[D.Core];
    const Node *Pair = quantized(Q.Inputs[0], D.Core);
    if (Pair == nullptr ||
        !sameQuantization(*Pair, Q, M.value(Pair->Inputs[0]).Type,
                          M.value(Q.Outputs[0]).Type))
      return;
    D.Inputs.push_back(Pair->Inputs[0]);
    D.Read.push_back(Q.Inputs[0]);
    accept(D, "", "Identity", 13);
  }

  void accept(Draft &D, StringRef Domain, StringRef Op, int Opset) {
    QuantizedKernel K;
    K.Core = D.Core;
    K.Row = Registry.find(Domain, Op, Opset);
    if (K.Row == nullptr)
      return;
    K.Runs = nodes()[D.Core];
    K.Runs.Domain = Domain;
    K.Runs.Op = Op;
    K.Runs.Opset = Opset;
    while (!D.Inputs.empty() && D.Inputs.back() == NoId)
      D.Inputs.pop_back();
    K.Runs.Inputs = M.copy(ArrayRef<ValueId>(D.Inputs));
    K.Runs.Attributes = M.copy(ArrayRef<Attribute>(D.Attributes));
    if (D.Quantize != NoId)
      K.Runs.Outputs = nodes()[D.Quantize].Outputs;
    if (!fits(K))
      return;
    for (NodeId I : {D.Quantize, D.Activation})
      if (I != NoId)
        IsDropped[I] = true;
    for (ValueId Id : D.Read) {
      --Uses[Id];
      NoLongerRead.push_back(Id);
    }
    Found.All.push_back(std::move(K));
  }

  /// Whether the operator's own row, where it stands for what the standard
  /// operators would compute, makes the same result of the quantized operands.
  bool fits(const QuantizedKernel &K) {
    if (K.Runs.Domain != Contrib)
      return true;
    Value &Result = M.value(K.Runs.Outputs[0]);
    Value Before = Result;
    ShapeContext C(M, K.Runs, Settings);
    Error Failed = K.Row->Shape(C);
    bool Fits =
        !Failed && Result.Type == Before.Type && Result.Dims == Before.Dims;
    consumeError(std::move(Failed));
    Result = Before;
    return Fits;
  }

  /// From the last node to the first, so that a chain goes as a whole: also
  /// constants are quantized before the network runs.
  void dropDequantizations() {
    for (ValueId Id : NoLongerRead) {
      NodeId P = M.value(Id).Producer;
      if (Uses[Id] != 0 || IsDropped[P])
        continue;
      IsDropped[P] = true;
      ValueId Data = nodes()[P].Inputs[0];
      if (M.value(Data).Kind != ValueKind::Result)
        continue;
      NodeId Q = M.value(Data).Producer;
      if (quantizes(nodes()[Q]) && IsConstant(nodes()[Q].Inputs[0]) &&
          Uses[Data] == 1)
        IsDropped[Q] = true;
    }
  }

  Model &M;
  const OpRegistry &Registry;
  const RuleSettings &Settings;
  ArrayRef<const OpInfo *> Rows;
  ArrayRef<unsigned> Groups;
  function_ref<bool(ValueId)> IsConstant;
  QuantizedKernels Found;
  std::vector<unsigned> Uses; ///< By value.
  std::vector<NodeId> User;   ///< By value: the last node that reads it.
  std::vector<bool> IsDropped;
  std::vector<ValueId> NoLongerRead;
};

} // namespace

QuantizedKernels findQuantizedKernels(Model &M, const OpRegistry &Registry,
                                      const RuleSettings &Settings,
                                      ArrayRef<const OpInfo *> Rows,
                                      ArrayRef<unsigned> Groups,
                                      function_ref<bool(ValueId)> IsConstant) {
  return Search(M, Registry, Settings, Rows, Groups, IsConstant).run();
}

} // namespace toscount
