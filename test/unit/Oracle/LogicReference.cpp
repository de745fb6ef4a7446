//===- LogicReference.cpp - executed comparisons, logic and selection -----===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PointwiseReference.h"

using namespace llvm;

namespace toscount::oracle {
namespace {

/// A step of boolean or bitwise logic counts as one comparison.
void logicStep(Scalar A, Scalar B) { (void)(A == B); }

bool truth(Scalar A) { return A.value() != 0; }
uint64_t bits(Scalar A) {
  return static_cast<uint64_t>(static_cast<int64_t>(A.value()));
}
Scalar number(uint64_t Bits) {
  return static_cast<double>(static_cast<int64_t>(Bits));
}

/// A relation of two operands that break ties now and then: small integers.
template <auto F>
void addRelation(References &All, const char *Op, CaseMaker Floats,
                 CaseMaker Ints) {
  All.push_back({.Op = Op, .Forward = forwardTwo<F>, .Cases = {Floats, Ints}});
}

NodeCase boolPair(std::mt19937 &Rng, const char *Op) {
  NodeCase C = integerPair(Rng, Op, ElementType::Bool, 0, 1);
  for (Operand &O : C.Inputs)
    for (Scalar &E : O.Data.Data)
      E = static_cast<double>(pick(Rng, 0, 1));
  return C;
}

NodeCase oneOperand(std::mt19937 &Rng, const char *Op, ElementType Type,
                    int64_t Low, int64_t High) {
  NodeCase C;
  C.Op = Op;
  C.Opset = 18;
  Tensor T(Type, pickShape(Rng, pick(Rng, 0, 3)));
  for (Scalar &E : T.Data)
    E = static_cast<double>(pick(Rng, Low, High));
  return C.operand(std::move(T));
}

Scalar shifted(const OpInstance &Op, Scalar A, Scalar B) {
  logicStep(A, B);
  return number(Op.attrString("direction", "") == "LEFT" ? bits(A) << bits(B)
                                                         : bits(A) >> bits(B));
}

void forwardInf(const OpInstance &Op, ArrayRef<Tensor> In,
                MutableArrayRef<Tensor> Out, Saved &) {
  double Infinity = std::numeric_limits<double>::infinity();
  for (size_t I = 0; I < In[0].size(); ++I) {
    bool Found = false;
    if (Op.attrInt("detect_negative", 1) != 0 && In[0][I] == -Infinity)
      Found = true;
    if (Op.attrInt("detect_positive", 1) != 0 && In[0][I] == Infinity)
      Found = true;
    Out[0][I] = Found ? 1.0 : 0.0;
  }
}

void forwardWhere(const OpInstance &Op, ArrayRef<Tensor> In,
                  MutableArrayRef<Tensor> Out, Saved &) {
  forEachIndex(Out[0].Dims, [&](ShapeRef I) {
    Out[0].at(I) = element(Op, In, truth(element(Op, In, 0, I)) ? 1 : 2, I);
  });
}

void backwardWhere(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                   const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                   MutableArrayRef<Tensor> DIn) {
  for (unsigned K : {1U, 2U})
    if (Needs[K])
      gradientOf(DOut[0], DIn[K], [&](ShapeRef I) -> Scalar {
        if (truth(element(Op, In, 0, I)) == (K == 1))
          return DOut[0].at(I);
        return 0.0;
      });
}

NodeCase whereCase(std::mt19937 &Rng) {
  Shape Dims = pickShape(Rng, pick(Rng, 0, 3));
  NodeCase C;
  C.Op = "Where";
  Tensor Condition(ElementType::Bool, narrowed(Rng, Dims));
  for (Scalar &E : Condition.Data)
    E = static_cast<double>(pick(Rng, 0, 1));
  C.operand(std::move(Condition));
  return C.input(Rng, narrowed(Rng, Dims)).input(Rng, narrowed(Rng, Dims));
}

void addRelations(References &All) {
  addRelation<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    return A == B;
  }>(
      All, "Equal", [](std::mt19937 &R) { return broadcastPair(R, "Equal"); },
      [](std::mt19937 &R) {
        return integerPair(R, "Equal", ElementType::Int64, -2, 2);
      });
  addRelation<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    return A < B;
  }>(
      All, "Less", [](std::mt19937 &R) { return broadcastPair(R, "Less"); },
      [](std::mt19937 &R) {
        return integerPair(R, "Less", ElementType::Int64, -2, 2);
      });
  addRelation<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    return B < A;
  }>(
      All, "Greater",
      [](std::mt19937 &R) { return broadcastPair(R, "Greater"); },
      [](std::mt19937 &R) {
        return integerPair(R, "Greater", ElementType::Int64, -2, 2);
      });
  addRelation<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    return A <= B;
  }>(
      All, "LessOrEqual",
      [](std::mt19937 &R) { return broadcastPair(R, "LessOrEqual"); },
      [](std::mt19937 &R) {
        return integerPair(R, "LessOrEqual", ElementType::Int64, -2, 2);
      });
  addRelation<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    return B <= A;
  }>(
      All, "GreaterOrEqual",
      [](std::mt19937 &R) { return broadcastPair(R, "GreaterOrEqual"); },
      [](std::mt19937 &R) {
        return integerPair(R, "GreaterOrEqual", ElementType::Int64, -2, 2);
      });
}

