//===- Polynomial.cpp - polynomials of plain columns ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Polynomial.h"

#include "LeastSquares.h"

#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

using Wide = long double;

/// Coefficients of t^0..t^Degree of the Chebyshev polynomial of that degree;
/// of t^Degree itself where there is no intercept to take the constants.
std::vector<Wide> basisPolynomial(unsigned Degree, bool Intercept) {
  std::vector<Wide> Before = {1};
  std::vector<Wide> Here = {0, 1};
  if (!Intercept) {
    std::vector<Wide> Power(Degree + 1);
    Power[Degree] = 1;
    return Power;
  }
  for (unsigned I = 1; I < Degree; ++I) {
    std::vector<Wide> Next(I + 2); // T(i+1) = 2 t T(i) - T(i-1)
    for (size_t K = 0; K < Here.size(); ++K)
      Next[K + 1] += 2 * Here[K];
    for (size_t K = 0; K < Before.size(); ++K)
      Next[K] -= Before[K];
    Before = std::move(Here);
    Here = std::move(Next);
  }
  return Here;
}

/// P((x - Centre) / HalfRange) as a polynomial in x, by Horner's rule.
std::vector<Wide> inX(ArrayRef<Wide> P, Wide Centre, Wide HalfRange) {
  std::vector<Wide> Out = {P.back()};
  for (size_t K = P.size() - 1; K-- > 0;) {
    std::vector<Wide> Next(Out.size() + 1);
    for (size_t M = 0; M < Out.size(); ++M) {
      Next[M + 1] += Out[M] / HalfRange;
      Next[M] -= Out[M] * Centre / HalfRange;
    }
    Next[0] += P[K];
    Out = std::move(Next);
  }
  return Out;
}

std::string powerUnit(const ColumnInfo &Response, const ColumnInfo &Column,
                      unsigned Power) {
  if (Response.Unit.empty() && Column.Unit.empty())
    return "";
  std::string Unit = Response.Unit.empty() ? "1" : Response.Unit;
  if (!Column.Unit.empty())
    Unit += "/" + Column.Unit +
            (Power == 1 ? std::string() : "^" + std::to_string(Power));
  return Unit;
}

std::vector<size_t> chosenColumns(const PolynomialOptions &Options,
                                  const Dataset &Data) {
  if (!Options.Columns.empty())
    return Options.Columns;
  std::vector<size_t> All(Data.Columns.size());
  std::iota(All.begin(), All.end(), size_t{0});
  return All;
}

class PolynomialFamily final : public Family {
public:
  explicit PolynomialFamily(PolynomialOptions Options)
      : Options(std::move(Options)) {}

  [[nodiscard]] std::string name() const override {
    return Options.Name.empty()
               ? "polynomial, degree " + std::to_string(Options.Degree)
               : Options.Name;
  }
  [[nodiscard]] size_t coefficients(const Dataset &Data) const override {
    return chosenColumns(Options, Data).size() * Options.Degree +
           (Options.Intercept ? 1 : 0);
  }
  [[nodiscard]] Expected<std::unique_ptr<FittedModel>>
  fit(const Dataset &Data) const override {
    if (Error E = checkEnough(Data, coefficients(Data)))
      return E;
    Expected<std::unique_ptr<PolynomialModel>> Model =
        fitPolynomial(Data, Options);
    if (!Model)
      return Model.takeError();
    return std::unique_ptr<FittedModel>(std::move(*Model));
  }

private:
  PolynomialOptions Options;
};

} // namespace

/// The steps of a fit.
class PolynomialFit {
public:
  PolynomialFit(const Dataset &Data, PolynomialOptions Options)
      : Data(Data), Model(std::make_unique<PolynomialModel>()) {
    Model->Options = std::move(Options);
  }

  Expected<std::unique_ptr<PolynomialModel>> run() {
    if (Error E = checkDataset(Data))
      return E;
    unsigned Degree = Model->Options.Degree;
    if (Degree < 1 || Degree > PolynomialOptions::MaxDegree)
      return makeError("degree " + Twine(Degree) + " is not from 1 to " +
                       Twine(PolynomialOptions::MaxDegree));
    if (Error E = scale())
      return E;
    if (Error E = solveScaled())
      return E;
    convert();
    summarize();
    return std::move(Model);
  }

private:
  [[nodiscard]] size_t terms() const {
    return Model->Scalings.size() * Model->Options.Degree +
           (Model->Options.Intercept ? 1 : 0);
  }

