//===- Roofline.cpp - kernels as slow as what limits them -----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Calibration/Roofline.h"

#include "toscount/Calibration/Nonlinear.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

/// What a coefficient multiplies. The kernels' terms come first.
enum Slot : unsigned {
  StaticPower = NumKernelTerms,
  FirstFeature,
};
/// Energy that does not depend on what limits a kernel.
constexpr Feature Added[] = {Feature::Run, Feature::Step, Feature::Macs,
                             Feature::BytesRead, Feature::BytesWritten};
constexpr unsigned StepTime = FirstFeature + std::size(Added);
constexpr unsigned NumSlots = StepTime + 1;

/// A term that is 0 in fewer groups' runs than this says nothing of others.
constexpr size_t LeastGroups = 3;

double feature(const Point &P, Feature F) {
  return P.Features[static_cast<unsigned>(F)];
}

std::string nameOf(unsigned S) {
  if (S < NumKernelTerms)
    return "kernel." + KernelTermTable[S].Name.str();
  if (S == StaticPower)
    return "static_power";
  return info(S == StepTime ? Feature::Step : Added[S - FirstFeature])
      .Name.str();
}

std::string unitOf(unsigned S, StringRef Response, bool Timed) {
  std::string Kernel = Timed ? "s" : Response.str();
  if (S < NumKernelTerms)
    return Kernel + "/" + KernelTermTable[S].Unit.str();
  if (S == StaticPower)
    return Response.str() + "/s";
  if (S == StepTime)
    return "s/steps";
  return Response.str() + "/" + info(Added[S - FirstFeature]).Unit.str();
}

/// The function that is fitted: of energies, and (ids from the number of runs
/// on) of times.
class Function {
public:
  Function(std::shared_ptr<const RooflineRuns> Runs,
           std::vector<unsigned> Active, std::vector<std::string> Sessions)
      : Runs(std::move(Runs)), Active(std::move(Active)) {
    for (size_t I = 1; I < Sessions.size(); ++I)
      SessionOf[Sessions[I]] = this->Active.size() + I - 1;
  }

  /// \p P: coefficients of the active slots, then logarithms of the factors of
  /// all sessions but the first.
  double operator()(const Point &At, ArrayRef<double> P,
                    MutableArrayRef<double> Gradient) const {
    std::array<double, NumSlots> Values{};
    Values[StaticPower] = 1;
    for (size_t I = 0; I < Active.size(); ++I)
      Values[Active[I]] = P[I];
    size_t N = Runs->Kernels.size();
    bool OfTime = At.Id >= N;
    std::array<double, NumSlots> Slopes{};
    double Result = OfTime
                        ? time(At, At.Id - N, Values, Slopes, !Gradient.empty())
                        : energy(At, Values, Slopes, !Gradient.empty());
    auto It = SessionOf.find(At.Session);
    bool HasFactor = !OfTime && It != SessionOf.end();
    double Factor = HasFactor ? std::exp(P[It->second]) : 1;
    if (!Gradient.empty()) {
      std::fill(Gradient.begin(), Gradient.end(), 0);
      for (size_t I = 0; I < Active.size(); ++I)
        Gradient[I] = Factor * Slopes[Active[I]];
      if (HasFactor)
        Gradient[It->second] = Factor * Result;
    }
    return Factor * Result;
  }

  /// Without the session's factor.
  double energy(const Point &At, ArrayRef<double> Values,
                MutableArrayRef<double> Slopes, bool Sloped) const {
    double Power = Values[StaticPower];
    MutableArrayRef<double> Terms = Slopes.take_front(NumKernelTerms);
    double Kernels = Runs->Kernels[At.Id].slowest(
        Values.take_front(NumKernelTerms),
        Sloped ? Terms : MutableArrayRef<double>());
    for (double &Slope : Terms)
      Slope *= Power;
    Slopes[StaticPower] = Kernels;
    double Sum = Power * Kernels;
    for (unsigned I = 0; I < std::size(Added); ++I) {
      Slopes[FirstFeature + I] = feature(At, Added[I]);
      Sum += Values[FirstFeature + I] * Slopes[FirstFeature + I];
    }
    return Sum;
  }

  double time(const Point &At, size_t Run, ArrayRef<double> Values,
              MutableArrayRef<double> Slopes, bool Sloped) const {
    MutableArrayRef<double> Terms = Slopes.take_front(NumKernelTerms);
    double Kernels =
        Runs->Kernels[Run].slowest(Values.take_front(NumKernelTerms),
                                   Sloped ? Terms : MutableArrayRef<double>());
    Slopes[StepTime] = feature(At, Feature::Step);
    return Kernels + Values[StepTime] * Slopes[StepTime];
  }

private:
  std::shared_ptr<const RooflineRuns> Runs;
  std::vector<unsigned> Active;
  StringMap<size_t> SessionOf;
};

