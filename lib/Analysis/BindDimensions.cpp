//===- BindDimensions.cpp - numbers for symbolic dimensions ---------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `--dim NAME=VALUE`, `--dim INPUT:AXIS=VALUE` and `--batch B`, applied to the
/// graph's inputs. Every dimension left over is named in one error.
///
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

#include <set>
#include <utility>

using namespace llvm;

namespace toscount {
namespace {

class Binder {
public:
  explicit Binder(AnalysisState &S) : S(S) {}

  Error run() {
    if (Error E = unpackInputs())
      return E;
    for (ValueId Id : S.M.Main->Inputs) {
      const Value &V = S.M.value(Id);
      Dims[Id].assign(V.Declared.begin(), V.Declared.end());
      Ranked[Id] = V.DeclaredRank;
    }
    for (const DimBinding &B : S.options().Dims)
      if (Error E = B.Axis ? bindPosition(B) : bindSymbol(B.Name, B.Value))
        return E;
    if (S.options().Batch)
      if (Error E = bindBatch(*S.options().Batch))
        return E;
    if (Error E = finish())
      return E;
    guessBatch();
    return Error::success();
  }

private:
  Error fail(const Twine &Message) const {
    return makeError(printable(S.M.Path) + ": " + Message);
  }
  StringRef inputName(ValueId Id) const { return S.M.value(Id).Name; }
  /// The name of the sequence that \p Id is in, or its own.
  StringRef ownerName(ValueId Id) const {
    auto It = Owners.find(Id);
    return inputName(It == Owners.end() ? Id : It->second);
  }

  /// Puts the tensors that sequences and optionals hold in their place among
  /// the inputs.
  Error unpackInputs() {
    auto IsTensor = [&](ValueId Id) { return !S.M.value(Id).Sequence; };
    if (all_of(S.M.Main->Inputs, IsTensor))
      return Error::success();
    std::vector<ValueId> Inputs;
    for (ValueId Id : S.M.Main->Inputs) {
      const Value V = S.M.value(Id);
      if (!V.Sequence) {
        Inputs.push_back(Id);
        continue;
      }
      if (V.Form == ValueForm::Other)
        return fail("input '" + printable(V.Name) +
                    "' is a map or a nested sequence; such inputs are not "
                    "counted");
      Expected<std::optional<size_t>> Length = inputLength(V);
      if (!Length)
        return Length.takeError();
      ItemList Items(V.Form, V.Type);
      if (*Length && V.Form == ValueForm::OptionalSequence) {
        Value Inner = V;
        Inner.Form = ValueForm::Sequence;
        ValueId InnerId = S.M.addValue(Inner);
        Items.append(InnerId);
        S.Items[InnerId] = unpack(Id, V, **Length, Inputs);
      } else if (*Length) {
        Items = unpack(Id, V, **Length, Inputs);
      }
      S.Items[Id] = std::move(Items);
    }
    S.M.Main->Inputs = std::move(Inputs);
    return Error::success();
  }

  /// How many tensors input \p V holds; nothing when it is an optional without
  /// any.
  Expected<std::optional<size_t>> inputLength(const Value &V) {
    std::string Name = printable(V.Name);
    auto It = S.options().Assumptions.find(V.Name.str());
    bool Sequence = V.Form != ValueForm::Optional;
    bool None = V.Form != ValueForm::Sequence;
    if (It == S.options().Assumptions.end()) {
      if (Sequence)
        return fail("input '" + Name +
                    "' is a sequence; how many tensors it holds is only known "
                    "when the network runs; give it with --assume " +
                    Name + "=NUMBER" +
                    (None ? ", or --assume " + Name + "=none" : ""));
      S.Result.Assumptions.push_back("the optional input '" + Name +
                                     "' is given (otherwise --assume " + Name +
                                     "=none)");
      return std::optional<size_t>(1);
    }
    S.UsedAssumptions.insert(It->first);
    S.AssumedNodes.insert(It->first);
    if (None && It->second.empty()) {
      S.Result.Assumptions.push_back("the optional input '" + Name +
                                     "' is not given");
      return std::optional<size_t>();
    }
    int64_t Most = Sequence ? 100'000 : 1;
    int64_t Length = It->second.size() == 1 ? It->second.front() : -1;
    if (Length < (Sequence ? 0 : 1) || Length > Most)
      return fail("--assume " + Name + ": input '" + Name + "' is " +
                  (Sequence ? "a sequence, which can hold 0 to " + Twine(Most) +
                                  " tensors here"
                            : Twine("an optional: 1 says that it is given, "
                                    "none that it is not")));
    if (Sequence)
      S.Result.Assumptions.push_back("input '" + Name + "' holds " +
                                     std::to_string(Length) +
                                     (Length == 1 ? " tensor" : " tensors"));
    return std::optional<size_t>(static_cast<size_t>(Length));
  }

