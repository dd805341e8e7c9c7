#include "cli/row_conflict_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shell_word.h"
#include "cli/cell_reader.h"
#include "cli/conflict_kind.h"
#include "cli/quantity_text.h"
#include "cli/row_key_text.h"
#include "vcs/diff.h"

namespace pvc {
namespace {

// A value that fits stands whole beside those of the other sides.
constexpr size_t kWholeColumns = 48;
constexpr size_t kCutColumns = 24;
// Texts are compared line by line up to here; longer ones by words.
constexpr uint64_t kMaxTextBytes = 1U << 20;

class RowDescriber {
 public:
  RowDescriber(const ConflictTable& table, const ConflictRow& row, size_t columns)
      : table_(table), row_(row), columns_(std::max<size_t>(columns, 40)) {
    for (const std::string& name : StoredColumnNames(table.info)) {
      columns_of_cells_.push_back(EscapeName(name));
    }
  }

  std::vector<ConflictLine> Run() {
    switch (ConflictKindOf(row_.conflict)) {
      case ConflictKind::kBothChanged:
        for (const size_t cell : OpenCells()) AddCell(cell);
        break;
      case ConflictKind::kDeletedChanged:
        AddDeleted();
        break;
      case ConflictKind::kBothAdded:
        lines_.push_back({PlainItem("added by both")});
        if (!row_.conflict.open_cells.empty()) {
          for (const size_t cell : OpenCells()) AddCell(cell);
        } else {
          AddRow(table_.names.ours, row_.ours);
          AddRow(table_.names.theirs, row_.theirs);
        }
        break;
      case ConflictKind::kConstraint:
        AddViolations();
        break;
    }
    return std::move(lines_);
  }

  // The first line, values cut.
  LabelledText Summarize() {
    const ConflictKind kind = ConflictKindOf(row_.conflict);
    const std::vector<size_t> open = OpenCells();
    if (kind == ConflictKind::kDeletedChanged || kind == ConflictKind::kConstraint ||
        open.empty()) {
      lines_ = Run();
      LabelledText text;
      for (const LabelledText& item : lines_.empty() ? ConflictLine{} : lines_.front()) {
        if (!text.pieces.empty()) text.Add(Label::kPlain, std::string(kConflictItemSeparator));
        AppendItem(text, item);
      }
      return text;
    }
    LabelledText text = PlainItem(columns_of_cells_.at(open.front()) + ": ");
    AppendItem(text, SummarizeCell(open.front()));
    if (open.size() > 1) {
      text.Add(Label::kMuted,
               fmt::format("  (and {})", FormatCountOf(open.size() - 1, "more column")));
    }
    return text;
  }

 private:
  struct Side {
    std::string name;
    CellView view;
  };

  std::vector<size_t> OpenCells() const {
    const std::vector<uint32_t>& open = row_.conflict.open_cells;
    if (!open.empty()) return {open.begin(), open.end()};
    return row_.ours != nullptr && row_.theirs != nullptr ? Differing(*row_.ours, *row_.theirs)
                                                          : std::vector<size_t>{};
  }

  static std::vector<size_t> Differing(const Row& a, const Row& b) {
    std::vector<size_t> cells;
    for (size_t i = 0; i < std::min(a.cells.size(), b.cells.size()); ++i) {
      if (!CellsEqual(a.cells[i], b.cells[i])) cells.push_back(i);
    }
    return cells;
  }

  CellView View(const Row& row, size_t cell) const {
    return {row.cells.at(cell), table_.encoding, table_.source};
  }

  std::vector<Side> SidesOf(size_t cell) const {
    std::vector<Side> sides;
    if (row_.base != nullptr) sides.push_back({"base", View(*row_.base, cell)});
    if (row_.ours != nullptr) sides.push_back({table_.names.ours, View(*row_.ours, cell)});
    if (row_.theirs != nullptr) sides.push_back({table_.names.theirs, View(*row_.theirs, cell)});
    return sides;
  }

  static bool IsText(const CellView& view) {
    return view.cell.value.storage_class == StorageClass::kText;
  }
  static bool IsBytes(const CellView& view) {
    return IsText(view) || view.cell.value.storage_class == StorageClass::kBlob;
  }

