#include "cli/merge_report.h"

#include <fmt/format.h>

#include "base/shell_word.h"
#include "cli/conflict_kind.h"
#include "cli/quantity_text.h"
#include "cli/row_conflict_text.h"
#include "cli/schema_conflict_text.h"
#include "vcs/merge/unfinished_merge.h"

namespace pvc {
namespace {

constexpr size_t kShownConflicts = 10;

/// Prints conflicts a line each, up to a number of them, and remembers what the first is called.
class BriefSink final : public ConflictSink {
 public:
  BriefSink(Painter& out, ObjectSource& source, TextEncoding encoding, const SideNames& names,
            size_t max_count)
      : out_(out), source_(source), encoding_(encoding), names_(names), left_(max_count) {}

  void OnSchema(const SchemaConflict& conflict) override {
    if (left_ == 0) return;
    --left_;
    if (first_selector.empty()) first_selector = ShellWord(conflict.name);
    out_.Put("  " + SchemaConflictTitle(conflict, names_) + "\n");
  }

  void BeginTable(const TableConflicts&) override {}

  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    if (left_ == 0) return false;
    --left_;
    const TableInfo& info = table.layout.table->info;
    if (first_selector.empty()) {
      first_selector = RowSelector(table, row, encoding_);
      first_can_be_renumbered = info.identity == RowIdentity::kRowid &&
                                ConflictKindOf(row.conflict) == ConflictKind::kBothAdded;
    }
    out_.Put("  ");
    out_.Put(Label::kHeading, EscapeName(table.name()));
    out_.Put("  ");
    out_.Put(Label::kKey, FormatRowKey(info, row.any(), encoding_, source_));
    out_.Put("  ");
    SummarizeRowConflict({info, encoding_, source_, names_}, row).PutTo(out_);
    out_.Put("\n");
    return left_ > 0;
  }

  void EndTable(const TableConflicts&) override {}

  std::string first_selector;  ///< as a word for a shell
  bool first_can_be_renumbered = false;

 private:
  Painter& out_;
  ObjectSource& source_;
  const TextEncoding encoding_;
  const SideNames& names_;
  size_t left_;
};

/// The part of the conflicts that the first few lie in.
MergeConflicts Beginning(const MergeConflicts& conflicts, size_t count) {
  MergeConflicts beginning;
  for (const SchemaConflict& conflict : conflicts.schema) {
    if (beginning.schema.size() == count) return beginning;
    beginning.schema.push_back(conflict);
  }
  for (const TableConflicts& table : conflicts.tables) {
    if (beginning.schema.size() + beginning.row_count() >= count) return beginning;
    beginning.tables.push_back(table);
  }
  return beginning;
}

}  // namespace

void ReportStopped(CommandContext& context, std::string_view what, PendingKind kind,
                   NodeReader& nodes, TextEncoding encoding, const MergeConflicts& conflicts,
                   const std::string& ours_name, const std::string& theirs_name) {
  Painter& err = context.err;
  err.Put(Label::kError, "error:");
  err.Put(fmt::format(" {} stopped: {}\n", EscapeName(what), DescribeConflictCount(conflicts)));
  const SideNames names{ours_name, theirs_name};
  BriefSink sink(err, nodes.source(), encoding, names, 1);
  ListConflicts(context.repository(), nodes, encoding, Beginning(conflicts, 1), {}, sink);
  const std::string_view name = PendingKindName(kind);
  const std::string ways_out =
      kind == PendingKind::kMerge
          ? fmt::format("(or give up: pvc {} --abort)", name)
          : fmt::format("(or leave it out: pvc {0} --skip   give up: pvc {0} --abort)", name);
  const auto hint = [&](const std::string& text) {
    err.Put(Label::kHint, "hint:");
    err.Put(" " + EscapeName(text) + "\n");
  };
  hint("see all:        pvc conflicts");
  hint(fmt::format("take one side:  pvc resolve {} --theirs", sink.first_selector));
  if (sink.first_can_be_renumbered) {
    hint(fmt::format("keep both:      pvc resolve {} --renumber=theirs", sink.first_selector));
  }
  hint(fmt::format("then finish:    pvc {} --continue      {}", name, ways_out));
}

void ReportWouldConflict(CommandContext& context, std::string_view what, NodeReader& nodes,
                         TextEncoding encoding, const MergeConflicts& conflicts,
                         const std::string& ours_name, const std::string& theirs_name) {
  Painter& out = context.out;
  out.Put(fmt::format("{} would stop: {}\n", EscapeName(what), DescribeConflictCount(conflicts)));
  size_t name_columns = conflicts.schema.empty() ? 0 : DisplayWidth("schema");
  for (const TableConflicts& table : conflicts.tables) {
    name_columns = std::max(name_columns, DisplayWidth(EscapeName(table.name())));
  }
  const auto put_count = [&](const std::string& name, uint64_t count) {
    out.Put("  ");
    out.Put(Label::kHeading, PadRight(name, name_columns));
    out.Put("  " + FormatCountOf(count, "conflict") + "\n");
  };
  if (!conflicts.schema.empty()) put_count("schema", conflicts.schema.size());
  for (const TableConflicts& table : conflicts.tables) {
    put_count(EscapeName(table.name()), table.rows.entry_count);
  }
  const uint64_t total = conflicts.schema.size() + conflicts.row_count();
  out.Put(total > kShownConflicts ? fmt::format("\nthe first {}:\n", kShownConflicts) : "\n");
  const SideNames names{ours_name, theirs_name};
  BriefSink sink(out, nodes.source(), encoding, names, kShownConflicts);
  ListConflicts(context.repository(), nodes, encoding, Beginning(conflicts, kShownConflicts), {},
                sink);
}

}  // namespace pvc
