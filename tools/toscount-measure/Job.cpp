//===- Job.cpp - a layer graph and how it is trained ----------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Job.h"

#include "Failure.h"

#include <cmath>
#include <limits>

namespace toscount::measure {
namespace {

/// No tensor of a network has more elements than this.
constexpr int64_t MaxElements = int64_t{1} << 40;

[[noreturn]] void wrong(const std::string &What) { throw Failure(What); }

const Json &member(const Json &O, const char *Name) {
  auto At = O.find(Name);
  if (At == O.end())
    wrong("'" + std::string(Name) + "' is missing");
  return *At;
}

int64_t integer(const Json &V, const char *What, int64_t Least, int64_t Most) {
  if (!V.is_number_integer() ||
      (V.is_number_unsigned() &&
       V.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)))
    wrong(std::string("'") + What + "' is no whole number");
  auto Number = V.get<int64_t>();
  if (Number < Least || Number > Most)
    wrong(std::string("'") + What + "' is " + std::to_string(Number) +
          ", outside " + std::to_string(Least) + " to " + std::to_string(Most));
  return Number;
}

int64_t integer(const Json &O, const char *Name, int64_t Default, int64_t Least,
                int64_t Most) {
  auto At = O.find(Name);
  return At == O.end() ? Default : integer(*At, Name, Least, Most);
}

std::string string(const Json &O, const char *Name) {
  const Json &V = member(O, Name);
  if (!V.is_string())
    wrong("'" + std::string(Name) + "' is no string");
  return V.get<std::string>();
}

std::string string(const Json &O, const char *Name, const char *Default) {
  return O.contains(Name) ? string(O, Name) : Default;
}

const Json &list(const Json &O, const char *Name) {
  const Json &V = member(O, Name);
  if (!V.is_array())
    wrong("'" + std::string(Name) + "' is no list");
  return V;
}

/// JSON has no infinities; they are written as strings.
double number(const Json &V, const char *What) {
  if (V.is_number())
    return V.get<double>();
  if (V == "inf")
    return std::numeric_limits<double>::infinity();
  if (V == "-inf")
    return -std::numeric_limits<double>::infinity();
  if (V == "nan")
    return std::numeric_limits<double>::quiet_NaN();
  wrong(std::string("'") + What + "' is no number");
}

std::optional<double> finite(const Json &O, const char *Name) {
  auto At = O.find(Name);
  if (At == O.end())
    return std::nullopt;
  double Number = number(*At, Name);
  if (!std::isfinite(Number) || Number < 0)
    wrong("'" + std::string(Name) + "' should be a finite number from 0");
  return Number;
}

std::vector<int64_t> shape(const Json &Dims, const char *What) {
  if (!Dims.is_array())
    wrong(std::string("'") + What + "' is no list");
  std::vector<int64_t> Shape;
  int64_t Elements = 1;
  for (const Json &D : Dims) {
    Shape.push_back(integer(D, What, 0, MaxElements));
    Elements *= std::max<int64_t>(Shape.back(), 1);
    if (Elements > MaxElements)
      wrong(std::string("'") + What + "' has too many elements");
  }
  return Shape;
}

bool isFloatName(const std::string &Type) {
  return Type.rfind("fp", 0) == 0 || Type == "bf16";
}

void parseContents(const Json &O, TensorInfo &T) {
  auto At = O.find("contents");
  if (At == O.end())
    return;
  if (!At->is_array())
    wrong("'contents' is no list");
  for (const Json &V : *At) {
    if (isFloatName(T.Type))
      T.Floats.push_back(number(V, "contents"));
    else
      T.Ints.push_back(integer(V, "contents", INT64_MIN, INT64_MAX));
  }
  int64_t Elements = 1;
  for (int64_t D : T.Shape)
    Elements *= D;
  if (static_cast<int64_t>(At->size()) != Elements)
    wrong("'contents' has " + std::to_string(At->size()) +
          " elements, but the shape has " + std::to_string(Elements));
  T.Known = true;
}

Role parseRole(const std::string &Name) {
  if (Name == "constant")
    return Role::Constant;
  if (Name == "parameter")
    return Role::Parameter;
  if (Name == "frozen")
    return Role::Frozen;
  if (Name == "buffer")
    return Role::Buffer;
  wrong("role '" + Name + "' is not known");
}

std::vector<int64_t> ids(const Json &O, const char *Name, size_t Values) {
  std::vector<int64_t> Ids;
  for (const Json &V : list(O, Name))
    Ids.push_back(integer(V, Name, -1, static_cast<int64_t>(Values) - 1));
  return Ids;
}

std::vector<size_t> present(const Json &O, const char *Name, size_t Values) {
  std::vector<size_t> Ids;
  for (const Json &V : list(O, Name))
    Ids.push_back(static_cast<size_t>(
        integer(V, Name, 0, static_cast<int64_t>(Values) - 1)));
  return Ids;
}

NodeInfo parseNode(const Json &O, size_t Values) {
  NodeInfo N;
  N.Name = string(O, "name");
  N.Op = string(O, "op");
  N.Domain = string(O, "domain", "");
  N.Opset = integer(O, "opset", 0, 0, 1000000);
  if (O.contains("attributes"))
    N.Attributes = O["attributes"];
  if (!N.Attributes.is_object())
    wrong("'attributes' is no object");
  N.Inputs = ids(O, "inputs", Values);
  N.Outputs = ids(O, "outputs", Values);
  return N;
}

/// Every value is made before it is used, and once.
void checkWiring(const GraphInfo &G) {
  std::vector<bool> Made(G.Values.size());
  auto make = [&](size_t Id) {
    if (Made[Id])
      wrong("value '" + G.Values[Id].Name + "' is made twice");
    Made[Id] = true;
  };
  for (size_t Id : G.Inputs)
    make(Id);
  for (const StoredInfo &S : G.Stored)
    make(S.Value);
  for (const NodeInfo &N : G.Nodes) {
    for (int64_t Id : N.Inputs)
      if (Id >= 0 && !Made[static_cast<size_t>(Id)])
        wrong(N.place() + ": operand '" +
              G.Values[static_cast<size_t>(Id)].Name +
              "' is used before it is made");
    for (int64_t Id : N.Outputs)
      if (Id >= 0)
        make(static_cast<size_t>(Id));
  }
  for (size_t Id : G.Outputs)
    if (!Made[Id])
      wrong("output '" + G.Values[Id].Name + "' is made by nothing");
}

LossInfo parseLoss(const Json &O, const GraphInfo &G) {
  LossInfo L;
  auto Last = static_cast<int64_t>(G.Values.size()) - 1;
  L.Name = string(O, "name");
  L.Input = static_cast<size_t>(integer(member(O, "input"), "input", 0, Last));
  L.Output =
      static_cast<size_t>(integer(member(O, "output"), "output", 0, Last));
  L.ClassAxis = integer(O, "class_axis", 0, 0, 1000);
  L.Beta = finite(O, "beta");
  return L;
}

PlanInfo parsePlan(const Json &O, const GraphInfo &G) {
  PlanInfo P;
  const int64_t Many = INT32_MAX;
  P.Data = string(O, "data");
  P.Label = string(O, "label", "");
  P.Datatype = string(O, "dtype", "fp32");
  P.Session = string(O, "session", "");
  P.Trainable = string(O, "trainable", "");
  if (O.contains("dims"))
    P.Dims = O["dims"];
  P.Batch = integer(O, "batch", 1, 1, Many);
  P.Epochs = integer(O, "epochs", 1, 1, Many);
  P.Repeats = integer(O, "repeats", 1, 1, Many);
  P.Repeat = integer(O, "repeat", 0, 0, Many);
  P.Seed = integer(O, "seed", 1, 0, INT64_MAX);
  P.Folds = integer(O, "folds", 1, 1, 1000);
  P.Fold = integer(O, "fold", 0, 0, P.Folds - 1);
  if (O.contains("samples"))
    P.Samples = integer(O["samples"], "samples", 1, MaxElements);
  if (O.contains("validation_samples"))
    P.ValidationSamples =
        integer(O["validation_samples"], "validation_samples", 0, MaxElements);
  if (O.contains("patience"))
    P.Patience = integer(O["patience"], "patience", 1, Many);
  P.TargetAccuracy = finite(O, "target_accuracy");
  P.EnergyBudgetJ = finite(O, "energy_budget_j");
  const Json &Optimizer = member(O, "optimizer");
  P.Optimizer.Name = string(Optimizer, "name");
  P.Optimizer.LearningRate = finite(Optimizer, "learning_rate").value_or(0.01);
  P.Optimizer.Momentum = finite(Optimizer, "momentum").value_or(0);
  P.Optimizer.WeightDecay = finite(Optimizer, "weight_decay").value_or(0);
  P.Loss = parseLoss(member(O, "loss"), G);
  return P;
}

} // namespace