class RooflineFit {
public:
  RooflineFit(const Dataset &Data, std::shared_ptr<const RooflineRuns> Runs,
              const RooflineOptions &Options)
      : Data(Data), Runs(std::move(Runs)), Options(Options),
        Timed(!this->Runs->Seconds.empty()) {}

  Expected<std::unique_ptr<FittedModel>> run(const Family *Again) {
    if (Error E = checkDataset(Data))
      return E;
    if (Error E = checkEnergies(Data))
      return E;
    if (Options.SessionFactors)
      Sessions = Data.sessionNames();
    findActive();
    if (Active.empty())
      return makeError("fewer than three architectures say nothing of what "
                       "limits kernels");
    // Seconds are more rows, but no more runs.
    if (Again == nullptr)
      if (Error E = checkEnough(Data, Active.size(),
                                Sessions.empty() ? 0 : Sessions.size() - 1))
        return E;
    Dataset All = withTimes();
    Expected<std::unique_ptr<FittedModel>> Solved =
        Again != nullptr ? Again->fit(All)
                         : nonlinearFamily(problem())->fit(All);
    if (!Solved)
      return Solved.takeError();
    return finish(std::move(*Solved));
  }

  /// How many coefficients there are, sessions left out.
  size_t count() {
    findActive();
    return Active.size();
  }

private:
  /// What a row has of every slot.
  std::array<double, NumSlots> amounts(size_t Row) const {
    std::array<double, NumSlots> X{};
    Point At{Data.row(Row), Data.id(Row), ""};
    for (const KernelGroup &G : Runs->Kernels[At.Id].groups())
      for (unsigned S = 0; S < NumKernelTerms; ++S)
        X[S] += G.Times * G.amount(static_cast<KernelTerm>(S));
    for (unsigned I = 0; I < std::size(Added); ++I)
      X[FirstFeature + I] = feature(At, Added[I]);
    X[StepTime] = feature(At, Feature::Step);
    X[StaticPower] = Timed ? Runs->Seconds[At.Id] : 0;
    return X;
  }

