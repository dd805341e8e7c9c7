#include "cli/render/patch_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/cell_reader.h"
#include "cli/cell_text.h"
#include "cli/quantity_text.h"

namespace pvc {
namespace {

constexpr size_t kMaxTables = 1000;  // to be counted exactly
constexpr size_t kMinValueColumns = 20;

std::string DescribeConflict(const PatchConflict& conflict, size_t value_columns) {
  if (conflict.kind == PatchConflict::Kind::kMissing) return "there is no such row";
  std::string text;
  if (conflict.kind == PatchConflict::Kind::kExists) text = "is there already, with ";
  if (!conflict.cell) return text;
  const std::vector<std::string> names = StoredColumnNames(conflict.table);
  const auto format = [&](const Cell& cell) {
    return FormatCell({cell, conflict.encoding, conflict.source}, value_columns);
  };
  return text + fmt::format("{}: expected {}, found {}", EscapeName(names.at(*conflict.cell)),
                            format(conflict.expected), format(conflict.found));
}

}  // namespace

void ConflictList::Add(const PatchConflict& conflict) {
  ++count_;
  if (tables_.size() < kMaxTables) tables_.insert(conflict.table.name);
  if (lines_.size() == kShownRows) return;
  const size_t value_columns = std::max(kMinValueColumns, columns_ / 3);
  lines_.push_back({EscapeName(conflict.table.name),
                    FormatRowKey(conflict.table, conflict.row, conflict.encoding, conflict.source),
                    DescribeConflict(conflict, value_columns)});
}

void ConflictList::Print(Painter& out) const {
  out.Put(fmt::format("{} of {} {} not fit:\n", FormatCountOf(count_, "row"),
                      FormatCountOf(tables_.size(), "table"), count_ == 1 ? "does" : "do"));
  constexpr size_t kMaxColumns = 40;
  size_t table_columns = 0;
  size_t key_columns = 0;
  for (const Line& line : lines_) {
    table_columns = std::max(table_columns, DisplayWidth(line.table));
    key_columns = std::max(key_columns, DisplayWidth(line.key));
  }
  for (const Line& line : lines_) {
    out.Put("  " + PadRight(line.table, std::min(table_columns, kMaxColumns)) + "  ");
    out.Put(Label::kKey, PadRight(line.key, std::min(key_columns, kMaxColumns)));
    out.Put("  " + line.text + "\n");
  }
  if (count_ > lines_.size()) {
    out.Put(fmt::format("  ... and {} more\n", FormatCount(count_ - lines_.size())));
  }
}

std::string DescribePatch(const PatchTarget& target) {
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, std::string_view noun, std::string_view what) {
    if (count == 0) return;
    parts.push_back(fmt::format(
        "{} {}", parts.empty() || noun != "row" ? FormatCountOf(count, noun) : FormatCount(count),
        what));
  };
  add(target.counts.changed, "row", "changed");
  add(target.counts.added, "row", "added");
  add(target.counts.removed, "row", "removed");
  add(target.object_count, "schema object", "changed");
  if (target.property_count > 0) {
    parts.push_back(FormatCountOf(target.property_count, "property", "properties") + " changed");
  }
  std::string text =
      parts.empty() ? "nothing to change" : fmt::format("{}", fmt::join(parts, ", "));
  const uint64_t there = target.counts.already_there;
  if (there > 0) {
    text += fmt::format("; {} {} there already", FormatCountOf(there, "row"),
                        there == 1 ? "was" : "were");
  }
  return text;
}

}  // namespace pvc
