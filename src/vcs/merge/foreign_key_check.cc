#include "vcs/merge/foreign_key_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string>

#include "engine/tree_cursor.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/scratch_table.h"
#include "vcs/merge/table_outcome.h"

namespace pvc {
namespace {

class ForeignKeyChecker {
 public:
  ForeignKeyChecker(const RowMergeContext& context, const std::vector<CatalogEntry>& catalog,
                    const std::vector<MergedTable>& tables, ForeignKeysAre keys_are, Database& db,
                    MergedTable& child)
      : context_(context),
        nodes_(context.nodes),
        catalog_(catalog),
        tables_(tables),
        keys_are_(keys_are),
        db_(db),
        child_(child),
        rows_(context, db, InfoOf(child)),
        outcome_(context, child) {}

  void Run() {
    size_t number = 0;
    for (const ForeignKey& key : rows_.ReadForeignKeys()) {
      const MergedTable* merged = FindMerged(key.parent);
      const CatalogEntry* parent = FindEntry(key.parent, merged);
      if (parent == nullptr) continue;
      const std::vector<std::string> columns = ParentColumns(key, *parent);
      if (columns.size() != key.columns.size()) continue;  // SQLite calls that a mismatch
      if (keys_are_ == ForeignKeysAre::kNewToASide) {
        CheckAgainst(key, columns, *parent, nullptr, number++);
      } else if (merged != nullptr && LosesKeys(*merged, columns)) {
        CheckAgainst(key, columns, *parent, merged, number++);
      }
    }
    outcome_.Finish();
  }

 private:
  static const TableInfo& InfoOf(const MergedTable& table) {
    return table.object.entry.table->info;
  }

  const MergedTable* FindMerged(const std::string& name) const {
    for (const MergedTable& table : tables_) {
      if (EqualIgnoringAsciiCase(table.object.entry.object.name, name)) return &table;
    }
    return nullptr;
  }

  const CatalogEntry* FindEntry(const std::string& name, const MergedTable* merged) const {
    if (merged != nullptr) return &merged->object.entry;
    for (const CatalogEntry& entry : catalog_) {
      if (entry.table && EqualIgnoringAsciiCase(entry.object.name, name)) return &entry;
    }
    return nullptr;
  }

  // Puts rows as they were merged into the scratch table: all, or those that either side touched.
  void Load(bool all_rows) {
    const Tree& merged = child_.object.entry.table->rows;
    if (all_rows && !has_all_rows_) {
      has_all_rows_ = has_touched_rows_ = true;
      TreeCursor cursor(nodes_, merged);
      for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
        rows_.Insert(cursor.key(), cursor.value());  // those that are there meet themselves
      }
    }
    if (has_touched_rows_) return;
    has_touched_rows_ = true;
    for (const Tree* side : {&child_.sides.ours, &child_.sides.theirs}) {
      ForEachChange(nodes_, *side, merged, [&](const TreeChange& change) {
        if (change.after) rows_.Insert(change.key, *change.after);  // those of both meet themselves
      });
    }
  }

  static std::vector<std::string> ParentColumns(const ForeignKey& key, const CatalogEntry& parent) {
    return key.parent_columns.empty() ? PrimaryKeyColumns(parent.table->info) : key.parent_columns;
  }

  // Whether rows of a side went, or changed where a foreign key may point at them.
  bool LosesKeys(const MergedTable& parent, const std::vector<std::string>& columns) {
    const TableInfo& info = InfoOf(parent);
    const bool is_rowid =
        columns.size() == 1 &&
        std::any_of(info.columns.begin(), info.columns.end(), [&](const Column& column) {
          return column.is_rowid_alias && EqualIgnoringAsciiCase(column.name, columns[0]);
        });
    const Tree& merged = parent.object.entry.table->rows;
    for (const Tree* side : {&parent.sides.ours, &parent.sides.theirs}) {
      TreeDiff diff(nodes_, *side, nodes_, merged);
      TreeChange change;
      while (diff.Next(change)) {
        if (change.before && (!change.after || !is_rowid)) return true;
      }
    }
    return false;
  }

  // Finds rows of the child whose parent is gone. `lost_of`: only parents that a side had and the
  // merge does not; null: any that is not there.
  void CheckAgainst(const ForeignKey& key, const std::vector<std::string>& parent_columns,
                    const CatalogEntry& parent, const MergedTable* lost_of, size_t number) {
    Load(lost_of == nullptr);
    const std::string lost = fmt::format("pvc_lost_{}", number);
    const std::string present = fmt::format("pvc_present_{}", number);
    if (!FillKeys(parent, parent_columns, lost, present, lost_of)) return;
    std::vector<std::string> lost_terms;
    std::vector<std::string> present_terms;
    std::vector<std::string> not_null;
    const std::string child_name = QuoteIdentifier(child_.object.entry.object.name);
    for (size_t i = 0; i < key.columns.size(); ++i) {
      const std::string column = fmt::format("{}.{}", child_name, QuoteIdentifier(key.columns[i]));
      // A child's value is compared with the affinity and collation of the parent's column.
      lost_terms.push_back(fmt::format("l.c{} = +{}", i, column));
      present_terms.push_back(fmt::format("p.c{} = +{}", i, column));
      not_null.push_back(column + " IS NOT NULL");
    }
    std::string where =
        fmt::format("{} AND NOT EXISTS(SELECT 1 FROM main.{} p WHERE {})",
                    fmt::join(not_null, " AND "), present, fmt::join(present_terms, " AND "));
    if (lost_of != nullptr) {
      where += fmt::format(" AND EXISTS(SELECT 1 FROM main.{} l WHERE {})", lost,
                           fmt::join(lost_terms, " AND "));
    }
    Violation violation;
    violation.kind = Violation::Kind::kForeignKey;
    violation.constraint = fmt::format("{} -> {}({})", fmt::join(key.columns, ", "),
                                       parent.object.name, fmt::join(parent_columns, ", "));
    Statement find(db_, fmt::format("SELECT {} FROM main.{} WHERE {}", rows_.IdentityColumns(),
                                    child_name, where));
    while (find.Step()) {
      const Bytes row_key = rows_.KeyFrom(find, 0);
      const auto value = ValueAt(nodes_, child_.object.entry.table->rows, row_key);
      if (value) outcome_.Record(row_key, *value, violation);
    }
  }

