//===- Sweep.cpp - how cost grows with a design factor --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Sweep.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/Zoo.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {

std::optional<GrowthExponent> growthExponent(ArrayRef<double> X,
                                             ArrayRef<double> Y) {
  size_t N = X.size();
  if (N < 2)
    return std::nullopt;
  long double MeanX = 0, MeanY = 0, Xx = 0, Xy = 0, Squares = 0;
  for (size_t I = 0; I < N; ++I) {
    MeanX += std::log(static_cast<long double>(X[I])) / N;
    MeanY += std::log(static_cast<long double>(Y[I])) / N;
  }
  auto Dx = [&](size_t I) {
    return std::log(static_cast<long double>(X[I])) - MeanX;
  };
  auto Dy = [&](size_t I) {
    return std::log(static_cast<long double>(Y[I])) - MeanY;
  };
  for (size_t I = 0; I < N; ++I) {
    Xx += Dx(I) * Dx(I);
    Xy += Dx(I) * Dy(I);
  }
  if (all_of(X, [&](double V) { return V == X[0]; }) || !(Xx > 0))
    return std::nullopt;
  GrowthExponent G;
  G.N = N;
  G.Value = static_cast<double>(Xy / Xx);
  if (N == 2)
    return G;
  for (size_t I = 0; I < N; ++I) {
    long double R = Dy(I) - Xy / Xx * Dx(I);
    Squares += R * R;
  }
  G.ResidualPercent =
      static_cast<double>(100 * std::expm1(std::sqrt(Squares / N)));
  return G;
}

const std::string &Sweep::value(size_t Row, size_t A) const {
  for (size_t I = Axes.size(); I-- > A + 1;)
    Row /= Axes[I].Values.size();
  return Axes[A].Values[Row % Axes[A].Values.size()];
}

