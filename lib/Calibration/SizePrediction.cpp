//===- SizePrediction.cpp - a size that was never trained -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/SizePrediction.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <deque>
#include <map>

using namespace llvm;

namespace toscount {
namespace {

constexpr size_t LeastSizes = 4;
constexpr size_t MostRuns = 200; ///< Each is left out once.

enum class Stop { Fixed, Accuracy, Early, Energy };

std::optional<Stop> stopOf(StringRef Criterion) {
  if (Criterion.starts_with("epochs"))
    return Stop::Fixed;
  if (Criterion == "accuracy-bound" || Criterion == "target-accuracy")
    return Stop::Accuracy;
  if (Criterion == "early-stopping" || Criterion == "patience")
    return Stop::Early;
  if (Criterion == "energy-bound" || Criterion == "energy-budget")
    return Stop::Energy;
  return std::nullopt;
}

/// A run with its size as a number.
struct Sized {
  const EfficiencyRun *Run = nullptr;
  double Size = 0;
};

/// The straight line through log(size) and log(value), at \p Size.
double logLinear(ArrayRef<Sized> Others, double Size,
                 function_ref<double(const EfficiencyRun &)> Of) {
  std::vector<double> X, Y;
  for (const Sized &S : Others) {
    X.push_back(std::log(S.Size));
    Y.push_back(std::log(Of(*S.Run)));
  }
  double MeanX = mean(X), MeanY = mean(Y);
  double Across = 0, Square = 0;
  for (size_t I = 0; I < X.size(); ++I) {
    Across += (X[I] - MeanX) * (Y[I] - MeanY);
    Square += (X[I] - MeanX) * (X[I] - MeanX);
  }
  double Slope = Square > 0 ? Across / Square : 0;
  return std::exp(MeanY + Slope * (std::log(Size) - MeanX));
}

double medianOf(ArrayRef<Sized> Others,
                function_ref<double(const EfficiencyRun &)> Of) {
  std::vector<double> Values;
  for (const Sized &S : Others)
    Values.push_back(Of(*S.Run));
  return median(Values);
}

double epochs(const EfficiencyRun &R) { return *R.Epochs; }
double energy(const EfficiencyRun &R) { return *R.Energy; }
double accuracy(const EfficiencyRun &R) { return *R.Accuracy; }
double efficiency(const EfficiencyRun &R) { return R.Efficiency; }
double perEpoch(const EfficiencyRun &R) { return *R.Energy / *R.Epochs; }

/// All runs of an architecture on a data set and device.
struct Family {
  std::vector<AccuracyPoint> Points;
  std::map<std::string, std::vector<Sized>> ByCriterion;
};

EfficiencyKey familyKey(EfficiencyKey Key) {
  Key.Criterion.clear();
  Key.Size.clear();
  return Key;
}

class Predictor {
public:
  Predictor(const EfficiencyData &Data, ArrayRef<KeyedAccuracy> Extra,
            ArrayRef<std::string> LeftOut, const EarlyStopping &Stopping)
      : Data(Data), Extra(Extra), LeftOut(LeftOut), Stopping(Stopping) {}

  Expected<SizePredictionReport> run() {
    Report.Unit = Data.Unit;
    if (Error E = gather())
      return E;
    for (const auto &[Name, F] : Families)
      if (Error E = predict(Name, F))
        return E;
    mix();
    if (Report.Rows.empty())
      return makeError("no criterion has " + Twine(LeastSizes) +
                       " sizes of an architecture; leaving one out leaves too "
                       "few");
    score();
    return std::move(Report);
  }

private:
  static Expected<double> sizeOf(const EfficiencyKey &Key,
                                 const std::string &Where) {
    StringRef Text = Key.Size;
    if (size_t At = Text.rfind('='); At != StringRef::npos)
      Text = Text.substr(At + 1);
    double Size = 0;
    if (parseNumber(Text, Size) && Size > 0)
      return Size;
    return makeError(Where + ": the size '" + printable(Key.Size) +
                     "' is not a number above 0");
  }

  std::string nameOf(const EfficiencyKey &Key) {
    return keyText(familyKey(Key));
  }

