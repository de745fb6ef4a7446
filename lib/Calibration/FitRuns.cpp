//===- FitRuns.cpp - from measured runs to a profile ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/FitRuns.h"

#include "toscount/Calibration/Polynomial.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Parallel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

/// Confidence levels that a profile has intervals for.
constexpr double Levels[] = {0.5, 0.8, 0.9, 0.95};
/// Where the loss of the logarithmic error begins to be robust is found from
/// the residuals; prices are held together by this much.
constexpr double Ridge = 1e-6;
/// A column that is not 0 in fewer groups than this says nothing of others.
constexpr size_t LeastGroups = 3;

/// Predictions for each row by fits that had not seen its group.
struct CrossPredictions {
  std::vector<double> Known;   ///< With the factor of its session.
  std::vector<double> Unknown; ///< As of a session that nothing is known of.
};

/// What runs of \p Model's sessions were on the average of groups.
double unknownFactor(const LinearModel &Model, const Dataset &Data) {
  if (Model.SessionFactors.empty())
    return 1;
  std::vector<size_t> GroupOf = Data.groupNumbers();
  std::vector<double> Rows(Data.groupNames().size());
  for (size_t G : GroupOf)
    Rows[G] += 1;
  double Sum = 0;
  for (size_t Row = 0; Row < Data.rows(); ++Row)
    Sum +=
        std::log(Model.sessionFactor(Data.session(Row))) / Rows[GroupOf[Row]];
  return std::exp(Sum / static_cast<double>(Rows.size()));
}

LinearOptions optionsOf(const Dataset &Data, const FeatureSet &Set,
                        bool Sessions) {
  LinearOptions Options;
  Options.Name = Set.Name.str();
  Options.Scale = ErrorScale::Log;
  Options.Loss = RobustLoss::Huber;
  Options.Ridge = Ridge;
  Options.SessionFactors = Sessions;
  std::vector<size_t> GroupOf = Data.groupNumbers();
  for (Feature F : Set.Columns) {
    auto Column = static_cast<size_t>(F);
    std::set<size_t> Groups;
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      if (Data.row(Row)[Column] != 0)
        Groups.insert(GroupOf[Row]);
    if (Groups.size() >= LeastGroups)
      Options.Columns.push_back(Column);
  }
  return Options;
}

class RunFitter {
public:
  RunFitter(ArrayRef<RunRecord> Records, const OpRegistry &Registry,
            const RunFitOptions &Options)
      : Records(Records), Registry(Registry), Options(Options) {}

  Expected<RunFit> run() {
    if (Records.empty())
      return makeError("there are no runs to fit");
    if (Error E = checkFittedTogether(Records))
      return std::move(E);
    if (Error E = count())
      return std::move(E);
    if (Error E = checkEnergies(Data))
      return std::move(E);
    FoldOf = groupFolds(Data, Options.Folds);
    Fit.Folds = 1 + *std::max_element(FoldOf.begin(), FoldOf.end());
    Fit.Groups = Data.groupNames().size();
    scoreCandidates();
    if (Error E = choose())
      return std::move(E);
    describe();
    if (Error E = fitChosen())
      return std::move(E);
    fitTime();
    fitBaselines();
    if (Error E = makeIntervals())
      return std::move(E);
    if (Error E = checkProfile(Fit.Found))
      return std::move(E);
    return std::move(Fit);
  }

private:
  struct Candidate {
    const FeatureSet *Set = nullptr;
    LinearOptions Linear;
    CrossPredictions Cross;
  };

  // -- Data.

  Error count() {
    std::vector<RunSpec> Specs;
    for (const RunRecord &R : Records) {
      Expected<RunSpec> Spec = specOf(R);
      if (!Spec)
        return Spec.takeError();
      Specs.push_back(std::move(*Spec));
    }
    FeatureCounter Counter(Registry);
    std::vector<CountedRun> Counted = countRuns(Specs, Counter);
    for (const FeatureInfo &I : FeatureTable)
      Data.Columns.push_back({I.Name.str(), I.Unit.str()});
    Data.Response = {"energy", Records.front().Energy.Unit};
    for (size_t I = 0; I < Records.size(); ++I) {
      if (!Counted[I].Error.empty())
        return makeError(Records[I].where() + ": " + Counted[I].Error);
      ArrayRef<double> X = Counted[I].Features.All.values();
      Data.X.insert(Data.X.end(), X.begin(), X.end());
      Data.Y.push_back(Records[I].Energy.Value);
      Data.Group.push_back(Records[I].group().str());
      Data.Session.push_back(Records[I].Session);
    }
    return Error::success();
  }

