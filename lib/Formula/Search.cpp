//===- Search.cpp - which polynomial a count is ---------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Formula/Search.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>

using namespace llvm;

namespace toscount {
namespace {

/// Sizes that all variables are given at first, until one can be evaluated.
constexpr int64_t FirstSizes[] = {4,   8,   16,  32,  64,   128, 224, 256,
                                  299, 384, 512, 768, 1024, 3,   2,   1};
/// Sizes to take only the multiples of, in the order in which they are tried:
/// strides, patches, windows, and products of them.
constexpr int64_t Multiples[] = {1,  2,  4, 8,  16, 32, 64,  128, 3, 6,
                                 12, 24, 7, 14, 28, 56, 112, 224, 5, 10};
/// Steps to a second beginning of a line, beyond small sizes that differ.
constexpr int64_t FurtherOut = 60;
/// Neighbouring multiples that a line begins with.
constexpr int64_t LineLength = 12;
/// Further ones, far enough to leave any one branch of a rounded logarithm.
constexpr int64_t FarSteps[] = {19, 38, 67, 131, 258};
/// Steps from the start at which all variables are away from the grid; on a
/// start of 4 they give primes.
constexpr int64_t CheckSteps[] = {7, 9, 3, 25, 49, 13, 123, 247, 505};
/// Points beyond those that a polynomial is made of, at least.
constexpr size_t LeastChecks = 3;
/// Smaller sizes that are looked at.
constexpr int64_t MaxDescent = 64;
/// Points in all.
constexpr size_t MaxPoints = 2500;

using Values = std::vector<WideCount>;

/// How a total behaves along one variable.
struct Slope {
  int64_t Multiple = 0; ///< 0: no polynomial.
  int64_t Start = 0;
  unsigned Degree = 0;
};

class Finder {
public:
  Finder(const Sampler &Sample, std::vector<std::string> Names)
      : Sample(Sample), Names(std::move(Names)) {}

  Expected<SearchResult> run() {
    if (Error E = findBase())
      return E;
    size_t NumTotals = at(Result.Base)->size();
    Result.Totals.resize(NumTotals);
    Slopes.assign(NumTotals, std::vector<Slope>(Names.size()));
    for (size_t V = 0; V < Names.size(); ++V)
      if (Error E = findSlopes(V))
        return E;
    // Totals on the same multiples share their points.
    std::map<Point, std::vector<size_t>> Groups;
    for (size_t T = 0; T < NumTotals; ++T) {
      Point Key;
      for (const Slope &S : Slopes[T])
        Key.push_back(S.Multiple);
      if (auto It = find(Key, 0); It != Key.end())
        refuse(T, "not a polynomial in " + Names[It - Key.begin()] +
                      " of degree up to " + std::to_string(MaxDegree) +
                      ", neither for all sizes nor for multiples of any "
                      "number that was tried");
      else
        Groups[Key].push_back(T);
    }
    for (const auto &[Multiple, Totals] : Groups)
      fitGroup(Multiple, Totals);
    for (size_t T = 0; T < NumTotals; ++T)
      check(T);
    for (const auto &[Where, Entry] : Memo) {
      std::vector<Point> &List = Entry.Found ? Result.Evaluated : Result.Failed;
      List.push_back(Where);
    }
    return std::move(Result);
  }

private:
  /// The totals at \p Where; null when there are none.
  const Values *at(const Point &Where) {
    auto It = Memo.find(Where);
    if (It == Memo.end()) {
      if (Memo.size() >= MaxPoints) {
        Exhausted = true;
        return nullptr;
      }
      It = Memo.try_emplace(Where).first;
      Expected<Values> Found = Sample(Where);
      if (!Found)
        It->second.Problem = toString(Found.takeError());
      else if (all_of(*Found, [](WideCount C) { return C.valid(); }))
        It->second.Found = std::move(*Found);
      else
        It->second.Problem = "a total does not fit 128 bits";
    }
    if (It->second.Found)
      return &*It->second.Found;
    LastError = It->second.Problem;
    return nullptr;
  }

  /// "N = 4, seq = 9"
  std::string describe(const Point &Where) const {
    std::string Text;
    for (size_t V = 0; V < Names.size(); ++V)
      Text +=
          (V == 0 ? "" : ", ") + Names[V] + " = " + std::to_string(Where[V]);
    return Text;
  }