  Error addRun(const EfficiencyRun &R) {
    if (is_contained(LeftOut, R.Where)) {
      Report.LeftOut.push_back(keyText(R.Key));
      return Error::success();
    }
    if (!R.Accuracy || !R.Energy || !R.Epochs || !(*R.Accuracy > 0))
      return makeError(R.Where + ": a prediction needs accuracy above 0, "
                                 "energy and epochs");
    if (!stopOf(R.Key.Criterion)) {
      StringRef Known[] = {"epochs",       "accuracy-bound",  "early-stopping",
                           "energy-bound", "target-accuracy", "patience",
                           "energy-budget"};
      return makeError(R.Where + ": criterion '" + printable(R.Key.Criterion) +
                       "' is not known" + didYouMean(R.Key.Criterion, Known));
    }
    Expected<double> Size = sizeOf(R.Key, R.Where);
    if (!Size)
      return Size.takeError();
    Family &F = Families[nameOf(R.Key)];
    const auto *Better = find_if(Extra, [&](const KeyedAccuracy &P) {
      return familyKey(P.Key) == familyKey(R.Key) && P.Key.Size == R.Key.Size &&
             P.Epoch == *R.Epochs;
    });
    EfficiencyRun &Known = Runs.emplace_back(R);
    if (Better != Extra.end()) {
      Known.Accuracy = Better->Accuracy;
      Known.Efficiency = Better->Accuracy / *R.Energy;
    }
    F.ByCriterion[R.Key.Criterion].push_back({&Known, *Size});
    if (R.PerEpoch.empty() && Better == Extra.end())
      F.Points.push_back({*Size, *R.Epochs, *R.Accuracy});
    for (const EpochEfficiency &E : R.PerEpoch)
      F.Points.push_back({*Size, static_cast<double>(E.Epoch), E.Accuracy});
    return Error::success();
  }

  Error gather() {
    if (Data.Runs.size() > MostRuns)
      return makeError("at most " + Twine(MostRuns) +
                       " runs are predicted; there are " +
                       Twine(Data.Runs.size()));
    for (const EfficiencyRun &R : Data.Runs)
      if (Error E = addRun(R))
        return E;
    for (const KeyedAccuracy &P : Extra) {
      auto F = Families.find(nameOf(P.Key));
      if (F == Families.end())
        continue;
      Expected<double> Size = sizeOf(P.Key, keyText(P.Key));
      if (!Size)
        return Size.takeError();
      F->second.Points.push_back({*Size, P.Epoch, P.Accuracy});
    }
    return Error::success();
  }

  Error predict(const std::string &Name, const Family &F) {
    std::map<double, LearningCurve> Curves; // By the size left out.
    for (const auto &[Criterion, Runs] : F.ByCriterion) {
      std::map<double, size_t> Sizes;
      for (const Sized &S : Runs)
        ++Sizes[S.Size];
      if (Sizes.size() < LeastSizes)
        continue;
      for (const Sized &S : Runs) {
        if (Curves.count(S.Size) == 0) {
          std::vector<AccuracyPoint> Others;
          copy_if(F.Points, std::back_inserter(Others),
                  [&](const AccuracyPoint &P) { return P.Size != S.Size; });
          Expected<LearningCurve> Curve = fitLearningCurve(Others);
          if (!Curve)
            return withContext(Curve.takeError(), printable(Name));
          Curves[S.Size] = *Curve;
        }
        std::vector<Sized> Others;
        copy_if(Runs, std::back_inserter(Others),
                [&](const Sized &O) { return O.Size != S.Size; });
        Report.Rows.push_back(predictOne(S, Others, Curves[S.Size]));
        Sources.push_back({nameOf(S.Run->Key), Curves[S.Size], S.Size});
      }
    }
    return Error::success();
  }

