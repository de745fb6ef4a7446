//===- Data.h - data sets -------------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Reads data sets from files; nothing is downloaded. Files that are missing
/// are named, with where they are published.
///
//===----------------------------------------------------------------------===//

#ifndef TOSCOUNT_MEASURE_DATA_H
#define TOSCOUNT_MEASURE_DATA_H

#include <ATen/ATen.h>

#include <string>

namespace toscount::measure {

/// Samples and labels, one a row.
struct Samples {
  at::Tensor X; ///< [N, ...]: uint8 images or fp32 columns.
  at::Tensor Y; ///< [N]: int64 classes, or fp32 numbers.
  [[nodiscard]] int64_t size() const { return X.defined() ? X.size(0) : 0; }
};

struct DataSet {
  std::string Name; ///< "fashion-mnist", "csv:banknote.csv".
  Samples Train;
  Samples Test;        ///< Empty when the set keeps none apart.
  int64_t Classes = 0; ///< Largest label + 1; 0 when labels are no classes.
  /// X is brought to (X - Mean) / Deviation, channel by channel (axis 1).
  at::Tensor Mean, Deviation;
};

/// The set that \p Spec names: fashion-mnist[:DIR], mnist[:DIR],
/// cifar10[:DIR], csv:FILE (labels in column \p Label, or the last).
DataSet loadData(const std::string &Spec, const std::string &Label);

/// The bytes of \p Path or of \p Path.gz; throws Failure (NotHere) with \p Hint
/// when neither is there.
std::string readMaybeCompressed(const std::string &Path,
                                const std::string &Hint);

/// The CSV file \p Path.
DataSet loadCsv(const std::string &Path, const std::string &Label);

/// Whether \p Folder holds CIFAR-10, or MNIST, as PNG files with an image a
/// row, and the sets in them.
bool isCifarAtlas(const std::string &Folder);
DataSet loadCifarAtlas(const std::string &Folder);
bool isMnistAtlas(const std::string &Folder);
DataSet loadMnistAtlas(const std::string &Folder);

/// Mean and deviation of the training samples, for \p D.
void standardize(DataSet &D);

} // namespace toscount::measure

#endif // TOSCOUNT_MEASURE_DATA_H