  static std::vector<std::string> PrimaryKeyColumns(const TableInfo& info) {
    std::vector<const Column*> parts;
    for (const Column& column : info.columns) {
      if (column.key_position > 0 || column.is_rowid_alias) parts.push_back(&column);
    }
    std::sort(parts.begin(), parts.end(),
              [](const Column* a, const Column* b) { return a->key_position < b->key_position; });
    std::vector<std::string> names;
    for (const Column* part : parts) names.push_back(part->name);
    return names;
  }

  // Makes and fills two tables: parent keys that the merge lost, and those that it has, as far as
  // they matter.
  // Returns: false when the parent's rows do not hold the key: it is generated.
  bool FillKeys(const CatalogEntry& parent, const std::vector<std::string>& columns,
                const std::string& lost, const std::string& present, const MergedTable* lost_of) {
    RowCodec codec(parent.table->info, context_.encoding, context_.repository.store().hash_kind(),
                   nullptr);
    std::vector<size_t> cells;
    std::vector<std::string> declared;
    std::vector<std::string> indexed;
    for (const std::string& name : columns) {
      for (size_t cell = 0; cell < codec.stored_columns().size(); ++cell) {
        const Column& column = parent.table->info.columns[codec.stored_columns()[cell]];
        if (!EqualIgnoringAsciiCase(column.name, name)) continue;
        cells.push_back(cell);
        declared.push_back(fmt::format("c{} {}{}", declared.size(), TypeOf(column.affinity),
                                       column.collation == Collation::kNoCase  ? " COLLATE NOCASE"
                                       : column.collation == Collation::kRtrim ? " COLLATE RTRIM"
                                                                               : ""));
        indexed.push_back(fmt::format("c{}", indexed.size()));
      }
    }
    if (cells.size() != columns.size()) return false;
    for (const std::string* table : {&lost, &present}) {
      db_.Execute(fmt::format("CREATE TABLE main.{}({})", *table, fmt::join(declared, ",")));
      db_.Execute(
          fmt::format("CREATE INDEX main.{0}_i ON {0}({1})", *table, fmt::join(indexed, ",")));
    }
    Row row;
    const auto insert_into = [&](const std::string& table) {
      std::vector<std::string> marks(cells.size(), "?");
      return Statement(db_,
                       fmt::format("INSERT INTO main.{} VALUES({})", table, fmt::join(marks, ",")));
    };
    Statement insert_lost = insert_into(lost);
    Statement insert_present = insert_into(present);
    std::vector<Bytes> whole(cells.size());
    const auto add = [&](Statement& insert, ByteView key, ByteView value) {
      codec.Decode(key, value, row);
      bool is_bound = true;
      for (size_t i = 0; i < cells.size(); ++i) {
        is_bound = insert.Bind(static_cast<int>(i) + 1,
                               WholeValue(nodes_.source(), row.cells[cells[i]], whole[i])) &&
                   is_bound;
      }
      if (is_bound) insert.Step();
      insert.Reset();
    };
    const Tree& merged = parent.table->rows;
    if (lost_of == nullptr) {
      TreeCursor cursor(nodes_, merged);
      for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
        add(insert_present, cursor.key(), cursor.value());
      }
      return true;
    }
    for (const Tree* side : {&lost_of->sides.ours, &lost_of->sides.theirs}) {
      ForEachChange(nodes_, *side, merged, [&](const TreeChange& change) {
        if (change.before) add(insert_lost, change.key, *change.before);
        if (change.after) add(insert_present, change.key, *change.after);
      });
    }
    return true;
  }

  static const char* TypeOf(Affinity affinity) {
    switch (affinity) {
      case Affinity::kBlob:
        return "BLOB";
      case Affinity::kText:
        return "TEXT";
      case Affinity::kNumeric:
        return "NUMERIC";
      case Affinity::kInteger:
        return "INTEGER";
      case Affinity::kReal:
        return "REAL";
    }
    return "BLOB";
  }

  const RowMergeContext& context_;
  NodeReader& nodes_;
  const std::vector<CatalogEntry>& catalog_;
  const std::vector<MergedTable>& tables_;
  const ForeignKeysAre keys_are_;
  Database& db_;
  MergedTable& child_;
  ScratchTable rows_;
  TableOutcome outcome_;
  bool has_all_rows_ = false;
  bool has_touched_rows_ = false;
};

}  // namespace

void CheckForeignKeys(const RowMergeContext& context, const std::vector<CatalogEntry>& catalog,
                      const std::vector<MergedTable>& tables, ForeignKeysAre keys_are, Database& db,
                      MergedTable& child) {
  ForeignKeyChecker(context, catalog, tables, keys_are, db, child).Run();
}

}  // namespace pvc