  Error scale() {
    const PolynomialOptions &O = Model->Options;
    for (size_t C : chosenColumns(O, Data)) {
      std::set<double> Values;
      for (size_t Row = 0; Row < Data.rows(); ++Row)
        if (Data.weight(Row) > 0 && (O.Intercept || Data.row(Row)[C] != 0))
          Values.insert(Data.row(Row)[C]);
      std::string Name = "column '" + printable(Data.Columns[C].Name) + "'";
      size_t Least = O.Degree + (O.Intercept ? 1 : 0);
      if (Values.size() <= 1 && Least > Values.size())
        return makeError(Name + " has one value in every row; nothing can be "
                                "learnt about it");
      if (Values.size() < Least)
        return makeError(Name + " has " + Twine(Values.size()) +
                         " different values; degree " + Twine(O.Degree) +
                         " needs " + Twine(Least));
      PolynomialModel::Scaling S;
      S.Column = C;
      double Low = *Values.begin();
      double High = *Values.rbegin();
      // Halves first: the sum may not fit.
      S.Centre = O.Intercept ? Low / 2 + High / 2 : 0;
      S.HalfRange = O.Intercept ? High / 2 - Low / 2
                                : std::max(std::abs(Low), std::abs(High));
      if (!(S.HalfRange > 0))
        return makeError(Name + " has values too close to tell apart");
      Model->Scalings.push_back(S);
    }
    size_t Used = 0;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      Used += Data.weight(Row) > 0 ? 1 : 0;
    if (Used < terms())
      return makeError(Twine(Used) + " rows can't determine " + Twine(terms()) +
                       " coefficients");
    Model->DegreesOfFreedom = Used - terms();
    for (double Y : Data.Y)
      Unit = std::max(Unit, std::abs(Y));
    if (Unit == 0)
      Unit = 1;
    return Error::success();
  }

  Error solveScaled() {
    size_t P = terms();
    Basis.resize(Data.rows() * P);
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      Model->basis(Data.row(Row),
                   MutableArrayRef<Wide>(Basis).slice(Row * P, P));
    LeastSquares Problem;
    Problem.Rows = Data.rows();
    auto Evaluate = [&](size_t Row, ArrayRef<double> A, double &Residual,
                        MutableArrayRef<double> Gradient) {
      ArrayRef<Wide> B = basisOf(Row);
      Wide Sum = -Data.Y[Row] / Unit;
      for (size_t I = 0; I < P; ++I)
        Sum += A[I] * B[I];
      Residual = static_cast<double>(Sum);
      for (size_t I = 0; I < Gradient.size(); ++I)
        Gradient[I] = static_cast<double>(B[I]);
      return true;
    };
    Problem.Evaluate = Evaluate;
    Problem.Weight = Data.Weight;
    Problem.MaxIterations = 100;
    Problem.Tolerance = 1e-16;
    Problem.Radius = 1e30;
    std::vector<double> Solution(P);
    Expected<std::vector<double>> Inverse = inverseNormal(Problem, Solution);
    if (!Inverse)
      return Inverse.takeError();
    Normal = std::move(*Inverse);
    Expected<double> Cost = solve(Problem, Solution);
    if (!Cost)
      return Cost.takeError();
    for (double A : Solution)
      Model->Scaled.push_back(static_cast<Wide>(A) * Unit);
    refine();
    return Error::success();
  }

  /// Residuals in extended precision have to be orthogonal to the basis; what
  /// is left of their projections corrects the solution. A double's rounding
  /// is large where residuals are larger than the terms (Wampler5).
  void refine() {
    size_t P = terms();
    for (int Round = 0; Round < 2; ++Round) {
      std::vector<Wide> Projection(P);
      for (size_t Row = 0; Row < Data.rows(); ++Row) {
        ArrayRef<Wide> B = basisOf(Row);
        Wide Residual = Data.Y[Row];
        for (size_t I = 0; I < P; ++I)
          Residual -= Model->Scaled[I] * B[I];
        for (size_t I = 0; I < P; ++I)
          Projection[I] += Data.weight(Row) * Residual * B[I];
      }
      for (size_t I = 0; I < P; ++I)
        for (size_t J = 0; J < P; ++J)
          Model->Scaled[I] += Normal[I * P + J] * Projection[J];
    }
  }

  [[nodiscard]] ArrayRef<Wide> basisOf(size_t Row) const {
    return ArrayRef<Wide>(Basis).slice(Row * terms(), terms());
  }

