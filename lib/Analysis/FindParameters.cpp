//===- FindParameters.cpp - what is trained -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// ONNX does not say which constants are parameters. Here: floating
/// initializers (and Constant and ConstantOfShape tensors) of more than one
/// element that reach, directly or through movement, an operand which its
/// operator's row calls trainable. Exporters merge initializers of equal value
/// into one with Identity aliases; an alias with at most one dimension greater
/// than 1 is therefore its own parameter, an alias of a matrix is weight tying.
///
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/Support/Regex.h"

#include <set>

using namespace llvm;

namespace toscount {
namespace {

unsigned wideDims(ShapeRef Dims) {
  return llvm::count_if(Dims, [](int64_t D) { return D > 1; });
}

class ParameterSearch {
public:
  explicit ParameterSearch(AnalysisState &S)
      : S(S), UsedDirectly(S.Facts.size()) {}

  Error run() {
    findAliases();
    reach();
    collect();
    return freeze();
  }

private:
  /// A view of one operand with the operand's own shape renames it.
  bool isAlias(const Node &N, const OpInfo *Row) const {
    return Row != nullptr && Row->Kind == OpKind::View &&
           N.Inputs.size() == 1 && N.Inputs[0] != NoId &&
           N.Outputs.size() == 1 && N.Outputs[0] != NoId &&
           S.M.value(N.Inputs[0]).Dims == S.M.value(N.Outputs[0]).Dims;
  }

  void findAliases() {
    for (NodeId I = 0; I < S.nodes().size(); ++I) {
      const Node &N = S.nodes()[I];
      bool Alias = isAlias(N, S.Rows[I]);
      for (ValueId In : N.Inputs) {
        if (In == NoId)
          continue;
        if (!Alias)
          UsedDirectly[In] = true;
      }
      if (!Alias)
        continue;
      ValueId In = N.Inputs[0];
      ValueId Base = S.Facts[In].AliasOf != NoId ? S.Facts[In].AliasOf : In;
      const Value &V = S.M.value(Base);
      if (V.Kind == ValueKind::Initializer && isFloating(V.Type) &&
          elements(V.Dims) > 1 && wideDims(V.Dims) <= 1) {
        S.Facts[N.Outputs[0]].AliasOf = Base;
        ++Aliases[Base];
      }
    }
  }

  /// From the last node to the first, so that what a value's users reach is
  /// known before the value's producer is looked at. The first user in
  /// execution order is written last.
  void reach() {
    for (NodeId I = S.nodes().size(); I-- > 0;) {
      const Node &N = S.nodes()[I];
      const OpInfo *Row = S.Rows[I];
      if (Row == nullptr)
        continue;
      for (unsigned Slot = 0; Slot < N.Inputs.size(); ++Slot) {
        ValueId In = N.Inputs[Slot];
        if (In == NoId)
          continue;
        ValueFacts &F = S.Facts[In];
        if (contains(Row->Trainable, Slot)) {
          bool Doubt = contains(Row->Undecidable, Slot);
          F.Undecidable = Doubt && (F.TrainedBy == NoId || F.Undecidable);
          F.TrainedBy = I;
        } else if (contains(Row->Buffers, Slot)) {
          F.BufferedBy = I;
        } else if (Row->moves() && contains(Row->Differentiable, Slot)) {
          for (ValueId Out : N.Outputs)
            // An alias is a parameter of its own: its uses are not its base's.
            if (Out != NoId && S.Facts[Out].AliasOf == NoId)
              flowBack(S.Facts[Out], F);
        }
      }
    }
  }

  static void flowBack(const ValueFacts &Out, ValueFacts &In) {
    if (Out.TrainedBy != NoId) {
      In.Undecidable =
          Out.Undecidable && (In.TrainedBy == NoId || In.Undecidable);
      In.TrainedBy = std::min(In.TrainedBy, Out.TrainedBy);
    }
    if (Out.BufferedBy != NoId)
      In.BufferedBy = std::min(In.BufferedBy, Out.BufferedBy);
  }

  bool isRoot(ValueId Id) const {
    const Value &V = S.M.value(Id);
    const ValueFacts &F = S.Facts[Id];
    if (!V.HasShape || !isFloating(V.Type) || elements(V.Dims) == 0)
      return false;
    // One number is more often a factor than a parameter: only where it stands
    // in a place of its own (the bias of a single output).
    if (elements(V.Dims) == 1 && (V.Dims.empty() || F.Undecidable))
      return false;
    if (F.AliasOf != NoId)
      return true;
    if (V.Kind == ValueKind::Initializer)
      return Aliases.find(Id) == Aliases.end() || UsedDirectly[Id];
    // Constant and ConstantOfShape; one whose size follows from an activation
    // is a mask or an initial state.
    return V.Kind == ValueKind::Result && F.Static && !F.FromShapes &&
           S.Rows[V.Producer] != nullptr &&
           S.Rows[V.Producer]->Kind == OpKind::Static;
  }

