#include <algorithm>

#include "cli/item_line.h"
#include "cli/quantity_text.h"
#include "cli/render/conflicts.h"
#include "cli/schema_conflict_text.h"

namespace pvc {
namespace {

constexpr size_t kMinNameColumns = 10;
constexpr size_t kMaxNameColumns = 30;
constexpr size_t kMaxKeyColumns = 24;
constexpr size_t kMaxIndent = 32;
constexpr size_t kSchemaIndent = 6;

class ConflictsText final : public ConflictSink {
 public:
  ConflictsText(Painter& out, size_t columns, const ConflictsInput& input,
                const ConflictsOverview& overview)
      : out_(out), columns_(columns), input_(input), names_(input.names()), overview_(overview) {
    for (const auto& [name, table] : overview.tables) {
      name_columns_ = std::max(name_columns_, DisplayWidth(EscapeName(name)));
    }
    name_columns_ = std::min(name_columns_, kMaxNameColumns);
  }

  void PrintSchemaHeading() {
    if (overview_.schema == 0) return;
    PutHeading("schema", FormatCountOf(overview_.schema, "conflict"));
  }

  void PrintTableHeading(const std::string& name, const TableConflictOverview& table) {
    PutHeading(EscapeName(name), FormatConflictCounts(table.counts));
  }

  void OnSchema(const SchemaConflict& conflict) override {
    if (is_first_) PrintSchemaHeading();
    is_first_ = false;
    PutMark();
    out_.Put(SchemaConflictTitle(conflict, names_) + "\n");
    const size_t room = columns_ > kSchemaIndent ? columns_ - kSchemaIndent : 0;
    for (const ConflictLine& line : DescribeSchemaConflict(conflict, names_, room)) {
      out_.Put(std::string(kSchemaIndent, ' '));
      PutLine(line, kSchemaIndent);
    }
  }

  void BeginTable(const TableConflicts& table) override {
    const auto found = overview_.tables.find(table.name());
    current_ = found == overview_.tables.end() ? nullptr : &found->second;
    if (current_ != nullptr) PrintTableHeading(table.name(), *current_);
  }

  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    const TableInfo& info = table.layout.table->info;
    const std::string key = FormatRowKey(info, row.any(), input_.encoding, input_.source);
    const size_t key_columns = std::min(current_->key_columns, kMaxKeyColumns);
    PutMark();
    out_.Put(Label::kKey, PadRight(key, key_columns));
    const size_t begin = 6 + std::max(key_columns, DisplayWidth(key));
    const size_t indent = std::min(begin, kMaxIndent);
    const ConflictTable context{info, input_.encoding, input_.source, names_};
    const std::vector<ConflictLine> lines =
        DescribeRowConflict(context, row, std::max<size_t>(columns_, 50) - 30);
    for (size_t i = 0; i < lines.size(); ++i) {
      out_.Put(i == 0 ? "  " : std::string(indent, ' '));
      PutLine(lines[i], indent);
    }
    if (lines.empty()) out_.Put("\n");
    return true;
  }

  void EndTable(const TableConflicts&) override {}

 private:
  void PutHeading(const std::string& name, const std::string& counts) {
    out_.Put(Label::kHeading, PadRight(name, name_columns_));
    out_.Put(" " + counts + "\n");
  }

  void PutMark() {
    out_.Put("  ");
    out_.Put(Label::kError, "!");
    out_.Put(" ");
  }

  void PutLine(const ConflictLine& items, size_t indent) {
    ItemLine line(out_, columns_, indent);
    for (const LabelledText& item : items) line.Put(item, kConflictItemSeparator);
    out_.Put("\n");
  }

  Painter& out_;
  const size_t columns_;
  const ConflictsInput& input_;
  const SideNames names_;
  const ConflictsOverview& overview_;
  const TableConflictOverview* current_ = nullptr;
  size_t name_columns_ = kMinNameColumns;
  bool is_first_ = true;
};

}  // namespace

ConflictsOutcome RenderConflictsText(Painter& out, size_t columns, const ConflictsInput& input) {
  const ConflictsOverview overview = ReadConflictsOverview(input);
  if (overview.empty()) return ConflictsOutcome::kNone;
  ConflictsText renderer(out, columns, input, overview);
  input.run(renderer);
  return ConflictsOutcome::kOpen;
}

ConflictsOutcome RenderConflictsSummary(Painter& out, const ConflictsInput& input) {
  const ConflictsOverview overview = ReadConflictsOverview(input);
  ConflictsText renderer(out, 0, input, overview);
  renderer.PrintSchemaHeading();
  for (const auto& [name, table] : overview.tables) renderer.PrintTableHeading(name, table);
  return overview.empty() ? ConflictsOutcome::kNone : ConflictsOutcome::kOpen;
}

}  // namespace pvc
