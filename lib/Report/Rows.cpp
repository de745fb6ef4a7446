//===- Rows.cpp - the rows of a report ------------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include "Columns.h"

#include "toscount/IR/Scope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>

using namespace llvm;

namespace toscount {
namespace {

void accumulate(LayerCost &Into, const LayerCost &From) {
  for (unsigned P = 0; P < NumPhases; ++P)
    if (const Cost *C = From.Phases.find(P))
      Into.Phases[P] += *C;
  Into.All += From.All;
}

/// A new row of \p Rows that is a sum, of nothing yet.
ReportRow emptySum(ReportRows &Rows, std::string Name) {
  Rows.Owned.push_back(std::make_unique<LayerCost>());
  ReportRow Row;
  Row.Name = std::move(Name);
  Row.Cost = Rows.Owned.back().get();
  Row.Layers = 0;
  return Row;
}

/// Adds \p From to \p Into, whose cost is \p Sum.
void gather(ReportRow &Into, LayerCost &Sum, const ReportRow &From) {
  accumulate(Sum, *From.Cost);
  Into.Parameters += From.Parameters;
  Into.Trainable += From.Trainable;
  Into.Estimate |= From.Estimate;
  Into.Layers += From.Layers;
  Into.Blocks += From.Blocks;
}

std::vector<ReportRow> layerRows(const CostTable &Table) {
  std::vector<ReportRow> Rows;
  Rows.reserve(Table.Layers.size());
  for (size_t I = 0; I < Table.Layers.size(); ++I) {
    const LayerCounts &L = Table.Counts->Layers[I];
    ReportRow Row;
    Row.Name = L.Name.str();
    Row.Op = L.Op.str();
    Row.Cost = &Table.Layers[I];
    Row.Output = L.Op.empty() ? nullptr : &L.Output;
    Row.Parameters = L.Parameters;
    Row.Trainable = L.TrainableParameters;
    Row.Estimate = L.Estimate;
    Row.Source = &L;
    Rows.push_back(std::move(Row));
  }
  return Rows;
}

/// What layers share in \p Options' grouping.
std::string groupKey(const LayerCounts &L, const ModelCounts &Counts,
                     const ReportOptions &Options) {
  if (L.Op.empty())
    return L.Name.str(); // The loss belongs to no operator and no scope.
  if (Options.Group == GroupBy::Op)
    return L.Domain.empty() ? L.Op.str() : (L.Domain + "." + L.Op).str();
  if (Options.Group == GroupBy::Block) {
    uint32_t Block = Counts.Blocks.outermost(L.Origin);
    return Block == NoId ? "(no block)" : Counts.Blocks.All[Block].Kind.str();
  }
  StringRef Note;
  if (Counts.Source != nullptr && L.Origin != NoId) {
    const Model &M = *Counts.Source;
    Note = M.Scopes[M.Main->Nodes[L.Origin].Scope];
  }
  std::string Scope = scopeOf(L.Name, Note, Options.Depth);
  return Scope.empty() ? "(top)" : Scope;
}

/// By kind, the outermost blocks of \p Counts.
StringMap<size_t> numbersOfBlocks(const ModelCounts &Counts) {
  StringMap<size_t> Numbers;
  for (const Block &B : Counts.Blocks.All)
    if (B.Parent == NoId)
      ++Numbers[B.Kind];
  return Numbers;
}

void group(ReportRows &Rows, const ModelCounts &Counts,
           const ReportOptions &Options) {
  std::vector<ReportRow> Groups;
  std::vector<LayerCost *> Sums;
  StringMap<size_t> Known;
  for (const ReportRow &Row : Rows.List) {
    std::string Key = groupKey(*Row.Source, Counts, Options);
    auto [Where, IsNew] = Known.try_emplace(Key, Groups.size());
    if (IsNew) {
      Groups.push_back(emptySum(Rows, Key));
      Sums.push_back(Rows.Owned.back().get());
      if (Options.Group == GroupBy::Op)
        Groups.back().Op = Row.Op;
    }
    gather(Groups[Where->second], *Sums[Where->second], Row);
  }
  if (Options.Group == GroupBy::Block) {
    StringMap<size_t> Numbers = numbersOfBlocks(Counts);
    for (ReportRow &Row : Groups)
      Row.Blocks = Numbers.lookup(Row.Name);
  }
  Rows.List = std::move(Groups);
  Rows.Grouped = true;
  Rows.OfBlocks = Options.Group == GroupBy::Block;
}

void sortBy(std::vector<ReportRow> &Rows, const Column &C) {
  std::stable_sort(Rows.begin(), Rows.end(),
                   [&](const ReportRow &A, const ReportRow &B) {
                     return C.isText() ? text(C, A) < text(C, B)
                                       : number(C, A) > number(C, B);
                   });
}

/// Keeps the \p Top first rows of \p Ranked that \p Rows has in some order, and
/// gathers the rest.
void keepTop(ReportRows &Rows, const Column &Key, size_t Top) {
  if (Rows.List.size() <= Top)
    return;
  std::vector<size_t> Rank(Rows.List.size());
  for (size_t I = 0; I < Rank.size(); ++I)
    Rank[I] = I;
  std::stable_sort(Rank.begin(), Rank.end(), [&](size_t A, size_t B) {
    return Key.isText() ? text(Key, Rows.List[A]) < text(Key, Rows.List[B])
                        : number(Key, Rows.List[A]) > number(Key, Rows.List[B]);
  });
  std::vector<bool> Keep(Rank.size());
  for (size_t I = 0; I < Top; ++I)
    Keep[Rank[I]] = true;

  std::vector<ReportRow> Kept;
  size_t Left = Rank.size() - Top;
  ReportRow Others =
      emptySum(Rows, std::to_string(Left) + (Left == 1 ? " other" : " others"));
  LayerCost &Sum = *Rows.Owned.back();
  Others.Others = true;
  for (size_t I = 0; I < Rank.size(); ++I) {
    if (Keep[I])
      Kept.push_back(std::move(Rows.List[I]));
    else
      gather(Others, Sum, Rows.List[I]);
  }
  Kept.push_back(std::move(Others));
  Rows.List = std::move(Kept);
}

} // namespace

Expected<ReportRows> makeRows(const CostTable &Table,
                              const ReportOptions &Options) {
  StringRef Sort = Options.Sort;
  if (Sort.empty())
    Sort = Options.Top ? "tos" : "order";
  Expected<Column> Key = findColumn(Sort == "order" ? "tos" : Sort);
  if (!Key)
    return Key.takeError();

  ReportRows Rows;
  Rows.List = layerRows(Table);
  if (Options.Group != GroupBy::Layer)
    group(Rows, *Table.Counts, Options);
  if (Sort != "order")
    sortBy(Rows.List, *Key);
  if (Options.Top)
    keepTop(Rows, *Key, *Options.Top);
  return Rows;
}

ReportRows rowsByOperator(const CostTable &Table) {
  ReportRows Rows;
  Rows.List = layerRows(Table);
  ReportOptions Options;
  Options.Group = GroupBy::Op;
  group(Rows, *Table.Counts, Options);
  sortBy(Rows.List, column("tos"));
  return Rows;
}

LayerCost totalCost(const CostTable &Table) {
  LayerCost C;
  for (unsigned P = 0; P < NumPhases; ++P)
    C.Phases[P] = Table.Phases[P];
  C.All = Table.All;
  return C;
}

ReportRow totalRow(const CostTable &Table, const LayerCost &Sum) {
  ReportRow Row;
  Row.Name = "total";
  Row.Cost = &Sum;
  Row.Parameters = Table.Counts->Parameters.Total;
  Row.Trainable = Table.Counts->Parameters.Trainable;
  Row.Estimate = hasEstimates(*Table.Counts);
  Row.Layers = Table.Layers.size();
  for (const auto &Kind : numbersOfBlocks(*Table.Counts))
    Row.Blocks += Kind.second;
  return Row;
}

bool hasEstimates(const ModelCounts &Counts) {
  return any_of(Counts.Layers, [](const LayerCounts &L) { return L.Estimate; });
}

} // namespace toscount