  void collect() {
    ParameterCounts &P = S.Result.Parameters;
    std::vector<std::string> Doubtful;
    for (ValueId Id = 0; Id < S.Facts.size(); ++Id) {
      ValueFacts &F = S.Facts[Id];
      if ((F.TrainedBy == NoId && F.BufferedBy == NoId) || !isRoot(Id))
        continue;
      const Value &V = S.M.value(Id);
      Count Size = elements(V.Dims);
      if (F.TrainedBy == NoId) {
        F.Buffer = true;
        P.Buffers += Size;
        continue;
      }
      F.Parameter = true;
      P.Total += Size;
      if (F.AliasOf != NoId &&
          (UsedDirectly[F.AliasOf] || Aliases.at(F.AliasOf) > 1))
        P.FromAliases += Size;
      if (F.Undecidable && wideDims(V.Dims) > 1)
        Doubtful.push_back("'" + printable(V.Name) + "' " + toString(V.Dims));
    }
    if (Doubtful.empty())
      return;
    std::string List;
    constexpr size_t Shown = 5;
    for (size_t I = 0; I < std::min(Doubtful.size(), Shown); ++I)
      List += (I != 0 ? ", " : "") + Doubtful[I];
    if (Doubtful.size() > Shown)
      List += " and " + std::to_string(Doubtful.size() - Shown) + " more";
    S.Result.Assumptions.push_back(
        "constants that are added or multiplied elementwise are taken for "
        "parameters, not masks or tables: " +
        List);
  }

  Expected<std::optional<Regex>> compile(StringRef Pattern, StringRef Flag) {
    if (Pattern.empty())
      return std::nullopt;
    if (Error E = checkPattern(Pattern))
      return withContext(std::move(E), Flag);
    return std::optional<Regex>(Regex(Pattern));
  }

  Error freeze() {
    Expected<std::optional<Regex>> Out =
        compile(S.options().Freeze, "--freeze");
    if (!Out)
      return Out.takeError();
    Expected<std::optional<Regex>> Keep =
        compile(S.options().Trainable, "--trainable");
    if (!Keep)
      return Keep.takeError();
    bool Matched = !*Out, Kept = !*Keep;
    std::vector<SmallVector<StringRef, 2>> Users;
    if (*Out || *Keep)
      Users = directUsers();
    for (ValueId Id = 0; Id < S.Facts.size(); ++Id) {
      ValueFacts &F = S.Facts[Id];
      if (!F.Parameter)
        continue;
      if (*Out && matches(**Out, Id, Users[Id]))
        F.Frozen = Matched = true;
      if (*Keep) {
        bool Wanted = matches(**Keep, Id, Users[Id]);
        Kept |= Wanted;
        F.Frozen |= !Wanted;
      }
      if (!F.Frozen)
        S.Result.Parameters.Trainable += elements(S.M.value(Id).Dims);
    }
    if (!Matched)
      S.Result.Warnings.push_back("--freeze matches no parameter");
    if (!Kept)
      S.Result.Warnings.push_back("--trainable matches no parameter");
    return Error::success();
  }

  std::vector<SmallVector<StringRef, 2>> directUsers() const {
    std::vector<SmallVector<StringRef, 2>> Users(S.Facts.size());
    for (const Node &N : S.nodes())
      for (ValueId In : N.Inputs)
        if (In != NoId && S.Facts[In].Layout)
          Users[In].push_back(N.Name);
    return Users;
  }

  bool matches(const Regex &R, ValueId Id, ArrayRef<StringRef> Users) const {
    const ValueFacts &F = S.Facts[Id];
    if (R.match(S.M.value(Id).Name) || R.match(S.nodes()[F.TrainedBy].Name))
      return true;
    if (F.AliasOf != NoId && R.match(S.M.value(F.AliasOf).Name))
      return true;
    return llvm::any_of(Users, [&](StringRef Name) { return R.match(Name); });
  }

  AnalysisState &S;
  std::vector<bool> UsedDirectly;
  std::map<ValueId, unsigned> Aliases;
};

} // namespace

Error findParameters(AnalysisState &S) { return ParameterSearch(S).run(); }

} // namespace toscount
