#include <fmt/format.h>

#include <algorithm>

#include "cli/quantity_text.h"
#include "cli/render/stats.h"

namespace pvc {
namespace {

void PutTotals(Painter& out, std::string_view name, const ObjectTotals& totals) {
  out.Put(fmt::format("  {:<14}{:>12}{:>14} raw{:>14} stored\n", name,
                      FormatCount(totals.object_count), FormatBytes(totals.raw_bytes),
                      FormatBytes(totals.stored_bytes)));
}

std::string FormatLevels(const std::vector<uint64_t>& nodes_by_level) {
  std::string text;
  for (const uint64_t count : nodes_by_level) {
    if (!text.empty()) text += " + ";
    text += FormatCount(count);
  }
  return text.empty() ? "-" : text;
}

void PutLeafSizes(Painter& out, const std::vector<uint64_t>& sizes) {
  constexpr uint64_t kBarColumns = 40;
  const uint64_t largest = sizes.empty() ? 0 : *std::max_element(sizes.begin(), sizes.end());
  if (largest == 0) return;
  out.Put("\n");
  out.Put(Label::kHeading, "leaf sizes");
  out.Put("\n");
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) continue;
    const uint64_t from_kib = i * RepositoryStats::kLeafBucketBytes >> 10U;
    const uint64_t bar = std::max<uint64_t>(1, sizes[i] * kBarColumns / largest);
    out.Put(fmt::format("  {:>3} KiB+ {:>10} {}\n", from_kib, FormatCount(sizes[i]),
                        std::string(bar, '#')));
  }
}

}  // namespace

void PrintStatsText(Painter& out, const CommitId& commit, const RepositoryStats& stats) {
  out.Put(Label::kHeading, "repository");
  out.Put(fmt::format("\n  {} up to {}, {} in {}, {}\n\n",
                      FormatCountOf(stats.commit_count, "commit"), commit.Short(),
                      FormatCountOf(stats.object_count, "object"),
                      FormatCountOf(stats.pack_count, "pack"), FormatBytes(stats.stored_bytes)));
  out.Put(Label::kHeading, "commit " + commit.Short());
  out.Put("\n");
  PutTotals(out, "objects", stats.totals);
  PutTotals(out, "tree nodes", stats.nodes);
  PutTotals(out, "large values", stats.large_values);
  PutTotals(out, "in parent too", stats.shared_with_parent);
  out.Put(fmt::format("  {:<14}{:>12}\n", "rows", FormatCount(stats.row_count)));
  out.Put(fmt::format("  {:<14}  {} (leaves first)\n", "nodes by level",
                      FormatLevels(stats.nodes_by_level)));

  if (!stats.tables.empty()) {
    size_t widest = 5;
    for (const TableStats& table : stats.tables) {
      widest = std::max(widest, DisplayWidth(EscapeName(table.name)));
    }
    widest = std::min<size_t>(widest, 30);
    out.Put("\n");
    out.Put(Label::kHeading, fmt::format("{}{:>14}{:>12}{:>12}   {}", PadRight("table", widest + 2),
                                         "rows", "raw", "stored", "nodes by level"));
    out.Put("\n");
    for (const TableStats& table : stats.tables) {
      out.Put(fmt::format("  {}{:>14}{:>12}{:>12}   {}\n",
                          PadRight(Ellipsize(EscapeName(table.name), widest), widest),
                          FormatCount(table.row_count),
                          FormatBytes(table.nodes.raw_bytes + table.large_values.raw_bytes),
                          FormatBytes(table.nodes.stored_bytes + table.large_values.stored_bytes),
                          FormatLevels(table.nodes_by_level)));
    }
  }
  PutLeafSizes(out, stats.leaf_sizes);
}

}  // namespace pvc
