//===- Harness.cpp - a case made into a node and executed -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"

#include "llvm/Support/Error.h"

#include <sstream>

using namespace llvm;

namespace toscount::oracle {

std::unique_ptr<CaseModel> makeCase(const NodeCase &C,
                                    const OpRegistry &Registry,
                                    const RuleSettings &Settings,
                                    std::string &Problem) {
  auto Case = std::make_unique<CaseModel>();
  Case->M = std::make_shared<Model>();
  Case->Settings = Settings;
  Model &M = *Case->M;
  M.Main = M.createGraph();
  M.Opsets.push_back({M.copy(StringRef(C.Domain)), C.Opset});

  Node N;
  N.Op = M.copy(StringRef(C.Op));
  N.Name = N.Op;
  N.Domain = M.copy(StringRef(C.Domain));
  N.Opset = C.Opset;

  std::vector<ValueId> Inputs;
  for (const Operand &O : C.Inputs) {
    Case->In.push_back(O.Data);
    if (O.Absent) {
      Inputs.push_back(NoId);
      continue;
    }
    Value V;
    V.Name = M.copy(StringRef("in" + std::to_string(Inputs.size())));
    V.Kind = ValueKind::Input;
    V.Type = O.Data.Type;
    V.Dims = M.copy(ShapeRef(O.Data.Dims));
    V.HasShape = true;
    if (O.Known) {
      Constant K;
      K.Type = V.Type;
      K.Dims = V.Dims;
      std::vector<int64_t> Ints;
      std::vector<double> Floats;
      for (const Scalar &E : O.Data.Data) {
        if (isFloating(V.Type))
          Floats.push_back(E.value());
        else
          Ints.push_back(static_cast<int64_t>(E.value()));
      }
      K.Ints = Ints;
      K.Floats = Floats;
      V.Contents = M.createConstant(K);
    }
    Inputs.push_back(M.addValue(V));
  }
  N.Inputs = M.copy(Inputs);

  std::vector<ValueId> Outputs;
  for (unsigned O = 0; O < C.NumOutputs; ++O) {
    if (O < C.AbsentOutputs.size() && C.AbsentOutputs[O]) {
      Outputs.push_back(NoId);
      continue;
    }
    Value V;
    V.Name = M.copy(StringRef("out" + std::to_string(O)));
    V.Producer = 0;
    if (O < C.DeclaredOutputs.size()) {
      std::vector<Dim> Dims;
      for (int64_t D : C.DeclaredOutputs[O])
        Dims.push_back({D, {}});
      V.Declared = M.copy(Dims);
      V.DeclaredRank = true;
    }
    Outputs.push_back(M.addValue(V));
  }
  N.Outputs = M.copy(Outputs);

  std::vector<Attribute> Attributes;
  for (const NodeCase::Attr &A : C.Attributes) {
    Attribute Copy;
    Copy.Name = M.copy(StringRef(A.Name));
    Copy.Kind = A.Kind;
    Copy.Int = A.Int;
    Copy.Float = A.Float;
    Copy.String = M.copy(StringRef(A.String));
    Copy.Ints = M.copy(A.Ints);
    Copy.Floats = M.copy(A.Floats);
    std::vector<StringRef> Strings;
    for (const std::string &S : A.Strings)
      Strings.push_back(M.copy(StringRef(S)));
    Copy.Strings = M.copy(Strings);
    Attributes.push_back(Copy);
  }
  N.Attributes = M.copy(Attributes);
  M.Main->Nodes.push_back(N);

  Case->Row = Registry.find(N.Domain, N.Op, N.Opset);
  if (Case->Row == nullptr) {
    Problem = "no row";
    return nullptr;
  }
  ShapeContext Context(M, Case->node(), Case->Settings);
  if (Error E = Case->Row->Shape(Context)) {
    Problem = llvm::toString(std::move(E));
    return nullptr;
  }
  return Case;
}

ElementType computeType(const OpInstance &Op) {
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (Op.hasInput(I) && isFloating(Op.inType(I)))
      return Op.inType(I);
  if (Op.hasInput(0))
    return Op.inType(0);
  return Op.hasOutput(0) ? Op.outType(0) : ElementType::Float32;
}

Executed runForward(const Reference &R, const CaseModel &C,
                    std::vector<Tensor> &Out, Saved &Save) {
  OpInstance Op = C.instance();
  Out.clear();
  for (unsigned O = 0; O < Op.numOutputs(); ++O)
    Out.push_back(Op.hasOutput(O) ? Tensor(Op.outType(O), Op.outShape(O))
                                  : Tensor());
  Save.clear();
  Counting Count;
  R.Forward(Op, C.In, Out, Save);
  return Count.Tally;
}

Executed runBackward(const Reference &R, const CaseModel &C,
                     ArrayRef<Tensor> Out, const Saved &Save,
                     ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                     std::vector<Tensor> &DIn) {
  DIn.clear();
  for (const Tensor &T : C.In)
    DIn.push_back(Tensor(T.Type, T.Dims));
  Counting Count;
  R.Backward(C.instance(), C.In, Out, Save, DOut, Needs, DIn);
  return Count.Tally;
}

namespace {

/// Sum over all results of DOut * Out: the scalar whose gradient is checked.
double objective(const Reference &R, const CaseModel &C,
                 ArrayRef<Tensor> DOut) {
  std::vector<Tensor> Out;
  Saved Save;
  runForward(R, C, Out, Save);
  double Total = 0;
  for (size_t O = 0; O < Out.size(); ++O)
    for (size_t I = 0; I < DOut[O].size(); ++I)
      Total += DOut[O][I].value() * Out[O][I].value();
  return Total;
}

/// What central differences give for the gradient of operand \p I.
std::vector<double> centralDifferences(const Reference &R, CaseModel C,
                                       ArrayRef<Tensor> DOut, unsigned I) {
  const double Step = 1e-5;
  std::vector<double> Expected;
  for (size_t E = 0; E < C.In[I].size(); ++E) {
    double Before = C.In[I][E].value();
    C.In[I][E] = Before + Step;
    double High = objective(R, C, DOut);
    C.In[I][E] = Before - Step;
    double Low = objective(R, C, DOut);
    C.In[I][E] = Before;
    Expected.push_back((High - Low) / (2 * Step));
  }
  return Expected;
}

std::string checkGradient(ArrayRef<double> Expected, unsigned I,
                          const Tensor &Gradient) {
  for (size_t E = 0; E < Expected.size(); ++E) {
    double Got = Gradient[E].value();
    if (!(std::abs(Got - Expected[E]) <= 1e-4 * (1 + std::abs(Expected[E])))) {
      std::ostringstream Text;
      Text << "gradient of operand " << I << " element " << E << " is " << Got
           << ", central differences give " << Expected[E];
      return Text.str();
    }
  }
  return {};
}

std::string describe(const char *What, const Executed &Claimed,
                     const Executed &Ran) {
  std::ostringstream Text;
  Text << What << ": the rule claims " << Claimed << "; executed " << Ran;
  return Text.str();
}

} // namespace

std::string compare(const Reference &R, const CaseModel &C,
                    std::mt19937 &Rng) {
  OpInstance Op = C.instance();
  std::vector<Tensor> Out;
  Saved Save;
  Executed Ran = runForward(R, C, Out, Save);
  Work W(computeType(Op));
  if (C.Row->Forward != nullptr)
    C.Row->Forward(Op, W);
  if (!W.valid())
    return "forward: the rule overflowed or went below zero";
  if (claimed(W) != Ran)
    return describe("forward", claimed(W), Ran);

  if (R.Backward == nullptr) {
    if (C.Row->Grad == Gradient::Rule)
      return "the row has a gradient, the reference has no backward";
    return {};
  }
  if (C.Row->Grad != Gradient::Rule)
    return "the reference has a backward, the row has no gradient";

  std::vector<unsigned> Operands;
  for (unsigned I = 0; I < Op.numInputs(); ++I)
    if (Op.hasInput(I) && isFloating(Op.inType(I)) &&
        Op.contents(I) == nullptr && contains(C.Row->Differentiable, I))
      Operands.push_back(I);
  std::normal_distribution<double> Normal;
  // Every subset of the differentiable operands, but for many-operand nodes a
  // random sample of them.
  size_t Subsets = size_t(1) << std::min<size_t>(Operands.size(), 16);
  std::vector<size_t> Masks;
  if (Subsets <= 32)
    for (size_t Mask = 1; Mask < Subsets; ++Mask)
      Masks.push_back(Mask);
  else
    for (int I = 0; I < 32; ++I)
      Masks.push_back(
          std::uniform_int_distribution<size_t>(1, Subsets - 1)(Rng));

  // Which results have a gradient: every non-empty subset of GradOutputs.
  size_t OutSubsets = size_t(1) << R.GradOutputs.size();
  for (size_t OutMask = 1; OutMask < OutSubsets; ++OutMask) {
    std::vector<Tensor> DOut(Out.size());
    std::array<bool, 32> HasGrad{};
    bool Absent = false;
    for (size_t K = 0; K < R.GradOutputs.size(); ++K) {
      unsigned O = R.GradOutputs[K];
      if (((OutMask >> K) & 1U) == 0)
        continue;
      if (!Op.hasOutput(O)) {
        Absent = true;
        continue;
      }
      HasGrad[O] = true;
      DOut[O] = Tensor(Op.outType(O), Op.outShape(O));
      for (Scalar &E : DOut[O].Data)
        E = Normal(Rng);
    }
    // The same subset comes without the absent result.
    if (Absent)
      continue;
    // The same for every mask, and costly: computed once an operand.
    std::vector<std::vector<double>> Differences(Op.numInputs());
    for (size_t Mask : Masks) {
      std::array<bool, 32> Needs{};
      for (size_t K = 0; K < Operands.size(); ++K)
        Needs[Operands[K]] = ((Mask >> K) & 1U) != 0;
      ArrayRef<bool> NeedsRef(Needs.data(), Op.numInputs());
      std::vector<Tensor> DIn;
      Ran = runBackward(R, C, Out, Save, DOut, NeedsRef, DIn);
      GradWork G(computeType(Op), NeedsRef,
                 ArrayRef<bool>(HasGrad.data(), Op.numOutputs()));
      if (C.Row->Backward != nullptr)
        C.Row->Backward(Op, G);
      std::string Where = "backward, operands";
      for (unsigned I : Operands)
        if (Needs[I])
          Where += " " + std::to_string(I);
      if (!G.valid())
        return Where + ": the rule overflowed or went below zero";
      if (claimed(G) != Ran)
        return describe(Where.c_str(), claimed(G), Ran);
      if (!R.NoCentralDifferences.empty())
        continue;
      for (unsigned I : Operands) {
        if (!Needs[I])
          continue;
        if (Differences[I].empty())
          Differences[I] = centralDifferences(R, C, DOut, I);
        std::string Wrong = checkGradient(Differences[I], I, DIn[I]);
        if (!Wrong.empty())
          return Where + ": " + Wrong;
      }
    }
  }
  return {};
}

} // namespace toscount::oracle
