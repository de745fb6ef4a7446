//===- Executor.cpp - runs a layer graph ----------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Executor.h"

#include "Failure.h"

#include <ATen/Context.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

namespace toscount::measure {
namespace {

bool isRandom(const std::string &Op) { return Op.rfind("Random", 0) == 0; }

/// Draws, or behaves otherwise in training.
bool isVolatile(const NodeInfo &N) {
  return isRandom(N.Op) || N.Op == "Dropout" || N.Op == "Bernoulli" ||
         N.Op == "BatchNormalization";
}

std::string firstLine(const std::string &Text) {
  return Text.substr(0, Text.find('\n'));
}

bool isMemory(const std::string &Text) {
  return Text.find("out of memory") != std::string::npos ||
         Text.find("can't allocate memory") != std::string::npos ||
         Text.find("not enough memory") != std::string::npos;
}

/// Takes a first value by its use: parameters, buffers, and a single number
/// that the file does not give (no parameter by definition, such as the bias of
/// one feature), which stays as it is.
bool isInitialized(const StoredInfo &S) {
  if (S.Kind != Role::Constant)
    return true;
  int64_t Elements = 1;
  for (int64_t D : S.Contents.Shape)
    Elements *= D;
  return !S.Contents.Known && Elements == 1 && S.Contents.Type == "fp32";
}

} // namespace

Executor::Executor(const GraphInfo &G, const std::set<size_t> &Kept,
                   at::Device Device, bool ForceFloat32)
    : G(G), Kept(Kept), Device(Device), ForceFloat32(ForceFloat32),
      Static(G.Nodes.size()), IsConstant(G.Values.size()),
      Values(G.Values.size()) {
  this->Kept.insert(G.Outputs.begin(), G.Outputs.end());
  resolve();
  placeConstants();
  foldConstants();
  findDraws();
  planRelease();
}

void Executor::resolve() {
  std::string Unknown;
  std::set<std::string> Named;
  for (const NodeInfo &N : G.Nodes) {
    Rows.push_back(findOperator(N));
    if (Rows.back() == nullptr && Named.insert(N.Domain + ":" + N.Op).second)
      Unknown += (Unknown.empty() ? "" : ", ") + N.place();
  }
  if (!Unknown.empty())
    throw Failure("the runner has no operator for " + Unknown +
                      "; 'toscount-measure --operators' lists those it has",
                  "unknown-operator");
}

/// A constant lies where its uses want it: shapes on the host.
void Executor::placeConstants() {
  std::vector<bool> OnDevice(G.Values.size()), OnHost(G.Values.size());
  for (size_t I = 0; I < G.Nodes.size(); ++I)
    for (size_t Slot = 0; Slot < G.Nodes[I].Inputs.size(); ++Slot)
      if (int64_t Id = G.Nodes[I].Inputs[Slot]; Id >= 0)
        (Slot < 32 && (Rows[I]->Host >> Slot & 1) != 0
             ? OnHost
             : OnDevice)[static_cast<size_t>(Id)] = true;
  for (const StoredInfo &S : G.Stored) {
    if (isInitialized(S))
      continue;
    if (!S.Contents.Known)
      throw Failure("constant '" + G.Values[S.Value].Name +
                        "' is no parameter, and its contents are not in the "
                        "campaign file: it has more elements than are kept",
                    "unknown-constant");
    at::Tensor T = makeTensor(S.Contents);
    if (ForceFloat32 && T.is_floating_point())
      T = T.to(at::kFloat);
    bool Host = !OnDevice[S.Value] || (OnHost[S.Value] && T.numel() <= 64);
    Values[S.Value] = Host ? T : T.to(Device);
    IsConstant[S.Value] = true;
  }
}

void Executor::foldConstants() {
  c10::AutoGradMode NoGrad(false);
  for (size_t I = 0; I < G.Nodes.size(); ++I) {
    const NodeInfo &N = G.Nodes[I];
    bool Constant = !isVolatile(N);
    for (int64_t Id : N.Inputs)
      Constant &= Id < 0 || IsConstant[static_cast<size_t>(Id)];
    if (!Constant)
      continue;
    runNode(I, Mode::AsWritten);
    Static[I] = true;
    for (int64_t Id : N.Outputs)
      if (Id >= 0)
        IsConstant[static_cast<size_t>(Id)] = true;
  }
}

/// Looks for Add(mean, Mul(deviation, noise)), operands in either order.
void Executor::findDraws() {
  std::vector<bool> Touched(G.Values.size());
  std::vector<std::vector<size_t>> Users(G.Values.size());
  for (size_t Id : G.Inputs)
    Touched[Id] = true;
  for (size_t I = 0; I < G.Nodes.size(); ++I) {
    bool Any = false;
    for (int64_t Id : G.Nodes[I].Inputs)
      if (Id >= 0) {
        Any |= Touched[static_cast<size_t>(Id)];
        Users[static_cast<size_t>(Id)].push_back(I);
      }
    for (int64_t Id : G.Nodes[I].Outputs)
      if (Id >= 0)
        Touched[static_cast<size_t>(Id)] = Any;
  }
  /// The only user of \p Id, when it is \p Op; sets \p Other to its other
  /// operand.
  auto onlyUser = [&](size_t Id, const char *Op,
                      size_t &Other) -> const NodeInfo * {
    if (Users[Id].size() != 1 || G.Nodes[Users[Id][0]].Op != Op)
      return nullptr;
    const NodeInfo &N = G.Nodes[Users[Id][0]];
    if (N.Inputs.size() != 2 || N.Outputs.empty() || N.Outputs[0] < 0 ||
        N.Inputs[0] < 0 || N.Inputs[1] < 0)
      return nullptr;
    bool First = N.Inputs[0] == static_cast<int64_t>(Id);
    Other = static_cast<size_t>(N.Inputs[First ? 1 : 0]);
    return &N;
  };
  for (const NodeInfo &N : G.Nodes) {
    if (!isRandom(N.Op) || N.Outputs.empty() || N.Outputs[0] < 0 ||
        Touched[static_cast<size_t>(N.Outputs[0])])
      continue;
    Draw D;
    const NodeInfo *Scaled =
        onlyUser(static_cast<size_t>(N.Outputs[0]), "Mul", D.Deviation);
    if (Scaled == nullptr || onlyUser(static_cast<size_t>(Scaled->Outputs[0]),
                                      "Add", D.Mean) == nullptr)
      continue;
    Draws.push_back(D);
    Kept.insert(D.Mean);
    Kept.insert(D.Deviation);
  }
}

void Executor::planRelease() {
  std::vector<bool> Seen(G.Values.size());
  for (size_t Id : Kept)
    Seen[Id] = true;
  for (const StoredInfo &S : G.Stored)
    Seen[S.Value] = true;
  for (size_t Id = 0; Id < Seen.size(); ++Id)
    Seen[Id] = Seen[Id] || IsConstant[Id];
  ReleaseAfter.resize(G.Nodes.size());
  for (size_t I = G.Nodes.size(); I-- > 0;)
    for (const auto *Ids : {&G.Nodes[I].Inputs, &G.Nodes[I].Outputs})
      for (int64_t Signed : *Ids)
        if (auto Id = static_cast<size_t>(Signed); Signed >= 0 && !Seen[Id]) {
          Seen[Id] = true;
          ReleaseAfter[I].push_back(Id);
        }
}

void Executor::initialise(uint64_t Seed) {
  at::globalContext().setDeterministicCuDNN(false);
  at::manual_seed(Seed);
  c10::AutoGradMode NoGrad(false);
  Trained.clear();
  for (const StoredInfo &S : G.Stored) {
    if (!isInitialized(S))
      continue;
    at::Tensor T = initialValue(G, S).to(Device).contiguous();
    if (S.Kind == Role::Parameter) {
      T.requires_grad_(true);
      Trained.push_back(T);
    }
    Values[S.Value] = T;
  }
}

int64_t Executor::parameterElements() const {
  int64_t Elements = 0;
  for (const at::Tensor &T : Trained)
    Elements += T.numel();
  return Elements;
}

void Executor::runNode(size_t Index, Mode How) {
  const NodeInfo &N = G.Nodes[Index];
  Call C{N, {}, How, ForceFloat32, Device};
  C.In.reserve(N.Inputs.size());
  for (size_t Slot = 0; Slot < N.Inputs.size(); ++Slot) {
    if (N.Inputs[Slot] < 0) {
      C.In.emplace_back();
      continue;
    }
    at::Tensor T = Values[static_cast<size_t>(N.Inputs[Slot])];
    bool Host = Slot < 32 && (Rows[Index]->Host >> Slot & 1) != 0;
    if (!Host && T.defined() && T.device() != Device && T.is_floating_point())
      T = T.to(Device);
    C.In.push_back(std::move(T));
  }
  // Whole numbers on the host meet whole numbers, or go where the others are.
  if (!Device.is_cpu()) {
    bool Any = false;
    for (const at::Tensor &T : C.In)
      Any |= T.defined() && T.device() == Device;
    for (size_t Slot = 0; Any && Slot < C.In.size(); ++Slot)
      if (!(Slot < 32 && (Rows[Index]->Host >> Slot & 1) != 0) &&
          C.In[Slot].defined())
        C.In[Slot] = C.In[Slot].to(Device);
  }
  try {
    Results R = Rows[Index]->Run(C);
    for (size_t I = 0; I < N.Outputs.size(); ++I) {
      if (N.Outputs[I] < 0)
        continue;
      if (I >= R.size() || !R[I].defined())
        throw Failure("result " + std::to_string(I) + " can't be computed");
      Values[static_cast<size_t>(N.Outputs[I])] = std::move(R[I]);
    }
  } catch (const c10::Error &E) {
    std::string Text = firstLine(E.what_without_backtrace());
    throw Failure(N.place() + ": " + Text,
                  isMemory(Text) ? "out-of-memory" : "error");
  } catch (const Failure &E) {
    throw Failure(N.place() + ": " + E.what(), E.Kind, E.Exit);
  } catch (const std::bad_alloc &) {
    throw Failure(N.place() + ": out of memory", "out-of-memory");
  } catch (const std::exception &E) {
    std::string Text = firstLine(E.what());
    throw Failure(N.place() + ": " + Text,
                  isMemory(Text) ? "out-of-memory" : "error");
  }
}

void Executor::run(const std::vector<at::Tensor> &Inputs, Mode How) {
  if (Inputs.size() != G.Inputs.size())
    throw Failure("the network takes " + std::to_string(G.Inputs.size()) +
                  " inputs, not " + std::to_string(Inputs.size()));
  for (size_t I = 0; I < Inputs.size(); ++I)
    Values[G.Inputs[I]] = Inputs[I];
  for (size_t I = 0; I < G.Nodes.size(); ++I) {
    if (!Static[I])
      runNode(I, How);
    for (size_t Id : ReleaseAfter[I])
      Values[Id] = at::Tensor();
  }
}

void Executor::release() {
  std::vector<bool> Stays = IsConstant;
  for (const StoredInfo &S : G.Stored)
    Stays[S.Value] = true;
  for (size_t Id = 0; Id < Values.size(); ++Id)
    if (!Stays[Id])
      Values[Id] = at::Tensor();
}

} // namespace toscount::measure