  void refuse(size_t T, std::string Why) {
    Fit &F = Result.Totals[T];
    F.Found.reset();
    F.Ranges.clear();
    F.Points = 0;
    F.Reason = Exhausted ? "not decided by counting at " +
                               std::to_string(MaxPoints) + " sizes"
                         : std::move(Why);
  }

  Error findBase() {
    std::string First;
    bool Same = true;
    for (int64_t Size : FirstSizes) {
      Point Where(Names.size(), Size);
      if (at(Where) != nullptr) {
        lower(Where);
        Result.Base = Where;
        return Error::success();
      }
      if (First.empty())
        First = LastError;
      Same &= First == LastError;
    }
    if (Same)
      return makeError(First);
    return makeError(First + " (at " +
                     describe(Point(Names.size(), FirstSizes[0])) +
                     "; no other size from 1 to 1024 that was tried for all "
                     "of them can be counted either)");
  }

  /// Makes each variable as small as it can be: one that needs large sizes
  /// should not make the others large.
  void lower(Point &Where) {
    for (int64_t &X : Where) {
      int64_t Large = X;
      for (int64_t Size : FirstSizes) {
        if (Size >= Large)
          break;
        X = Size;
        if (at(Where) != nullptr)
          break;
        X = Large;
      }
    }
  }

  /// Along variable \p V from the base: each total's Slope.
  Error findSlopes(size_t V) {
    std::string Problem;
    bool Varies = false;
    std::vector<size_t> Open(Slopes.size());
    for (size_t T = 0; T < Open.size(); ++T)
      Open[T] = T;
    // All sizes from the base, or further out; then some.
    std::vector<std::pair<int64_t, int64_t>> Tries;
    for (int64_t Multiple : Multiples) {
      int64_t First = (Result.Base[V] + Multiple - 1) / Multiple * Multiple;
      Tries.emplace_back(Multiple, First);
      if (Multiple == 1)
        Tries.emplace_back(Multiple, First + FurtherOut);
    }
    for (const auto &Try : Tries) {
      const int64_t Multiple = Try.first, First = Try.second;
      if (Open.empty())
        break;
      Point Where = Result.Base;
      std::vector<const Values *> Line;
      for (int64_t K = 0; K < LineLength; ++K) {
        Where[V] = First + K * Multiple;
        const Values *Found = at(Where);
        if (Found == nullptr)
          break;
        Line.push_back(Found);
      }
      // A constant and what shows that it is one.
      if (Line.size() < 1 + LeastChecks) {
        if (Problem.empty())
          Problem = LastError + " (at " + describe(Where) + ")";
        continue;
      }
      Varies = true;
      std::vector<std::pair<Rational, const Values *>> Far;
      erase_if(Open, [&](size_t T) {
        std::optional<Slope> S = slope(T, Line, First, Multiple);
        if (!S)
          return false;
        std::vector<int64_t> Xs;
        std::vector<Rational> Ys;
        for (unsigned I = 0; I <= S->Degree; ++I) {
          Xs.push_back(S->Start + I * Multiple);
          size_t Index = (Xs.back() - First) / Multiple;
          Ys.push_back(Rational((*Line[Index])[T]));
        }
        Polynomial P = interpolate({Xs}, std::move(Ys));
        for (int64_t Step : FarSteps) {
          Where[V] = First + Step * Multiple;
          const Values *Found = at(Where);
          if (Found != nullptr && !(P.at(Where[V]) == Rational((*Found)[T])))
            return false;
        }
        Slopes[T][V] = *S;
        return true;
      });
    }
    if (Varies)
      return Error::success();
    return makeError("dimension '" + printable(Names[V]) +
                     "' can't be varied: " + Problem);
  }

