//===- Proto.cpp - models, graphs and types -------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Proto.h"

#include "ProtoReader.h"

#include "toscount/Support/Diagnostics.h"

#include "llvm/ADT/ScopeExit.h"

using namespace llvm;

namespace toscount {

Error readModel(StringRef File, raw::Model &Raw, Model &M) {
  return ProtoReader(File, Raw, M).run();
}

Error ProtoReader::run() {
  bool Read = readModel();
  // A malformed byte explains whatever else went wrong.
  if (Malformed)
    return makeError("truncated or corrupt at byte " +
                     Twine(static_cast<uint64_t>(Malformed - File.begin())) +
                     " of " + Twine(File.size()) +
                     "; download or export the model again");
  if (!Read)
    return makeError(Failure);
  return Error::success();
}

bool ProtoReader::fail(const Twine &Message) {
  if (ok()) {
    Failed = true;
    Failure = Message.str();
  }
  return false;
}

bool ProtoReader::readModel() {
  wire::Field F;
  for (wire::Cursor C(File, Malformed); ok() && C.next(F);) {
    switch (F.Number) {
    case 1:
      if (F.isVarint())
        M.IrVersion = F.integer();
      break;
    case 2:
      if (F.isBytes())
        M.Producer = F.Bytes;
      break;
    case 3:
      if (F.isBytes())
        M.ProducerVersion = F.Bytes;
      break;
    case 7:
      if (F.isBytes()) {
        if (Raw.Main)
          return fail("holds two graphs; export the model again");
        Raw.Main = readGraph(F.Bytes);
      }
      break;
    case 8:
      if (F.isBytes() && !readOpset(F.Bytes, M.Opsets))
        return false;
      break;
    case 25:
      if (F.isBytes() && !readFunction(F.Bytes))
        return false;
      break;
    default:
      break;
    }
  }
  return ok();
}

bool ProtoReader::readOpset(StringRef Message,
                            std::vector<OpsetImport> &Opsets) {
  OpsetImport Import;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); C.next(F);) {
    if (F.Number == 1 && F.isBytes())
      Import.Domain = F.Bytes;
    else if (F.Number == 2 && F.isVarint())
      Import.Version = F.integer();
  }
  if (!ok())
    return false;
  if (Import.Domain == "ai.onnx")
    Import.Domain = "";
  StringRef Shown = Import.Domain.empty() ? "ai.onnx" : Import.Domain;
  if (Import.Version < 1 || Import.Version > INT32_MAX)
    return fail("operator set '" + printable(Shown) +
                "' has the impossible version " + Twine(Import.Version) +
                "; export the model again");
  for (const OpsetImport &Seen : Opsets) {
    if (Seen.Domain != Import.Domain)
      continue;
    if (Seen.Version == Import.Version)
      return true;
    return fail("imports both version " + Twine(Seen.Version) + " and " +
                Twine(Import.Version) + " of operator set '" +
                printable(Shown) + "'; export the model again");
  }
  // Every import is compared with all others; real files have a handful.
  if (Opsets.size() == 256)
    return fail("imports more than 256 operator sets; the file is corrupt");
  Opsets.push_back(Import);
  return true;
}

bool ProtoReader::readFunction(StringRef Message) {
  raw::Function &Function = Raw.Functions.emplace_back();
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (!F.isBytes())
      continue;
    switch (F.Number) {
    case 1:
      Function.Name = F.Bytes;
      break;
    case 4:
      Function.Inputs.push_back(Raw.Symbols.intern(F.Bytes));
      break;
    case 5:
      Function.Outputs.push_back(Raw.Symbols.intern(F.Bytes));
      break;
    case 7:
      if (!readNode(F.Bytes, Function.Nodes))
        return false;
      break;
    case 9:
      if (!readOpset(F.Bytes, Function.Opsets))
        return false;
      break;
    case 10:
      Function.Domain = F.Bytes == "ai.onnx" ? StringRef() : F.Bytes;
      break;
    case 11: {
      Attribute Default;
      raw::OpenAttribute Open;
      if (!readAttribute(F.Bytes, Default, Open))
        return false;
      if (!Open.Reference.empty() || Open.Subgraph)
        return fail("function '" + printable(Function.Name) +
                    "': the default of attribute '" + printable(Default.Name) +
                    "' is a graph or a reference, which is not supported");
      if (Function.Defaults.size() == raw::MaxAttributes)
        return fail("function '" + printable(Function.Name) +
                    "' has more than " + Twine(raw::MaxAttributes) +
                    " attributes; the file is corrupt");
      Function.Defaults.push_back(Default);
      break;
    }
    case 13:
      Function.Overload = F.Bytes;
      break;
    default:
      break;
    }
  }
  if (ok() && Function.Name.empty())
    return fail("a function has no name; export the model again");
  return ok();
}

