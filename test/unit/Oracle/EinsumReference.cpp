//===- EinsumReference.cpp - executed Einstein summation ------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <map>
#include <sstream>

using namespace llvm;

namespace toscount::oracle {
namespace {

/// An equation over one-character indices; the dimensions of an ellipsis are
/// the digits, the last one '0'.
struct Summation {
  std::vector<std::string> Terms;
  std::string Output;
  std::map<char, int64_t> Sizes;
  std::string Order; ///< Every index once.

  Summation(const OpInstance &Op, ArrayRef<Tensor> In) {
    std::string Text;
    for (char C : Op.attrString("equation", ""))
      if (C != ' ')
        Text += C;
    size_t Arrow = Text.find("->");
    std::stringstream Left(Text.substr(0, Arrow) + ",");
    for (std::string Term; std::getline(Left, Term, ',');)
      Terms.push_back(Term);
    std::string Dots;
    for (size_t I = 0; I < Terms.size(); ++I) {
      size_t At = Terms[I].find("...");
      if (At == std::string::npos)
        continue;
      Dots.clear();
      for (size_t N = In[I].Dims.size() - (Terms[I].size() - 3); N > 0; --N)
        Dots += static_cast<char>('0' + N - 1);
      Terms[I].replace(At, 3, Dots);
    }
    std::map<char, int> Uses;
    for (size_t I = 0; I < Terms.size(); ++I)
      for (size_t D = 0; D < Terms[I].size(); ++D) {
        char L = Terms[I][D];
        ++Uses[L];
        Sizes[L] = std::max(Sizes[L], In[I].Dims[D]);
        if (In[I].Dims[D] == 0)
          Sizes[L] = 0;
      }
    if (Arrow != std::string::npos) {
      Output = Text.substr(Arrow + 2);
      if (size_t At = Output.find("..."); At != std::string::npos)
        Output.replace(At, 3, Dots);
    } else {
      Output = Dots;
      for (auto [L, N] : Uses)
        if (N == 1 && !isdigit(static_cast<unsigned char>(L)))
          Output += L;
    }
    for (auto [L, Size] : Sizes)
      Order += L;
  }

  [[nodiscard]] bool sums(const std::string &Term, ShapeRef Dims) const {
    for (char L : Order) {
      size_t At = Term.find(L);
      if (At == std::string::npos || Dims[At] != Sizes.at(L))
        return true;
    }
    return false;
  }

  /// Offset in a tensor of \p Term and \p Dims at assignment \p I.
  [[nodiscard]] size_t offset(const std::string &Term, ShapeRef Dims,
                              ShapeRef I) const {
    size_t Offset = 0;
    for (size_t D = 0; D < Term.size(); ++D)
      Offset = Offset * Dims[D] + (Dims[D] == 1 ? 0 : I[Order.find(Term[D])]);
    return Offset;
  }

  void forEach(const std::function<void(ShapeRef)> &Body) const {
    Shape All;
    for (char L : Order)
      All.push_back(Sizes.at(L));
    forEachIndex(All, Body);
  }

  /// Result = sum over assignments of the product of \p Factors.
  void run(ArrayRef<std::pair<const Tensor *, const std::string *>> Factors,
           Tensor &Result, const std::string &Term) const {
    std::vector<Sum> Sums(Result.size());
    bool Any = sums(Term, Result.Dims);
    forEach([&](ShapeRef I) {
      auto At = [&](size_t F) {
        auto [T, Indices] = Factors[F];
        return (*T)[offset(*Indices, T->Dims, I)];
      };
      Scalar P = At(0);
      for (size_t F = 1; F < Factors.size(); ++F)
        P *= At(F);
      if (Any && Factors.size() > 1)
        Scalar::mac();
      Sums[offset(Term, Result.Dims, I)].term(P);
    });
    for (size_t I = 0; I < Result.size(); ++I)
      Result[I] = Sums[I].sum();
  }
};

void forwardEinsum(const OpInstance &Op, ArrayRef<Tensor> In,
                   MutableArrayRef<Tensor> Out, Saved &) {
  Summation S(Op, In);
  std::vector<std::pair<const Tensor *, const std::string *>> Factors;
  for (size_t I = 0; I < In.size(); ++I)
    Factors.push_back({&In[I], &S.Terms[I]});
  S.run(Factors, Out[0], S.Output);
}

void backwardEinsum(const OpInstance &Op, ArrayRef<Tensor> In, ArrayRef<Tensor>,
                    const Saved &, ArrayRef<Tensor> DOut, ArrayRef<bool> Needs,
                    MutableArrayRef<Tensor> DIn) {
  Summation S(Op, In);
  for (size_t I = 0; I < In.size(); ++I) {
    if (!Needs[I])
      continue;
    std::vector<std::pair<const Tensor *, const std::string *>> Factors;
    Factors.push_back({&DOut[0], &S.Output});
    for (size_t J = 0; J < In.size(); ++J)
      if (J != I)
        Factors.push_back({&In[J], &S.Terms[J]});
    S.run(Factors, DIn[I], S.Terms[I]);
  }
}

/// A well-known equation.
NodeCase knownCase(std::mt19937 &Rng) {
  static const char *const Equations[] = {
      "ij->ji",           "ij->i",        "i,i",     "bij, bjk -> bik",
      "...ii ->...i",     "ij,jk",        "i,j->ij", "ij,ij->ij",
      "bhqd,bhkd->bhqk",  "ij,jk,kl->il", "ii",      "i,i,i->i",
      "...ij,...jk",      "ij,k->i",      "ij->",    "...a->a",
      "bi, oij, bj -> bo"};
  NodeCase C;
  C.Op = "Einsum";
  C.Opset = static_cast<int>(pick(Rng, 12, 17));
  std::string Text = Equations[pick(Rng, 0, std::size(Equations) - 1)];
  C.set("equation", Text.c_str());
  std::map<char, int64_t> Sizes;
  Shape Dots = pickShape(Rng, pick(Rng, 0, 2), 1, 3);
  bool Broadcast = pick(Rng, 0, 3) == 0;
  bool Empty = pick(Rng, 0, 19) == 0;
  std::stringstream Left(Text.substr(0, Text.find("->")) + ",");
  for (std::string Term; std::getline(Left, Term, ',');) {
    Shape Dims;
    std::map<char, int64_t> Here;
    for (size_t I = 0; I < Term.size(); ++I) {
      if (Term[I] == '.') {
        Dims.append(Dots.begin(), Dots.end());
        I += 2;
      } else if (Term[I] != ' ') {
        if (Sizes.count(Term[I]) == 0)
          Sizes[Term[I]] = Empty ? pick(Rng, 0, 2) : pick(Rng, 1, 3);
        if (Here.count(Term[I]) == 0)
          Here[Term[I]] =
              Broadcast && !Empty && pick(Rng, 0, 2) == 0 ? 1 : Sizes[Term[I]];
        Dims.push_back(Here[Term[I]]);
      }
    }
    C.input(Rng, Dims);
  }
  return C;
}

} // namespace

void addEinsumReferences(References &All) {
  All.push_back({.Op = "Einsum",
                 .Forward = forwardEinsum,
                 .Backward = backwardEinsum,
                 .Cases = {knownCase}});
}

} // namespace toscount::oracle
