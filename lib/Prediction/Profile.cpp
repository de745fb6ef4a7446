//===- Profile.cpp - what a profile says, and what it may not -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Prediction/Profile.h"

#include "ProfileFields.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;

namespace toscount {

StringRef name(FamilyRole Role) { return FamilyRoleNames[unsigned(Role)]; }
StringRef name(FamilyKind Kind) { return FamilyKindNames[unsigned(Kind)]; }

/// static_power * kernels' time + what features cost.
static double predictRoofline(const ProfileFamily &Family,
                              const FeatureVector &Features) {
  std::array<double, NumKernelTerms> Costs{};
  double Power = 1;
  long double Sum = 0;
  for (const ProfileCoefficient &C : Family.Coefficients) {
    if (C.Name == StaticPowerName)
      Power = C.Value;
    else if (std::optional<KernelTerm> T = kernelTermFromName(C.Name))
      Costs[static_cast<unsigned>(*T)] = C.Value;
    else if (std::optional<Feature> F = featureFromName(C.Name))
      Sum += static_cast<long double>(C.Value) * Features[*F];
  }
  return static_cast<double>(Sum + Power * Features.Kernels.slowest(Costs));
}

/// The feature that \p T, summed over kernels, is.
static Feature featureOf(KernelTerm T) {
  switch (T) {
  case KernelTerm::Launch:
    return Feature::Kernel;
  case KernelTerm::PointwiseMacs:
    return Feature::PointwiseMacs;
  case KernelTerm::PointwiseMacsPerChannel:
    return Feature::PointwiseMacsPerChannel;
  case KernelTerm::PointwiseMisalignedMacs:
    return Feature::PointwiseMisalignedMacs;
  case KernelTerm::SpatialMacs:
    return Feature::SpatialMacs;
  case KernelTerm::SpatialMacsPerChannel:
    return Feature::SpatialMacsPerChannel;
  case KernelTerm::SpatialMisalignedMacs:
    return Feature::SpatialMisalignedMacs;
  case KernelTerm::ProductBytes:
    return Feature::ProductBytes;
  case KernelTerm::OtherBytes:
    return Feature::BytesRead;
  }
  return Feature::Kernel;
}

bool ProfileFamily::uses(Feature F) const {
  if (Kind == FamilyKind::Polynomial)
    return X == F;
  return any_of(Coefficients, [&](const ProfileCoefficient &C) {
    if (!(C.Value > 0))
      return false;
    std::optional<KernelTerm> T = kernelTermFromName(C.Name);
    return T ? featureOf(*T) == F : C.Name == info(F).Name;
  });
}

double ProfileFamily::predict(const FeatureVector &Features) const {
  if (Kind == FamilyKind::Roofline)
    return predictRoofline(*this, Features);
  long double Sum = 0;
  if (Kind == FamilyKind::Linear) {
    for (const ProfileCoefficient &C : Coefficients)
      if (std::optional<Feature> F = featureFromName(C.Name))
        Sum += static_cast<long double>(C.Value) * Features[*F];
    return static_cast<double>(Sum);
  }
  // Powers may be missing, and in any order.
  for (const ProfileCoefficient &C : Coefficients)
    Sum += static_cast<long double>(C.Value) *
           std::pow(static_cast<long double>(Features[*X]),
                    static_cast<long double>(*powerOf(C.Name)));
  return static_cast<double>(Sum);
}

double rangedValue(ArrayRef<double> Values, Feature Id, bool PerStep) {
  double Value = Values[static_cast<unsigned>(Id)];
  double Steps = Values[static_cast<unsigned>(Feature::Step)];
  return PerStep && Steps > 0 ? Value / Steps : Value;
}

double IntervalWidth::width(double Energy, bool OutOfRange,
                            bool SessionIsKnown) const {
  if (OutOfRange)
    return Beyond;
  for (const Sized &S : BySize)
    if (!S.UpTo || Energy <= *S.UpTo)
      return SessionIsKnown && S.KnownSession ? *S.KnownSession : S.Inside;
  return SessionIsKnown && KnownSession ? *KnownSession : Inside;
}

const ProfileFamily &Profile::energy() const {
  return *find_if(Families, [](const ProfileFamily &F) {
    return F.Role == FamilyRole::Energy;
  });
}

const ProfileFamily *Profile::time() const {
  for (const ProfileFamily &F : Families)
    if (F.Role == FamilyRole::Time)
      return &F;
  return nullptr;
}

std::optional<double> Profile::sessionFactor(StringRef Session) const {
  for (const SessionFactor &S : Sessions)
    if (S.Session == Session && !Session.empty())
      return S.Factor;
  return std::nullopt;
}

std::optional<unsigned> powerOf(StringRef Name) {
  constexpr unsigned MaxPower = 12;
  if (Name == "1")
    return 0;
  if (Name == "x")
    return 1;
  unsigned Power = 0;
  if (!Name.consume_front("x^") || Name.starts_with("0") ||
      Name.getAsInteger(10, Power) || Power < 2 || Power > MaxPower)
    return std::nullopt;
  return Power;
}

static Error unknownRooflineTerm(StringRef Name) {
  std::vector<std::string> Terms = {StaticPowerName.str()};
  for (const KernelTermInfo &T : KernelTermTable)
    Terms.push_back("kernel." + T.Name.str());
  for (const FeatureInfo &F : FeatureTable)
    Terms.push_back(F.Name.str());
  return makeError(
      "unknown term '" + printable(Name) + "' of a roofline" +
      didYouMean(Name, std::vector<StringRef>(Terms.begin(), Terms.end())));
}

static Error checkFamily(const ProfileFamily &F) {
  if (F.Coefficients.empty())
    return makeError("has no coefficients");
  SmallVector<StringRef> Seen;
  for (const ProfileCoefficient &C : F.Coefficients) {
    if (F.Kind == FamilyKind::Linear && !featureFromName(C.Name))
      return unknownFeature(C.Name);
    if (F.Kind == FamilyKind::Polynomial && !powerOf(C.Name))
      return makeError("coefficient '" + printable(C.Name) +
                       "' of a polynomial must be '1', 'x', or 'x^2' to "
                       "'x^12'");
    if (F.Kind == FamilyKind::Roofline && C.Name != StaticPowerName &&
        !kernelTermFromName(C.Name) && !featureFromName(C.Name))
      return unknownRooflineTerm(C.Name);
    std::string Which = "coefficient '" + printable(C.Name) + "' ";
    if (is_contained(Seen, StringRef(C.Name)))
      return makeError(Which + "is there twice");
    Seen.push_back(C.Name);
    if (!std::isfinite(C.Value))
      return makeError(Which + "is not finite");
    if (F.Kind != FamilyKind::Polynomial && C.Value < 0)
      return makeError(Which + "is negative, which the cost of a feature "
                               "can't be");
    if (C.StandardError &&
        !(std::isfinite(*C.StandardError) && *C.StandardError >= 0))
      return makeError(Which + "has a standard error that is negative or not "
                               "finite");
  }
  if (F.Kind == FamilyKind::Polynomial && !F.X)
    return makeError("is a polynomial, but does not say of which feature "
                     "('x')");
  if (F.Kind != FamilyKind::Polynomial && F.X)
    return makeError("is " + Twine(F.Kind == FamilyKind::Linear ? "" : "a ") +
                     name(F.Kind) + ", so that it can't have an 'x'");
  return Error::success();
}

static Error checkRoles(const Profile &P) {
  unsigned Energies = 0, Times = 0;
  SmallVector<StringRef> Names;
  for (const ProfileFamily &F : P.Families) {
    if (F.Name.empty())
      return makeError("a family has no name");
    if (is_contained(Names, StringRef(F.Name)))
      return makeError("two families are called '" + printable(F.Name) + "'");
    Names.push_back(F.Name);
    if (Error E = checkFamily(F))
      return withContext(std::move(E), "family '" + printable(F.Name) + "'");
    Energies += F.Role == FamilyRole::Energy ? 1 : 0;
    Times += F.Role == FamilyRole::Time ? 1 : 0;
    StringRef Unit = F.Role == FamilyRole::Time ? "s" : StringRef(P.Unit);
    if (F.Unit != Unit)
      return makeError("family '" + printable(F.Name) + "' predicts '" +
                       printable(F.Unit) + "', but must predict '" +
                       printable(Unit) + "'");
  }
  if (Energies != 1)
    return makeError("there must be exactly one family of role 'energy', not " +
                     Twine(Energies));
  if (Times > 1)
    return makeError("there may be one family of role 'time', not " +
                     Twine(Times));
  return Error::success();
}

Error checkProfile(const Profile &P) {
  for (auto [Field, Text] : {std::pair<StringRef, StringRef>{"name", P.Name},
                             {"hardware", P.Hardware},
                             {"meter", P.Meter},
                             {"unit", P.Unit}})
    if (Text.trim().empty())
      return makeError("field '" + Field + "' is empty");
  if (Error E = checkRoles(P))
    return E;
  if (!(std::isfinite(P.UnknownSession) && P.UnknownSession > 0))
    return makeError("the factor of unknown sessions must be finite and above "
                     "0");
  for (const SessionFactor &S : P.Sessions)
    if (S.Session.empty() || !(std::isfinite(S.Factor) && S.Factor > 0))
      return makeError("session '" + printable(S.Session) +
                       "': its factor must be finite and above 0, and its name "
                       "not empty");
  for (const FeatureRange &R : P.Ranges)
    if (!(std::isfinite(R.Least) && std::isfinite(R.Most) && R.Least >= 0 &&
          R.Least <= R.Most))
      return makeError("the range of '" + info(R.Id).Name +
                       "' must be two finite numbers from 0 up, the smaller "
                       "first");
  double Before = 0;
  for (const IntervalWidth &W : P.Intervals) {
    if (!(W.Level > Before && W.Level < 1))
      return makeError("the levels of intervals must lie between 0 and 1, in "
                       "ascending order");
    Before = W.Level;
    auto Wrong = [](double Width) { return !(Width >= 0 && Width <= 100); };
    double Widest = W.Inside;
    bool AnyWrong = Wrong(W.Inside) || Wrong(W.Beyond) ||
                    (W.KnownSession && Wrong(*W.KnownSession));
    double Size = 0;
    for (size_t I = 0; I < W.BySize.size(); ++I) {
      const IntervalWidth::Sized &S = W.BySize[I];
      Widest = std::max(Widest, S.Inside);
      AnyWrong |= Wrong(S.Inside) || (S.KnownSession && Wrong(*S.KnownSession));
      if (S.UpTo.has_value() == (I + 1 == W.BySize.size()) ||
          (S.UpTo && !(*S.UpTo > Size && std::isfinite(*S.UpTo))))
        return makeError("the sizes of intervals must ascend from above 0, and "
                         "the last must be open ('up_to' absent)");
      Size = S.UpTo.value_or(Size);
    }
    if (AnyWrong)
      return makeError("the widths of intervals must lie between 0 and 100");
    if (W.Beyond < Widest)
      return makeError("an interval can't be narrower beyond the calibrated "
                       "range than inside it");
  }
  return Error::success();
}

} // namespace toscount
