//===- TestDataTest.cpp - shapes and references on recorded tests ---------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// On every model of Debian's libonnx-testdata that uses only delivered
/// operators: our shapes equal the recorded outputs' and the ONNX library's;
/// folded contents equal the recorded outputs; and the references whose
/// operations the oracle counts compute the recorded outputs. Each test prints
/// how many agreed of how many were tried.
///
//===----------------------------------------------------------------------===//

#include "Recorded.h"

#include "toscount/Analysis/Count.h"
#include "toscount/Import/Import.h"

#include "llvm/ADT/bit.h"

#include <gtest/gtest.h>

#include <iostream>
#include <set>

using namespace toscount;
using namespace toscount::testdata;
using oracle::Tensor;

namespace {

/// A recorded model, imported, with shapes inferred from its recorded inputs.
struct Prepared {
  std::unique_ptr<Model> M;
  std::map<ValueId, Tensor> Fed;
  std::string Problem; ///< Why it could not be prepared.
  bool Unsupported = false;
};

/// Cases where recorded data or the library differ from the specification, by
/// name, each with the reason.
const std::map<std::string, std::string> &knownDifferences() {
  const char *Empty = "an input without elements is refused, as intended";
  const char *Tie = "a tie between two integers, which single precision breaks";
  const char *Sided =
      "the library ignores onesided; the recorded shape is ours";
  const char *InGraph = "the Gradient operator is refused by name";
  static const std::map<std::string, std::string> Known = {
      {"node/test_adam_multiple",
       "recorded with an epsilon that the model does not carry"},
      {"node/test_dynamicquantizelinear", Tie},
      {"node/test_dynamicquantizelinear_expanded", Tie},
      {"node/test_stft", Sided},
      {"node/test_stft_with_window", Sided},
      {"simple/test_gradient_of_add", InGraph},
      {"simple/test_gradient_of_add_and_mul", InGraph},
      {"node/test_reshape_allowzero_reordered", Empty},
      {"node/test_split_zero_size_splits", Empty},
      {"simple/test_sequence_model8", Empty},
      {"node/test_tril_zero", Empty},
      {"node/test_triu_zero", Empty},
  };
  return Known;
}

/// The recorder knew no bfloat16 and wrote its bits as uint16.
void asDeclared(std::optional<Tensor> &T, ElementType Declared) {
  if (!T || T->Type != ElementType::UInt16 || Declared != ElementType::BFloat16)
    return;
  T->Type = Declared;
  for (oracle::Scalar &E : T->Data)
    E = llvm::bit_cast<float>(static_cast<uint32_t>(E.value()) << 16U);
}

void feed(Prepared &P, const RecordedTest &Test, bool WithContents) {
  auto Inputs = recordedTensors(Test, "input");
  const auto &Ids = P.M->Main->Inputs;
  for (size_t I = 0; I < Ids.size() && I < Inputs.size(); ++I) {
    if (!Inputs[I])
      continue;
    Value &V = P.M->value(Ids[I]);
    asDeclared(Inputs[I], V.Type);
    const Tensor &T = *Inputs[I];
    P.Fed[Ids[I]] = T;
    std::vector<Dim> Dims;
    for (int64_t D : T.Dims)
      Dims.push_back({D, {}});
    V.Declared = P.M->copy(Dims);
    V.DeclaredRank = true;
    if (!WithContents && isFloating(T.Type))
      continue;
    Constant C;
    C.Type = T.Type;
    C.Dims = P.M->copy(ShapeRef(T.Dims));
    std::vector<int64_t> Ints;
    std::vector<double> Floats;
    for (const oracle::Scalar &E : T.Data) {
      if (isFloating(T.Type))
        Floats.push_back(E.value());
      else
        Ints.push_back(static_cast<int64_t>(E.value()));
    }
    C.Ints = Ints;
    C.Floats = Floats;
    V.Contents = P.M->createConstant(C);
  }
}

Prepared prepare(const RecordedTest &Test, const OpRegistry &Registry,
                 bool WithContents) {
  Prepared P;
  auto M = importModel(Test.model());
  if (!M) {
    P.Problem = "import: " + llvm::toString(M.takeError());
    return P;
  }
  P.M = std::move(*M);
  for (const Node &N : P.M->Main->Nodes)
    P.Unsupported |= Registry.find(N.Domain, N.Op, N.Opset) == nullptr;
  if (P.Unsupported) {
    P.Problem = "uses operators that are not delivered";
    return P;
  }
  feed(P, Test, WithContents);
  CountOptions Options;
  for (const auto &[Name, Items] : recordedItems(Test)) {
    std::vector<int64_t> &Assumed = Options.Assumptions[Name];
    if (!Items.Given)
      continue;
    Assumed.push_back(Items.Sequence ? static_cast<int64_t>(Items.Shapes.size())
                                     : 1);
    for (size_t I = 0; I < Items.Shapes.size(); ++I)
      for (unsigned Axis = 0; Axis < Items.Shapes[I].size(); ++Axis)
        Options.Dims.push_back(
            {Items.Sequence ? Name + "[" + std::to_string(I) + "]" : Name, Axis,
             Items.Shapes[I][Axis]});
  }
  if (llvm::Error E = inferModelShapes(*P.M, Registry, Options))
    P.Problem = llvm::toString(std::move(E));
  // Operators inside subgraphs, too.
  P.Unsupported =
      P.Problem.find("operators without a counting rule") != std::string::npos;
  if (P.Unsupported)
    P.Problem = "uses operators that are not delivered";
  return P;
}

std::vector<int64_t> dims(ShapeRef Dims) {
  return std::vector<int64_t>(Dims.begin(), Dims.end());
}

bool compatible(const std::vector<int64_t> &Ours,
                const std::vector<int64_t> &Theirs) {
  if (Ours.size() != Theirs.size())
    return false;
  for (size_t I = 0; I < Ours.size(); ++I)
    if (Theirs[I] >= 0 && Theirs[I] != Ours[I])
      return false;
  return true;
}

std::string differ(const Tensor &Got, const Tensor &Want) {
  if (Got.Dims != Want.Dims)
    return "shape " + toString(Got.Dims) + ", recorded " + toString(Want.Dims);
  // The recorder truncated to bfloat16 instead of rounding: one last place.
  double Relative = Want.Type == ElementType::BFloat16 ? 1.0 / 128 : 2e-3;
  for (size_t I = 0; I < Got.size(); ++I) {
    double A = Got[I].value(), B = Want[I].value();
    if (std::isnan(A) && std::isnan(B))
      continue;
    if (A == B || std::abs(A - B) <= 1e-3 + Relative * std::abs(B))
      continue;
    return "element " + std::to_string(I) + " is " + std::to_string(A) +
           ", recorded " + std::to_string(B);
  }
  return {};
}

class Tally {
public:
  explicit Tally(std::string What) : What(std::move(What)) {}
  void agree() { ++Agreed, ++Tried; }
  void differ(const std::string &Name, const std::string &How) {
    auto It = knownDifferences().find(Name);
    if (It != knownDifferences().end()) {
      std::cout << "  known: " << Name << ": " << It->second << '\n';
      return;
    }
    ++Tried;
    Wrong += "  " + Name + ": " + How + "\n";
  }
  void skip(const std::string &Why) { ++Skipped[Why]; }
  ~Tally() {
    std::cout << What << ": " << Agreed << " agreed of " << Tried << " tried";
    for (const auto &[Why, N] : Skipped)
      std::cout << "; " << N << ' ' << Why;
    std::cout << '\n';
  }
  std::string Wrong;
  unsigned Agreed = 0, Tried = 0;

private:
  std::string What;
  std::map<std::string, unsigned> Skipped;
};

TEST(TestData, ShapesEqualRecordedAndLibrary) {
  auto Tests = recordedTests();
  if (Tests.empty())
    GTEST_SKIP() << "libonnx-testdata is not installed";
  OpRegistry Registry;
  Tally Recorded("shapes of recorded outputs"), Library("library's shapes"),
      Folded("folded contents");
  for (const RecordedTest &Test : Tests) {
    Prepared P = prepare(Test, Registry, /*WithContents=*/true);
    if (P.Unsupported) {
      Recorded.skip(P.Problem);
      continue;
    }
    if (!P.Problem.empty()) {
      Recorded.differ(Test.Name, P.Problem);
      continue;
    }
    auto Outputs = recordedTensors(Test, "output");
    std::string RecordedDiff, FoldedDiff;
    bool AnyFolded = false;
    for (size_t O = 0; O < Outputs.size() && O < P.M->Main->Outputs.size();
         ++O) {
      if (!Outputs[O])
        continue;
      const Value &V = P.M->value(P.M->Main->Outputs[O]);
      asDeclared(Outputs[O], V.Type);
      if (dims(V.Dims) != dims(Outputs[O]->Dims))
        RecordedDiff = "output " + std::to_string(O) + " " + toString(V.Dims) +
                       ", recorded " + toString(Outputs[O]->Dims);
      else if (V.Type != Outputs[O]->Type)
        RecordedDiff = "output " + std::to_string(O) + " is " +
                       name(V.Type).str() + ", recorded " +
                       name(Outputs[O]->Type).str();
      else if (V.Contents != nullptr &&
               V.Contents->size() == Outputs[O]->size()) {
        AnyFolded = true;
        Tensor Got(V.Type, V.Dims);
        for (size_t I = 0; I < Got.size(); ++I)
          Got[I] = V.Contents->number(I);
        FoldedDiff = differ(Got, *Outputs[O]);
      }
    }
    RecordedDiff.empty() ? Recorded.agree()
                         : Recorded.differ(Test.Name, RecordedDiff);
    if (AnyFolded)
      FoldedDiff.empty() ? Folded.agree()
                         : Folded.differ(Test.Name, FoldedDiff);
    auto Theirs = libraryShapes(Test);
    if (!Theirs) {
      Library.skip("without an answer of the library");
      continue;
    }
    std::string LibraryDiff;
    // Bodies of loops use names again.
    std::map<std::string, unsigned> Uses;
    for (const Value &V : P.M->Values)
      ++Uses[V.Name.str()];
    for (const Value &V : P.M->Values) {
      auto It = Theirs->find(V.Name.str());
      if (Uses[V.Name.str()] == 1 && V.Kind == ValueKind::Result &&
          It != Theirs->end() && !compatible(dims(V.Dims), It->second))
        LibraryDiff = "'" + V.Name.str() + "' " + toString(V.Dims) +
                      ", the library says " + toString(It->second);
    }
    LibraryDiff.empty() ? Library.agree()
                        : Library.differ(Test.Name, LibraryDiff);
  }
  EXPECT_EQ(Recorded.Wrong, "");
  EXPECT_EQ(Library.Wrong, "");
  EXPECT_EQ(Folded.Wrong, "");
  EXPECT_GT(Recorded.Agreed, 500u);
}

/// Runs every node's reference; the problem, or an empty string.
std::string execute(Prepared &P, std::map<ValueId, Tensor> &Values) {
  RuleSettings Settings;
  Values = P.Fed;
  for (ValueId Id = 0; Id < P.M->Values.size(); ++Id) {
    const Value &V = P.M->Values[Id];
    if (V.Contents == nullptr || Values.count(Id) != 0)
      continue;
    Tensor T(V.Type, V.Dims);
    if (V.Contents->size() != T.size())
      continue;
    for (size_t I = 0; I < T.size(); ++I)
      T[I] = V.Contents->number(I);
    Values[Id] = T;
  }
  for (const Node &N : P.M->Main->Nodes) {
    bool Known = llvm::all_of(N.Outputs, [&](ValueId Id) {
      return Id == NoId || Values.count(Id) != 0;
    });
    if (Known)
      continue;
    const oracle::Reference *R = oracle::findReference(N.Domain, N.Op);
    if (R == nullptr)
      return "no reference";
    OpInstance Op(*P.M, N, Settings);
    std::vector<Tensor> In, Out;
    for (ValueId Id : N.Inputs) {
      if (Id != NoId && Values.count(Id) == 0)
        return "operand unknown";
      In.push_back(Id == NoId ? Tensor() : Values[Id]);
    }
    for (ValueId Id : N.Outputs)
      Out.push_back(Id == NoId
                        ? Tensor()
                        : Tensor(P.M->value(Id).Type, P.M->value(Id).Dims));
    oracle::Saved Save;
    R->Forward(Op, In, Out, Save);
    for (size_t O = 0; O < Out.size(); ++O)
      if (N.Outputs[O] != NoId)
        Values[N.Outputs[O]] = Out[O];
  }
  return {};
}

TEST(TestData, ReferencesComputeRecordedOutputs) {
  auto Tests = recordedTests();
  if (Tests.empty())
    GTEST_SKIP() << "libonnx-testdata is not installed";
  OpRegistry Registry;
  Tally Outputs("references' outputs");
  std::set<std::string> Without;
  for (const RecordedTest &Test : Tests) {
    Prepared P = prepare(Test, Registry, /*WithContents=*/false);
    if (!P.Problem.empty()) {
      Outputs.skip("not prepared");
      continue;
    }
    bool Random = llvm::any_of(P.M->Main->Nodes, [&](const Node &N) {
      const OpInfo *Row = Registry.find(N.Domain, N.Op, N.Opset);
      // Dropout draws only in training.
      RuleSettings Training;
      Training.Training = true;
      OpInstance Op(*P.M, N, Training);
      Work W;
      if (Row->Forward != nullptr)
        Row->Forward(Op, W);
      return Row->Kind == OpKind::Random ||
             (W.Random > Count(0) &&
              Test.Name.find("training") != std::string::npos);
    });
    if (Random) {
      Outputs.skip("random");
      continue;
    }
    std::map<ValueId, Tensor> Values;
    std::string Problem = execute(P, Values);
    if (!Problem.empty()) {
      Outputs.skip("with operators that compute nothing");
      continue;
    }
    auto Wanted = recordedTensors(Test, "output");
    std::string Difference;
    for (size_t O = 0; O < Wanted.size() && O < P.M->Main->Outputs.size();
         ++O) {
      auto It = Values.find(P.M->Main->Outputs[O]);
      asDeclared(Wanted[O], P.M->value(P.M->Main->Outputs[O]).Type);
      if (Wanted[O] && It != Values.end() && Difference.empty())
        Difference = differ(It->second, *Wanted[O]);
    }
    Difference.empty() ? Outputs.agree()
                       : Outputs.differ(Test.Name, Difference);
  }
  EXPECT_EQ(Outputs.Wrong, "");
  EXPECT_GT(Outputs.Agreed, 300u);
}

} // namespace