  /// What is 0 nearly everywhere has no coefficient; nor has a run where all
  /// have as many steps.
  void findActive() {
    std::vector<size_t> GroupOf = Data.groupNumbers();
    std::array<std::set<size_t>, NumSlots> Groups;
    std::array<std::vector<double>, NumSlots> Ratios;
    std::set<double> Steps;
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      std::array<double, NumSlots> X = amounts(Row);
      Steps.insert(X[FirstFeature + 1]);
      for (unsigned S = 0; S < NumSlots; ++S) {
        if (X[S] == 0)
          continue;
        Groups[S].insert(GroupOf[Row]);
        bool OfTime = Timed && (S < NumKernelTerms || S == StepTime);
        Ratios[S].push_back((OfTime ? X[StaticPower] : Data.Y[Row]) / X[S]);
      }
    }
    for (unsigned S = 0; S < NumSlots; ++S) {
      bool SameAsStep = S == FirstFeature && Steps.size() == 1;
      if (Groups[S].size() < LeastGroups || SameAsStep ||
          (S == StepTime && !Timed))
        continue;
      Active.push_back(S);
      Typical.push_back(median(Ratios[S]));
    }
  }

  NonlinearOptions problem() const {
    NonlinearOptions N;
    N.Name = Options.Name;
    N.Scale = ErrorScale::Log;
    N.Loss = RobustLoss::Huber;
    N.Starts = Options.Starts;
    N.Seed = Options.Seed;
    // Each begins with a part of the response that adds up to about all of it.
    double Share =
        1.0 / static_cast<double>(std::max<size_t>(Active.size(), 1));
    for (size_t I = 0; I < Active.size(); ++I) {
      Parameter P;
      P.Name = nameOf(Active[I]);
      P.Unit = unitOf(Active[I], Data.Response.Unit, Timed);
      P.Start = Typical[I] * (Active[I] == StaticPower ? 0.5 : Share);
      N.Parameters.push_back(std::move(P));
    }
    for (size_t I = 1; I < Sessions.size(); ++I) {
      Parameter P;
      P.Name = "session " + Sessions[I];
      P.Start = 0;
      P.Lower = -5;
      P.Upper = 5;
      P.Drawn = false;
      N.Parameters.push_back(std::move(P));
    }
    N.Function = Function(Runs, Active, Sessions);
    return N;
  }

  Dataset withTimes() const {
    Dataset All = Data;
    All.Id.clear();
    for (size_t Row = 0; Row < Data.rows(); ++Row)
      All.Id.push_back(Data.id(Row));
    if (!Timed)
      return All;
    auto Twice = [](auto &List) {
      auto Copy = List;
      List.insert(List.end(), Copy.begin(), Copy.end());
    };
    Twice(All.X);
    Twice(All.Group);
    Twice(All.Session);
    Twice(All.Weight);
    for (size_t Row = 0; Row < Data.rows(); ++Row) {
      All.Y.push_back(Runs->Seconds[Data.id(Row)]);
      All.Id.push_back(Data.id(Row) + Runs->Kernels.size());
    }
    return All;
  }

  std::unique_ptr<FittedModel> finish(std::unique_ptr<FittedModel> Solved) {
    auto Model = std::make_unique<RooflineModel>();
    Model->Runs = Runs;
    Model->Options = Options;
    Model->Values.assign(NumSlots, 0);
    Model->Values[StaticPower] = 1;
    double Common = 1;
    if (Sessions.size() > 1) {
      double Sum = 0;
      for (size_t I = Active.size(); I < Solved->Coefficients.size(); ++I)
        Sum += Solved->Coefficients[I].Value;
      double Mean = Sum / static_cast<double>(Sessions.size());
      Common = std::exp(Mean);
      for (size_t S = 0; S < Sessions.size(); ++S) {
        double Log =
            S == 0 ? 0 : Solved->Coefficients[Active.size() + S - 1].Value;
        Model->SessionFactors.emplace_back(Sessions[S], std::exp(Log - Mean));
      }
    }
    for (size_t I = 0; I < Active.size(); ++I) {
      unsigned S = Active[I];
      // Energies carry the factors' mean: where kernels are timed, by power.
      bool Scaled = S >= StaticPower ? S != StepTime : !Timed;
      double Value = Solved->Coefficients[I].Value;
      Model->Values[S] = Value * (Scaled ? Common : 1);
      Coefficient C{nameOf(S), Model->Values[S], std::nullopt,
                    unitOf(S, Data.Response.Unit, Timed)};
      if (Timed && (S < NumKernelTerms || S == StepTime))
        Model->Time.push_back(C);
      if (S != StepTime)
        Model->Coefficients.push_back(std::move(C));
    }
    if (!Timed)
      Model->Notes.push_back(
          "runs without seconds: what kernels cost is energy, not time times "
          "static power");
    Model->Solved = std::move(Solved);
    return Model;
  }

  const Dataset &Data;
  std::shared_ptr<const RooflineRuns> Runs;
  const RooflineOptions &Options;
  bool Timed;
  std::vector<std::string> Sessions;
  std::vector<unsigned> Active;
  std::vector<double> Typical; ///< Of the active: response over amount.
};

class RooflineFamily final : public Family {
public:
  RooflineFamily(std::shared_ptr<const RooflineRuns> Runs,
                 RooflineOptions Options, std::unique_ptr<Family> Again)
      : Runs(std::move(Runs)), Options(std::move(Options)),
        Again(std::move(Again)) {}

  [[nodiscard]] std::string name() const override { return Options.Name; }
  [[nodiscard]] size_t coefficients(const Dataset &Data) const override {
    size_t Factors =
        Options.SessionFactors ? Data.sessionNames().size() - 1 : 0;
    return RooflineFit(Data, Runs, Options).count() + Factors;
  }
  [[nodiscard]] Expected<std::unique_ptr<FittedModel>>
  fit(const Dataset &Data) const override {
    return RooflineFit(Data, Runs, Options).run(Again.get());
  }

private:
  std::shared_ptr<const RooflineRuns> Runs;
  RooflineOptions Options;
  std::unique_ptr<Family> Again;
};

} // namespace

double RooflineModel::usual(const Point &P) const {
  std::array<double, NumSlots> Slopes{};
  return Function(Runs, {}, {}).energy(P, Values, Slopes, false);
}

std::optional<double> RooflineModel::seconds(const Point &P) const {
  if (Runs->Seconds.empty())
    return std::nullopt;
  std::array<double, NumSlots> Slopes{};
  return Function(Runs, {}, {}).time(P, P.Id, Values, Slopes, false);
}

std::unique_ptr<Family> RooflineModel::refitter() const {
  return std::make_unique<RooflineFamily>(Runs, Options, Solved->refitter());
}

std::unique_ptr<Family> rooflineFamily(std::shared_ptr<const RooflineRuns> Runs,
                                       RooflineOptions Options) {
  return std::make_unique<RooflineFamily>(std::move(Runs), std::move(Options),
                                          nullptr);
}

} // namespace toscount
