//===- ProfileWriter.cpp - profiles as JSON -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "ProfileFields.h"

#include "toscount/Prediction/Profile.h"
#include "toscount/Support/Csv.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace toscount {
namespace {

/// Numbers in the shortest form that reads back the same.
void number(json::OStream &J, double Value) { J.rawValue(numberText(Value)); }

class Writer {
public:
  explicit Writer(raw_ostream &OS) : J(OS, 2) {}

  void write(const Profile &P) {
    J.object([&] {
      J.attribute("schema", schema(P).str());
      text("name", P.Name);
      text("hardware", P.Hardware);
      text("meter", P.Meter);
      text("boundary", P.Boundary);
      text("unit", P.Unit);
      text("dtype", name(P.Dtype));
      text("phase", name(P.Part));
      text("source", P.Source);
      text("license", P.License);
      text("data_digest", P.DataDigest);
      texts("operators", P.Operators);
      if (P.Estimated)
        J.attribute("estimated", true);
      if (P.Runs > 0)
        figure("runs", P.Runs);
      if (P.Groups > 0)
        figure("groups", P.Groups);
      J.attributeArray("families", [&] {
        for (const ProfileFamily &F : P.Families)
          J.object([&] { family(F); });
      });
      sessions(P);
      ranges(P);
      intervals(P);
      texts("notes", P.Notes);
    });
  }

private:
  /// The oldest that says all of \p P.
  static StringRef schema(const Profile &P) {
    bool Newer = any_of(P.Families,
                        [](const ProfileFamily &F) {
                          return F.Kind == FamilyKind::Roofline;
                        }) ||
                 any_of(P.Intervals, [](const IntervalWidth &W) {
                   return !W.BySize.empty();
                 });
    Newer |= P.RangesPerStep || !P.Operators.empty();
    return Newer ? ProfileSchema2 : ProfileSchema;
  }
  void text(StringRef Field, StringRef Text) {
    if (!Text.empty())
      J.attribute(Field, json::fixUTF8(Text));
  }
  void figure(StringRef Field, std::optional<double> Value) {
    if (!Value)
      return;
    J.attributeBegin(Field);
    number(J, *Value);
    J.attributeEnd();
  }
  void texts(StringRef Field, ArrayRef<std::string> Texts) {
    if (Texts.empty())
      return;
    J.attributeArray(Field, [&] {
      for (const std::string &T : Texts)
        J.value(json::fixUTF8(T));
    });
  }

  void family(const ProfileFamily &F) {
    text("name", F.Name);
    J.attribute("role", name(F.Role).str());
    J.attribute("kind", name(F.Kind).str());
    text("unit", F.Unit);
    if (F.X)
      J.attribute("x", info(*F.X).Name.str());
    J.attributeArray("coefficients", [&] {
      for (const ProfileCoefficient &C : F.Coefficients)
        J.object([&] {
          text("name", C.Name);
          figure("value", C.Value);
          figure("standard_error", C.StandardError);
          text("unit", C.Unit);
        });
    });
    if (!F.Scores.empty())
      J.attributeArray("cross_validation", [&] {
        for (const ProfileScores &S : F.Scores)
          J.object([&] { scores(S); });
      });
    texts("notes", F.Notes);
  }

  void scores(const ProfileScores &S) {
    J.attribute("method", json::fixUTF8(S.Method));
    figure("n", S.N);
    figure("mape_percent", S.MapePercent);
    figure("median_ape_percent", S.MedianApePercent);
    figure("p95_ape_percent", S.P95ApePercent);
    figure("bias_percent", S.BiasPercent);
    figure("spearman", S.Spearman);
  }

  void sessions(const Profile &P) {
    if (P.Sessions.empty() && P.UnknownSession == 1)
      return;
    J.attributeArray("sessions", [&] {
      for (const SessionFactor &S : P.Sessions)
        J.object([&] {
          text("session", S.Session);
          figure("factor", S.Factor);
        });
    });
    figure("unknown_session", P.UnknownSession);
  }

  void ranges(const Profile &P) {
    if (P.Ranges.empty())
      return;
    J.attributeObject("ranges", [&] {
      for (const FeatureRange &R : P.Ranges)
        J.attributeArray(info(R.Id).Name, [&] {
          number(J, R.Least);
          number(J, R.Most);
        });
    });
    if (P.RangesPerStep)
      J.attribute("ranges_per", "step");
  }

  void intervals(const Profile &P) {
    if (P.Intervals.empty())
      return;
    J.attributeArray("intervals", [&] {
      for (const IntervalWidth &W : P.Intervals)
        J.object([&] {
          figure("level", W.Level);
          figure("inside", W.Inside);
          figure("beyond", W.Beyond);
          figure("known_session", W.KnownSession);
          if (W.BySize.empty())
            return;
          J.attributeArray("by_size", [&] {
            for (const IntervalWidth::Sized &S : W.BySize)
              J.object([&] {
                figure("up_to", S.UpTo);
                figure("inside", S.Inside);
                figure("known_session", S.KnownSession);
              });
          });
        });
    });
  }

  json::OStream J;
};

} // namespace

void writeProfile(raw_ostream &OS, const Profile &P) {
  Writer(OS).write(P);
  OS << '\n';
}

} // namespace toscount