  /// The polynomial that the end of \p Line is, from as early as possible.
  static std::optional<Slope> slope(size_t T, ArrayRef<const Values *> Line,
                                    int64_t First, int64_t Multiple) {
    std::vector<Rational> All;
    for (const Values *At : Line)
      All.push_back(Rational((*At)[T]));
    for (size_t Skip = 0; Skip + 1 + LeastChecks <= All.size(); ++Skip) {
      std::vector<Rational> Differences(All.begin() + Skip, All.end());
      for (unsigned D = 0; D <= MaxDegree; ++D) {
        if (Differences.size() < 1 + LeastChecks)
          break;
        if (all_equal(Differences))
          return Slope{Multiple, First + static_cast<int64_t>(Skip) * Multiple,
                       D};
        for (size_t I = 0; I + 1 < Differences.size(); ++I)
          Differences[I] = Differences[I + 1] - Differences[I];
        Differences.pop_back();
      }
    }
    return std::nullopt;
  }

  /// All points whose coordinates are in \p Axes, the last fastest.
  static std::vector<Point> product(ArrayRef<std::vector<int64_t>> Axes) {
    std::vector<Point> Points = {{}};
    for (const std::vector<int64_t> &Xs : Axes) {
      std::vector<Point> Longer;
      for (const Point &P : Points)
        for (int64_t X : Xs) {
          Longer.push_back(P);
          Longer.back().push_back(X);
        }
      Points = std::move(Longer);
    }
    return Points;
  }

  void fitGroup(const Point &Multiple, ArrayRef<size_t> Totals) {
    Point Start(Names.size(), 0);
    std::vector<unsigned> Degree(Names.size(), 0);
    for (size_t T : Totals)
      for (size_t V = 0; V < Names.size(); ++V) {
        Start[V] = std::max(Start[V], Slopes[T][V].Start);
        Degree[V] = std::max(Degree[V], Slopes[T][V].Degree);
      }
    std::vector<size_t> Left(Totals.begin(), Totals.end());
    // A degree that can't be seen from the base, or sizes that are too small
    // for all variables at once: once more, higher and further out.
    for (unsigned Round = 0; Round < 2 && !Left.empty(); ++Round) {
      if (Round == 1)
        for (size_t V = 0; V < Names.size(); ++V) {
          Degree[V] = std::min(Degree[V] + 1, MaxDegree);
          Start[V] += 2 * Multiple[V];
        }
      Left = fitOnce(Multiple, Start, Degree, Left);
    }
  }

  /// Returns the totals that fail.
  std::vector<size_t> fitOnce(const Point &Multiple, const Point &Start,
                              ArrayRef<unsigned> Degree,
                              ArrayRef<size_t> Totals) {
    std::vector<size_t> Failed(Totals.begin(), Totals.end());
    std::vector<std::vector<int64_t>> Axes(Names.size());
    for (size_t V = 0; V < Names.size(); ++V)
      for (unsigned I = 0; I <= Degree[V]; ++I)
        Axes[V].push_back(Start[V] + I * Multiple[V]);
    std::vector<const Values *> Grid;
    for (const Point &Where : product(Axes)) {
      Grid.push_back(at(Where));
      if (Grid.back() != nullptr)
        continue;
      for (size_t T : Totals)
        refuse(T, "not found: no count at " + describe(Where));
      return Failed;
    }
    std::vector<std::pair<Point, const Values *>> Checks;
    for (size_t I = 0; I < std::size(CheckSteps); ++I) {
      Point Where = Start;
      for (size_t V = 0; V < Names.size(); ++V)
        Where[V] +=
            Multiple[V] * CheckSteps[(I + 2 * V) % std::size(CheckSteps)];
      if (const Values *Found = at(Where))
        Checks.emplace_back(Where, Found);
    }
    if (Checks.size() < LeastChecks) {
      for (size_t T : Totals)
        refuse(T, "not verified: too few larger sizes can be counted");
      return Failed;
    }
    std::vector<size_t> Good;
    erase_if(Failed, [&](size_t T) {
      std::vector<Rational> Ys;
      for (const Values *At : Grid)
        Ys.push_back(Rational((*At)[T]));
      Polynomial P = interpolate(Axes, std::move(Ys));
      for (const auto &[Where, Found] : Checks)
        if (!agrees(T, P, Where, *Found))
          return false;
      Fit &F = Result.Totals[T];
      F.Found = std::move(P);
      F.Reason.clear();
      F.Ranges.clear();
      for (size_t V = 0; V < Names.size(); ++V) {
        F.Ranges.push_back({Multiple[V], Start[V], Below::Unknown});
        Slopes[T][V].Start = Start[V];
      }
      Good.push_back(T);
      return true;
    });
    for (size_t V = 0; V < Names.size() && !Good.empty(); ++V)
      descend(Multiple, Start, V, Good);
    return Failed;
  }