  /// \p Length tensors as the sequence or optional \p V, input \p Id, declares
  /// them; appended to \p Inputs.
  ItemList unpack(ValueId Id, const Value &V, size_t Length,
                  std::vector<ValueId> &Inputs) {
    bool Optional = V.Form == ValueForm::Optional;
    ItemList Items(Optional ? V.Form : ValueForm::Sequence, V.Type);
    for (size_t K = 0; K < Length; ++K) {
      Value Item = V;
      Item.Sequence = false;
      Item.Form = ValueForm::Tensor;
      if (!Optional)
        Item.Name =
            S.M.copy(StringRef(V.Name.str() + "[" + std::to_string(K) + "]"));
      ValueId ItemId = S.M.addValue(Item);
      Owners[ItemId] = Id;
      Items.append(ItemId);
      Inputs.push_back(ItemId);
    }
    return Items;
  }

  Error bindSymbol(StringRef Name, int64_t Number) {
    auto [It, New] = S.Symbols.try_emplace(Name.str(), Number);
    if (!New && It->second != Number)
      return fail("dimension '" + printable(Name) + "' is bound to both " +
                  Twine(It->second) + " and " + Twine(Number));
    bool Found = false;
    std::vector<StringRef> Known;
    for (auto &[Id, InputDims] : Dims)
      for (const Dim &D : InputDims) {
        Found |= D.Symbol == Name;
        if (!D.Symbol.empty())
          Known.push_back(D.Symbol);
      }
    if (Found) {
      if (New)
        S.Result.BoundDims.emplace_back(Name.str(), Number);
      return Error::success();
    }
    // A size inside the network that only data decides may have a name.
    for (const Value &V : S.M.Values)
      if (V.Kind == ValueKind::Result)
        for (const Dim &D : V.Declared)
          if (D.Symbol == Name) {
            S.DataSymbols.try_emplace(Name.str(), false);
            return Error::success();
          }
    if (S.options().PassOverForeignDims)
      return Error::success();
    std::string Have;
    for (StringRef Symbol : std::set<StringRef>(Known.begin(), Known.end()))
      Have += (Have.empty() ? "" : ", ") + printable(Symbol);
    return fail("no input has a dimension called '" + printable(Name) + "'" +
                didYouMean(Name, Known) +
                (Have.empty() ? " (all are fixed; --dim INPUT:AXIS=VALUE "
                                "rebinds one)"
                              : " (there are: " + Have + ")"));
  }

  Error bindPosition(const DimBinding &B) {
    std::vector<StringRef> Names;
    bool Found = false;
    for (auto &[Id, InputDims] : Dims) {
      Names.push_back(ownerName(Id));
      if (inputName(Id) != B.Name && ownerName(Id) != B.Name)
        continue;
      // Of a sequence, every tensor.
      bool First = !std::exchange(Found, true);
      unsigned Axis = *B.Axis;
      if (!Ranked[Id] && Axis < 32) {
        // An input without a rank gets one from the axes that are bound.
        InputDims.resize(std::max<size_t>(InputDims.size(), Axis + 1));
      }
      if (Axis >= InputDims.size())
        return fail("input '" + printable(B.Name) + "' has " +
                    Twine(InputDims.size()) + " dimensions, no axis " +
                    Twine(Axis));
      Dim &D = InputDims[Axis];
      bool One = Owners.contains(Id) && inputName(Id) == B.Name;
      if (!One && !D.known() && !D.Symbol.empty()) {
        if (Error E = bindSymbol(D.Symbol, B.Value))
          return E;
        continue;
      }
      if (D.known() && Axis == 0 && D.Value != B.Value) {
        S.OldBatch = D.Value;
        S.NewBatch = B.Value;
      }
      D.Value = B.Value;
      if (First)
        S.Result.BoundDims.emplace_back(B.Name + ":" + std::to_string(Axis),
                                        B.Value);
    }
    if (Found)
      return Error::success();
    for (const Value &V : S.M.Values) {
      if (V.Kind != ValueKind::Result)
        continue;
      if (V.Name == B.Name) {
        S.DataDims[{B.Name, *B.Axis}] = {B.Value, false};
        return Error::success();
      }
      Names.push_back(V.Name);
    }
    if (S.options().PassOverForeignDims)
      return Error::success();
    return fail("no input and no result is called '" + printable(B.Name) + "'" +
                didYouMean(B.Name, Names));
  }

