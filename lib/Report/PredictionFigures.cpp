//===- PredictionFigures.cpp - pictures of predictions --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "PredictionFigures.h"

#include "FigureParts.h"
#include "RealText.h"

#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

Axis energyAxis(StringRef Title, StringRef Unit, bool Log = false) {
  return {Title.str(), Unit.str(), /*Prefixed=*/Unit == "J", Log};
}

std::string shareText(double Part, double Whole) {
  return fixedText(100 * Part / Whole, 1) + " %";
}

std::string intervalText(const Prediction &P) {
  if (!P.Low)
    return "";
  return quantity(*P.Low, P.Unit) + " to " + quantity(*P.High, P.Unit) +
         " at " + roundedText(100 * P.Level, 4) + " %";
}

/// The sum, with its interval, above its parts.
Figure phasesFigure(const PredictionReport &R) {
  const Prediction &P = *R.Result;
  Figure F;
  F.Name = "phases";
  F.Title = R.Spec->Model + ": " + quantity(P.Energy, P.Unit);
  F.Note = "predicted on " + R.Of->Hardware +
           (P.Low ? "; line: " + intervalText(P) : "");
  F.X = energyAxis("predicted energy", P.Unit);
  auto Bar = [&](StringRef Name, double Energy, Ink Colour) {
    Mark M;
    M.X = Energy;
    M.Y = addRow(F, Name.str());
    M.Tip = (Name + ": ").str() + quantity(Energy, P.Unit) + ", " +
            shareText(Energy, P.Energy);
    M.Label = quantity(Energy, P.Unit);
    F.All.push_back({"", SeriesStyle::Bars, Colour, false, {std::move(M)}});
  };
  Bar("whole run", P.Energy, Ink::Grey);
  Mark &Whole = F.All.front().Marks.front();
  if (P.Low) {
    Whole.High = P.High;
    Whole.Tip += "; " + intervalText(P);
    Mark Line = Whole;
    Line.Label.clear();
    Line.Low = P.Low;
    F.All.push_back(
        {"", SeriesStyle::Intervals, Ink::Dark, false, {std::move(Line)}});
  }
  for (const EnergyShare &S : P.Phases)
    Bar(S.Name, S.Energy, phaseInk(S.Name));
  return F;
}

Figure layersFigure(const PredictionReport &R) {
  constexpr size_t Most = 20;
  const Prediction &P = *R.Result;
  std::vector<const EnergyShare *> Layers = P.largestLayers();
  Figure F;
  F.Name = "layers";
  F.X = energyAxis("predicted energy", P.Unit);
  if (Layers.empty())
    return F;
  F.Title = Layers.front()->Name + " takes " +
            shareText(Layers.front()->Energy, P.Energy) + " of the energy";
  F.Note = Layers.size() > Most
               ? "the " + std::to_string(Most) + " of most energy of " +
                     plural(Layers.size(), "layer")
               : "";
  std::vector<std::pair<std::string, Ink>> Phases;
  for (unsigned I = 0; I < NumPhases; ++I) {
    StringRef Name = name(static_cast<Phase>(I));
    Phases.emplace_back(Name.str(), phaseInk(Name));
  }
  StackedBars Bars(std::move(Phases));
  for (size_t I = 0; I < std::min(Most, Layers.size()); ++I) {
    const EnergyShare &L = *Layers[I];
    std::vector<StackedBars::Part> Parts;
    for (unsigned J = 0; J < NumPhases; ++J)
      Parts.push_back({L.Phases[J], L.Name + " (" + L.Op + "): " +
                                        name(static_cast<Phase>(J)).str() +
                                        " " + quantity(L.Phases[J], P.Unit)});
    Bars.add(F, L.Name, Parts,
             quantity(L.Energy, P.Unit) + ", " + shareText(L.Energy, P.Energy));
  }
  std::move(Bars).finish(F);
  return F;
}

/// A run that was measured and predicted.
struct Pair {
  double Measured = 0, Predicted = 0;
  std::optional<double> Low, High;
  std::string Name;
  bool Good = true; ///< The interval holds what was measured, or is not known.
};

double errorPercent(const Pair &P) {
  return 100 * (P.Predicted / P.Measured - 1);
}

std::string tipOf(const Pair &P, StringRef Unit) {
  return P.Name + ": measured " + quantity(P.Measured, Unit) + ", predicted " +
         quantity(P.Predicted, Unit) + " (" +
         (P.Predicted < P.Measured ? "" : "+") + fixedText(errorPercent(P), 1) +
         " %)";
}

std::string scoreText(const ErrorSummary &E) {
  return plural(E.N, "run") + ", mean error " + fixedText(E.MapePercent, 2) +
         " %, median " + fixedText(E.MedianApePercent, 2) + " %";
}

/// \p Pairs twice: on logarithmic axes with the line where both are equal, and
/// the error of each.
class PairFigures {
public:
  PairFigures(ArrayRef<Pair> Pairs, StringRef Unit, bool Intervals)
      : Unit(Unit) {
    Good.Name = Intervals ? "interval holds the measurement" : "";
    Bad.Name = "interval misses it";
    for (const Pair &P : Pairs)
      if (P.Measured > 0 && std::isfinite(P.Predicted))
        Shown.push_back(P);
  }

