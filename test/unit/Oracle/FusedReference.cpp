//===- FusedReference.cpp - executing several references in one -----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "FusedReference.h"

#include "toscount/Ops/OpRegistry.h"

#include "llvm/ADT/STLExtras.h"

#include <stdexcept>

using namespace llvm;

namespace toscount::oracle {

NodeCase node(const char *Op) {
  NodeCase N;
  N.Op = Op;
  N.Opset = 24;
  return N;
}

NodeCase contrib(const char *Op) {
  NodeCase N;
  N.Op = Op;
  N.Domain = "com.microsoft";
  N.Opset = 1;
  return N;
}

Tape::Tape(const OpInstance &Op, ArrayRef<Tensor> In)
    : Op(Op), Values(In.begin(), In.end()) {}

static const OpRegistry &registry() {
  static const OpRegistry Registry;
  return Registry;
}

static ArrayRef<Attribute> attributes(Model &M, const NodeCase &N) {
  std::vector<Attribute> All;
  for (const NodeCase::Attr &A : N.Attributes) {
    Attribute Copy;
    Copy.Name = M.copy(StringRef(A.Name));
    Copy.Kind = A.Kind;
    Copy.Int = A.Int;
    Copy.Float = A.Float;
    Copy.String = M.copy(StringRef(A.String));
    Copy.Ints = M.copy(A.Ints);
    Copy.Floats = M.copy(A.Floats);
    All.push_back(Copy);
  }
  return M.copy(All);
}

std::vector<Tape::Id> Tape::runAll(const NodeCase &N, const std::vector<Id> &In,
                                   unsigned Results) {
  Step S;
  S.Ref = findReference(N.Domain, N.Op);
  S.Row = registry().find(N.Domain, N.Op, N.Opset);
  if (S.Row == nullptr)
    throw std::logic_error("no row for " + N.Op);
  S.M = std::make_shared<Model>();
  S.In = In;
  Node Made;
  Made.Op = Made.Name = S.M->copy(StringRef(N.Op));
  Made.Opset = N.Opset;
  Made.Attributes = attributes(*S.M, N);
  std::vector<ValueId> Inputs, Outputs;
  std::vector<Tensor> Operands;
  for (Id I : In) {
    Operands.push_back(I == None ? Tensor() : Values[I]);
    if (I == None) {
      Inputs.push_back(NoId);
      continue;
    }
    Value V;
    V.Type = Values[I].Type;
    V.Dims = S.M->copy(ShapeRef(Values[I].Dims));
    V.HasShape = true;
    // What shape functions may need to know.
    if (static_cast<unsigned>(I) < Op.numInputs() && isFloating(V.Type))
      V.Contents = Op.contents(static_cast<unsigned>(I));
    if (!isFloating(V.Type) && Values[I].size() <= 16) {
      Constant C;
      std::vector<int64_t> Ints;
      for (Scalar E : Values[I].Data)
        Ints.push_back(static_cast<int64_t>(E.value()));
      C.Type = V.Type;
      C.Dims = V.Dims;
      C.Ints = Ints;
      V.Contents = S.M->createConstant(C);
    }
    Inputs.push_back(S.M->addValue(V));
  }
  for (unsigned O = 0; O < Results; ++O)
    Outputs.push_back(S.M->addValue(Value()));
  Made.Inputs = S.M->copy(Inputs);
  Made.Outputs = S.M->copy(Outputs);
  S.M->Main = S.M->createGraph();
  S.M->Main->Nodes.push_back(Made);
  ShapeContext C(*S.M, Made, Op.settings());
  if (Error E = S.Row->Shape(C))
    throw std::logic_error(N.Op + ": " + llvm::toString(std::move(E)));

  OpInstance Inner(*S.M, S.M->Main->Nodes[0], Op.settings());
  std::vector<Tensor> Out;
  for (unsigned O = 0; O < Results; ++O)
    Out.emplace_back(Inner.outType(O), Inner.outShape(O));
  S.Ref->Forward(Inner, Operands, Out, S.Save);
  for (Tensor &T : Out) {
    S.Out.push_back(static_cast<Id>(Values.size()));
    Values.push_back(std::move(T));
  }
  Steps.push_back(std::move(S));
  return Steps.back().Out;
}

Tape::Id Tape::move(ElementType Type, ShapeRef Dims,
                    const std::function<Source(ShapeRef)> &Where) {
  Step S;
  Tensor To(Type, Dims);
  size_t Next = 0;
  forEachIndex(Dims, [&](ShapeRef I) {
    Source From = Where(I);
    S.Sources.push_back(From);
    To[Next++] = Values[From.From][From.Offset];
    if (!is_contained(S.In, From.From))
      S.In.push_back(From.From);
  });
  S.Out = {static_cast<Id>(Values.size())};
  Values.push_back(std::move(To));
  Steps.push_back(std::move(S));
  return Steps.back().Out[0];
}

Tape::Id Tape::reshape(Id From, ShapeRef Dims) {
  size_t Next = 0;
  return move(Values[From].Type, Dims, [&](ShapeRef) {
    return Source{From, Next++};
  });
}

Tape::Id Tape::transpose(Id From, const std::vector<size_t> &Order) {
  Shape Dims;
  for (size_t D : Order)
    Dims.push_back(Values[From].Dims[D]);
  return move(Values[From].Type, Dims, [&](ShapeRef I) {
    Shape Index(I.size());
    for (size_t K = 0; K < I.size(); ++K)
      Index[Order[K]] = I[K];
    return Source{From, Values[From].offset(Index)};
  });
}

Tape::Id Tape::constant(Tensor T) {
  Values.push_back(std::move(T));
  return static_cast<Id>(Values.size()) - 1;
}

Tape::Id Tape::scalar(double V) {
  Tensor T(ElementType::Float32, {});
  T[0] = V;
  return constant(T);
}

void Tape::write(MutableArrayRef<Tensor> Out) const {
  for (auto [O, I] : Results)
    if (Op.hasOutput(O))
      Out[O].Data = Values[I].Data;
}

bool Tape::passes(const Step &S, size_t I) const {
  if (S.In[I] == None || !isFloating(Values[S.In[I]].Type))
    return false;
  if (S.Row == nullptr)
    return true;
  return contains(S.Row->Differentiable, I) && S.Ref->Backward != nullptr;
}

void Tape::backward(ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  std::vector<bool> Needed(Values.size());
  for (size_t I = 0; I < Needs.size(); ++I)
    Needed[I] = Needs[I];
  for (const Step &S : Steps)
    for (size_t I = 0; I < S.In.size(); ++I)
      if (passes(S, I) && Needed[S.In[I]])
        for (Id Out : S.Out)
          Needed[Out] = isFloating(Values[Out].Type);
  // The first gradient to arrive at an element costs nothing, each further one
  // an addition; parts that do not overlap are only laid side by side.
  std::vector<Tensor> Grads(Values.size());
  std::vector<std::vector<bool>> Arrived(Values.size());
  auto ArriveAt = [&](Id To, size_t E, Scalar G) {
    if (Grads[To].size() == 0) {
      Grads[To] = Tensor(Values[To].Type, Values[To].Dims);
      Arrived[To].resize(Values[To].size());
    }
    Grads[To][E] = Arrived[To][E] ? Grads[To][E] + G : G;
    Arrived[To][E] = true;
  };
  auto Arrive = [&](Id To, const Tensor &G) {
    for (size_t E = 0; E < G.size(); ++E)
      ArriveAt(To, E, G[E]);
  };
  for (auto [O, I] : Results)
    if (O < DOut.size() && DOut[O].size() != 0)
      Arrive(I, DOut[O]);

  for (const Step &S : llvm::reverse(Steps)) {
    SmallVector<bool, 8> Want;
    for (size_t I = 0; I < S.In.size(); ++I)
      Want.push_back(passes(S, I) && Needed[S.In[I]]);
    std::vector<Tensor> DTo, Out, Operands;
    bool Any = false;
    for (Id O : S.Out) {
      DTo.push_back(Grads[O]);
      Out.push_back(Values[O]);
      Any |= Grads[O].size() != 0;
    }
    if (!Any || !is_contained(Want, true))
      continue;
    if (S.Ref == nullptr) {
      for (size_t E = 0; E < S.Sources.size(); ++E)
        for (size_t I = 0; I < S.In.size(); ++I)
          if (Want[I] && S.In[I] == S.Sources[E].From)
            ArriveAt(S.In[I], S.Sources[E].Offset, DTo[0][E]);
      continue;
    }
    std::vector<Tensor> DFrom;
    for (Id I : S.In) {
      Operands.push_back(I == None ? Tensor() : Values[I]);
      DFrom.emplace_back(Operands.back().Type, Operands.back().Dims);
    }
    OpInstance Inner(*S.M, S.M->Main->Nodes[0], Op.settings());
    S.Ref->Backward(Inner, Operands, Out, S.Save, DTo, Want, DFrom);
    for (size_t I = 0; I < S.In.size(); ++I)
      if (Want[I])
        Arrive(S.In[I], DFrom[I]);
  }
  for (size_t I = 0; I < Needs.size(); ++I)
    if (Needs[I] && Grads[I].size() != 0)
      DIn[I].Data = Grads[I].Data;
}

} // namespace toscount::oracle
