//===- RunProfile.cpp - what a profile says of its runs -------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "RunProfile.h"

#include "toscount/Calibration/Polynomial.h"
#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {

/// Of what was fitted, whatever the order of the runs.
static std::string digest(ArrayRef<RunRecord> Records) {
  std::vector<std::string> Lines;
  for (const RunRecord &R : Records) {
    std::string Line;
    raw_string_ostream OS(Line);
    OS << R.Model << '\n'
       << R.Samples << ' ' << R.Batch << ' ' << R.steps() << ' '
       << R.ValidationSamples << '\n'
       << R.Optimizer << ' ' << R.Loss << ' ' << R.Dtype << '\n'
       << R.Session << '\n'
       << utohexstr(llvm::bit_cast<uint64_t>(R.Energy.Value)) << '\n';
    Lines.push_back(Line);
  }
  std::sort(Lines.begin(), Lines.end());
  SHA256 Hash;
  for (const std::string &Line : Lines)
    Hash.update(Line);
  return "sha256:" + toHex(Hash.final(), /*LowerCase=*/true);
}

void describeRuns(ArrayRef<RunRecord> Records, const Dataset &Data,
                  const RunFitOptions &Options, Profile &P) {
  const RunRecord &R = Records.front();
  P.Name = Options.Name;
  P.Hardware = R.Hardware;
  P.Meter = R.Meter;
  P.Boundary = R.Boundary;
  P.Unit = R.Energy.Unit;
  if (std::optional<ElementType> Type = elementTypeFromName(R.Dtype))
    P.Dtype = *Type;
  P.Part = R.Phase == "forward"    ? RunPart::Forward
           : R.Phase == "backward" ? RunPart::Backward
                                   : RunPart::Whole;
  P.Source = Options.Source;
  P.License = Options.License;
  P.Estimated = any_of(Records, [](const RunRecord &X) { return X.Estimated; });
  P.Runs = static_cast<double>(Records.size());
  P.Groups = static_cast<double>(Data.groupNames().size());
  P.DataDigest = digest(Records);
  P.RangesPerStep = Options.Windows;
  for (const FeatureInfo &I : FeatureTable) {
    // What there is once a run or an epoch says nothing of a step.
    if (Options.Windows &&
        is_contained({Feature::Run, Feature::Epoch, Feature::Parameter}, I.Id))
      continue;
    FeatureRange Range{I.Id, HUGE_VAL, -HUGE_VAL};
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      double Value = rangedValue(Data.row(Row), I.Id, Options.Windows);
      Range.Least = std::min(Range.Least, Value);
      Range.Most = std::max(Range.Most, Value);
    }
    P.Ranges.push_back(Range);
  }
}

ProfileScores profileScores(const ScoredFamily &S, unsigned Folds) {
  ProfileScores P;
  P.Method = std::to_string(Folds) + "-fold by group";
  P.MapePercent = S.Errors.MapePercent;
  P.MedianApePercent = S.Errors.MedianApePercent;
  P.P95ApePercent = S.Errors.P95ApePercent;
  P.BiasPercent = S.Errors.BiasPercent;
  P.Spearman = S.Errors.Spearman;
  P.N = static_cast<double>(S.Errors.N);
  return P;
}

ProfileFamily profileFamily(ArrayRef<Coefficient> Coefficients, StringRef Name,
                            FamilyRole Role, FamilyKind Kind, StringRef Unit) {
  ProfileFamily F;
  F.Name = Name.str();
  F.Role = Role;
  F.Kind = Kind;
  F.Unit = Unit.str();
  for (const Coefficient &C : Coefficients)
    // Of columns that share one ("steps+epochs"), the first has it.
    if (C.Value != 0)
      F.Coefficients.push_back({StringRef(C.Name).split('+').first.str(),
                                C.Value, C.StandardError, C.Unit});
  return F;
}

void addBaselines(const Dataset &Data, ArrayRef<unsigned> FoldOf,
                  unsigned Folds, std::vector<ScoredFamily> &Scores,
                  Profile &P) {
  struct Baseline {
    const char *Name;
    Feature X;
    unsigned Degree;
  };
  constexpr Baseline Baselines[] = {{"parameters", Feature::ParameterStep, 1},
                                    {"FLOPs, n = 1", Feature::Macs, 1},
                                    {"FLOPs, n = 2", Feature::Macs, 2},
                                    {"FLOPs, n = 3", Feature::Macs, 3},
                                    {"TOs, n = 1", Feature::TOs, 1},
                                    {"TOs, n = 2", Feature::TOs, 2},
                                    {"TOs, n = 3", Feature::TOs, 3}};
  // Relative errors, as everything else is judged by.
  Dataset Relative = Data;
  Relative.Weight.clear();
  for (double Y : Data.Y)
    Relative.Weight.push_back(1 / (Y * Y));
  for (const Baseline &B : Baselines) {
    PolynomialOptions Options;
    Options.Degree = B.Degree;
    Options.Columns = {static_cast<size_t>(B.X)};
    Options.Name = B.Name;
    ScoredFamily S;
    S.Name = B.Name;
    S.Baseline = true;
    S.Coefficients = B.Degree + 1;
    Expected<std::unique_ptr<PolynomialModel>> Model =
        fitPolynomial(Relative, Options);
    Expected<std::vector<double>> Cross =
        crossValidate(*polynomialFamily(Options), Relative, FoldOf);
    if (!Model || !Cross) {
      S.Failed = !Model ? message(Model.takeError()) : "";
      if (!Cross)
        S.Failed = message(Cross.takeError());
      Scores.push_back(std::move(S));
      continue;
    }
    S.Errors = summarizeErrors(*Cross, Data.Y);
    S.ScorePercent = S.Errors.MapePercent;
    ProfileFamily F;
    F.Name = B.Name;
    F.Role = FamilyRole::Baseline;
    F.Kind = FamilyKind::Polynomial;
    F.Unit = Data.Response.Unit;
    F.X = B.X;
    for (unsigned I = 0; I < (*Model)->Coefficients.size(); ++I) {
      const Coefficient &C = (*Model)->Coefficients[I];
      F.Coefficients.push_back({I == 0   ? "1"
                                : I == 1 ? "x"
                                         : "x^" + std::to_string(I),
                                C.Value, C.StandardError, C.Unit});
    }
    F.Scores = {profileScores(S, Folds)};
    P.Families.push_back(std::move(F));
    Scores.push_back(std::move(S));
  }
}

} // namespace toscount
