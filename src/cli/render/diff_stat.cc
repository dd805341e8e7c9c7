#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/quantity_text.h"
#include "cli/render/diff.h"

namespace pvc {
namespace {

struct Bars {
  size_t added;
  size_t removed;
  size_t changed;
};

/// Scales counts to at most `columns` marks in all; what is not zero keeps one.
Bars Scale(const TableDiffCounts& counts, uint64_t largest_total, size_t columns) {
  const auto scale = [&](uint64_t count) -> size_t {
    if (count == 0) return 0;
    if (largest_total <= columns) return static_cast<size_t>(count);
    const double share = static_cast<double>(count) / static_cast<double>(largest_total);
    return std::max<size_t>(1, static_cast<size_t>(share * static_cast<double>(columns)));
  };
  return {scale(counts.added), scale(counts.removed), scale(counts.changed)};
}

}  // namespace

void PutDiffStat(Painter& out, size_t columns, const DiffOverview& overview) {
  constexpr size_t kMaxNameColumns = 40;
  size_t name_columns = overview.objects.empty() ? 0 : 6;
  uint64_t largest = 0;
  TableDiffCounts sum;
  for (const TableOverview& table : overview.tables) {
    name_columns = std::max(name_columns, DisplayWidth(EscapeName(table.name)));
    largest = std::max(largest, table.total());
    sum.added += table.counts.added;
    sum.removed += table.counts.removed;
    sum.changed += table.counts.changed;
  }
  name_columns = std::min(name_columns, kMaxNameColumns);
  const size_t count_columns = FormatCount(largest).size();
  const size_t used = name_columns + count_columns + 6;
  const size_t bar_columns = columns > used + 10 ? columns - used : 10;

  for (const TableOverview& table : overview.tables) {
    const std::string name = Ellipsize(EscapeName(table.name), name_columns);
    out.Put(" " + PadRight(name, name_columns) + " | " +
            PadLeft(FormatCount(table.total()), count_columns) + " ");
    const Bars bars = Scale(table.counts, largest, bar_columns);
    out.Put(Label::kAdded, std::string(bars.added, '+'));
    out.Put(Label::kRemoved, std::string(bars.removed, '-'));
    out.Put(Label::kChanged, std::string(bars.changed, '~'));
    out.Put("\n");
  }
  if (!overview.objects.empty()) {
    out.Put(" " + PadRight("schema", name_columns) + " | " +
            FormatCountOf(overview.objects.size(), "object") + "\n");
  }
  out.Put(fmt::format(
      " {}: {} added, {} removed, {} changed\n", FormatCountOf(overview.tables.size(), "table"),
      FormatCountOf(sum.added, "row"), FormatCount(sum.removed), FormatCount(sum.changed)));
}

DiffOutcome RenderDiffStat(Painter& out, size_t columns, const DiffInput& input) {
  const DiffOverview overview = ReadOverview(input);
  if (overview.empty()) return DiffOutcome::kEqual;
  PutDiffStat(out, columns, overview);
  return DiffOutcome::kDifferent;
}

DiffOutcome RenderDiffNames(Painter& out, const DiffInput& input) {
  const DiffOverview overview = ReadOverview(input);
  std::set<std::string> names;
  for (const TableOverview& table : overview.tables) names.insert(table.name);
  for (const SchemaChange& object : overview.objects) {
    names.insert(object.table_name.empty() ? object.name : object.table_name);
  }
  for (const std::string& name : names) out.Put(EscapeName(name) + "\n");
  return overview.empty() ? DiffOutcome::kEqual : DiffOutcome::kDifferent;
}

}  // namespace pvc
