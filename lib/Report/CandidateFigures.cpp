//===- CandidateFigures.cpp - pictures of candidates ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "CandidateFigures.h"

#include "CandidateText.h"
#include "FigureParts.h"
#include "RealText.h"

#include "toscount/Report/Numbers.h"
#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace toscount {
namespace {

/// Prefixes are for units that take them.
Axis energyAxis(const Profile &Of, StringRef Title) {
  return {Title.str(), Of.Unit, /*Prefixed=*/Of.Unit == "J"};
}

std::string energyText(const Candidate &C) {
  const Prediction &P = *C.Predicted;
  std::string Text = quantity(P.Energy, P.Unit);
  if (P.Low)
    Text += " (" + quantity(*P.Low, P.Unit) + " to " +
            quantity(*P.High, P.Unit) + " at " + roundedText(100 * P.Level, 4) +
            " %)";
  return Text;
}

std::string tipOf(const Candidate &C, StringRef Name) {
  std::string Text = (Name + ": " + si(C.Counts.Total.TOs) + " TOs").str();
  return C.Predicted ? Text + ", " + energyText(C) : Text;
}

std::string hardwareText(const CandidateOptions &O) {
  return O.Of ? "on " + O.Of->Hardware : "";
}

/// What models are ranked by, drawn as bars from 0.
struct RankFigure {
  Axis X;
  std::string Title;
  std::optional<double> (*Of)(const RankedCandidate &);
  std::string (*Text)(const RankedCandidate &);
};

RankFigure rankFigure(const Comparison &C) {
  const Profile *Of = C.Options.Candidates.Of;
  using R = const RankedCandidate &;
  switch (C.Options.By) {
  case RankBy::TOs:
    return {{"transistor operations", "", true},
            "transistor operations",
            [](R X) { return std::optional(toDouble(X.Of.Counts.Total.TOs)); },
            [](R X) { return si(X.Of.Counts.Total.TOs); }};
  case RankBy::Energy:
    return {energyAxis(*Of, "predicted energy"), "energy",
            [](R X) { return std::optional(X.Of.Predicted->Energy); },
            [](R X) {
              return quantity(X.Of.Predicted->Energy, X.Of.Predicted->Unit);
            }};
  case RankBy::Time:
    return {{"predicted time", "s", true},
            "time",
            [](R X) { return X.Of.Predicted->Seconds; },
            [](R X) { return duration(*X.Of.Predicted->Seconds); }};
  case RankBy::Emissions:
    return {{"predicted emissions, CO2e", "g", true},
            "emissions",
            [](R X) { return X.Of.EmissionsGrams; },
            [](R X) { return quantity(*X.Of.EmissionsGrams, "g") + " CO2e"; }};
  case RankBy::Accuracy:
    return {{"accuracy"},
            "accuracy",
            [](R X) { return X.Accuracy; },
            [](R X) { return roundedText(*X.Accuracy, 4); }};
  case RankBy::Efficiency:
    return {{"accuracy per " + Of->Unit},
            "efficiency",
            [](R X) { return X.Efficiency; },
            [](R X) { return roundedText(*X.Efficiency, 3); }};
  case RankBy::Alpha:
    return {{"score (small is good)"},
            "the score of energy and accuracy",
            [](R X) { return X.Score; },
            [](R X) { return roundedText(*X.Score, 3); }};
  }
  llvm_unreachable("no such ranking");
}

Figure rankingFigure(const Comparison &C) {
  constexpr size_t Most = 40;
  RankFigure What = rankFigure(C);
  Figure F;
  F.Name = "ranking";
  F.X = What.X;
  const bool Budgeted = C.Options.Limits.any();
  Series Fits{Budgeted ? "within the budgets" : "", SeriesStyle::Bars,
              Ink::Blue};
  Series Over{"over a budget", SeriesStyle::Bars, Ink::Grey};
  Series Spread{"", SeriesStyle::Intervals, Ink::Dark};
  size_t Ranked = 0, First = 0;
  double Level = 0;
  for (const RankedCandidate &R : C.Rows) {
    std::optional<double> Value =
        R.Of.Error.empty() && R.Rank ? What.Of(R) : std::nullopt;
    if (!Value || ++Ranked > Most)
      continue;
    First += *R.Rank == 1 ? 1 : 0;
    if (Ranked == 1)
      F.Title = R.Of.Spec.Model + " ranks first";
    if (R.Of.Predicted)
      Level = R.Of.Predicted->Level;
    Mark M;
    M.X = *Value;
    M.Y = addRow(F, R.Of.Spec.Model);
    M.Label = markOf(R.Of) + What.Text(R);
    M.Tip = tipOf(R.Of, R.Of.Spec.Model) +
            (R.Accuracy ? ", accuracy " + roundedText(*R.Accuracy, 4) : "");
    if (C.Options.By == RankBy::Energy && R.Of.Predicted->Low) {
      M.High = R.Of.Predicted->High;
      Mark Line = M;
      Line.Label.clear();
      Line.Low = R.Of.Predicted->Low;
      Spread.Marks.push_back(std::move(Line));
    }
    (R.Over.empty() ? Fits : Over).Marks.push_back(std::move(M));
  }
  if (First > 1)
    F.Title = std::to_string(First) + " models share the first rank";
  F.Title +=
      " of " + std::to_string(C.Rows.size() - C.Failed) + " by " + What.Title;
  std::vector<std::string> Note;
  if (Ranked > Most)
    Note.push_back("the first " + std::to_string(Most) + " of " +
                   std::to_string(Ranked));
  if (C.Options.Candidates.Of)
    Note.push_back(hardwareText(C.Options.Candidates));
  if (!Spread.Marks.empty())
    Note.push_back("lines: " + roundedText(100 * Level, 4) + " % intervals");
  F.Note = join(Note, "; ");
  for (Series *S : {&Fits, &Over, &Spread})
    if (!S->Marks.empty())
      F.All.push_back(std::move(*S));
  return F;
}

/// Energy against accuracy.
Figure frontFigure(const Comparison &C) {
  Figure F;
  F.Name = "front";
  F.Note = hardwareText(C.Options.Candidates);
  F.X = energyAxis(*C.Options.Candidates.Of, "predicted energy");
  F.X.Log = true;
  F.Y = {"accuracy"};
  Series Others{"others", SeriesStyle::Points, Ink::Grey};
  Series Front{"front: no other model has less energy and no less accuracy",
               SeriesStyle::Points, Ink::Vermilion};
  Series Steps{"", SeriesStyle::Line, Ink::Vermilion};
  for (const RankedCandidate &R : C.Rows) {
    if (!R.Of.Error.empty() || !R.Of.Predicted || !R.Accuracy)
      continue;
    Mark M;
    M.X = R.Of.Predicted->Energy;
    M.Y = *R.Accuracy;
    M.Tip = tipOf(R.Of, R.Of.Spec.Model) + ", accuracy " +
            roundedText(*R.Accuracy, 4);
    if (R.Pareto)
      M.Label = R.Of.Spec.Model;
    (R.Pareto ? Front : Others).Marks.push_back(std::move(M));
  }
  llvm::sort(Front.Marks,
             [](const Mark &A, const Mark &B) { return A.X < B.X; });
  // What can be had for an energy is what the last of the front reaches.
  for (const Mark &M : Front.Marks) {
    if (!Steps.Marks.empty())
      Steps.Marks.push_back({M.X, Steps.Marks.back().Y, {}, {}, "", ""});
    Steps.Marks.push_back({M.X, M.Y, {}, {}, "", ""});
  }
  F.Title = plural(Front.Marks.size(), "model") + " of " +
            std::to_string(Front.Marks.size() + Others.Marks.size()) +
            (Front.Marks.size() == 1 ? " is" : " are") +
            " on the front of energy and accuracy";
  for (Series *S : {&Others, &Steps, &Front})
    if (!S->Marks.empty())
      F.All.push_back(std::move(*S));
  return F;
}

/// Energy against TOs.
Figure workFigure(const Comparison &C) {
  Figure F;
  F.Name = "work";
  F.Title = "Predicted energy against transistor operations";
  F.Note = hardwareText(C.Options.Candidates);
  F.X = {"transistor operations", "", true, true};
  F.Y = energyAxis(*C.Options.Candidates.Of, "predicted energy");
  F.Y.Log = true;
  Series Spread{"", SeriesStyle::Intervals, Ink::Grey}, Models;
  for (const RankedCandidate &R : C.Rows) {
    if (!R.Of.Error.empty() || !R.Of.Predicted)
      continue;
    const Prediction &P = *R.Of.Predicted;
    Mark M;
    M.X = toDouble(R.Of.Counts.Total.TOs);
    M.Y = P.Energy;
    if (P.Low) {
      Mark Line = M;
      Line.Low = P.Low;
      Line.High = P.High;
      Spread.Marks.push_back(std::move(Line));
    }
    M.Label = R.Of.Spec.Model;
    M.Tip = tipOf(R.Of, R.Of.Spec.Model);
    Models.Marks.push_back(std::move(M));
  }
  F.All = {std::move(Spread), std::move(Models)};
  thin(F);
  return F;
}

// Sweeps.

std::optional<double> energyOf(const Candidate &C) {
  if (!C.Error.empty() || !C.Predicted)
    return std::nullopt;
  return C.Predicted->Energy;
}

/// What grows.
struct Grown {
  StringLiteral Name;
  Ink Colour;
  std::optional<double> (*Of)(const Candidate &);
  std::optional<GrowthExponent> Growth::*Exponent;
};
constexpr Grown Everything[] = {
    {"energy", Ink::Blue, energyOf, &Growth::Energy},
    {"TOs", Ink::Vermilion,
     [](const Candidate &C) {
       return C.Error.empty() ? std::optional(toDouble(C.Counts.Total.TOs))
                              : std::nullopt;
     },
     &Growth::TOs},
    {"MACs", Ink::Green,
     [](const Candidate &C) {
       return C.Error.empty() ? std::optional(toDouble(C.Counts.Total.Macs))
                              : std::nullopt;
     },
     &Growth::Macs},
    {"params", Ink::Orange,
     [](const Candidate &C) {
       return C.Error.empty()
                  ? std::optional(toDouble(C.Counts.Parameters.Total))
                  : std::nullopt;
     },
     &Growth::Params},
};

/// The rows of \p G, by its factor.
std::vector<size_t> rowsOf(const Sweep &S, const Growth &G) {
  std::vector<size_t> Rows;
  for (size_t I = 0; I < S.Rows.size(); ++I) {
    bool Same = true;
    for (size_t A = 0; A < S.Axes.size(); ++A)
      Same &= A == G.Axis || S.value(I, A) == G.Fixed[A];
    if (Same)
      Rows.push_back(I);
  }
  return Rows;
}

double factorOf(const Sweep &S, const Growth &G, size_t Row) {
  double Value = 0;
  return parseNumber(S.value(Row, G.Axis), Value) ? Value : 0;
}

std::string atText(const Sweep &S, const Growth &G) {
  std::string Text;
  for (size_t A = 0; A < S.Axes.size(); ++A)
    if (A != G.Axis)
      Text += (Text.empty() ? "" : ", ") + S.Axes[A].Key + "=" + G.Fixed[A];
  return Text;
}

std::string powerText(const Sweep &S, const Growth &G, StringRef Of,
                      const GrowthExponent &E) {
  double Shown = std::abs(E.Value) < 5e-3 ? 0 : E.Value;
  return (Of + " \u221d " + S.Axes[G.Axis].Key + "^" + fixedText(Shown, 2))
      .str();
}

/// The line that \p E is the exponent of: it goes through the mean of the
/// logarithms.
Series fitLine(ArrayRef<Mark> Points, const GrowthExponent &E) {
  double SumX = 0, SumY = 0;
  for (const Mark &M : Points) {
    SumX += std::log(M.X);
    SumY += std::log(M.Y);
  }
  auto N = static_cast<double>(Points.size());
  auto At = [&](double X) {
    return std::exp(SumY / N + E.Value * (std::log(X) - SumX / N));
  };
  Series Line{"", SeriesStyle::Line, Ink::Grey, /*Dashed=*/true, {}};
  auto [Least, Most] = std::minmax_element(
      Points.begin(), Points.end(),
      [](const Mark &A, const Mark &B) { return A.X < B.X; });
  for (double X : {Least->X, Most->X})
    Line.Marks.push_back({X, At(X), {}, {}, "", ""});
  return Line;
}

Figure scalingFigure(const Sweep &S, size_t Axis) {
  const Profile *Of = S.Options.Of;
  const Grown &What = Everything[Of ? 0 : 1];
  constexpr size_t Most = 6;
  Figure F;
  F.Name = "scaling";
  F.Note = hardwareText(S.Options);
  F.X = {S.Axes[Axis].Key, "", false, /*Log=*/true};
  F.Y = Of ? energyAxis(*Of, "predicted energy")
           : toscount::Axis{"transistor operations", "", true};
  F.Y.Log = true;
  size_t Groups = 0;
  for (const Growth &G : S.Growths) {
    const std::optional<GrowthExponent> &E = G.*What.Exponent;
    if (G.Axis != Axis || !E || ++Groups > Most)
      continue;
    Series Points{atText(S, G), SeriesStyle::Points, seriesInk(Groups - 1)};
    Series Spread{"", SeriesStyle::Intervals, Points.Colour};
    for (size_t Row : rowsOf(S, G)) {
      const Candidate &C = S.Rows[Row];
      std::optional<double> Value = What.Of(C);
      if (!Value)
        continue;
      Mark M;
      M.X = factorOf(S, G, Row);
      M.Y = *Value;
      M.Tip = tipOf(C, S.Axes[Axis].Key + "=" + S.value(Row, Axis) +
                           (Points.Name.empty() ? "" : ", " + Points.Name));
      if (Of && C.Predicted->Low) {
        Mark Line = M;
        Line.Low = C.Predicted->Low;
        Line.High = C.Predicted->High;
        Spread.Marks.push_back(std::move(Line));
      }
      Points.Marks.push_back(std::move(M));
    }
    std::string Power = powerText(S, G, What.Name, *E);
    if (Groups == 1)
      F.Title = "In " + S.Model + ", " + Power +
                (Points.Name.empty() ? "" : " at " + Points.Name);
    Points.Marks.back().Label = Power;
    F.All.push_back(fitLine(Points.Marks, *E));
    F.All.push_back(std::move(Spread));
    F.All.push_back(std::move(Points));
  }
  if (Groups > Most)
    F.Note += (F.Note.empty() ? "" : "; ") + std::string("the first ") +
              std::to_string(Most) + " of " + std::to_string(Groups) +
              " combinations";
  return F;
}

Figure growthFigure(const Sweep &S, const Growth &G) {
  Figure F;
  F.Name = "growth";
  F.Title = "How everything grows with " + S.Axes[G.Axis].Key;
  F.Note = S.Model + (atText(S, G).empty() ? "" : ", " + atText(S, G)) +
           "; as multiples of the first";
  F.X = {S.Axes[G.Axis].Key, "", false, /*Log=*/true};
  F.Y = {"multiple of the first", "", true, /*Log=*/true};
  for (const Grown &What : Everything) {
    const std::optional<GrowthExponent> &E = G.*What.Exponent;
    if (!E)
      continue;
    Series Line{"", SeriesStyle::Line, What.Colour};
    Series Points{What.Name.str(), SeriesStyle::Points, What.Colour};
    double First = 0;
    for (size_t Row : rowsOf(S, G)) {
      std::optional<double> Value = What.Of(S.Rows[Row]);
      if (!Value)
        continue;
      First = First == 0 ? *Value : First;
      Mark M;
      M.X = factorOf(S, G, Row);
      M.Y = *Value / First;
      M.Tip = What.Name.str() + " at " + S.value(Row, G.Axis) + ": " +
              roundedText(M.Y, 4) + " times the first";
      Line.Marks.push_back(M);
      Points.Marks.push_back(std::move(M));
    }
    if (Points.Marks.empty())
      continue;
    Points.Marks.back().Label = powerText(S, G, What.Name, *E);
    F.All.push_back(std::move(Line));
    F.All.push_back(std::move(Points));
  }
  return F;
}

/// Factors without numbers: a bar a model.
Figure everyModelFigure(const Sweep &S) {
  constexpr size_t Most = 40;
  const Profile *Of = S.Options.Of;
  const Grown &What = Everything[Of ? 0 : 1];
  Figure F;
  F.Name = "scaling";
  F.X = Of ? energyAxis(*Of, "predicted energy")
           : Axis{"transistor operations", "", true};
  F.Title =
      (Of ? "Predicted energy of " : "Transistor operations of ") + S.Model;
  F.Note = hardwareText(S.Options);
  Series Bars{"", SeriesStyle::Bars},
      Spread{"", SeriesStyle::Intervals, Ink::Dark};
  size_t Drawn = 0;
  for (size_t I = 0; I < S.Rows.size(); ++I) {
    const Candidate &C = S.Rows[I];
    std::optional<double> Value = What.Of(C);
    if (!Value || ++Drawn > Most)
      continue;
    std::string Name;
    for (size_t A = 0; A < S.Axes.size(); ++A)
      Name += (A == 0 ? "" : ", ") + S.Axes[A].Key + "=" + S.value(I, A);
    Mark M;
    M.X = *Value;
    M.Y = addRow(F, Name);
    M.Label = Of ? quantity(*Value, Of->Unit) : si(C.Counts.Total.TOs);
    M.Tip = tipOf(C, Name);
    if (Of && C.Predicted->Low) {
      M.High = C.Predicted->High;
      Mark Line = M;
      Line.Label.clear();
      Line.Low = C.Predicted->Low;
      Spread.Marks.push_back(std::move(Line));
    }
    Bars.Marks.push_back(std::move(M));
  }
  if (Drawn > Most)
    F.Note += (F.Note.empty() ? "" : "; ") + std::string("the first ") +
              std::to_string(Most) + " of " + std::to_string(Drawn);
  F.All = {std::move(Bars), std::move(Spread)};
  return F;
}

} // namespace