  // Whether a value is short, and on one line.
  static bool IsShort(const CellView& view) {
    if (!IsBytes(view)) return true;
    return FormatCell(view, kWholeColumns) == FormatCell(view, 4 * kWholeColumns) &&
           !(IsText(view) && HasLines(ReadCellText(view, 8 * kWholeColumns)));
  }

  // "base 3.5", "main 4.0".
  static LabelledText SideValue(const Side& side, size_t columns) {
    LabelledText item;
    item.Add(Label::kMuted, EscapeName(side.name) + " ");
    item.Add(side.name == "base" ? Label::kRemoved : Label::kAdded, FormatCell(side.view, columns));
    return item;
  }

  void AddCell(size_t cell) {
    const std::vector<Side> sides = SidesOf(cell);
    const std::string heading = columns_of_cells_.at(cell) + ": ";
    if (std::all_of(sides.begin(), sides.end(), [](const Side& s) { return IsShort(s.view); })) {
      LabelledText item = PlainItem(heading);
      for (const Side& side : sides) {
        if (&side != &sides.front()) item.Add(Label::kPlain, ", ");
        AppendItem(item, SideValue(side, kWholeColumns));
      }
      lines_.push_back({std::move(item)});
      return;
    }
    // What changed since base; where base has nothing to compare with, what the sides differ in.
    const bool has_base = row_.base != nullptr;
    if (has_base && sides.size() == 3 && IsBytes(sides[0].view)) {
      AddComparison(heading, sides[0], sides[1]);
      AddComparison(heading, sides[0], sides[2]);
      return;
    }
    if (has_base) {
      LabelledText item = PlainItem(heading);
      AppendItem(item, SideValue(sides[0], kWholeColumns));
      lines_.push_back({std::move(item)});
    }
    AddComparison(heading, sides[sides.size() - 2], sides.back());
  }

  void AddComparison(const std::string& heading, const Side& before, const Side& after) {
    LabelledText item = PlainItem(heading + SideArrow(before.name, after.name));
    if (CellsEqual(before.view.cell, after.view.cell)) {
      item.Add(Label::kMuted, " unchanged");
      lines_.push_back({std::move(item)});
      return;
    }
    std::vector<ConflictLine> compared;
    if (AreComparedByLines(before.view, after.view)) {
      compared = CompareLines(ReadCellText(before.view, kMaxTextBytes),
                              ReadCellText(after.view, kMaxTextBytes));
    }
    if (compared.empty()) {
      item.Add(Label::kPlain, " ");
      AppendItem(item, FormatCellChange(before.view, after.view, columns_));
    }
    lines_.push_back({std::move(item)});
    lines_.insert(lines_.end(), compared.begin(), compared.end());
  }

  static bool AreComparedByLines(const CellView& a, const CellView& b) {
    if (!IsText(a) || !IsText(b)) return false;
    if (std::max(a.cell.value.size_bytes, b.cell.value.size_bytes) > kMaxTextBytes) return false;
    return HasLines(ReadCellText(a, kMaxTextBytes)) || HasLines(ReadCellText(b, kMaxTextBytes));
  }

  LabelledText SummarizeCell(size_t cell) const {
    const std::vector<Side> sides = SidesOf(cell);
    LabelledText item;
    const Side& ours = sides[sides.size() - 2];
    const Side& theirs = sides.back();
    if (FormatCell(ours.view, kCutColumns) == FormatCell(theirs.view, kCutColumns) &&
        !CellsEqual(ours.view.cell, theirs.view.cell)) {
      item = PlainItem(SideArrow(ours.name, theirs.name) + " ");
      AppendItem(item, FormatCellChange(ours.view, theirs.view, columns_));
      return item;
    }
    for (const Side& side : sides) {
      if (&side != &sides.front()) item.Add(Label::kPlain, ", ");
      AppendItem(item, SideValue(side, kCutColumns));
    }
    return item;
  }