  // -- Candidates.

  /// How fits to the other folds predict each row; empty when one fails.
  Expected<CrossPredictions> crossPredict(const LinearOptions &Linear,
                                          const Dataset &Of) const {
    CrossPredictions Cross;
    Cross.Known.resize(Of.rows());
    Cross.Unknown.resize(Of.rows());
    for (unsigned Fold = 0; Fold < Fit.Folds; ++Fold) {
      std::vector<size_t> Training;
      for (size_t Row = 0; Row < Of.rows(); ++Row)
        if (FoldOf[Row] != Fold)
          Training.push_back(Row);
      Dataset Rest = Of.select(Training);
      Expected<std::unique_ptr<LinearModel>> Model = fitLinear(Rest, Linear);
      if (!Model)
        return Model.takeError();
      double Usual = unknownFactor(**Model, Rest);
      for (size_t Row = 0; Row < Of.rows(); ++Row) {
        if (FoldOf[Row] != Fold)
          continue;
        double Sum = 0;
        for (size_t C = 0; C < Of.Columns.size(); ++C)
          Sum += (*Model)->Values[C] * Of.row(Row)[C];
        Cross.Unknown[Row] = Sum * Usual;
        bool Seen = any_of((*Model)->SessionFactors, [&](const auto &Factor) {
          return Factor.first == Of.session(Row);
        });
        Cross.Known[Row] = Seen ? Sum * (*Model)->sessionFactor(Of.session(Row))
                                : Cross.Unknown[Row];
      }
    }
    return Cross;
  }

  void scoreCandidates() {
    std::vector<const FeatureSet *> Sets = Options.Sets;
    if (Sets.empty())
      for (const FeatureSet &S : featureSets())
        Sets.push_back(&S);
    size_t Sessions = Data.sessionNames().size();
    for (bool WithSessions : {false, true}) {
      if (WithSessions
              ? Sessions < 2 || Options.Sessions == SessionUse::Never
              : Sessions >= 2 && Options.Sessions == SessionUse::Always)
        continue;
      for (const FeatureSet *S : Sets)
        Tried.push_back({S, optionsOf(Data, *S, WithSessions), {}});
    }
    Fit.Candidates.resize(Tried.size());
    parallelFor(Tried.size(), [&](size_t I) { score(I); });
  }

  void score(size_t I) {
    Candidate &C = Tried[I];
    ScoredFamily &S = Fit.Candidates[I];
    S.Name = C.Set->Name.str();
    S.Sessions = C.Linear.SessionFactors;
    if (C.Linear.Columns.empty()) {
      S.Failed = "all its columns are 0 in nearly every run";
      return;
    }
    S.Coefficients = linearFamily(C.Linear)->coefficients(Data);
    Expected<CrossPredictions> Cross = crossPredict(C.Linear, Data);
    if (!Cross) {
      S.Failed = message(Cross.takeError());
      return;
    }
    C.Cross = std::move(*Cross);
    scoreGroups(S, C.Cross.Known);
  }