std::string NodeInfo::place() const {
  return "node '" + Name + "' (" + (Domain.empty() ? "" : Domain + ".") + Op +
         ")";
}

TensorInfo parseTensor(const Json &Tensor) {
  TensorInfo T;
  T.Type = string(Tensor, "type");
  T.Shape = shape(member(Tensor, "shape"), "shape");
  parseContents(Tensor, T);
  return T;
}

GraphInfo parseGraph(const Json &O) {
  GraphInfo G;
  G.Name = string(O, "name", "");
  for (const Json &V : list(O, "values")) {
    ValueInfo Info;
    Info.Name = string(V, "name");
    Info.Type = string(V, "type");
    Info.HasShape = V.contains("shape");
    if (Info.HasShape)
      Info.Shape = shape(V["shape"], "shape");
    G.Values.push_back(std::move(Info));
  }
  G.Inputs = present(O, "inputs", G.Values.size());
  G.Outputs = present(O, "outputs", G.Values.size());
  for (const Json &V : list(O, "initializers")) {
    StoredInfo S;
    S.Value =
        static_cast<size_t>(integer(member(V, "value"), "value", 0,
                                    static_cast<int64_t>(G.Values.size()) - 1));
    S.Kind = parseRole(string(V, "role"));
    const ValueInfo &Info = G.Values[S.Value];
    if (!Info.HasShape)
      wrong("initializer '" + Info.Name + "' has no shape");
    S.Contents.Type = Info.Type;
    S.Contents.Shape = Info.Shape;
    parseContents(V, S.Contents);
    if (V.contains("init"))
      S.Init = V["init"];
    G.Stored.push_back(std::move(S));
  }
  for (const Json &V : list(O, "nodes"))
    G.Nodes.push_back(parseNode(V, G.Values.size()));
  checkWiring(G);
  return G;
}

Json parseLine(const std::string &Line, const std::string &Place) {
  try {
    Json O = Json::parse(Line);
    if (!O.is_object())
      wrong("is no JSON object");
    return O;
  } catch (const Json::exception &) {
    throw Failure(Place + ": is no line of JSON; write it again with "
                          "'toscount campaign'");
  } catch (const Failure &E) {
    throw Failure(Place + ": " + E.what());
  }
}

Job parseJob(const std::string &Line, const std::string &Place) {
  Json O = parseLine(Line, Place);
  try {
    std::string Schema = string(O, "schema");
    if (Schema != "toscount.campaign/1")
      wrong("schema '" + Schema + "' is not 'toscount.campaign/1'");
    Job J;
    J.Id = string(O, "job");
    J.Model = string(O, "model");
    J.Group = string(O, "group", "");
    J.Graph = parseGraph(member(O, "graph"));
    J.Plan = parsePlan(member(O, "plan"), J.Graph);
    return J;
  } catch (const Json::exception &E) {
    throw Failure(Place + ": " + E.what());
  } catch (const Failure &E) {
    throw Failure(Place + ": " + E.what());
  }
}

} // namespace toscount::measure