  Figure predicted(std::string Title, std::string Note) {
    Figure F;
    F.Name = "predicted";
    F.Title = std::move(Title);
    F.Note = std::move(Note);
    F.X = energyAxis("measured energy", Unit, /*Log=*/true);
    F.Y = energyAxis("predicted energy", Unit, /*Log=*/true);
    double Least = 0, Most = 0;
    Series Spread{"", SeriesStyle::Intervals, Ink::Grey};
    fill([&](const Pair &P, Mark &M) {
      M.X = P.Measured;
      M.Y = P.Predicted;
      Least = Least == 0 ? std::min(M.X, M.Y) : std::min({Least, M.X, M.Y});
      Most = std::max({Most, M.X, M.Y});
      if (!P.Low)
        return;
      Mark Line = M;
      Line.Low = P.Low;
      Line.High = P.High;
      Spread.Marks.push_back(std::move(Line));
    });
    Series Equal{"", SeriesStyle::Line, Ink::Dark, /*Dashed=*/true};
    for (double End : {Least, Most})
      Equal.Marks.push_back({End, End, {}, {}, "", ""});
    if (Shown.size() > 1)
      Equal.Marks.front().Label = "equal";
    F.All = {std::move(Spread), std::move(Equal), Good, Bad};
    thin(F);
    return F;
  }

  Figure residuals() {
    Figure F;
    F.Name = "residuals";
    F.Title = "Error of each prediction";
    F.Note = "above 0 %: predicted more than measured";
    F.X = energyAxis("measured energy", Unit, /*Log=*/true);
    F.Y = {"error", "%"};
    double Least = INFINITY, Most = 0;
    fill([&](const Pair &P, Mark &M) {
      M.X = P.Measured;
      M.Y = errorPercent(P);
      Least = std::min(Least, M.X);
      Most = std::max(Most, M.X);
    });
    Series Zero{"", SeriesStyle::Line, Ink::Dark, /*Dashed=*/true};
    for (double End : {Least, Most})
      Zero.Marks.push_back({End, 0, {}, {}, "", ""});
    F.All = {std::move(Zero), Good, Bad};
    thin(F);
    return F;
  }

  [[nodiscard]] bool empty() const { return Shown.empty(); }

private:
  void fill(function_ref<void(const Pair &, Mark &)> Place) {
    Good.Marks.clear();
    Bad.Marks.clear();
    for (const Pair &P : Shown) {
      Mark M;
      Place(P, M);
      M.Tip = tipOf(P, Unit);
      (P.Good ? Good : Bad).Marks.push_back(std::move(M));
    }
  }

  StringRef Unit;
  std::vector<Pair> Shown;
  Series Good{"", SeriesStyle::Points, Ink::Blue};
  Series Bad{"", SeriesStyle::Points, Ink::Vermilion};
};

/// A bar of mean error a family or group.
void addErrorBar(Figure &F, Series &Into, StringRef Name,
                 const ErrorSummary &E) {
  Mark M;
  M.X = E.MapePercent;
  M.Y = addRow(F, Name.str());
  M.Label = fixedText(E.MapePercent, 1) + " %";
  M.Tip = (Name + ": ").str() + scoreText(E) + ", 95th percentile " +
          fixedText(E.P95ApePercent, 1) + " %";
  Into.Marks.push_back(std::move(M));
}

Figure errorFigure(StringRef Name, StringRef Title) {
  Figure F;
  F.Name = Name.str();
  F.Title = Title.str();
  F.X = {"mean absolute error", "%"};
  return F;
}

Figure evaluatedFamilies(const Evaluation &E) {
  Figure F = errorFigure("families", "Mean error beside simpler families");
  Series Own{"the profile", SeriesStyle::Bars, Ink::Blue};
  Series Others{"baselines", SeriesStyle::Bars, Ink::Grey};
  addErrorBar(F, Own, E.Of->energy().Name, E.Errors);
  for (const NamedErrors &B : E.Baselines)
    addErrorBar(F, Others, B.Name, B.Errors);
  F.All = {std::move(Own), std::move(Others)};
  return F;
}

Figure groupsFigure(const Evaluation &E) {
  constexpr size_t Most = 25;
  std::vector<const NamedErrors *> Worst;
  for (const NamedErrors &N : E.Groups)
    if (N.Errors.N > 0)
      Worst.push_back(&N);
  llvm::stable_sort(Worst, [](const NamedErrors *A, const NamedErrors *B) {
    return A->Errors.MapePercent > B->Errors.MapePercent;
  });
  Figure F = errorFigure("groups", "The groups that are predicted worst");
  if (Worst.size() > Most)
    F.Note = std::to_string(Most) + " of " + std::to_string(Worst.size());
  else
    F.Title = "Mean error by group";
  Series Bars{"", SeriesStyle::Bars, Ink::Blue};
  for (size_t I = 0; I < std::min(Most, Worst.size()); ++I)
    addErrorBar(F, Bars, Worst[I]->Name, Worst[I]->Errors);
  F.All = {std::move(Bars)};
  return F;
}

