//===- MeterComparison.cpp - the same runs seen by two meters -------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Records/MeterComparison.h"

#include "toscount/Support/Csv.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Support/Json.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace llvm;

namespace toscount {
namespace {

void keepCoarsest(std::optional<double> &Most, std::optional<double> Value) {
  if (Value && (!Most || *Value > *Most))
    Most = Value;
}

/// What makes the figures below mean less than they seem to.
void addNotes(MeterComparison &C, size_t Apart) {
  for (const MeterSide *Side : {&C.A, &C.B})
    if (Side->Estimated)
      C.Notes.push_back(Side->Source +
                        " holds estimates, which are no measurements");
  if (C.OnlyA + C.OnlyB > 0)
    C.Notes.push_back(std::to_string(C.OnlyA) + " runs of A and " +
                      std::to_string(C.OnlyB) +
                      " of B have no other side and are left out");
  if (Apart > 0)
    C.Notes.push_back(std::to_string(Apart) +
                      " pairs were started at different times: they are the "
                      "same job, but not the same run");
  double Coarsest =
      std::max(C.A.ResolutionS.value_or(0), C.B.ResolutionS.value_or(0));
  size_t Short = count_if(C.Pairs, [&](const MeterPair &P) {
    return P.Seconds && *P.Seconds < Coarsest;
  });
  if (Short > 0)
    C.Notes.push_back(std::to_string(Short) +
                      " runs are shorter than what the coarser meter resolves");
}

Error wrong(const RunRecord &R, StringRef Field, StringRef Should) {
  return makeError(R.where() + ": field '" + Field + "' must be " + Should);
}

Error readNumber(const json::Object &O, StringRef Field, MeteredRecord &R,
                 std::optional<double> &Number) {
  const json::Value *V = O.get(Field);
  if (V == nullptr)
    return Error::success();
  Number = V->getAsNumber();
  if (!Number || !std::isfinite(*Number) || *Number < 0)
    return wrong(R, Field, "a number that is not negative");
  return Error::success();
}

Error readDomains(const json::Object &O, MeteredRecord &R) {
  const json::Value *V = O.get("energy_by_domain");
  if (V == nullptr)
    return Error::success();
  const char *Should = "an object of numbers that are not negative";
  const json::Object *Domains = V->getAsObject();
  if (Domains == nullptr)
    return wrong(R, "energy_by_domain", Should);
  for (const auto &Entry : *Domains) {
    std::optional<double> Energy = Entry.second.getAsNumber();
    if (!Energy || !std::isfinite(*Energy) || *Energy < 0)
      return wrong(R, "energy_by_domain", Should);
    R.EnergyByDomain[Entry.first.str()] = *Energy;
  }
  return Error::success();
}

Error readWindow(const json::Object &O, MeteredRecord &R) {
  const json::Value *V = O.get("window_unix");
  if (V == nullptr)
    return Error::success();
  const json::Array *List = V->getAsArray();
  std::optional<double> From, To;
  if (List != nullptr && List->size() == 2) {
    From = (*List)[0].getAsNumber();
    To = (*List)[1].getAsNumber();
  }
  if (!From || !To || !(*From <= *To) || !std::isfinite(*To - *From))
    return wrong(R, "window_unix", "two Unix times, from and to");
  R.WindowUnix = {*From, *To};
  return Error::success();
}

} // namespace

Expected<std::vector<MeteredRecord>>
readMeteredRecords(const std::string &Path) {
  Expected<std::vector<RunRecord>> Runs = readRunRecords({Path});
  if (!Runs)
    return Runs.takeError();
  ErrorOr<std::unique_ptr<MemoryBuffer>> File = MemoryBuffer::getFile(Path);
  if (!File)
    return makeError(printable(Path) + ": " + File.getError().message());
  SmallVector<StringRef> Lines;
  (*File)->getBuffer().split(Lines, '\n');
  std::vector<MeteredRecord> Records;
  for (RunRecord &Run : *Runs) {
    MeteredRecord R{std::move(Run), {}, {}, {}, {}, {}, {}};
    if (R.Line > Lines.size())
      return makeError(printable(Path) + ": was changed while it was read");
    Expected<json::Value> Value =
        parseJson(Lines[R.Line - 1].ltrim("\xef\xbb\xbf"));
    if (!Value)
      return withContext(Value.takeError(), R.where());
    const json::Object *O = Value->getAsObject();
    if (O == nullptr)
      return makeError(R.where() + ": a run must be a JSON object");
    R.Job = O->getString("job").value_or("").str();
    R.Started = O->getString("started").value_or("").str();
    if (Error E = readNumber(*O, "meter_resolution_s", R, R.ResolutionS))
      return E;
    if (Error E = readNumber(*O, "meter_sampling_s", R, R.SamplingS))
      return E;
    if (Error E = readDomains(*O, R))
      return E;
    if (Error E = readWindow(*O, R))
      return E;
    Records.push_back(std::move(R));
  }
  return Records;
}

std::string runIdentity(const MeteredRecord &R) {
  if (!R.Job.empty())
    return R.Job;
  std::string Text;
  raw_string_ostream(Text) << R.Model << '\n'
                           << R.group() << '\n'
                           << R.Data << '\n'
                           << R.Samples << ' ' << R.Batch << ' ' << R.Epochs
                           << ' ' << R.Optimizer << ' ' << R.Loss << ' '
                           << R.Dtype << ' ' << R.Criterion << '\n'
                           << R.Session << '\n'
                           << R.Started;
  return Text;
}

Expected<MeterSide> meterSide(std::string Source,
                              ArrayRef<MeteredRecord> Records,
                              ArrayRef<std::string> Domains) {
  MeterSide Side;
  Side.Source = std::move(Source);
  std::set<std::string> Meters;
  std::map<std::string, size_t> Seen;
  for (const MeteredRecord &R : Records) {
    MeteredRun Run{runIdentity(R), R.Model,        R.Started,
                   R.where(),      R.Energy.Value, R.Seconds};
    if (!Domains.empty())
      Run.Energy = 0;
    for (const std::string &Domain : Domains) {
      auto At = R.EnergyByDomain.find(Domain);
      if (At == R.EnergyByDomain.end()) {
        std::vector<std::string> Has;
        for (const auto &[Name, Energy] : R.EnergyByDomain)
          Has.push_back(printable(Name));
        return makeError(
            R.where() + ": has no energy of '" + printable(Domain) +
            "' (it has: " + (Has.empty() ? "none by domain" : join(Has, ", ")) +
            ")");
      }
      Run.Energy += At->second;
    }
    if (auto [At, New] = Seen.try_emplace(Run.Identity, Side.Runs.size()); !New)
      return makeError(R.where() + ": is the same run as " +
                       Side.Runs[At->second].Where +
                       "; a meter can have seen it only once");
    if (Side.Unit.empty())
      Side.Unit = R.Energy.Unit;
    if (R.Energy.Unit != Side.Unit)
      return makeError(R.where() + ": its energy is in " +
                       printable(R.Energy.Unit) + ", others are in " +
                       printable(Side.Unit));
    Meters.insert(R.Meter);
    Side.Estimated |= R.Estimated;
    keepCoarsest(Side.ResolutionS, R.ResolutionS);
    keepCoarsest(Side.SamplingS, R.SamplingS);
    Side.Runs.push_back(std::move(Run));
  }
  Side.Meter = join(Meters, "+");
  return Side;
}

Expected<MeterComparison> compareMeters(MeterSide A, MeterSide B) {
  if (A.Unit != B.Unit)
    return makeError(printable(A.Source) + " is in " + printable(A.Unit) +
                     ", but " + printable(B.Source) + " in " +
                     printable(B.Unit) + "; units are never converted");
  std::map<std::string, const MeteredRun *> Other;
  for (const MeteredRun &Run : B.Runs)
    Other[Run.Identity] = &Run;
  MeterComparison C;
  std::vector<double> EnergiesA, EnergiesB;
  size_t Apart = 0;
  for (const MeteredRun &Run : A.Runs) {
    auto At = Other.find(Run.Identity);
    if (At == Other.end())
      continue;
    const MeteredRun &Twin = *At->second;
    Apart += Run.Started != Twin.Started;
    C.Pairs.push_back({Run.Model, Run.Where, Run.Energy, Twin.Energy,
                       Run.Seconds ? Run.Seconds : Twin.Seconds});
    EnergiesA.push_back(Run.Energy);
    EnergiesB.push_back(Twin.Energy);
  }
  C.OnlyA = A.Runs.size() - C.Pairs.size();
  C.OnlyB = B.Runs.size() - C.Pairs.size();
  std::optional<Agreement> Result = agreement(EnergiesA, EnergiesB);
  if (!Result)
    return makeError(printable(A.Source) + " and " + printable(B.Source) +
                     " have " + Twine(C.Pairs.size()) +
                     " runs in common (by 'job', or by model and plan); a "
                     "comparison needs two");
  C.Result = *Result;
  A.Runs.clear();
  B.Runs.clear();
  C.A = std::move(A);
  C.B = std::move(B);
  addNotes(C, Apart);
  return C;
}

} // namespace toscount