  void scoreGroups(ScoredFamily &S, ArrayRef<double> Predicted) const {
    if (!all_of(Predicted,
                [](double E) { return std::isfinite(E) && E > 0; })) {
      S.Failed = "it predicts no energy above 0 for some runs";
      return;
    }
    S.Errors = summarizeErrors(Predicted, Data.Y);
    std::vector<size_t> GroupOf = Data.groupNumbers();
    std::vector<double> Sum(Fit.Groups);
    std::vector<double> N(Fit.Groups);
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      Sum[GroupOf[Row]] += 100 * std::abs(Predicted[Row] / Data.Y[Row] - 1);
      N[GroupOf[Row]] += 1;
    }
    for (size_t G = 0; G < Fit.Groups; ++G)
      Sum[G] /= N[G];
    S.ScorePercent = mean(Sum);
    S.StandardErrorPercent =
        standardDeviation(Sum) / std::sqrt(static_cast<double>(Fit.Groups));
  }

  /// The simplest candidate within one standard error of the best.
  Error choose() {
    std::optional<size_t> Best;
    for (size_t I = 0; I < Fit.Candidates.size(); ++I)
      if (Fit.Candidates[I].Failed.empty() &&
          (!Best ||
           Fit.Candidates[I].ScorePercent < Fit.Candidates[*Best].ScorePercent))
        Best = I;
    if (!Best)
      return makeError(Records.front().File + ": no family could be fitted; '" +
                       Fit.Candidates.front().Name +
                       "': " + Fit.Candidates.front().Failed);
    const ScoredFamily &B = Fit.Candidates[*Best];
    double Within = B.ScorePercent + B.StandardErrorPercent;
    Fit.Chosen = *Best;
    for (size_t I = 0; I < Fit.Candidates.size(); ++I) {
      const ScoredFamily &C = Fit.Candidates[I];
      const ScoredFamily &Chosen = Fit.Candidates[Fit.Chosen];
      if (C.Failed.empty() && C.ScorePercent <= Within &&
          (C.Coefficients < Chosen.Coefficients ||
           (C.Coefficients == Chosen.Coefficients &&
            C.ScorePercent < Chosen.ScorePercent)))
        Fit.Chosen = I;
    }
    return Error::success();
  }

  // -- The profile.

  void describe() {
    const RunRecord &R = Records.front();
    Profile &P = Fit.Found;
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
    P.Estimated =
        any_of(Records, [](const RunRecord &X) { return X.Estimated; });
    P.Runs = static_cast<double>(Records.size());
    P.Groups = static_cast<double>(Fit.Groups);
    P.DataDigest = digest();
    for (const FeatureInfo &I : FeatureTable) {
      auto Column = static_cast<size_t>(I.Id);
      double Least = Data.row(0)[Column];
      double Most = Least;
      for (size_t Row = 1; Row < Data.rows(); ++Row) {
        Least = std::min(Least, Data.row(Row)[Column]);
        Most = std::max(Most, Data.row(Row)[Column]);
      }
      P.Ranges.push_back({I.Id, Least, Most});
    }
  }

  /// Of what was fitted, whatever the order of the runs.
  std::string digest() const {
    std::vector<std::string> Lines;
    for (const RunRecord &R : Records) {
      std::string Line;
      raw_string_ostream OS(Line);
      OS << R.Model << '\n'
         << R.Samples << ' ' << R.Batch << ' ' << R.steps() << ' '
         << R.ValidationSamples << '\n'
         << R.Optimizer << ' ' << R.Loss << ' ' << R.Dtype << '\n'
         << R.Session << '\n'
         << format_hexdigits(R.Energy.Value) << '\n';
      Lines.push_back(Line);
    }
    std::sort(Lines.begin(), Lines.end());
    SHA256 Hash;
    for (const std::string &Line : Lines)
      Hash.update(Line);
    return "sha256:" + toHex(Hash.final(), /*LowerCase=*/true);
  }

  /// All digits of \p Value.
  static std::string format_hexdigits(double Value) {
    uint64_t Bits = 0;
    static_assert(sizeof(Bits) == sizeof(Value));
    std::memcpy(&Bits, &Value, sizeof(Bits));
    return utohexstr(Bits);
  }

  ProfileScores scoresOf(const ScoredFamily &S) const {
    ProfileScores P;
    P.Method = std::to_string(Fit.Folds) + "-fold by group";
    P.MapePercent = S.Errors.MapePercent;
    P.MedianApePercent = S.Errors.MedianApePercent;
    P.P95ApePercent = S.Errors.P95ApePercent;
    P.BiasPercent = S.Errors.BiasPercent;
    P.Spearman = S.Errors.Spearman;
    P.N = static_cast<double>(S.Errors.N);
    return P;
  }

  ProfileFamily familyOf(const LinearModel &Model, StringRef Name,
                         FamilyRole Role, StringRef Unit) const {
    ProfileFamily F;
    F.Name = Name.str();
    F.Role = Role;
    F.Unit = Unit.str();
    for (size_t I = 0; I < Model.Plan.Columns.size(); ++I) {
      const Coefficient &C = Model.Coefficients[I];
      if (C.Value == 0)
        continue;
      F.Coefficients.push_back({Data.Columns[Model.Plan.Columns[I].Column].Name,
                                C.Value, C.StandardError, C.Unit});
    }
    F.Notes = Model.Notes;
    return F;
  }

  Error fitChosen() {
    const Candidate &C = Tried[Fit.Chosen];
    Expected<std::unique_ptr<LinearModel>> Model = fitLinear(Data, C.Linear);
    if (!Model)
      return Model.takeError();
    if (Options.Replicates > 0) {
      BootstrapOptions B;
      B.Replicates = Options.Replicates;
      B.Seed = Options.Seed;
      Expected<Bootstrap> Spread = bootstrapGroups(**Model, Data, B);
      if (Spread)
        for (size_t I = 0; I < (*Model)->Coefficients.size(); ++I)
          (*Model)->Coefficients[I].StandardError = Spread->StandardError[I];
      else
        (*Model)->Notes.push_back("no standard errors: " +
                                  message(Spread.takeError()));
    }
    ProfileFamily F =
        familyOf(**Model, C.Set->Name, FamilyRole::Energy, Data.Response.Unit);
    for (const ScoredFamily &S : Fit.Candidates)
      if (S.Failed.empty()) {
        ProfileScores P = scoresOf(S);
        if (&S != &Fit.Candidates[Fit.Chosen])
          P.Method += ", candidate '" + S.Name + "'";
        if (S.Sessions)
          P.Method += ", sessions known";
        if (&S == &Fit.Candidates[Fit.Chosen])
          F.Scores.insert(F.Scores.begin(), std::move(P));
        else
          F.Scores.push_back(std::move(P));
      }
    if (C.Linear.SessionFactors) {
      for (const auto &[Name, Factor] : (*Model)->SessionFactors)
        Fit.Found.Sessions.push_back({Name, Factor});
      Fit.Found.UnknownSession = unknownFactor(**Model, Data);
      ScoredFamily Unknown;
      scoreGroups(Unknown, C.Cross.Unknown);
      ProfileScores P = scoresOf(Unknown);
      P.Method += ", sessions unknown";
      F.Scores.insert(F.Scores.begin() + 1, std::move(P));
    }
    Fit.Found.Families.push_back(std::move(F));
    Fit.Measured = Data.Y;
    Fit.Predicted = C.Cross.Known;
    return Error::success();
  }

  /// The chosen columns fitted to seconds, where all records have them.
  void fitTime() {
    if (!all_of(Records,
                [](const RunRecord &R) { return R.Seconds && *R.Seconds > 0; }))
      return;
    Dataset Times = Data;
    Times.Response = {"time", "s"};
    for (size_t I = 0; I < Records.size(); ++I)
      Times.Y[I] = *Records[I].Seconds;
    LinearOptions Linear = Tried[Fit.Chosen].Linear;
    Linear.SessionFactors = false;
    Expected<std::unique_ptr<LinearModel>> Model = fitLinear(Times, Linear);
    Expected<CrossPredictions> Cross = crossPredict(Linear, Times);
    if (!Model || !Cross) {
      consumeError(Model ? Error::success() : Model.takeError());
      consumeError(Cross ? Error::success() : Cross.takeError());
      return;
    }
    ProfileFamily F = familyOf(**Model, "time", FamilyRole::Time, "s");
    ScoredFamily S;
    S.Errors = summarizeErrors(Cross->Known, Times.Y);
    F.Scores = {scoresOf(S)};
    Fit.Found.Families.push_back(std::move(F));
  }

  /// What is usually done instead: a polynomial of one figure.
  void fitBaselines() {
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
    for (const Baseline &B : Baselines) {
      PolynomialOptions P;
      P.Degree = B.Degree;
      P.Columns = {static_cast<size_t>(B.X)};
      P.Name = B.Name;
      ScoredFamily S;
      S.Name = B.Name;
      S.Baseline = true;
      S.Coefficients = B.Degree + 1;
      // Relative errors, as everything else is judged by.
      Dataset Relative = Data;
      Relative.Weight.clear();
      for (double Y : Data.Y)
        Relative.Weight.push_back(1 / (Y * Y));
      Expected<std::unique_ptr<PolynomialModel>> Model =
          fitPolynomial(Relative, P);
      Expected<std::vector<double>> Cross =
          crossValidate(*polynomialFamily(P), Relative, FoldOf);
      if (!Model || !Cross) {
        S.Failed = !Model ? message(Model.takeError()) : "";
        if (!Cross)
          S.Failed = message(Cross.takeError());
        Fit.Candidates.push_back(std::move(S));
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
      F.Scores = {scoresOf(S)};
      Fit.Found.Families.push_back(std::move(F));
      Fit.Candidates.push_back(std::move(S));
    }
  }

  // -- Intervals.

  Error makeIntervals() {
    const Candidate &C = Tried[Fit.Chosen];
    std::vector<size_t> GroupOf = Data.groupNumbers();
    std::unique_ptr<Family> Form = linearFamily(C.Linear);
    for (double Level : Levels) {
      if (Level > highestLevel(Fit.Groups))
        break;
      Expected<ConformalInterval> Inside =
          conformalInterval(C.Cross.Unknown, Data.Y, GroupOf, Level);
      if (!Inside)
        return Inside.takeError();
      IntervalWidth W;
      W.Level = Level;
      W.Inside = W.Beyond = Inside->LogWidth;
      if (C.Linear.SessionFactors) {
        Expected<ConformalInterval> Known =
            conformalInterval(C.Cross.Known, Data.Y, GroupOf, Level);
        if (!Known)
          return Known.takeError();
        W.KnownSession = Known->LogWidth;
      }
      Fit.Found.Intervals.push_back(W);
    }
    if (Fit.Found.Intervals.empty()) {
      Fit.Found.Notes.push_back(
          "no intervals: " + std::to_string(Fit.Groups) +
          " architectures promise no more than " +
          std::to_string(static_cast<int>(100 * highestLevel(Fit.Groups))) +
          " %");
      return Error::success();
    }
    widenBeyond(*Form);
    Expected<Coverage> Outer = outerCoverage(*Form, Data, 0.9, Options.Folds);
    if (Outer)
      Fit.Outer = *Outer;
    else
      consumeError(Outer.takeError());
    return Error::success();
  }

  /// How far fits miss what lies beyond their range, by leaving out the runs
  /// with the least and the most of each column.
  void widenBeyond(const Family &Form) {
    std::vector<IntervalWidth> &Widths = Fit.Found.Intervals;
    std::vector<size_t> Columns = Tried[Fit.Chosen].Linear.Columns;
    std::vector<std::vector<double>> Found(Columns.size());
    parallelFor(Columns.size(), [&](size_t I) {
      for (const IntervalWidth &W : Widths) {
        Expected<ColumnExtrapolation> E =
            extrapolate(Form, Data, Columns[I], W.Level);
        if (!E) {
          consumeError(E.takeError());
          Found[I].push_back(0);
          continue;
        }
        Found[I].push_back(std::max(E->LogWidthBelow.value_or(0),
                                    E->LogWidthAbove.value_or(0)));
      }
    });
    for (size_t L = 0; L < Widths.size(); ++L) {
      for (const std::vector<double> &Of : Found)
        Widths[L].Beyond = std::max(Widths[L].Beyond, Of[L]);
      // A higher level is never narrower.
      if (L > 0)
        Widths[L].Beyond = std::max(Widths[L].Beyond, Widths[L - 1].Beyond);
    }
  }

  ArrayRef<RunRecord> Records;
  const OpRegistry &Registry;
  const RunFitOptions &Options;
  Dataset Data;
  std::vector<unsigned> FoldOf;
  std::vector<Candidate> Tried;
  RunFit Fit;
};

} // namespace

Expected<RunFit> fitRuns(ArrayRef<RunRecord> Records,
                         const OpRegistry &Registry,
                         const RunFitOptions &Options) {
  return RunFitter(Records, Registry, Options).run();
}

} // namespace toscount
