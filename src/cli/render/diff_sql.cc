#include <fmt/format.h>

#include <numeric>

#include "base/error.h"
#include "cli/render/diff.h"
#include "cli/render/row_sql.h"
#include "cli/render/schema_plan.h"
#include "cli/sql_statement.h"
#include "engine/tree_cursor.h"
#include "engine/tree_diff.h"

namespace pvc {
namespace {

void WriteProperties(TextWriter& out, const std::vector<PropertyChange>& changes) {
  for (const PropertyChange& change : changes) {
    if (change.name == "user_version" || change.name == "application_id") {
      out.Write(fmt::format("PRAGMA {}={};\n", change.name, change.after));
    } else if (change.name == "encoding") {
      throw Error(ErrorKind::kUnsupported,
                  "SQL cannot change the text encoding of a database that has tables")
          .AddHint("pvc export HEAD FILE    (write the later state as a file)");
    } else {
      out.Write(fmt::format("-- {}: {} -> {} (SQL in a transaction cannot change it)\n",
                            change.name, change.before, change.after));
    }
  }
}

/// Rows are compared as stored, by key, not as the diff for people matches them: rowids count here.
class TablePatch {
 public:
  TablePatch(const DiffInput& input, const SchemaPlan::PatchedTable& table, HashKind hash_kind)
      : input_(input),
        before_(*table.before->table),
        after_(*table.after->table),
        before_codec_(before_.info, input.before.snapshot.properties.encoding, hash_kind, nullptr),
        after_codec_(after_.info, input.after.snapshot.properties.encoding, hash_kind, nullptr),
        form_(table.has_other_keys ? UpdateForm::kDeleteAndInsert : UpdateForm::kUpdate),
        writer_({before_.info, after_.info, input.after.snapshot.properties.encoding}, form_,
                input.before.source(), input.after.source()),
        column_map_(after_codec_.stored_columns().size()) {
    std::iota(column_map_.begin(), column_map_.end(), 0);
  }

  void Write(TextWriter& out, RowStep step) {
    TreeDiff diff(*input_.before.nodes, before_.rows, *input_.after.nodes, after_.rows);
    TreeChange change;
    while (diff.Next(change)) {
      RowChange row;
      row.kind = !change.before  ? ChangeKind::kAdded
                 : !change.after ? ChangeKind::kRemoved
                                 : ChangeKind::kChanged;
      if (change.before) {
        before_codec_.Decode(change.key, *change.before, before_row_);
        row.before = &before_row_;
      }
      if (change.after) {
        after_codec_.Decode(change.key, *change.after, after_row_);
        row.after = &after_row_;
      }
      row.column_map = &column_map_;
      out.Write(writer_.Statement(row, step));
    }
  }

 private:
  const DiffInput& input_;
  const StoredTable& before_;
  const StoredTable& after_;
  RowCodec before_codec_;
  RowCodec after_codec_;
  const UpdateForm form_;
  RowSqlWriter writer_;
  std::vector<int> column_map_;  // the layouts are the same
  Row before_row_;
  Row after_row_;
};

void WriteAllRows(TextWriter& out, const DiffSide& side, const StoredTable& table,
                  HashKind hash_kind) {
  RowSqlWriter writer({table.info, table.info, side.snapshot.properties.encoding},
                      UpdateForm::kUpdate, side.source(), side.source());
  RowCodec codec(table.info, side.snapshot.properties.encoding, hash_kind, nullptr);
  Row row;
  TreeCursor cursor(*side.nodes, table.rows);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    out.Write(writer.Insert(row));
  }
}

}  // namespace

DiffOutcome RenderDiffSql(TextWriter& out, const DiffInput& input) {
  const DiffOverview overview = ReadOverview(input, DiffDetail::kSchema);
  const SchemaPlan plan(input, overview.objects);
  if (plan.empty() && overview.properties.empty()) return DiffOutcome::kEqual;

  // Foreign keys would be checked against half of the change, and their actions would write rows.
  out.Write("PRAGMA foreign_keys=OFF;\nBEGIN;\n");
  WriteProperties(out, overview.properties);
  for (const std::string& sql : plan.drops()) out.Write(TerminateStatement(sql));
  for (const std::string& sql : plan.table_creates()) out.Write(TerminateStatement(sql));
  for (const std::string& name : plan.tables_to_empty()) out.Write("DELETE FROM " + name + ";\n");
  for (const SchemaPlan::PatchedTable& table : plan.patched_tables()) {
    TablePatch patch(input, table, input.hash_kind);
    patch.Write(out, RowStep::kDelete);
    patch.Write(out, RowStep::kUpdate);
    patch.Write(out, RowStep::kInsert);
  }
  // Inserts have changed sqlite_sequence: it is emptied again before it is filled, last of all.
  for (const CatalogEntry* entry : plan.tables_to_fill()) {
    if (entry->object.name == "sqlite_sequence") out.Write("DELETE FROM sqlite_sequence;\n");
    WriteAllRows(out, input.after, *entry->table, input.hash_kind);
  }
  for (const std::string& sql : plan.other_creates()) out.Write(TerminateStatement(sql));
  out.Write("COMMIT;\n");
  return DiffOutcome::kDifferent;
}

}  // namespace pvc
