//===- CountLayers.cpp - running the rules --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs every node's forward rule in execution order and its backward rule in
/// reverse, and settles what no rule can know: bytes, kernels, gradients that
/// accumulate, what must be kept for the backward pass, updates.
///
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallSet.h"

using namespace llvm;

namespace toscount {
namespace {

class Counter {
public:
  Counter(AnalysisState &S, NodeId Traced, LayerTrace *Steps)
      : S(S), Traced(Traced), Steps(Steps), Slots(S.nodes().size()) {}

  Error run() {
    for (NodeId I = 0; I < S.nodes().size(); ++I)
      if (Error E = forward(I))
        return E;
    Work LossForward, LossBackward;
    bool Train = S.options().Phases == Level::Train;
    if (S.Loss != nullptr) {
      LossForward =
          Work(S.LossShape.Type, traceOf(lossId(), &LayerTrace::Forward));
      S.Loss->Forward(S.LossShape, LossForward);
      if (Train && S.Facts[S.LossSeed].HasGrad)
        LossBackward = lossGradient();
    }
    if (Train) {
      for (NodeId I = S.nodes().size(); I-- > 0;)
        if (Error E = backward(I))
          return E;
      keepActivations();
      if (Error E = update())
        return E;
    }
    ownParameters();
    emit(LossForward, LossBackward);
    return checkCounts();
  }

private:
  /// What a node came to, until rows are made.
  struct Slot {
    WorkByPhase Phases;
    Count Parameters, Trainable;
    bool Used = false;
    bool View = false; ///< This use of it turned out to be a view.
  };

  void keep(NodeId I, Phase P, Work &W) {
    settle(W);
    Slots[I].Used = true;
    pack(Slots[I].Phases, static_cast<unsigned>(P), W);
  }
  void pack(WorkByPhase &Into, unsigned P, const Work &W) {
    Overflowed |= !W.valid();
    Into.set(P, W);
  }
  /// The loss, where a layer to be traced is told by number.
  [[nodiscard]] NodeId lossId() const { return S.nodes().size(); }
  Trace *traceOf(NodeId I, Trace LayerTrace::*Part) const {
    return Steps != nullptr && I == Traced ? &(Steps->*Part) : nullptr;
  }

  /// Folded and laid out beforehand: nothing runs.
  bool isFree(const Node &N) const {
    return llvm::all_of(N.Outputs, [&](ValueId Out) {
      return Out == NoId || S.Facts[Out].Layout;
    });
  }

  /// Shapes, axes and scalars known beforehand are part of the instruction, not
  /// of the data it reads.
  bool isImmediate(ValueId Id) const {
    if (S.Facts[Id].Parameter || S.Facts[Id].Buffer)
      return false;
    // Integers of any size may be weights or masks.
    Count Most = isFloating(S.M.value(Id).Type) ? 1 : MaxKeptElements;
    return S.Facts[Id].Static && elements(S.M.value(Id).Dims) <= Most;
  }

  Count bytesOf(ValueId Id, Count Elements) const {
    return byteSize(S.M.value(Id).Type, Elements);
  }
  Count sizeOf(ValueId Id) const { return elements(S.M.value(Id).Dims); }

  static Count partOr(ArrayRef<Work::Partial> Parts, unsigned Index,
                      Count Whole) {
    for (const Work::Partial &P : llvm::reverse(Parts))
      if (P.Index == Index)
        return P.Elements;
    return Whole;
  }

  // -- Forward.

  Error forward(NodeId I) {
    const Node &N = S.nodes()[I];
    const OpInfo *Row = S.Rows[I];
    if (Steps != nullptr && I == Traced)
      Steps->Row = Row;
    if (Row == nullptr || isFree(N) || Row->Kind == OpKind::View)
      return Error::success();
    OpInstance Op(S.M, N, S.options().Rules);
    Work W(Op.computeType(), traceOf(I, &LayerTrace::Forward));
    if (Row->Forward != nullptr)
      Row->Forward(Op, W);
    if (Error E = Op.checkAttributes())
      return withContext(std::move(E), S.place(N));
    if (W.IsView) {
      W.Kernels = 0;
      makeView(N);
    } else {
      forwardTraffic(N, W);
    }
    bool InLoss = Row->IsLoss && S.options().Phases != Level::Infer;
    Slots[I].View = W.IsView;
    keep(I, InLoss ? Phase::Loss : Phase::Forward, W);
    return Error::success();
  }