  /// From the basis to powers of x, in extended precision: far from 0 the
  /// powers cancel nearly completely.
  void convert() {
    const PolynomialOptions &O = Model->Options;
    size_t P = terms();
    size_t First = O.Intercept ? 1 : 0;
    ToPowers.assign(P * P, 0);
    if (O.Intercept)
      ToPowers[0] = 1;
    for (size_t C = 0; C < Model->Scalings.size(); ++C) {
      const PolynomialModel::Scaling &S = Model->Scalings[C];
      for (unsigned I = 1; I <= O.Degree; ++I) {
        size_t From = First + C * O.Degree + I - 1;
        std::vector<Wide> Powers =
            inX(basisPolynomial(I, O.Intercept), S.Centre, S.HalfRange);
        if (O.Intercept)
          ToPowers[From] += Powers[0];
        for (unsigned K = 1; K <= I; ++K)
          ToPowers[(First + C * O.Degree + K - 1) * P + From] = Powers[K];
      }
    }
    auto Add = [&](std::string Name, std::string Unit) {
      size_t I = Model->Coefficients.size();
      Wide Sum = 0;
      for (size_t K = 0; K < P; ++K)
        Sum += ToPowers[I * P + K] * Model->Scaled[K];
      Model->Coefficients.push_back({std::move(Name), static_cast<double>(Sum),
                                     std::nullopt, std::move(Unit)});
    };
    if (O.Intercept)
      Add("intercept", Data.Response.Unit);
    for (const PolynomialModel::Scaling &S : Model->Scalings)
      for (unsigned K = 1; K <= O.Degree; ++K) {
        const ColumnInfo &Column = Data.Columns[S.Column];
        Add(Column.Name + (K == 1 ? std::string() : "^" + std::to_string(K)),
            powerUnit(Data.Response, Column, K));
      }
  }

  void summarize() {
    size_t P = terms();
    Wide Sse = 0;
    size_t N = 0;
    std::vector<double> Weighted, Measured;
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      double Residual = Data.Y[Row] - Model->predict({Data.row(Row)});
      Model->Residuals.push_back(Residual);
      if (!(Data.weight(Row) > 0))
        continue;
      ++N;
      Sse += static_cast<Wide>(Data.weight(Row)) * Residual * Residual;
      Weighted.push_back(Residual);
      Measured.push_back(Data.Y[Row]);
    }
    Model->Rmse = static_cast<double>(std::sqrt(Sse / N));
    Model->RSquared = rSquared(Weighted, Measured, Model->Options.Intercept);
    if (Model->DegreesOfFreedom == 0)
      return;
    Wide Variance = Sse / Model->DegreesOfFreedom;
    Model->ResidualDeviation = static_cast<double>(std::sqrt(Variance));
    // Powers = M * basis, so their covariance is M C M^T.
    std::vector<Wide> Half(P * P);
    for (size_t I = 0; I < P; ++I)
      for (size_t J = 0; J < P; ++J)
        for (size_t K = 0; K < P; ++K)
          Half[I * P + J] += ToPowers[I * P + K] * Normal[K * P + J];
    Model->Covariance.resize(P * P);
    for (size_t I = 0; I < P; ++I)
      for (size_t J = 0; J < P; ++J) {
        Wide Sum = 0;
        for (size_t K = 0; K < P; ++K)
          Sum += Half[I * P + K] * ToPowers[J * P + K];
        Model->Covariance[I * P + J] = static_cast<double>(Variance * Sum);
      }
    for (size_t I = 0; I < P; ++I)
      Model->Coefficients[I].StandardError =
          std::sqrt(std::max(0.0, Model->Covariance[I * P + I]));
  }

  const Dataset &Data;
  std::unique_ptr<PolynomialModel> Model;
  std::vector<Wide> Basis;    ///< Rows of the basis.
  double Unit = 0;            ///< Of the response while it is fitted.
  std::vector<double> Normal; ///< (J^T J)^-1 of the basis.
  std::vector<Wide> ToPowers; ///< Coefficients of x = this * those of basis.
};

void PolynomialModel::basis(ArrayRef<double> Features,
                            MutableArrayRef<long double> Out) const {
  size_t At = 0;
  if (Options.Intercept)
    Out[At++] = 1;
  for (const Scaling &S : Scalings) {
    Wide T = (static_cast<Wide>(Features[S.Column]) - S.Centre) / S.HalfRange;
    Wide Before = 1;
    Wide Here = T;
    for (unsigned I = 1; I <= Options.Degree; ++I) {
      Out[At++] = Here;
      Wide Next = Options.Intercept ? 2 * T * Here - Before : T * Here;
      Before = Here;
      Here = Next;
    }
  }
}

double PolynomialModel::usual(const Point &P) const {
  std::vector<Wide> B(Scaled.size());
  basis(P.Features, B);
  Wide Sum = 0;
  for (size_t I = 0; I < B.size(); ++I)
    Sum += Scaled[I] * B[I];
  return static_cast<double>(Sum);
}

std::unique_ptr<Family> PolynomialModel::refitter() const {
  return polynomialFamily(Options);
}

Expected<std::unique_ptr<PolynomialModel>>
fitPolynomial(const Dataset &Data, const PolynomialOptions &Options) {
  return PolynomialFit(Data, Options).run();
}

std::unique_ptr<Family> polynomialFamily(PolynomialOptions Options) {
  return std::make_unique<PolynomialFamily>(std::move(Options));
}

} // namespace toscount