  /// The first dimension of \p InputDims without a number, or null.
  static Dim *outermostOpen(std::vector<Dim> &InputDims) {
    for (Dim &D : InputDims)
      if (!D.known())
        return &D;
    return nullptr;
  }

  Error bindBatch(int64_t Batch) {
    // Candidates: each input's outermost dimension without a number.
    std::set<StringRef> Candidates;
    for (auto &[Id, InputDims] : Dims)
      if (Dim *D = outermostOpen(InputDims))
        if (S.Symbols.find(D->Symbol) == S.Symbols.end())
          Candidates.insert(D->Symbol);
    if (Candidates.size() > 1) {
      std::string List;
      for (StringRef Symbol : Candidates)
        List += (List.empty() ? "" : ", ") +
                (Symbol.empty() ? "an unnamed one" : printable(Symbol));
      return fail("--batch could mean more than one dimension (" + List +
                  "); bind them with --dim NAME=VALUE");
    }
    if (Candidates.size() == 1) {
      StringRef Symbol = *Candidates.begin();
      if (!Symbol.empty())
        return bindSymbol(Symbol, Batch);
      for (auto &[Id, InputDims] : Dims)
        if (Dim *D = outermostOpen(InputDims)) {
          D->Value = Batch;
          S.Result.BoundDims.emplace_back(
              inputName(Id).str() + ":" + std::to_string(D - InputDims.data()),
              Batch);
        }
      return Error::success();
    }
    return rebindFixedBatch(Batch);
  }

  /// Every input's first dimension is a number (PyTorch's default export).
  Error rebindFixedBatch(int64_t Batch) {
    std::optional<int64_t> Old;
    for (auto &[Id, InputDims] : Dims) {
      if (InputDims.empty() || !InputDims.front().known())
        continue;
      if (Old && *Old != InputDims.front().Value)
        return fail("--batch: the inputs start with different fixed "
                    "dimensions; rebind them with --dim INPUT:0=VALUE");
      Old = InputDims.front().Value;
    }
    if (!Old)
      return fail("--batch: no input has a batch dimension that is not bound "
                  "already");
    for (auto &[Id, InputDims] : Dims)
      if (!InputDims.empty() && InputDims.front().known()) {
        InputDims.front().Value = Batch;
        S.Result.BoundDims.emplace_back(inputName(Id).str() + ":0", Batch);
      }
    if (*Old != Batch) {
      S.OldBatch = *Old;
      S.NewBatch = Batch;
    }
    return Error::success();
  }