template <auto F>
void addStep(References &All, const char *Op, CaseMaker Case) {
  All.push_back({.Op = Op, .Forward = forwardTwo<F>, .Cases = {Case}});
}

void addLogic(References &All) {
  addStep<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    logicStep(A, B);
    return truth(A) && truth(B);
  }>(All, "And", [](std::mt19937 &R) { return boolPair(R, "And"); });
  addStep<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    logicStep(A, B);
    return truth(A) || truth(B);
  }>(All, "Or", [](std::mt19937 &R) { return boolPair(R, "Or"); });
  addStep<[](const OpInstance &, Scalar A, Scalar B) -> Scalar {
    logicStep(A, B);
    return truth(A) != truth(B);
  }>(All, "Xor", [](std::mt19937 &R) { return boolPair(R, "Xor"); });
  All.push_back({.Op = "Not",
                 .Forward = forwardEach<[](Scalar A) -> Scalar {
                   logicStep(A, 0.0);
                   return !truth(A);
                 }>,
                 .Cases = {[](std::mt19937 &R) {
                   return oneOperand(R, "Not", ElementType::Bool, 0, 1);
                 }}});
  addStep<[](const OpInstance &, Scalar A, Scalar B) {
    logicStep(A, B);
    return number(bits(A) & bits(B));
  }>(All, "BitwiseAnd", [](std::mt19937 &R) {
    return integerPair(R, "BitwiseAnd", ElementType::Int16, -50, 50);
  });
  addStep<[](const OpInstance &, Scalar A, Scalar B) {
    logicStep(A, B);
    return number(bits(A) | bits(B));
  }>(All, "BitwiseOr", [](std::mt19937 &R) {
    return integerPair(R, "BitwiseOr", ElementType::Int32, -50, 50);
  });
  addStep<[](const OpInstance &, Scalar A, Scalar B) {
    logicStep(A, B);
    return number(bits(A) ^ bits(B));
  }>(All, "BitwiseXor", [](std::mt19937 &R) {
    return integerPair(R, "BitwiseXor", ElementType::UInt8, 0, 50);
  });
  All.push_back(
      {.Op = "BitwiseNot",
       .Forward =
           [](const OpInstance &, ArrayRef<Tensor> In,
              MutableArrayRef<Tensor> Out, Saved &) {
             for (size_t I = 0; I < In[0].size(); ++I) {
               logicStep(In[0][I], 0.0);
               Out[0][I] = atType(Out[0].Type, number(~bits(In[0][I])));
             }
           },
       .Cases = {[](std::mt19937 &R) {
         return oneOperand(R, "BitwiseNot", ElementType::UInt16, 0, 50);
       }}});
  addStep<shifted>(All, "BitShift", [](std::mt19937 &R) {
    NodeCase C = integerPair(R, "BitShift", ElementType::UInt8, 0, 7);
    return C.set("direction", pick(R, 0, 1) == 0 ? "LEFT" : "RIGHT");
  });
}

} // namespace

void addLogicReferences(References &All) {
  addRelations(All);
  addLogic(All);
  All.push_back(
      {.Op = "IsNaN",
       .Forward = forwardEach<[](Scalar X) -> Scalar { return !(X == X); }>,
       .Cases = {[](std::mt19937 &R) { return anyShape(R, "IsNaN"); }}});
  All.push_back({.Op = "IsInf",
                 .Forward = forwardInf,
                 .Cases = {[](std::mt19937 &R) {
                   NodeCase C = anyShape(R, "IsInf");
                   return C.set("detect_negative", pick(R, 0, 1))
                       .set("detect_positive", pick(R, 0, 1));
                 }}});
  All.push_back({.Op = "Where",
                 .Forward = forwardWhere,
                 .Backward = backwardWhere,
                 .Cases = {whereCase}});
}

} // namespace toscount::oracle
