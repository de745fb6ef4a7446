//===- TextReference.cpp - executed n-gram counting -----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <map>

using namespace llvm;

namespace toscount::oracle {
namespace {

/// The number of each n-gram of integers in the pool.
std::map<std::vector<int64_t>, size_t> poolOf(const OpInstance &Op) {
  std::map<std::vector<int64_t>, size_t> Pool;
  ArrayRef<int64_t> Starts = Op.attrInts("ngram_counts");
  ArrayRef<int64_t> Items = Op.attrInts("pool_int64s");
  size_t Next = 0;
  for (size_t N = 1; N <= Starts.size(); ++N) {
    size_t End = N < Starts.size() ? Starts[N] : Items.size();
    for (size_t At = Starts[N - 1]; At + N <= End; At += N)
      Pool[std::vector<int64_t>(Items.begin() + At, Items.begin() + At + N)] =
          Next++;
  }
  return Pool;
}

void forwardTfIdf(const OpInstance &Op, ArrayRef<Tensor> In,
                  MutableArrayRef<Tensor> Out, Saved &) {
  auto Pool = poolOf(Op);
  ArrayRef<int64_t> Indexes = Op.attrInts("ngram_indexes");
  ArrayRef<double> Weights = Op.attrFloats("weights");
  StringRef Mode = Op.attrString("mode", "");
  int64_t Items = In[0].Dims.back(), Columns = Out[0].Dims.back();
  int64_t Rows = In[0].Dims.size() == 2 ? In[0].Dims[0] : 1;
  for (int64_t R = 0; R < Rows; ++R) {
    for (int64_t N = Op.attrInt("min_gram_length", 0);
         N <= Op.attrInt("max_gram_length", 0); ++N)
      for (int64_t D = 1; D <= Op.attrInt("max_skip_count", 0) + 1; ++D) {
        if (N == 1 && D > 1)
          break;
        for (int64_t At = 0; At + (N - 1) * D < Items; ++At) {
          std::vector<int64_t> Gram;
          for (int64_t K = 0; K < N; ++K)
            Gram.push_back(
                static_cast<int64_t>(In[0][R * Items + At + K * D].value()));
          // What is not in the pool is counted beside the result.
          Scalar Beside;
          auto It = Pool.find(Gram);
          (It == Pool.end() ? Beside
                            : Out[0][R * Columns + Indexes[It->second]]) += 1.0;
        }
      }
    for (size_t I = 0; I < Indexes.size(); ++I) {
      Scalar &Y = Out[0][R * Columns + Indexes[I]];
      if (Mode == "IDF")
        Y = Y > 0.0 ? (Weights.empty() ? 1.0 : Weights[I]) : 0.0;
      else if (Mode == "TFIDF" && !Weights.empty())
        Y *= Weights[I];
    }
  }
}

NodeCase tfIdf(std::mt19937 &Rng) {
  NodeCase C;
  C.Op = "TfIdfVectorizer";
  int64_t Items = pick(Rng, 0, 7);
  Shape X = {Items};
  if (pick(Rng, 0, 1) == 0)
    X = {pick(Rng, 1, 3), Items};
  std::vector<int64_t> Contents;
  for (uint64_t I = 0; I < elements(X).value(); ++I)
    Contents.push_back(pick(Rng, 1, 4));
  C.indices(X, Contents);
  int64_t Least = pick(Rng, 1, 3);
  C.set("min_gram_length", Least).set("max_gram_length", pick(Rng, Least, 3));
  C.set("max_skip_count", pick(Rng, 0, 8));
  static const char *const Modes[] = {"TF", "IDF", "TFIDF"};
  C.set("mode", Modes[pick(Rng, 0, 2)]);
  C.set("pool_int64s", std::vector<int64_t>{1, 2, 1, 2, 2, 3, 1, 2, 3});
  C.set("ngram_counts", std::vector<int64_t>{0, 2, 6});
  C.set("ngram_indexes", std::vector<int64_t>{4, 0, 1, 3, 2});
  if (pick(Rng, 0, 1) == 0)
    C.set("weights", std::vector<double>{2, 3, 4, 5, 6});
  return C;
}

} // namespace

void addTextReferences(References &All) {
  All.push_back(
      {.Op = "TfIdfVectorizer", .Forward = forwardTfIdf, .Cases = {tfIdf}});
}

} // namespace toscount::oracle