  Error finish() {
    std::vector<std::string> Missing;
    std::string Example;
    std::set<std::string> Flags;
    auto Miss = [&](const std::string &What, const std::string &Flag) {
      if (!Flags.insert(Flag).second)
        return;
      Missing.push_back(What);
      // "batch size", "past + 1": names that a shell would take apart.
      auto Plain = [](char C) {
        return isAlnum(C) || StringRef("_.:/-").contains(C);
      };
      bool Quote = !all_of(Flag, Plain);
      Example += Quote ? " --dim '" + Flag + "=8'" : " --dim " + Flag + "=8";
    };
    for (ValueId Id : S.M.Main->Inputs) {
      std::string Name = printable(ownerName(Id));
      std::vector<Dim> &InputDims = Dims[Id];
      if (!Ranked[Id] && InputDims.empty())
        Miss("the rank of input '" + Name + "'", Name + ":0");
      Shape Bound;
      for (size_t Axis = 0; Axis < InputDims.size(); ++Axis) {
        Dim &D = InputDims[Axis];
        if (!D.known())
          if (auto It = S.Symbols.find(D.Symbol); It != S.Symbols.end())
            D.Value = It->second;
        std::string Position = Name + ":" + std::to_string(Axis);
        if (!D.known()) {
          std::string Symbol = printable(D.Symbol);
          if (Symbol.empty())
            Miss("'" + Position + "'", Position);
          else
            Miss("'" + Symbol + "' (input '" + Name + "', axis " +
                     std::to_string(Axis) + ")",
                 Symbol);
          continue;
        }
        // An empty list of axes or pads is an operand; an empty batch is not.
        bool EmptyList = D.Value == 0 && InputDims.size() == 1 &&
                         isInteger(S.M.value(Id).Type);
        if (D.Value < 1 && !EmptyList)
          return fail("dimension " + Twine(Axis) + " of input '" + Name +
                      "' is " + Twine(D.Value) +
                      "; bind it to a positive number with --dim " + Position +
                      "=VALUE");
        Bound.push_back(D.Value);
      }
      if (!Missing.empty())
        continue;
      Value &V = S.M.value(Id);
      Count Bits = elements(Bound) * std::max(bitWidth(V.Type), 8U);
      if (!Bits.valid() || Bits > Count(INT64_MAX))
        return fail("input '" + Name + "' would have shape " + toString(Bound) +
                    ", more than any memory holds");
      V.Dims = S.M.copy(ShapeRef(Bound));
      V.HasShape = true;
      report(Id, V, Bound);
    }
    if (Missing.empty())
      return Error::success();
    std::string List;
    for (const std::string &What : Missing)
      List += (List.empty() ? "" : ", ") + What;
    return fail((Missing.size() == 1 ? "a dimension is" : "dimensions are") +
                Twine(" not bound: ") + List + "; add for example" + Example);
  }

  /// Equal tensors of one sequence are one entry, `xs[0..3]`.
  void report(ValueId Id, const Value &V, const Shape &Bound) {
    auto Owner = Owners.find(Id);
    std::vector<ModelCounts::BoundInput> &All = S.Result.Inputs;
    bool Inside = Owner != Owners.end() &&
                  S.M.value(Owner->second).Form != ValueForm::Optional;
    if (!Inside || Entry != Owner->second || All.back().Dims != Bound) {
      All.push_back({V.Name, V.Type, Bound});
      Entry = Inside ? Owner->second : NoId;
      return;
    }
    auto [First, Rest] = All.back().Name.rsplit('[');
    (void)First;
    StringRef From = Rest.take_while([](char C) { return isDigit(C); });
    StringRef To = V.Name.drop_back().rsplit('[').second;
    All.back().Name = S.M.copy(
        StringRef((ownerName(Id) + "[" + From + ".." + To + "]").str()));
  }

  /// The batch size: the first dimension that all inputs of rank 1 and more
  /// share.
  void guessBatch() {
    if (S.options().Batch) {
      S.Result.Batch = S.options().Batch;
      return;
    }
    std::optional<int64_t> Shared;
    for (const ModelCounts::BoundInput &Input : S.Result.Inputs) {
      if (Input.Dims.empty())
        continue;
      if (Shared && *Shared != Input.Dims.front())
        return;
      Shared = Input.Dims.front();
    }
    S.Result.Batch = Shared;
  }

  AnalysisState &S;
  /// By input, in the order of their ids, which is that of the file.
  std::map<ValueId, std::vector<Dim>> Dims;
  std::map<ValueId, bool> Ranked;
  /// Of a tensor in a sequence or an optional: which one.
  DenseMap<ValueId, ValueId> Owners;
  /// The sequence whose tensors the last reported entry is of.
  ValueId Entry = NoId;
};

} // namespace

CountOptions atBatch(const ModelCounts &Full, int64_t Batch) {
  CountOptions O = Full.Options;
  if (O.Batch) {
    O.Batch = Batch;
    return O;
  }
  // The batch is every input's first dimension, however it was bound.
  const Model &M = *Full.Source;
  std::vector<DimBinding> Outermost;
  for (ValueId Id : M.Main->Inputs) {
    const Value &V = M.value(Id);
    if (V.Dims.empty())
      continue;
    Outermost.push_back({V.Name.str(), 0, Batch});
    erase_if(O.Dims, [&](const DimBinding &B) {
      return B.Axis ? B.Name == V.Name && *B.Axis == 0
                    : !V.Declared.empty() && B.Name == V.Declared[0].Symbol;
    });
  }
  O.Dims.insert(O.Dims.end(), Outermost.begin(), Outermost.end());
  return O;
}

Error bindDimensions(AnalysisState &S) { return Binder(S).run(); }

} // namespace toscount