  SizePrediction predictOne(const Sized &S, ArrayRef<Sized> Others,
                            const LearningCurve &Curve) const {
    SizePrediction P;
    P.Key = S.Run->Key;
    P.MeasuredAccuracy = accuracy(*S.Run);
    P.Epochs.Measured = epochs(*S.Run);
    P.Energy.Measured = energy(*S.Run);
    P.Efficiency.Measured = efficiency(*S.Run);
    double EnergyPerEpoch = logLinear(Others, S.Size, perEpoch);
    switch (*stopOf(P.Key.Criterion)) {
    case Stop::Fixed:
      P.Epochs.Model = medianOf(Others, epochs);
      break;
    case Stop::Accuracy:
      if (auto Epochs = Curve.epochsTo(S.Size, medianOf(Others, accuracy))) {
        P.Epochs.Model = std::min<double>(*Epochs, Stopping.MostEpochs);
      } else {
        P.Epochs.Model = Stopping.MostEpochs;
        P.NeverReached = true;
      }
      break;
    case Stop::Energy:
      P.Epochs.Model =
          std::max(1.0, std::round(medianOf(Others, energy) / EnergyPerEpoch));
      break;
    case Stop::Early: {
      std::vector<ObservedStop> Stops;
      for (const Sized &O : Others)
        Stops.push_back({O.Size, epochs(*O.Run)});
      double Noise = fitStoppingNoise(Curve, Stops, Stopping);
      std::vector<double> Ends =
          simulateEarlyStops(Curve, S.Size, Noise, Stopping);
      P.Epochs.Model = median(Ends);
      P.EpochsLow = quantile(Ends, 0.1);
      P.EpochsHigh = quantile(Ends, 0.9);
      break;
    }
    }
    P.Energy.Model = P.Epochs.Model * EnergyPerEpoch;
    P.Accuracy = Curve.accuracy(S.Size, P.Epochs.Model);
    P.Efficiency.Model = P.Accuracy / P.Energy.Model;
    P.Epochs.Baseline = logLinear(Others, S.Size, epochs);
    P.Energy.Baseline = logLinear(Others, S.Size, energy);
    P.Efficiency.Baseline = logLinear(Others, S.Size, efficiency);
    return P;
  }

  /// What a row was predicted from.
  struct Source {
    std::string Family;
    LearningCurve Curve;
    double Size = 0;
  };

  /// Mean square of the logarithms by which the other families' stops missed
  /// under the criterion of row \p Row; of its own other sizes where there are
  /// no other families.
  [[nodiscard]] std::pair<double, double> missesBeside(size_t Row) const {
    const SizePrediction &Own = Report.Rows[Row];
    for (bool SameFamily : {false, true}) {
      std::vector<double> Model, Line;
      for (size_t I = 0; I < Report.Rows.size(); ++I) {
        const SizePrediction &P = Report.Rows[I];
        bool Same = Sources[I].Family == Sources[Row].Family;
        if (Same != SameFamily || P.Key.Criterion != Own.Key.Criterion ||
            (Same && Sources[I].Size == Sources[Row].Size))
          continue;
        double M = std::log(P.Epochs.Model / P.Epochs.Measured);
        double L = std::log(P.Epochs.Baseline / P.Epochs.Measured);
        Model.push_back(M * M);
        Line.push_back(L * L);
      }
      if (!Model.empty())
        return {mean(Model), mean(Line)};
    }
    return {0, 0};
  }

  /// Where the stop is uncertain, curve and line are averaged by the logarithm,
  /// each weighted by what the other one missed elsewhere (Bates and Granger,
  /// "The combination of forecasts", 1969).
  void mix() {
    std::vector<SizePrediction> Mixed = Report.Rows;
    for (size_t I = 0; I < Mixed.size(); ++I) {
      SizePrediction &P = Mixed[I];
      Stop How = *stopOf(P.Key.Criterion);
      if (How == Stop::Fixed)
        continue;
      auto [Model, Line] = missesBeside(I);
      double Weight = Model + Line > 0 ? Line / (Model + Line) : 1;
      double Ratio = std::pow(P.Epochs.Baseline / P.Epochs.Model, 1 - Weight);
      P.Epochs.Model *= Ratio;
      // A budget of energy is spent, whenever that is.
      if (How == Stop::Energy)
        continue;
      if (P.EpochsLow) {
        *P.EpochsLow *= Ratio;
        *P.EpochsHigh *= Ratio;
      }
      P.Energy.Model *= Ratio;
      P.Accuracy = Sources[I].Curve.accuracy(Sources[I].Size, P.Epochs.Model);
      P.Efficiency.Model = P.Accuracy / P.Energy.Model;
    }
    Report.Rows = std::move(Mixed);
  }

  using Figure = Predicted SizePrediction::*;