std::vector<Figure> comparisonFigures(const Comparison &C) {
  std::vector<Figure> All;
  Figure Ranking = rankingFigure(C);
  if (!Ranking.Rows.empty())
    All.push_back(std::move(Ranking));
  size_t Energies = 0, Both = 0;
  for (const RankedCandidate &R : C.Rows) {
    bool Known = R.Of.Error.empty() && R.Of.Predicted;
    Energies += Known ? 1 : 0;
    Both += Known && R.Accuracy ? 1 : 0;
  }
  if (Both > 1)
    All.push_back(frontFigure(C));
  else if (Energies > 1)
    All.push_back(workFigure(C));
  return All;
}

std::vector<Figure> sweepFigures(const Sweep &S) {
  std::vector<Figure> All;
  // Growths are of factors that are numbers; the first such is drawn.
  const bool Energy = S.Options.Of != nullptr;
  auto First = find_if(S.Growths, [&](const Growth &G) {
    return (Energy ? G.Energy : G.TOs).has_value();
  });
  if (First != S.Growths.end()) {
    All.push_back(scalingFigure(S, First->Axis));
    All.push_back(growthFigure(S, *First));
  } else if (S.Failed < S.Rows.size()) {
    All.push_back(everyModelFigure(S));
  }
  return All;
}

} // namespace toscount
