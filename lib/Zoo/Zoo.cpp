//===- Zoo.cpp - networks built from a spec -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "toscount/Zoo/Zoo.h"

#include "Values.h"

#include "toscount/Import/Import.h"
#include "toscount/Support/Diagnostics.h"
#include "toscount/Zoo/GraphBuilder.h"

using namespace llvm;

namespace toscount {

static constexpr StringLiteral Prefix = "zoo:";

Expected<const ZooNetwork *> findZooNetwork(StringRef Name) {
  SmallVector<StringRef, 32> Names;
  for (const ZooNetwork &N : zooNetworks()) {
    if (N.Name == Name)
      return &N;
    Names.push_back(N.Name);
  }
  return makeError("no network is called '" + printable(Name) + "'" +
                   didYouMean(Name, Names) + " ('toscount zoo' lists them)");
}

static Error build(StringRef Spec, Model &M) {
  auto [Name, Rest] = Spec.drop_front(Prefix.size()).split(':');
  Expected<const ZooNetwork *> Found = findZooNetwork(Name);
  if (!Found)
    return Found.takeError();
  const ZooNetwork *Network = *Found;
  ZooValues Values(*Network);
  // "zoo:lenet:" is "zoo:lenet".
  if (!Rest.empty())
    if (Error E = Values.parse(Rest))
      return E;
  GraphBuilder B(M, Network->Name);
  if (Error E = Network->Build(B, Values))
    return E;
  B.finish();
  return Error::success();
}

bool isZooSpec(StringRef Path) { return Path.starts_with(Prefix); }

StringRef publishedLoss(StringRef Path) {
  if (!isZooSpec(Path))
    return "";
  StringRef Name = Path.split(':').second.split(':').first;
  for (const ZooNetwork &Network : zooNetworks())
    if (Network.Name == Name)
      return Network.Loss;
  return "";
}

Expected<std::unique_ptr<Model>> buildZoo(StringRef Spec) {
  // The longest right spec has a few hundred characters.
  constexpr size_t MaxSpec = 4096;
  auto M = std::make_unique<Model>();
  M->Path = Spec.str();
  Error Failed = !isZooSpec(Spec) ? makeError("a spec begins with 'zoo:'")
                 : Spec.size() > MaxSpec ? makeError("is longer than any spec")
                                         : build(Spec, *M);
  if (Failed)
    return withContext(std::move(Failed), printable(Spec));
  return M;
}

Expected<std::unique_ptr<Model>> loadModel(StringRef Path) {
  return isZooSpec(Path) ? buildZoo(Path) : importModel(Path);
}

Expected<std::unique_ptr<Model>> loadAgain(const Model &M) {
  if (isZooSpec(M.Path) && M.source().getBufferSize() == 0)
    return buildZoo(M.Path);
  return importOnnx(
      MemoryBuffer::getMemBuffer(M.source(), /*RequiresNullTerminator=*/false),
      M.Path);
}

} // namespace toscount