  /// True when \p P is total \p T at \p Where; refuses it otherwise.
  bool agrees(size_t T, const Polynomial &P, const Point &Where,
              const Values &Found) {
    Rational Is = Rational(Found[T]), Expected = P.at(Where);
    if (Is == Expected)
      return true;
    refuse(T, "not a polynomial of degree up to " + std::to_string(MaxDegree) +
                  " in each dimension: the one through smaller sizes gives " +
                  toString(Expected) + " at " + describe(Where) +
                  ", where the count is " + toString(Is));
    return false;
  }

  /// How far below \p Start the polynomials of \p Totals hold in variable
  /// \p V, with the others at their start and larger.
  void descend(const Point &Multiple, const Point &Start, size_t V,
               ArrayRef<size_t> Totals) {
    Point Near = Start, Away = Start;
    for (size_t I = 0; I < Away.size(); ++I)
      Away[I] += 7 * Multiple[I];
    std::vector<size_t> Open(Totals.begin(), Totals.end());
    auto End = [&](Below Why) {
      for (size_t T : Open)
        Result.Totals[T].Ranges[V].Smaller = Why;
      Open.clear();
    };
    for (int64_t K = 1; K <= MaxDescent && !Open.empty(); ++K) {
      int64_t X = Start[V] - K * Multiple[V];
      if (X < 1)
        return End(Below::Nothing);
      Near[V] = Away[V] = X;
      const Values *AtNear = at(Near);
      if (AtNear == nullptr)
        return End(Below::Uncounted);
      const Values *AtAway = at(Away);
      erase_if(Open, [&](size_t T) {
        Fit &F = Result.Totals[T];
        bool Holds =
            F.Found->at(Near) == Rational((*AtNear)[T]) &&
            (AtAway == nullptr || F.Found->at(Away) == Rational((*AtAway)[T]));
        if (Holds)
          F.Ranges[V].From = X;
        else
          F.Ranges[V].Smaller = Below::Differs;
        return !Holds;
      });
    }
  }

  static bool inside(const Fit &F, const Point &Where) {
    for (size_t V = 0; V < Where.size(); ++V)
      if (Where[V] % F.Ranges[V].Multiple != 0 || Where[V] < F.Ranges[V].From)
        return false;
    return true;
  }

  /// Holds total \p T's polynomial to every point in its ranges.
  void check(size_t T) {
    Fit &F = Result.Totals[T];
    if (!F.Found)
      return;
    Point Corner;
    for (const Range &R : F.Ranges)
      Corner.push_back(R.From);
    (void)at(Corner);
    F.Points = 0;
    for (auto It = Memo.begin(); It != Memo.end();) {
      const auto &[Where, Entry] = *It;
      ++It;
      const std::optional<Values> &Found = Entry.Found;
      if (!Found || !inside(F, Where))
        continue;
      if (F.Found->at(Where) == Rational((*Found)[T])) {
        ++F.Points;
        continue;
      }
      // Small sizes of several variables at once may differ where those of
      // one alone don't.
      size_t V = 0;
      while (V < Where.size() && Where[V] >= Slopes[T][V].Start)
        ++V;
      if (V == Where.size()) {
        agrees(T, *F.Found, Where, *Found);
        return;
      }
      F.Ranges[V].From = Where[V] + F.Ranges[V].Multiple;
      F.Ranges[V].Smaller = Below::Differs;
      F.Points = 0;
      It = Memo.begin();
    }
  }

  const Sampler &Sample;
  std::vector<std::string> Names;
  struct Evaluation {
    std::optional<Values> Found;
    std::string Problem;
  };
  std::map<Point, Evaluation> Memo;
  std::string LastError;
  bool Exhausted = false;
  /// By total and variable. After fitting, Start is where the grid began.
  std::vector<std::vector<Slope>> Slopes;
  SearchResult Result;
};

} // namespace

Expected<SearchResult> findPolynomials(const Sampler &Sample,
                                       std::vector<std::string> Names) {
  return Finder(Sample, std::move(Names)).run();
}

} // namespace toscount
