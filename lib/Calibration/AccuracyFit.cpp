//===- AccuracyFit.cpp - learning curves of families of networks ----------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/AccuracyFit.h"

#include "toscount/Calibration/LearningCurve.h"
#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

constexpr size_t LeastSizes = 4;
constexpr double Levels[] = {0.5, 0.8, 0.9};

struct Training {
  AccuracyPoint Point;
  std::string Stop;
};

/// A family and its trainings.
struct Gathered {
  AccuracyFamily Of;
  std::vector<Training> All;

  [[nodiscard]] std::set<double> sizes() const {
    std::set<double> Sizes;
    for (const Training &T : All)
      Sizes.insert(T.Point.Size);
    return Sizes;
  }
};

struct Columns {
  size_t Model, Samples, Batch, Optimizer, Epochs, Accuracy, Stop;
};

Expected<Columns> findColumns(const CsvTable &T) {
  Columns C{};
  const std::pair<StringRef, size_t *> Wanted[] = {
      {"model", &C.Model},   {"samples", &C.Samples},
      {"batch", &C.Batch},   {"optimizer", &C.Optimizer},
      {"epochs", &C.Epochs}, {"accuracy", &C.Accuracy},
      {"stop", &C.Stop},
  };
  for (auto [Name, Place] : Wanted) {
    Expected<size_t> Found = T.column(Name);
    if (!Found)
      return Found.takeError();
    *Place = *Found;
  }
  return C;
}

class Fitter {
public:
  explicit Fitter(const AccuracyFitOptions &Options) : Options(Options) {}

  Error add(const CsvTable &T, size_t Row, const Columns &C) {
    auto Wrong = [&](const Twine &What) {
      return makeError(printable(T.Path) + ":" + Twine(T.Lines[Row]) + ": " +
                       What);
    };
    double Numbers[4];
    const size_t Places[] = {C.Samples, C.Batch, C.Epochs, C.Accuracy};
    for (size_t I = 0; I < std::size(Places); ++I) {
      Expected<double> Number = T.number(Row, Places[I]);
      if (!Number)
        return Number.takeError();
      Numbers[I] = *Number;
    }
    auto [Samples, Batch, Epochs, Accuracy] = Numbers;
    if (Samples < 1 || Batch < 1 || Samples > 1e15 || Batch > 1e15)
      return Wrong("samples and batch must be positive whole numbers");
    AccuracyFamily Key;
    Training Own;
    StringRef Spec = StringRef(T.Rows[Row][C.Model]).trim();
    if (!Spec.consume_front("zoo:"))
      return Wrong("'" + printable(Spec) +
                   "' is no zoo:NETWORK, of which sizes are a parameter");
    auto [Network, Parameters] = Spec.split(':');
    Key.Network = Network.str();
    Key.Size = Options.Size;
    Own.Point.Size = 0;
    SmallVector<StringRef, 8> Parts;
    Parameters.split(Parts, ',', -1, /*KeepEmpty=*/false);
    for (StringRef Part : Parts) {
      auto [Name, Value] = Part.split('=');
      if (Name != Options.Size)
        Key.Parameters[Name.str()] = Value.str();
      else if (!parseNumber(Value, Own.Point.Size) || Own.Point.Size <= 0)
        return Wrong("the size '" + printable(Value) +
                     "' is no number above 0");
    }
    if (Own.Point.Size == 0)
      return Wrong("the model does not give its size, '" +
                   printable(Options.Size) + "'");
    if (!(Epochs >= 1) || !(Accuracy >= 0 && Accuracy <= 1))
      return Wrong("epochs must be 1 or more, and accuracies from 0 to 1");
    Key.Samples = static_cast<int64_t>(Samples);
    Key.Batch = static_cast<int64_t>(Batch);
    Key.Optimizer = StringRef(T.Rows[Row][C.Optimizer]).trim().str();
    Own.Point.Epoch = Epochs;
    Own.Point.Accuracy = Accuracy;
    Own.Stop = StringRef(T.Rows[Row][C.Stop]).trim().str();
    auto It = find_if(Families, [&](const Gathered &G) {
      return G.Of.Network == Key.Network && G.Of.Parameters == Key.Parameters;
    });
    if (It == Families.end()) {
      Families.push_back({std::move(Key), {}});
      It = std::prev(Families.end());
    } else if (It->Of.Samples != Key.Samples || It->Of.Batch != Key.Batch ||
               It->Of.Optimizer != Key.Optimizer) {
      return Wrong("samples, batch and optimizer must be the same for all "
                   "trainings of a family");
    }
    It->Of.MostEpochs = std::max(It->Of.MostEpochs, Epochs);
    It->All.push_back(std::move(Own));
    return Error::success();
  }