Figure candidatesFigure(const RunFit &Fit) {
  Figure F = errorFigure("families",
                         "Mean error of networks that the fit has not seen");
  F.Note = std::to_string(Fit.Folds) + "-fold, by architecture";
  Series Chosen{"chosen", SeriesStyle::Bars, Ink::Blue};
  Series Others{"other candidates", SeriesStyle::Bars, Ink::Sky};
  Series Baselines{"baselines", SeriesStyle::Bars, Ink::Grey};
  for (size_t I = 0; I < Fit.Candidates.size(); ++I) {
    const ScoredFamily &S = Fit.Candidates[I];
    if (S.Failed.empty())
      addErrorBar(F,
                  I == Fit.Chosen ? Chosen
                  : S.Baseline    ? Baselines
                                  : Others,
                  S.Name + (S.Sessions ? ", sessions" : ""), S.Errors);
  }
  F.All = {std::move(Chosen), std::move(Others), std::move(Baselines)};
  erase_if(F.All, [](const Series &S) { return S.Marks.empty(); });
  return F;
}

Figure learningFigure(const RunFit &Fit) {
  Figure F;
  F.Name = "learning";
  F.Title = "How the error falls with the architectures measured";
  F.Note = "of architectures that no fit has seen";
  F.X = {"architectures in a fit", ""};
  F.X.Log = true;
  F.Y = {"absolute error", "%"};
  F.Y.Least = 0;
  Series Mean{"mean", SeriesStyle::Line, Ink::Blue},
      Median{"median", SeriesStyle::Line, Ink::Orange};
  Series MeanAt{"", SeriesStyle::Points, Ink::Blue},
      MedianAt{"", SeriesStyle::Points, Ink::Orange};
  for (const LearningPoint &P : Fit.Learning) {
    auto X = static_cast<double>(P.Groups);
    auto Add = [&](Series &Line, Series &Points, double Percent) {
      Mark M;
      M.X = X;
      M.Y = Percent;
      Line.Marks.push_back(M);
      M.Tip = plural(P.Groups, "architecture") + ": " + Line.Name + " " +
              fixedText(Percent, 2) + " %, of " + plural(P.Fits, "fit");
      Points.Marks.push_back(std::move(M));
    };
    Add(Mean, MeanAt, P.MapePercent);
    Add(Median, MedianAt, P.MedianApePercent);
  }
  F.All = {std::move(Mean), std::move(Median), std::move(MeanAt),
           std::move(MedianAt)};
  return F;
}

} // namespace

std::vector<Figure> predictionFigures(const PredictionReport &R) {
  std::vector<Figure> All = {phasesFigure(R)};
  if (Figure Layers = layersFigure(R); !Layers.Rows.empty())
    All.push_back(std::move(Layers));
  return All;
}

std::vector<Figure> evaluationFigures(const Evaluation &E) {
  std::vector<Pair> Pairs;
  bool Intervals = false;
  for (const EvaluationRow &Row : E.Rows) {
    if (!Row.Error.empty())
      continue;
    const Prediction &P = Row.Result;
    Intervals |= P.Low.has_value();
    Pairs.push_back({Row.measured(), P.Energy, P.Low, P.High, Row.Record->Model,
                     !P.Low || Row.covered()});
  }
  std::vector<Figure> All;
  PairFigures Runs(Pairs, E.Of->Unit, Intervals);
  if (!Runs.empty()) {
    std::string Note = scoreText(E.Errors);
    if (E.CoveragePercent)
      Note += "; " + roundedText(100 * E.Level, 4) + " % intervals hold " +
              fixedText(*E.CoveragePercent, 1) + " %";
    All.push_back(Runs.predicted(E.Of->Name + " predicts " +
                                     plural(Pairs.size(), "measured run"),
                                 Note));
    All.push_back(Runs.residuals());
  }
  if (!E.Baselines.empty())
    All.push_back(evaluatedFamilies(E));
  if (E.Groups.size() > 1)
    All.push_back(groupsFigure(E));
  return All;
}

std::vector<Figure> runFitFigures(const RunFit &Fit) {
  std::vector<Pair> Pairs;
  bool Intervals = false;
  for (const PredictedRun &R : Fit.Rows) {
    Intervals |= R.Low.has_value();
    Pairs.push_back(
        {R.Measured, R.Predicted, R.Low, R.High, R.Model,
         !R.Low || (*R.Low <= R.Measured && R.Measured <= *R.High)});
  }
  std::vector<Figure> All;
  PairFigures Runs(Pairs, Fit.Found.Unit, Intervals);
  if (!Runs.empty()) {
    All.push_back(Runs.predicted(plural(Pairs.size(), "run") +
                                     ", each predicted by fits to others",
                                 scoreText(Fit.Candidates[Fit.Chosen].Errors)));
    All.push_back(Runs.residuals());
  }
  All.push_back(candidatesFigure(Fit));
  if (!Fit.Learning.empty())
    All.push_back(learningFigure(Fit));
  return All;
}

} // namespace toscount
