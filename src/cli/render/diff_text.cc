#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/cell_reader.h"
#include "cli/cell_text.h"
#include "cli/item_line.h"
#include "cli/quantity_text.h"
#include "cli/render/diff.h"
#include "cli/render/schema_text.h"

namespace pvc {
namespace {

constexpr size_t kMinNameColumns = 10;
constexpr size_t kMaxNameColumns = 30;
constexpr size_t kMaxKeyColumns = 24;

/// "2 changed, 1 added, 1 removed".
std::string FormatCounts(const TableDiffCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](uint64_t count, const char* what) {
    if (count != 0) parts.push_back(fmt::format("{} {}", FormatCount(count), what));
  };
  add(counts.changed, "changed");
  add(counts.added, "added");
  add(counts.removed, "removed");
  return fmt::format("{}", fmt::join(parts, ", "));
}

class DiffText final : public DiffSink {
 public:
  DiffText(Painter& out, size_t columns, const DiffInput& input, const DiffOverview& overview)
      : out_(out), columns_(columns), input_(input), overview_(overview) {
    for (const TableOverview& table : overview.tables) {
      name_columns_ = std::max(name_columns_, DisplayWidth(EscapeName(table.name)));
    }
    name_columns_ = std::min(name_columns_, kMaxNameColumns);
  }

  // Both come before the rows and are printed after them, from the overview.
  void OnProperty(const PropertyChange&) override {}
  void OnSchemaObject(const SchemaChange&) override {}

  void BeginTable(const TableDiff& table) override {
    current_ = &overview_.tables.at(next_table_++);
    out_.Put(Label::kHeading, PadRight(EscapeName(table.name), name_columns_));
    out_.Put(" ");
    if (current_->is_new) out_.Put("new table, ");
    if (current_->is_removed) out_.Put("table removed, ");
    out_.Put(FormatCounts(current_->counts));
    const uint64_t rows = current_->is_removed ? current_->rows_before : current_->rows_after;
    out_.Put(Label::kMuted, fmt::format("   (of {})", FormatCount(rows)));
    out_.Put("\n");
    if (table.before) before_columns_ = StoredColumnNames(table.before->info);
    if (table.after) after_columns_ = StoredColumnNames(table.after->info);
  }

  void OnRow(const TableDiff& table, const RowChange& change) override {
    const bool is_removed = change.kind == ChangeKind::kRemoved;
    const StoredTable& stored = is_removed ? *table.before : *table.after;
    const Row& row = is_removed ? *change.before : *change.after;
    const TextEncoding encoding = is_removed ? table.encoding_before : table.encoding_after;
    const std::string key = FormatRowKey(stored.info, row, encoding, Side(is_removed).source());

    const size_t key_columns = std::min(current_->key_columns, kMaxKeyColumns);
    out_.Put("  ");
    out_.Put(LabelOf(change.kind), MarkOf(change.kind));
    out_.Put(" ");
    out_.Put(Label::kKey, PadRight(key, key_columns));
    out_.Put("  ");
    const size_t indent = 6 + std::max(key_columns, DisplayWidth(key));
    ItemLine line(out_, columns_, std::min(indent, size_t{32}));
    if (change.kind == ChangeKind::kChanged) {
      PutChangedCells(table, change, line);
    } else {
      PutAllCells(stored, row, encoding, Side(is_removed).source(), line);
    }
    out_.Put("\n");
  }

  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

  void PrintSchema() {
    const std::string blank(name_columns_ + 1, ' ');
    const size_t columns = columns_ > blank.size() ? columns_ - blank.size() : 0;
    bool is_first = true;
    const auto begin_line = [&](std::string_view heading) {
      if (is_first) {
        out_.Put(Label::kHeading, PadRight(heading, name_columns_ + 1));
      } else {
        out_.Put(blank);
      }
      is_first = false;
    };
    for (const SchemaChange& change : overview_.objects) {
      begin_line("schema");
      FormatSchemaChange(change, columns).PutTo(out_);
      out_.Put("\n");
    }
    is_first = true;
    for (const PropertyChange& change : overview_.properties) {
      begin_line("database");
      out_.Put(fmt::format("{}: {} -> {}\n", EscapeName(change.name), EscapeName(change.before),
                           EscapeName(change.after)));
    }
  }