namespace {

/// Keys must be what the model has, each once.
Error checkAxes(StringRef Model, ArrayRef<SweepAxis> Axes) {
  size_t Product = 1;
  for (const SweepAxis &A : Axes) {
    Product *= A.Values.size();
    if (Product > MostModels)
      return makeError("the values make more than " + Twine(MostModels) +
                       " models");
    if (count_if(Axes, [&](const SweepAxis &B) { return A.Key == B.Key; }) > 1)
      return makeError("'" + printable(A.Key) + "' is varied twice");
  }
  if (!isZooSpec(Model))
    return Error::success();
  auto [Name, Given] = Model.split(':').second.split(':');
  Expected<const ZooNetwork *> Network = findZooNetwork(Name);
  if (!Network)
    return withContext(Network.takeError(), printable(Model));
  SmallVector<StringRef, 8> Known, Set;
  for (const ZooParameter &P : (*Network)->Parameters)
    Known.push_back(P.Name);
  Given.split(Set, ',', -1, /*KeepEmpty=*/false);
  for (const SweepAxis &A : Axes) {
    if (A.Of != SweepAxis::What::Parameter)
      continue;
    if (!is_contained(Known, A.Key))
      return makeError("'" + (*Network)->Name + "' has no parameter '" +
                       printable(A.Key) + "'" + didYouMean(A.Key, Known) +
                       " ('toscount zoo " + Name + "' lists them)");
    if (any_of(Set, [&](StringRef S) { return S.split('=').first == A.Key; }))
      return makeError("'" + printable(A.Key) +
                       "' is varied, and the network gives it too");
  }
  return Error::success();
}

Error apply(const SweepAxis &A, const std::string &Value, RunSpec &Spec) {
  int64_t Number = 0;
  switch (A.Of) {
  case SweepAxis::What::Parameter: {
    bool First = StringRef(Spec.Model).count(':') < 2;
    bool Empty = StringRef(Spec.Model).ends_with(":");
    Spec.Model += (First ? ":" : Empty ? "" : ",") + A.Key + "=" + Value;
    return Error::success();
  }
  case SweepAxis::What::Datatype:
    if (Value != "model")
      Spec.Options.Datatype = elementTypeFromName(Value);
    return Error::success();
  case SweepAxis::What::Dimension:
  case SweepAxis::What::Batch:
    break;
  }
  if (StringRef(Value).getAsInteger(10, Number) || Number < 1)
    return makeError("'" + printable(A.Key) + "': '" + printable(Value) +
                     "' is not a positive number below 2^63");
  if (A.Of == SweepAxis::What::Batch) {
    Spec.Options.Batch = Spec.Plan.Batch = Number;
    return Error::success();
  }
  DimBinding B;
  B.Value = Number;
  auto [Input, Axis] = StringRef(A.Key).rsplit(':');
  unsigned At = 0;
  bool OfInput = Input.size() != A.Key.size() && !Axis.getAsInteger(10, At);
  B.Name = OfInput ? Input.str() : A.Key;
  if (OfInput)
    B.Axis = At;
  Spec.Options.Dims.push_back(B);
  return Error::success();
}

std::optional<double> figure(WideCount N) {
  if (!N.valid() || N == 0)
    return std::nullopt;
  return static_cast<double>(N.value());
}

/// The exponent of \p Of over \p Rows along axis \p A; failed rows are left
/// out.
template <typename F>
std::optional<GrowthExponent> exponentOf(const Sweep &S, size_t A,
                                         ArrayRef<size_t> Rows, F Of) {
  std::vector<double> X, Y;
  for (size_t R : Rows) {
    const Candidate &C = S.Rows[R];
    if (!C.Error.empty())
      continue;
    std::optional<double> Value = Of(C);
    if (!Value)
      return std::nullopt;
    int64_t Number = 0;
    (void)StringRef(S.value(R, A)).getAsInteger(10, Number);
    X.push_back(static_cast<double>(Number));
    Y.push_back(*Value);
  }
  return growthExponent(X, Y);
}

void addGrowth(Sweep &S, size_t A) {
  // Rows that differ in this axis alone lie Stride apart.
  size_t Stride = 1, Size = S.Axes[A].Values.size();
  for (size_t I = A + 1; I < S.Axes.size(); ++I)
    Stride *= S.Axes[I].Values.size();
  for (size_t First = 0; First < S.Rows.size(); ++First) {
    if (First / Stride % Size != 0)
      continue;
    std::vector<size_t> Rows;
    for (size_t I = 0; I < Size; ++I)
      Rows.push_back(First + I * Stride);
    Growth G;
    G.Axis = A;
    for (size_t I = 0; I < S.Axes.size(); ++I)
      G.Fixed.push_back(I == A ? "" : S.value(First, I));
    G.Params = exponentOf(S, A, Rows, [](const Candidate &C) {
      return figure(C.Counts.Parameters.Total);
    });
    G.Macs = exponentOf(S, A, Rows, [](const Candidate &C) {
      return figure(C.Counts.Total.Macs);
    });
    G.TOs = exponentOf(S, A, Rows, [](const Candidate &C) {
      return figure(C.Counts.Total.TOs);
    });
    G.Energy =
        exponentOf(S, A, Rows, [](const Candidate &C) -> std::optional<double> {
          if (!C.Predicted)
            return std::nullopt;
          return C.Predicted->Energy;
        });
    if (G.TOs || G.Macs || G.Params || G.Energy)
      S.Growths.push_back(std::move(G));
  }
}

} // namespace

Expected<Sweep> sweep(const RunSpec &Base, std::vector<SweepAxis> Axes,
                      const CandidateOptions &Options,
                      const OpRegistry &Registry) {
  if (Error E = checkAxes(Base.Model, Axes))
    return E;
  Sweep S;
  S.Model = Base.Model;
  S.Options = Options;
  S.Plan = Base.Plan;
  S.Axes = std::move(Axes);
  size_t Product = 1;
  for (const SweepAxis &A : S.Axes)
    Product *= A.Values.size();
  std::vector<RunSpec> Specs(Product, Base);
  for (size_t I = 0; I < Product; ++I)
    for (size_t A = 0; A < S.Axes.size(); ++A)
      if (Error E = apply(S.Axes[A], S.value(I, A), Specs[I]))
        return E;
  S.Rows = measureCandidates(Specs, Options, Registry);
  std::vector<const Candidate *> Pointers;
  for (const Candidate &C : S.Rows) {
    S.Failed += C.Error.empty() ? 0 : 1;
    Pointers.push_back(&C);
  }
  S.Notes = sharedNotes(Pointers);
  for (size_t A = 0; A < S.Axes.size(); ++A)
    if (S.Axes[A].isNumber())
      addGrowth(S, A);
  return S;
}

} // namespace toscount
