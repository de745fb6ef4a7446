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
#include <numeric>

using namespace llvm;

namespace toscount {
namespace {

/// Adds \p From to \p Into.
void gather(ReportRow &Into, const ReportRow &From) {
  Into.Cost += From.Cost;
  Into.Parameters += From.Parameters;
  Into.Trainable += From.Trainable;
  Into.Estimate |= From.Estimate;
  Into.Layers += From.Layers;
  Into.Blocks += From.Blocks;
}

/// Adds \p L, lowered under \p Options, to \p Into.
void gather(ReportRow &Into, const LayerCounts &L,
            const LoweringOptions &Options) {
  for (unsigned P = 0; P < NumPhases; ++P) {
    if (!L.Phases.has(P))
      continue;
    Cost C = lower(L.Phases.get(P), Options);
    Into.Cost.Phases[P] += C;
    Into.Cost.All += C;
  }
  Into.Parameters += L.Parameters;
  Into.Trainable += L.TrainableParameters;
  Into.Estimate |= L.Estimate;
  Into.Layers += 1;
}

/// A row that is a sum, of nothing yet.
ReportRow emptySum(std::string Name) {
  ReportRow Row;
  Row.Name = std::move(Name);
  Row.Layers = 0;
  return Row;
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

} // namespace

ReportRows::ReportRows(const CostTable &Table)
    : Table(Table), Order(Table.Counts->Layers.size()) {
  std::iota(Order.begin(), Order.end(), 0);
}

ReportRow ReportRows::operator[](size_t I) const {
  size_t Which = Order[I];
  if (Which >= Table.Counts->Layers.size())
    return Sums[Which - Table.Counts->Layers.size()];
  const LayerCounts &L = Table.Counts->Layers[Which];
  ReportRow Row;
  Row.Name = L.Name.str();
  Row.Op = L.Op.str();
  Row.Cost = Table.layer(Which);
  if (!L.Op.empty())
    Row.Output = L.Output;
  Row.Parameters = L.Parameters;
  Row.Trainable = L.TrainableParameters;
  Row.Estimate = L.Estimate;
  Row.Source = &L;
  return Row;
}

void ReportRows::group(function_ref<std::string(const LayerCounts &)> Key,
                       bool ByOperator) {
  StringMap<size_t> Known;
  std::vector<size_t> Groups;
  for (const LayerCounts &L : Table.Counts->Layers) {
    std::string Name = Key(L);
    auto [Where, IsNew] = Known.try_emplace(Name, Sums.size());
    if (IsNew) {
      Groups.push_back(Table.Counts->Layers.size() + Sums.size());
      Sums.push_back(emptySum(Name));
      if (ByOperator)
        Sums.back().Op = L.Op.str();
    }
    gather(Sums[Where->second], L, Table.Options);
  }
  Order = std::move(Groups);
  Grouped = true;
}

void ReportRows::countBlocks() {
  StringMap<size_t> Numbers = numbersOfBlocks(*Table.Counts);
  for (ReportRow &Row : Sums)
    Row.Blocks = Numbers.lookup(Row.Name);
  OfBlocks = true;
}

/// Positions in the order that \p Key sorts them: numbers from the largest,
/// texts by the alphabet.
std::vector<size_t> ReportRows::ranked(const Column &Key) const {
  std::vector<size_t> Rank(size());
  std::iota(Rank.begin(), Rank.end(), 0);
  if (Key.isText()) {
    std::vector<std::string> Texts;
    for (size_t I = 0; I < size(); ++I)
      Texts.push_back(text(Key, (*this)[I]));
    std::stable_sort(Rank.begin(), Rank.end(),
                     [&](size_t A, size_t B) { return Texts[A] < Texts[B]; });
    return Rank;
  }
  std::vector<WideCount> Numbers;
  Numbers.reserve(size());
  for (size_t I = 0; I < size(); ++I)
    Numbers.push_back(number(Key, (*this)[I]));
  std::stable_sort(Rank.begin(), Rank.end(),
                   [&](size_t A, size_t B) { return Numbers[A] > Numbers[B]; });
  return Rank;
}

void ReportRows::sortBy(const Column &Key) {
  std::vector<size_t> Sorted;
  Sorted.reserve(size());
  for (size_t I : ranked(Key))
    Sorted.push_back(Order[I]);
  Order = std::move(Sorted);
}

void ReportRows::keepTop(const Column &Key, size_t Top) {
  if (size() <= Top)
    return;
  std::vector<size_t> Rank = ranked(Key);
  std::vector<bool> Keep(size());
  for (size_t I = 0; I < Top; ++I)
    Keep[Rank[I]] = true;

  std::vector<size_t> Kept;
  size_t Left = size() - Top;
  ReportRow Others =
      emptySum(std::to_string(Left) + (Left == 1 ? " other" : " others"));
  Others.Others = true;
  for (size_t I = 0; I < size(); ++I) {
    if (Keep[I])
      Kept.push_back(Order[I]);
    else
      gather(Others, (*this)[I]);
  }
  Kept.push_back(Table.Counts->Layers.size() + Sums.size());
  Sums.push_back(std::move(Others));
  Order = std::move(Kept);
}

Expected<ReportRows> makeRows(const CostTable &Table,
                              const ReportOptions &Options) {
  StringRef Sort = Options.Sort;
  if (Sort.empty())
    Sort = Options.Top ? "tos" : "order";
  Expected<Column> Key = findColumn(Sort == "order" ? "tos" : Sort);
  if (!Key)
    return Key.takeError();

  ReportRows Rows(Table);
  if (Options.Group != GroupBy::Layer)
    Rows.group(
        [&](const LayerCounts &L) {
          return groupKey(L, *Table.Counts, Options);
        },
        Options.Group == GroupBy::Op);
  if (Options.Group == GroupBy::Block)
    Rows.countBlocks();
  if (Sort != "order")
    Rows.sortBy(*Key);
  if (Options.Top)
    Rows.keepTop(*Key, *Options.Top);
  return Rows;
}

ReportRows rowsByOperator(const CostTable &Table) {
  ReportRows Rows(Table);
  ReportOptions Options;
  Options.Group = GroupBy::Op;
  Rows.group(
      [&](const LayerCounts &L) { return groupKey(L, *Table.Counts, Options); },
      /*ByOperator=*/true);
  Rows.sortBy(column("tos"));
  return Rows;
}

ReportRow totalRow(const CostTable &Table) {
  ReportRow Row;
  Row.Name = "total";
  Row.Cost.Phases = Table.Phases;
  Row.Cost.All = Table.All;
  Row.Parameters = Table.Counts->Parameters.Total;
  Row.Trainable = Table.Counts->Parameters.Trainable;
  Row.Estimate = hasEstimates(*Table.Counts);
  Row.Layers = Table.Counts->Layers.size();
  for (const auto &Kind : numbersOfBlocks(*Table.Counts))
    Row.Blocks += Kind.second;
  return Row;
}

bool hasEstimates(const ModelCounts &Counts) {
  return any_of(Counts.Layers, [](const LayerCounts &L) { return L.Estimate; });
}

} // namespace toscount
