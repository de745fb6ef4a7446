//===- Job.h - a layer graph and how it is trained ------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One line of a campaign file (`toscount.campaign/1`, docs/Formats.md). Files
/// come from elsewhere: every number is checked before it is used.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_JOB_H
#define TOSCOUNT_MEASURE_JOB_H

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace toscount::measure {

using Json = nlohmann::json;

struct ValueInfo {
  std::string Name, Type; ///< Type as "fp32", "int64", "bool".
  bool HasShape = false;
  std::vector<int64_t> Shape;
};

/// Tensor contents as numbers; integers above 2^53 keep their value.
struct TensorInfo {
  std::string Type;
  std::vector<int64_t> Shape;
  bool Known = false; ///< Contents are there.
  std::vector<double> Floats;
  std::vector<int64_t> Ints;
};

enum class Role : uint8_t { Constant, Parameter, Frozen, Buffer };

struct StoredInfo {
  size_t Value = 0;
  Role Kind = Role::Constant;
  TensorInfo Contents;
  Json Init; ///< Null: chosen by the operator that uses it.
};

struct NodeInfo {
  std::string Name, Op, Domain;
  int64_t Opset = 0;
  Json Attributes = Json::object();
  std::vector<int64_t> Inputs, Outputs; ///< Values; -1 for an absent one.
  /// "node 'NAME' (OP)".
  [[nodiscard]] std::string place() const;
};

struct GraphInfo {
  std::string Name;
  std::vector<ValueInfo> Values;
  std::vector<size_t> Inputs, Outputs;
  std::vector<StoredInfo> Stored;
  std::vector<NodeInfo> Nodes; ///< In execution order.
};

struct LossInfo {
  std::string Name;
  size_t Input = 0, Output = 0; ///< What is read, and the graph's output.
  int64_t ClassAxis = 0;        ///< Of Input.
  std::optional<double> Beta;
};

struct OptimizerInfo {
  std::string Name;
  double LearningRate = 0, Momentum = 0, WeightDecay = 0;
};

struct PlanInfo {
  std::string Data, Label, Datatype, Session, Trainable;
  Json Dims; ///< Null, or the dimensions that were bound.
  std::optional<int64_t> Samples, ValidationSamples, Patience;
  std::optional<double> TargetAccuracy, EnergyBudgetJ;
  int64_t Batch = 1, Epochs = 1, Repeats = 1, Repeat = 0, Seed = 1;
  int64_t Folds = 1, Fold = 0;
  LossInfo Loss;
  OptimizerInfo Optimizer;
};

struct Job {
  std::string Id, Model, Group;
  PlanInfo Plan;
  GraphInfo Graph;
};

/// Throws Failure with \p Place in front.
Job parseJob(const std::string &Line, const std::string &Place);
/// The "graph" member of a line.
GraphInfo parseGraph(const Json &Graph);
/// {"type", "shape", "contents"}.
TensorInfo parseTensor(const Json &Tensor);
/// One line as JSON; throws Failure.
Json parseLine(const std::string &Line, const std::string &Place);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_JOB_H