 private:
  const DiffSide& Side(bool is_before) const { return is_before ? input_.before : input_.after; }

  static std::string_view MarkOf(ChangeKind kind) {
    return kind == ChangeKind::kAdded ? "+" : kind == ChangeKind::kRemoved ? "-" : "~";
  }
  static Label LabelOf(ChangeKind kind) {
    return kind == ChangeKind::kAdded     ? Label::kAdded
           : kind == ChangeKind::kRemoved ? Label::kRemoved
                                          : Label::kChanged;
  }

  size_t CellColumns() const { return std::max<size_t>(columns_, 50) - 30; }

  void PutAllCells(const StoredTable& stored, const Row& row, TextEncoding encoding,
                   ObjectSource& source, ItemLine& line) {
    const std::vector<const Column*> columns = StoredColumns(stored.info);
    for (size_t i = 0; i < row.cells.size() && i < columns.size(); ++i) {
      const bool is_in_key =
          columns[i]->is_rowid_alias ||
          (stored.info.identity == RowIdentity::kPrimaryKey && columns[i]->key_position != 0);
      if (is_in_key) continue;
      LabelledText item;
      item.Add(Label::kPlain, EscapeName(columns[i]->name) + "=");
      item.Add(Label::kPlain, FormatCell({row.cells[i], encoding, source}, CellColumns()));
      line.Put(item, ", ");
    }
  }

  void PutChangedCells(const TableDiff& table, const RowChange& change, ItemLine& line) {
    const std::vector<int>& map = *change.column_map;
    std::vector<bool> is_mapped(change.before->cells.size(), false);
    for (size_t i = 0; i < change.after->cells.size(); ++i) {
      const Cell& after = change.after->cells[i];
      const CellView after_view{after, table.encoding_after, input_.after.source()};
      LabelledText item;
      item.Add(Label::kPlain, EscapeName(after_columns_.at(i)) + ": ");
      if (map[i] < 0) {
        item.Add(Label::kAdded, "+" + FormatCell(after_view, CellColumns()));
        line.Put(item, ",  ");
        continue;
      }
      const auto place = static_cast<size_t>(map[i]);
      is_mapped.at(place) = true;
      const Cell& before = change.before->cells.at(place);
      if (CellsEqual(before, after)) continue;
      LabelledText cells = FormatCellChange({before, table.encoding_before, input_.before.source()},
                                            after_view, CellColumns());
      item.pieces.insert(item.pieces.end(), cells.pieces.begin(), cells.pieces.end());
      line.Put(item, ",  ");
    }
    for (size_t i = 0; i < is_mapped.size(); ++i) {
      if (is_mapped[i]) continue;
      LabelledText item;
      const CellView view{change.before->cells[i], table.encoding_before, input_.before.source()};
      item.Add(Label::kPlain, EscapeName(before_columns_.at(i)) + ": ");
      item.Add(Label::kRemoved, "-" + FormatCell(view, CellColumns()));
      line.Put(item, ",  ");
    }
  }

  Painter& out_;
  const size_t columns_;
  const DiffInput& input_;
  const DiffOverview& overview_;
  size_t name_columns_ = kMinNameColumns;
  size_t next_table_ = 0;
  const TableOverview* current_ = nullptr;
  std::vector<std::string> before_columns_;
  std::vector<std::string> after_columns_;
};

}  // namespace

DiffOutcome RenderDiffText(Painter& out, size_t columns, const DiffInput& input) {
  const DiffOverview overview = ReadOverview(input);
  if (overview.empty()) return DiffOutcome::kEqual;
  DiffText renderer(out, columns, input, overview);
  if (!overview.tables.empty()) input.run(renderer, DiffDetail::kRows);
  renderer.PrintSchema();
  return DiffOutcome::kDifferent;
}

}  // namespace pvc