  void scoreRanks(PredictionScore &S, Figure Of,
                  ArrayRef<const SizePrediction *> Rows) {
    // Over the sizes of each architecture.
    std::map<std::string, std::vector<const SizePrediction *>> BySize, ByKind;
    for (const SizePrediction *P : Rows) {
      EfficiencyKey Key = P->Key;
      Key.Size.clear();
      BySize[keyText(Key)].push_back(P);
      Key = P->Key;
      Key.Architecture.clear();
      ByKind[keyText(Key)].push_back(P);
    }
    std::vector<double> Model, Baseline;
    for (const auto &[Name, Group] : BySize) {
      std::vector<double> Measured, Modelled, Lined;
      for (const SizePrediction *P : Group) {
        Measured.push_back((P->*Of).Measured);
        Modelled.push_back((P->*Of).Model);
        Lined.push_back((P->*Of).Baseline);
      }
      auto A = spearman(Measured, Modelled);
      auto B = spearman(Measured, Lined);
      if (Group.size() < 3 || !A || !B)
        continue;
      Model.push_back(*A);
      Baseline.push_back(*B);
    }
    if (!Model.empty()) {
      S.ModelRank = mean(Model);
      S.BaselineRank = mean(Baseline);
    }
    for (const auto &[Name, Group] : ByKind)
      for (size_t I = 0; I < Group.size(); ++I)
        for (size_t J = I + 1; J < Group.size(); ++J) {
          const Predicted &A = Group[I]->*Of;
          const Predicted &B = Group[J]->*Of;
          if (A.Measured == B.Measured)
            continue;
          bool Above = A.Measured > B.Measured;
          ++S.Orders;
          S.ModelOrder += (A.Model > B.Model) == Above;
          S.BaselineOrder += (A.Baseline > B.Baseline) == Above;
        }
  }

  void scoreOne(StringRef Quantity, Figure Of, const std::string &Criterion) {
    PredictionScore S;
    S.Quantity = Quantity.str();
    S.Criterion = Criterion;
    std::vector<double> Model, Baseline;
    std::vector<const SizePrediction *> Rows;
    for (const SizePrediction &P : Report.Rows) {
      if (!Criterion.empty() && P.Key.Criterion != Criterion)
        continue;
      const Predicted &V = P.*Of;
      Model.push_back(std::abs(std::log(V.Model / V.Measured)));
      Baseline.push_back(std::abs(std::log(V.Baseline / V.Measured)));
      Rows.push_back(&P);
    }
    S.N = Rows.size();
    S.ModelMean = mean(Model);
    S.ModelMedian = median(Model);
    S.BaselineMean = mean(Baseline);
    S.BaselineMedian = median(Baseline);
    scoreRanks(S, Of, Rows);
    Report.Scores.push_back(std::move(S));
  }

  void score() {
    std::vector<double> Errors;
    std::vector<std::string> Criteria = {""};
    for (const SizePrediction &P : Report.Rows) {
      Errors.push_back(std::abs(P.Accuracy - P.MeasuredAccuracy));
      if (!is_contained(Criteria, P.Key.Criterion))
        Criteria.push_back(P.Key.Criterion);
    }
    Report.AccuracyError = mean(Errors);
    for (const std::string &Criterion : Criteria) {
      scoreOne("epochs", &SizePrediction::Epochs, Criterion);
      scoreOne("energy", &SizePrediction::Energy, Criterion);
      scoreOne("efficiency", &SizePrediction::Efficiency, Criterion);
    }
  }

  const EfficiencyData &Data;
  ArrayRef<KeyedAccuracy> Extra;
  ArrayRef<std::string> LeftOut;
  EarlyStopping Stopping;
  std::deque<EfficiencyRun> Runs; ///< With the accuracies of Extra.
  std::map<std::string, Family> Families;
  std::vector<Source> Sources; ///< Of the rows of Report.
  SizePredictionReport Report;
};

} // namespace

Expected<SizePredictionReport> predictSizes(const EfficiencyData &Data,
                                            ArrayRef<KeyedAccuracy> Extra,
                                            ArrayRef<std::string> LeftOut,
                                            const EarlyStopping &Stopping) {
  return Predictor(Data, Extra, LeftOut, Stopping).run();
}

} // namespace toscount