  void makeView(const Node &N) {
    if (!N.Inputs.empty() && N.Inputs[0] != NoId && !N.Outputs.empty() &&
        N.Outputs[0] != NoId)
      S.Facts[N.Outputs[0]].Storage = S.Facts[N.Inputs[0]].Storage;
  }

  void forwardTraffic(const Node &N, Work &W) {
    SmallSet<ValueId, 8> Seen;
    for (unsigned I = 0; I < N.Inputs.size(); ++I) {
      ValueId In = N.Inputs[I];
      if (In == NoId || isImmediate(In) || !Seen.insert(In).second)
        continue;
      W.BytesRead += bytesOf(In, partOr(W.Reads, I, sizeOf(In)));
    }
    for (unsigned O = 0; O < N.Outputs.size(); ++O)
      if (ValueId Out = N.Outputs[O]; Out != NoId)
        W.BytesWritten += bytesOf(Out, partOr(W.Writes, O, sizeOf(Out)));
  }

  // -- Backward.

  Work lossGradient() {
    SmallVector<bool, 1> Yes = {true};
    GradWork G(S.LossShape.Type, Yes, Yes,
               traceOf(lossId(), &LayerTrace::Backward));
    S.Loss->Backward(S.LossShape, G);
    G.BytesRead += G.HiddenBytes;
    HiddenBytes += G.HiddenBytes;
    arrive(S.LossSeed, sizeOf(S.LossSeed), G);
    return G;
  }

  Error backward(NodeId I) {
    const Node &N = S.nodes()[I];
    const OpInfo *Row = S.Rows[I];
    if (S.isAlias(N))
      return Error::success();
    SmallVector<bool, 8> Needs, HasGrad;
    bool AnyNeeds = false, AnyGrad = false;
    for (unsigned K = 0; K < N.Inputs.size(); ++K) {
      ValueId In = N.Inputs[K];
      bool Need = In != NoId && S.Facts[In].NeedsGrad &&
                  (Row == nullptr || contains(Row->Differentiable, K));
      Needs.push_back(Need);
      AnyNeeds |= Need;
    }
    for (ValueId Out : N.Outputs) {
      bool Has = Out != NoId && S.Facts[Out].HasGrad;
      HasGrad.push_back(Has);
      AnyGrad |= Has;
    }
    if (!AnyNeeds || !AnyGrad)
      return Error::success();

    OpInstance Op(S.M, N, S.options().Rules);
    GradWork G(Op.computeType(), Needs, HasGrad,
               traceOf(I, &LayerTrace::Backward));
    bool Free = Row == nullptr || isFree(N) || isView(I);
    if (!Free) {
      if (Row->Backward != nullptr)
        Row->Backward(Op, G);
      if (Error E = Op.checkAttributes())
        return withContext(std::move(E), S.place(N));
      backwardTraffic(N, G);
    }
    for (unsigned K = 0; K < N.Inputs.size(); ++K)
      if (Needs[K])
        arrive(N.Inputs[K], arriving(N, K), G);
    if (!Free || !G.total().empty())
      keep(I, Phase::Backward, G);
    return Error::success();
  }

  bool isView(NodeId I) const {
    return S.Rows[I]->Kind == OpKind::View || Slots[I].View;
  }

  /// Elements of gradient that a node brings to its operand \p K. A node that
  /// lays out a parameter brings only the part it selected, and parts that do
  /// not overlap need no addition.
  Count arriving(const Node &N, unsigned K) const {
    Count Whole = sizeOf(N.Inputs[K]);
    if (!isFree(N))
      return Whole;
    Count Selected = 0;
    for (ValueId Out : N.Outputs)
      if (Out != NoId && S.Facts[Out].HasGrad)
        Selected += sizeOf(Out);
    return std::min(Selected, Whole);
  }

  /// \p Elements of gradient arrive at \p Id. What arrives beyond the value's
  /// own size is added to what was there, by whoever brings it.
  void arrive(ValueId Id, Count Elements, Work &W) {
    Count Size = sizeOf(Id);
    auto Excess = [&](Count Arrived) {
      return Arrived > Size ? Arrived - Size : Count(0);
    };
    Count &Arrived = S.Facts[Id].Arrived;
    Count Adds = Excess(Arrived + Elements) - Excess(Arrived);
    Arrived += Elements;
    if (Adds == 0)
      return;
    ElementType Before = W.type();
    W.setType(S.M.value(Id).Type);
    W.add(Adds, "a value used several times accumulates its gradients");
    W.setType(Before);
    W.Kernels += 1;
    W.BytesRead += bytesOf(Id, Adds) * 2;
    W.BytesWritten += bytesOf(Id, Adds);
    W.BytesAccumulated += bytesOf(Id, Adds) * 3;
  }