  // "deleted in main, changed in try: score: 3.5 -> 4.5".
  void AddDeleted() {
    const bool by_ours = row_.ours == nullptr;
    const std::string& deleter = by_ours ? table_.names.ours : table_.names.theirs;
    const std::string& changer = by_ours ? table_.names.theirs : table_.names.ours;
    const Row* changed = by_ours ? row_.theirs : row_.ours;
    ConflictLine line;
    LabelledText item;
    item.Add(Label::kRemoved, fmt::format("deleted in {}", EscapeName(deleter)));
    if (changed == nullptr) {
      lines_.push_back({std::move(item)});
      return;
    }
    item.Add(Label::kPlain, fmt::format(", changed in {}: ", EscapeName(changer)));
    for (const size_t cell : Differing(*row_.base, *changed)) {
      AppendItem(item, PlainItem(columns_of_cells_.at(cell) + ": "));
      AppendItem(item, FormatCellChange(View(*row_.base, cell), View(*changed, cell), columns_));
      line.push_back(std::move(item));
      item = {};
    }
    if (line.empty()) line.push_back(std::move(item));
    lines_.push_back(std::move(line));
  }

  // "main: name='ann', score=3.5", the key left out.
  void AddRow(const std::string& side, const Row* row) {
    if (row == nullptr) return;
    LabelledText item;
    item.Add(Label::kMuted, EscapeName(side) + ": ");
    ConflictLine line;
    const std::vector<const Column*> columns = StoredColumns(table_.info);
    for (size_t i = 0; i < row->cells.size(); ++i) {
      const bool is_in_key =
          columns.at(i)->is_rowid_alias ||
          (table_.info.identity == RowIdentity::kPrimaryKey && columns[i]->key_position != 0);
      if (is_in_key) continue;
      AppendItem(item,
                 PlainItem(columns_of_cells_[i] + "=" + FormatCell(View(*row, i), kWholeColumns)));
      line.push_back(std::move(item));
      item = {};
    }
    if (line.empty()) line.push_back(std::move(item));
    lines_.push_back(std::move(line));
  }

  void AddViolations() {
    for (const Violation& violation : row_.conflict.violations) {
      LabelledText item;
      item.Add(Label::kChanged, DescribeViolation(violation));
      lines_.push_back({std::move(item)});
    }
    const bool are_alike = row_.ours != nullptr && row_.theirs != nullptr &&
                           Differing(*row_.ours, *row_.theirs).empty();
    if (are_alike) {
      AddRow("row", row_.ours);
    } else if (row_.ours != nullptr && row_.theirs != nullptr) {
      for (const size_t cell : OpenCells()) AddCell(cell);
    } else {
      AddRow(table_.names.ours, row_.ours);
      AddRow(table_.names.theirs, row_.theirs);
    }
  }

  std::string DescribeViolation(const Violation& violation) const {
    const std::string constraint = EscapeName(violation.constraint);
    switch (violation.kind) {
      case Violation::Kind::kNotNull:
        return fmt::format("NOT NULL {}", constraint);
      case Violation::Kind::kCheck:
        return fmt::format("CHECK {}", constraint);
      case Violation::Kind::kUnique: {
        std::optional<KeyText> other;
        if (!violation.other_key.empty()) {
          other = ReadKeyText(table_.info, violation.other_key, table_.encoding, table_.source);
        }
        return fmt::format("UNIQUE({}): {} has the same", constraint,
                           other ? other->shown : "another row");
      }
      case Violation::Kind::kForeignKey:
        return fmt::format("FOREIGN KEY {}: no such row", constraint);
    }
    return constraint;
  }

  const ConflictTable& table_;
  const ConflictRow& row_;
  const size_t columns_;
  std::vector<std::string> columns_of_cells_;  // names
  std::vector<ConflictLine> lines_;
};

}  // namespace

std::vector<ConflictLine> DescribeRowConflict(const ConflictTable& table, const ConflictRow& row,
                                              size_t columns) {
  return RowDescriber(table, row, columns).Run();
}

LabelledText SummarizeRowConflict(const ConflictTable& table, const ConflictRow& row) {
  return RowDescriber(table, row, 0).Summarize();
}

std::string RowSelector(const TableConflicts& table, const ConflictRow& row,
                        TextEncoding encoding) {
  const auto key = TypedKeyOf(table.layout.table->info, row.any(), encoding);
  return ShellWord(key ? table.name() + ":" + *key : table.name());
}

}  // namespace pvc