raw::Graph *ProtoReader::readGraph(StringRef Message) {
  if (Depth == raw::MaxDepth) {
    fail("subgraphs are nested deeper than " + Twine(raw::MaxDepth) +
         "; no such model is supported");
    return nullptr;
  }
  ++Depth;
  auto Leave = make_scope_exit([&] { --Depth; });
  raw::Graph &G = Raw.Graphs.emplace_back();
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (!F.isBytes())
      continue;
    switch (F.Number) {
    case 1:
      readNode(F.Bytes, G.Nodes);
      break;
    case 2:
      G.Name = F.Bytes;
      break;
    case 5:
    case 15:
      readInitializer(F.Bytes, /*Sparse=*/F.Number == 15, G);
      break;
    case 11:
      readValueInfo(F.Bytes, G.Inputs);
      break;
    case 12:
      readValueInfo(F.Bytes, G.Outputs);
      break;
    case 13:
      readValueInfo(F.Bytes, G.Infos);
      break;
    default:
      break;
    }
  }
  return &G;
}

bool ProtoReader::readInitializer(StringRef Message, bool Sparse,
                                  raw::Graph &G) {
  Expected<StoredTensor> Stored = Sparse
                                      ? readSparseTensor(Message, M, Malformed)
                                      : readTensor(Message, M, Malformed);
  if (!Stored)
    return fail(Stored.takeError());
  if (!ok())
    return false;
  if (Stored->Name.empty())
    return fail("an initializer has no name; export the model again");
  raw::Initializer I;
  I.Name = Raw.Symbols.intern(Stored->Name);
  I.Tensor = Stored->Tensor;
  I.Known = Stored->Known;
  G.Initializers.push_back(I);
  return true;
}

bool ProtoReader::readValueInfo(StringRef Message,
                                std::vector<raw::ValueInfo> &Infos) {
  raw::ValueInfo Info;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (F.Number == 1 && F.isBytes())
      Info.Name = Raw.Symbols.intern(F.Bytes);
    else if (F.Number == 2 && F.isBytes())
      readType(F.Bytes, Info);
  }
  Infos.push_back(Info);
  return ok();
}

bool ProtoReader::readType(StringRef Message, raw::ValueInfo &Info) {
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (!F.isBytes())
      continue;
    if (F.Number == 1 || F.Number == 8) // A tensor, dense or sparse.
      readTensorType(F.Bytes, Info);
    else if (F.Number == 4 || F.Number == 9)
      readItemType(F.Bytes, F.Number == 9, Info);
    else if (F.Number == 5)
      Info.Form = ValueForm::Other; // A map.
  }
  return ok();
}

bool ProtoReader::readItemType(StringRef Message, bool Optional,
                               raw::ValueInfo &Info) {
  // Only an optional of a sequence is nested; nothing recurs deeper.
  if (Info.Form == ValueForm::Tensor)
    Info.Form = Optional ? ValueForm::Optional : ValueForm::Sequence;
  else if (Info.Form == ValueForm::Optional && !Optional)
    Info.Form = ValueForm::OptionalSequence;
  else
    Info.Form = ValueForm::Other;
  if (Info.Form == ValueForm::Other)
    return ok();
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);)
    if (F.Number == 1 && F.isBytes())
      readType(F.Bytes, Info);
  return ok();
}

bool ProtoReader::readTensorType(StringRef Message, raw::ValueInfo &Info) {
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); ok() && C.next(F);) {
    if (F.Number == 1 && F.isVarint())
      // A type that is unknown here stays undefined: it is only declared.
      Info.Type =
          elementTypeFromOnnx(F.integer32()).value_or(ElementType::Undefined);
    else if (F.Number == 2 && F.isBytes())
      readShape(F.Bytes, Info);
  }
  return ok();
}

bool ProtoReader::readShape(StringRef Message, raw::ValueInfo &Info) {
  SmallVector<Dim, 8> Dims;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); C.next(F);)
    if (F.Number == 1 && F.isBytes())
      Dims.push_back(readDim(F.Bytes));
  Info.HasRank = true;
  Info.Dims = M.copy(ArrayRef<Dim>(Dims));
  return ok();
}

Dim ProtoReader::readDim(StringRef Message) {
  Dim D;
  wire::Field F;
  for (wire::Cursor C(Message, Malformed); C.next(F);) {
    if (F.Number == 1 && F.isVarint())
      // Some exporters write -1 for "any".
      D = {std::max<int64_t>(F.integer(), -1), {}};
    else if (F.Number == 2 && F.isBytes())
      D = {-1, F.Bytes};
  }
  return D;
}

} // namespace toscount