  void backwardTraffic(const Node &N, GradWork &G) {
    bool ReadsGrad = false;
    std::vector<bool> Aliased(N.Inputs.size());
    for (unsigned K : G.Aliases)
      if (K < Aliased.size())
        Aliased[K] = true;
    std::vector<Count> BroadcastFrom(N.Inputs.size());
    for (const Work::Partial &P : G.BroadcastFrom)
      BroadcastFrom[P.Index] = P.Elements;
    for (unsigned K = 0; K < N.Inputs.size(); ++K) {
      if (!G.needs(K))
        continue;
      ValueId In = N.Inputs[K];
      bool Alias = Aliased[K];
      Count From = BroadcastFrom[K];
      bool Sums = From > Count(0);
      if (!Alias) {
        G.Kernels += 1;
        G.BytesWritten +=
            bytesOf(In, Sums ? From : partOr(G.Writes, K, sizeOf(In)));
        ReadsGrad = true;
      }
      if (Sums) {
        G.Kernels += 1;
        if (!Alias)
          G.BytesRead += bytesOf(In, From);
        G.BytesWritten += bytesOf(In, sizeOf(In));
        ReadsGrad = true;
      }
    }
    if (ReadsGrad)
      for (unsigned O = 0; O < N.Outputs.size(); ++O)
        if (G.hasGrad(O))
          G.BytesRead += bytesOf(N.Outputs[O], sizeOf(N.Outputs[O]));
    SmallSet<ValueId, 8> Saved;
    auto Save = [&](ValueId Id) {
      if (Id == NoId || isImmediate(Id) || !Saved.insert(Id).second)
        return;
      G.BytesRead += bytesOf(Id, sizeOf(Id));
      Kept.push_back(Id);
    };
    for (unsigned K : G.SavedInputs)
      if (K < N.Inputs.size())
        Save(N.Inputs[K]);
    for (unsigned O : G.SavedOutputs)
      if (O < N.Outputs.size())
        Save(N.Outputs[O]);
    G.BytesRead += G.HiddenBytes;
    HiddenBytes += G.HiddenBytes;
  }

  /// The union of what backward rules read of the forward pass.
  void keepActivations() {
    std::vector<bool> Seen(S.Facts.size());
    Count Bytes = HiddenBytes;
    for (ValueId Id : Kept) {
      ValueId Storage = S.Facts[Id].Storage;
      if (Seen[Storage] || S.Facts[Storage].Layout)
        continue;
      Seen[Storage] = true;
      Bytes += bytesOf(Storage, sizeOf(Storage));
    }
    S.Result.ActivationBytes = Bytes;
  }

  // -- Update and parameters.

  Error update() {
    const std::string &Name = S.options().Optimizer;
    if (!S.Result.has(Phase::Update)) {
      S.Result.Assumptions.push_back(
          "no optimizer: the update of the parameters is not counted (choose "
          "with --optimizer)");
      return Error::success();
    }
    const Optimizer *O = findOptimizer(Name);
    if (O == nullptr)
      return makeError("unknown optimizer '" + printable(Name) + "'");
    bool Any = false;
    for (ValueId Id = 0; Id < S.Facts.size(); ++Id) {
      const ValueFacts &F = S.Facts[Id];
      if (!F.Parameter || !F.HasGrad)
        continue;
      Any = true;
      NodeId I = F.TrainedBy;
      ElementType Type = S.M.value(Id).Type;
      Work W(Type, traceOf(I, &LayerTrace::Update));
      Count Size = sizeOf(Id);
      O->Update(Size, W);
      Count Bytes = byteSize(Type, Size);
      W.BytesRead += Bytes * (2 + O->StateTensors);
      W.BytesWritten += Bytes * (1 + O->StateTensors);
      Work Whole = Slots[I].Phases.get(static_cast<unsigned>(Phase::Update));
      Whole += W;
      keep(I, Phase::Update, Whole);
    }
    if (Any && O->PerStep != nullptr) {
      StepScalars = Work(S.options().Datatype.value_or(ElementType::Float32),
                         traceOf(lossId() + 1, &LayerTrace::Update));
      O->PerStep(StepScalars);
      StepScalars.Kernels = 0; // Computed by the host.
    }
    return Error::success();
  }

