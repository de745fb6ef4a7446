//===- Recorded.h - the ONNX library's recorded node tests ----------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads Debian's libonnx-testdata: models with recorded inputs and outputs.
/// Here, and only in tests, the ONNX library itself is linked: it is the
/// oracle for shapes, and its protobuf classes read the recorded tensors.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_TEST_TESTDATA_RECORDED_H
#define TOSCOUNT_TEST_TESTDATA_RECORDED_H

#include "../Oracle/Reference.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace toscount::testdata {

/// One recorded test: a folder with model.onnx and test_data_set_0.
struct RecordedTest {
  std::string Name; ///< "node/test_add"
  std::string Folder;
  [[nodiscard]] std::string model() const { return Folder + "/model.onnx"; }
};

/// Every recorded test, by name; empty when the package is not installed.
std::vector<RecordedTest> recordedTests();

/// The recorded tensors `input_0.pb`... of \p Test; nothing at the place of one
/// that is no dense numeric tensor.
std::vector<std::optional<oracle::Tensor>>
recordedTensors(const RecordedTest &Test, const std::string &Kind);

/// What was recorded for an input that is a sequence or an optional.
struct RecordedItems {
  bool Given = true; ///< False for an optional without an element.
  bool Sequence = true;
  std::vector<std::vector<int64_t>> Shapes; ///< Of the tensors in it.
};

/// The recorded sequences and optionals of \p Test, by input.
std::map<std::string, RecordedItems> recordedItems(const RecordedTest &Test);

/// Shapes of the values of \p Test's graph as the ONNX library infers them when
/// it knows the recorded inputs, or nothing when it gives no answer. Unknown
/// dimensions are -1.
std::optional<std::map<std::string, std::vector<int64_t>>>
libraryShapes(const RecordedTest &Test);

} // namespace toscount::testdata

#endif // TOSCOUNT_TEST_TESTDATA_RECORDED_H