  Expected<AccuracyProfile> fit() {
    AccuracyProfile P;
    P.Name = Options.Name;
    P.Source = Options.Source;
    for (Gathered &G : Families) {
      if (Error E = fitFamily(G))
        return withContext(std::move(E), printable(G.Of.Network));
      P.Families.push_back(G.Of);
    }
    P.Accuracy = intervals(AccuracyErrors);
    for (auto &[Stop, Errors] : StopErrors)
      P.Stops[Stop] = intervals(Errors);
    return P;
  }

private:
  Error fitFamily(Gathered &G) {
    if (G.sizes().size() < LeastSizes)
      return makeError("a family needs " + Twine(LeastSizes) + " sizes");
    Expected<LearningCurve> Curve = fitWithout(G, std::nullopt);
    if (!Curve)
      return Curve.takeError();
    G.Of.Curve = *Curve;
    G.Of.StoppingNoise = noiseWithout(G, *Curve, std::nullopt);
    for (double Size : G.sizes()) {
      Expected<LearningCurve> Other = fitWithout(G, Size);
      if (!Other)
        return Other.takeError();
      leaveOut(G, Size, *Other);
    }
    return Error::success();
  }

  static Expected<LearningCurve> fitWithout(const Gathered &G,
                                            std::optional<double> Size) {
    std::vector<AccuracyPoint> Points;
    for (const Training &T : G.All)
      if (T.Point.Size != Size)
        Points.push_back(T.Point);
    return fitLearningCurve(Points);
  }

  std::optional<double> noiseWithout(const Gathered &G,
                                     const LearningCurve &Curve,
                                     std::optional<double> Size) const {
    std::vector<ObservedStop> Stops;
    for (const Training &T : G.All)
      if (T.Stop == name(StopRule::What::Patience) && T.Point.Size != Size)
        Stops.push_back({T.Point.Size, T.Point.Epoch});
    if (Stops.empty())
      return std::nullopt;
    EarlyStopping E;
    E.Patience = Options.Patience;
    return fitStoppingNoise(Curve, Stops, E);
  }

  /// How far the trainings of \p Size lie from what the others say of them.
  void leaveOut(const Gathered &G, double Size, const LearningCurve &Curve) {
    AccuracyProfile None;
    AccuracyFamily Others = G.Of;
    Others.Curve = Curve;
    Others.StoppingNoise = noiseWithout(G, Curve, Size);
    FamilyMember M{&None, &Others, Size};
    for (const Training &T : G.All) {
      if (T.Point.Size != Size)
        continue;
      AccuracyErrors.push_back(
          std::abs(Curve.accuracy(Size, T.Point.Epoch) - T.Point.Accuracy));
      StopRule Rule;
      if (T.Stop == name(StopRule::What::Accuracy))
        Rule = {StopRule::What::Accuracy, T.Point.Accuracy};
      else if (T.Stop == name(StopRule::What::Patience))
        Rule = {StopRule::What::Patience,
                static_cast<double>(Options.Patience)};
      else
        continue;
      // One that the curve never reaches has no distance; it counts as far.
      std::optional<PredictedFigure> Stop =
          predictStop(M, Rule, MostEpochs, 0.5);
      StopErrors[T.Stop].push_back(std::abs(
          std::log((Stop ? Stop->Value : MostEpochs) / T.Point.Epoch)));
    }
  }

  /// Of n errors the k-th, k = (n + 1) * level rounded up, holds a new one with
  /// that probability; levels that n does not support are left out.
  static std::vector<AccuracyInterval> intervals(std::vector<double> Errors) {
    llvm::sort(Errors);
    std::vector<AccuracyInterval> All;
    for (double Level : Levels) {
      auto K = static_cast<size_t>(
          std::ceil((static_cast<double>(Errors.size()) + 1) * Level - 1e-9));
      if (K >= 1 && K <= Errors.size())
        All.push_back({Level, Errors[K - 1]});
    }
    return All;
  }

  static constexpr double MostEpochs = 500;

  const AccuracyFitOptions &Options;
  std::vector<Gathered> Families;
  std::vector<double> AccuracyErrors;
  std::map<std::string, std::vector<double>> StopErrors;
};

} // namespace

Expected<AccuracyProfile>
fitAccuracyProfile(StringRef Path, const AccuracyFitOptions &Options) {
  Expected<CsvTable> T = readCsv(Path);
  if (!T)
    return T.takeError();
  constexpr size_t MostRows = 10000;
  if (T->Rows.empty() || T->Rows.size() > MostRows)
    return makeError(printable(Path) + ": has " + Twine(T->Rows.size()) +
                     " rows; from 1 to " + Twine(MostRows) + " are fitted");
  Expected<Columns> C = findColumns(*T);
  if (!C)
    return C.takeError();
  Fitter F(Options);
  for (size_t Row = 0; Row < T->Rows.size(); ++Row)
    if (Error E = F.add(*T, Row, *C))
      return E;
  Expected<AccuracyProfile> P = F.fit();
  if (!P)
    return withContext(P.takeError(), printable(Path));
  return P;
}

} // namespace toscount