  void ownParameters() {
    for (ValueId Id = 0; Id < S.Facts.size(); ++Id) {
      const ValueFacts &F = S.Facts[Id];
      if (!F.Parameter)
        continue;
      Slot &Owner = Slots[F.TrainedBy];
      Owner.Used = true;
      Owner.Parameters += sizeOf(Id);
      if (!F.Frozen)
        Owner.Trainable += sizeOf(Id);
    }
  }

  // -- Rows.

  /// A Work that nothing was counted in still says one kernel.
  static void settle(Work &W) {
    if (W.Ops.empty() && W.BytesRead == 0 && W.BytesWritten == 0 &&
        W.Random == 0)
      W.Kernels = 0;
  }

  void merge(LayerCounts &Into, Slot &From, bool Estimate) {
    Into.Estimate |= Estimate;
    Into.Parameters += From.Parameters;
    Into.TrainableParameters += From.Trainable;
    for (unsigned P = 0; P < NumPhases; ++P)
      if (From.Phases.has(P)) {
        Work Sum = Into.Phases.get(P);
        Sum += From.Phases.get(P);
        pack(Into.Phases, P, Sum);
      }
  }

  void emit(Work &LossForward, Work &LossBackward) {
    auto &Layers = S.Result.Layers;
    // Iterations of one body are one row.
    DenseMap<unsigned, size_t> RowOfGroup;
    size_t Used = 2;
    for (const Slot &From : Slots)
      Used += From.Used ? 1 : 0;
    Layers.reserve(Used);
    for (NodeId I = 0; I < S.nodes().size(); ++I) {
      Slot &From = Slots[I];
      // What is explained has a row even if it runs nothing.
      if (!From.Used && I != Traced)
        continue;
      const Node &N = S.nodes()[I];
      if (unsigned Group = S.Groups[I]) {
        auto [It, New] = RowOfGroup.try_emplace(Group, Layers.size());
        if (!New) {
          merge(Layers[It->second], From, S.Estimated[I]);
          continue;
        }
      }
      LayerCounts L;
      L.Origin = I;
      L.Estimate = S.Estimated[I];
      L.Name = N.Name;
      L.Op = N.Op;
      L.Domain = N.Domain;
      if (!N.Outputs.empty() && N.Outputs[0] != NoId)
        L.Output = S.M.value(N.Outputs[0]).Dims;
      if (S.Rows[I] != nullptr)
        L.Class = S.Registry.classOf(*S.Rows[I]);
      L.Parameters = From.Parameters;
      L.TrainableParameters = From.Trainable;
      L.Phases = std::move(From.Phases);
      Layers.push_back(std::move(L));
    }
    if (S.Loss != nullptr) {
      LayerCounts L;
      L.Name = "loss";
      settle(LossForward);
      settle(LossBackward);
      pack(L.Phases, static_cast<unsigned>(Phase::Loss), LossForward);
      pack(L.Phases, static_cast<unsigned>(Phase::Backward), LossBackward);
      Layers.push_back(std::move(L));
    }
    if (!StepScalars.Ops.empty()) {
      LayerCounts L;
      L.Name = "optimizer";
      settle(StepScalars);
      pack(L.Phases, static_cast<unsigned>(Phase::Update), StepScalars);
      Layers.push_back(std::move(L));
    }
  }

  Error checkCounts() const {
    const ParameterCounts &P = S.Result.Parameters;
    if (!P.Total.valid() || !P.Buffers.valid())
      return makeError(printable(S.M.Path) +
                       ": the number of parameters does not fit 64 bits");
    if (!S.Result.ActivationBytes.valid())
      return makeError(printable(S.M.Path) +
                       ": the activation memory does not fit 64 bits");
    if (!Overflowed)
      return Error::success();
    for (const LayerCounts &L : S.Result.Layers)
      for (unsigned P = 0; P < NumPhases; ++P)
        if (!L.Phases.get(P).valid())
          return makeError(printable(S.M.Path) + ": node '" +
                           printable(L.Name) + "' (" + printable(L.Op) +
                           "): its " + name(static_cast<Phase>(P)) +
                           " operations in one step do not fit 64 bits; bind "
                           "smaller dimensions");
    return Error::success();
  }

  AnalysisState &S;
  NodeId Traced;
  LayerTrace *Steps;
  std::vector<Slot> Slots;
  std::vector<ValueId> Kept; ///< Read by backward rules; repeats.
  Count HiddenBytes;
  Work StepScalars;
  bool Overflowed = false; ///< Some work does not fit 64 bits.
};

} // namespace

Error countLayers(AnalysisState &S, NodeId Traced, LayerTrace *Steps) {
  return Counter(S, Traced, Steps).run();
}

} // namespace toscount
