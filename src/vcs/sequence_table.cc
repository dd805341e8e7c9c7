#include "vcs/sequence_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "engine/edit_batch.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"
#include "vcs/ascii_case.h"
#include "vcs/row_codec.h"
#include "vcs/row_key.h"
#include "vcs/table_writer.h"
#include "vcs/text_conversion.h"

namespace pvc {

namespace {

// The table that a row counts for; ""  when the row names none that could be.
Bytes TableOf(const Row& row, TextEncoding encoding) {
  if (row.cells.empty()) return {};
  const Cell& cell = row.cells.front();
  if (cell.is_large || cell.value.storage_class != StorageClass::kText) return {};
  Utf8Converter converter(encoding);
  Bytes name;
  if (!converter.Add(cell.value.bytes, name) || !converter.Finish()) return {};
  return name;
}

[[noreturn]] void FailWithoutRowid() {
  throw Error(ErrorKind::kUnsupported, "table 'sqlite_sequence' has no rowid left");
}

int64_t FreeRowid(Database& db) {
  const int64_t last = db.QueryInteger("SELECT max(rowid) FROM main.sqlite_sequence");
  if (last == INT64_MAX) FailWithoutRowid();
  return last + 1;
}

}  // namespace

bool HasSequenceTable(Database& db) {
  return db.QueryInteger(
             "SELECT count(*) FROM main.sqlite_schema"
             " WHERE type = 'table' AND name = 'sqlite_sequence'") > 0;
}

void ClearSequences(Database& db, const IgnoredTables* ignored) {
  if (ignored == nullptr || ignored->empty()) {
    db.Execute("DELETE FROM main.sqlite_sequence");
    return;
  }
  Statement rows(db, "SELECT rowid, name FROM main.sqlite_sequence");
  Statement remove(db, "DELETE FROM main.sqlite_sequence WHERE rowid = ?");
  while (rows.Step()) {
    if (ignored->Matches(rows.ColumnText(1))) continue;
    remove.BindInteger(1, rows.ColumnInteger(0));
    remove.Step();
    remove.Reset();
  }
}

void WriteSequences(Repository& repository, NodeReader& nodes, Database& db,
                    const StoredTable& sequences, TextEncoding encoding,
                    const IgnoredTables* ignored, const std::function<void()>& on_row) {
  ClearSequences(db, ignored);
  const bool all = ignored == nullptr || ignored->empty();
  TableWriter writer(db, nodes.source(), sequences.info, encoding);
  RowCodec codec(sequences.info, encoding, repository.store().hash_kind(), nullptr);
  Statement taken(db, "SELECT 1 FROM main.sqlite_sequence WHERE rowid = ?");
  TreeCursor cursor(nodes, sequences.rows);
  Row row;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    if (!all) {
      if (ignored->Matches(TableOf(row, encoding))) continue;
      taken.BindInteger(1, row.rowid);
      const bool is_taken = taken.Step();
      taken.Reset();
      if (is_taken) row.rowid = FreeRowid(db);
    }
    writer.Insert(row);
    on_row();
  }
}

void DropSequenceTable(Database& db) {
  std::string name = "pvc_sequence";
  for (;;) {
    Statement taken(db, "SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE");
    taken.BindText(1, name);
    if (!taken.Step()) break;
    name += '_';
  }
  // SQLite refuses to drop a table of its own: it becomes an ordinary one first.
  db.ExecuteOnSchema(
      "UPDATE main.sqlite_master SET name = ?1, tbl_name = ?1,"
      " sql = 'CREATE TABLE ' || ?1 || '(name,seq)'"
      " WHERE type = 'table' AND name = 'sqlite_sequence'",
      {name});
  db.Execute(fmt::format("DROP TABLE main.{}", name));
}

Tree ReplaceSequences(Repository& repository, NodeReader& nodes, ObjectSink& sink,
                      const StoredTable& base, const StoredTable* other, TextEncoding encoding,
                      const std::function<bool(const std::string& table)>& is_taken) {
  EditBatch edits;
  std::set<int64_t> in_use;
  int64_t last = 0;
  RowCodec codec(base.info, encoding, repository.store().hash_kind(), nullptr);
  TreeCursor cursor(nodes, base.rows);
  Row row;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    if (is_taken(TableOf(row, encoding))) {
      edits.Delete(cursor.key());
    } else {
      in_use.insert(row.rowid);
      last = std::max(last, row.rowid);
    }
  }
  if (other != nullptr) {
    if (base.info != other->info) {
      throw Error(ErrorKind::kUnsupported, "table 'sqlite_sequence' has other columns");
    }
    TreeCursor taken(nodes, other->rows);
    Bytes key;
    for (taken.SeekToFirst(); taken.Valid(); taken.Next()) {
      codec.Decode(taken.key(), taken.value(), row);
      if (!is_taken(TableOf(row, encoding))) continue;
      if (in_use.contains(row.rowid)) {
        if (last == INT64_MAX) FailWithoutRowid();
        row.rowid = last + 1;
      }
      in_use.insert(row.rowid);
      last = std::max(last, row.rowid);
      key.clear();
      AppendRowidKey(key, row.rowid);
      edits.Put(key, taken.value());
    }
  }
  return edits.empty() ? base.rows : ApplyEdits(nodes, sink, base.rows, edits);
}

std::map<std::string, int64_t> ReadSequences(Repository& repository, NodeReader& nodes,
                                             const StoredTable& sequences, TextEncoding encoding) {
  std::map<std::string, int64_t> counters;
  RowCodec codec(sequences.info, encoding, repository.store().hash_kind(), nullptr);
  TreeCursor cursor(nodes, sequences.rows);
  Row row;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    if (row.cells.size() < 2 || row.cells[1].value.storage_class != StorageClass::kInteger) continue;
    const auto [place, is_new] =
        counters.emplace(TableOf(row, encoding), row.cells[1].value.integer);
    if (!is_new) place->second = std::max(place->second, row.cells[1].value.integer);
  }
  return counters;
}

Tree ChangeSequences(Repository& repository, NodeReader& nodes, ObjectSink& sink,
                     const StoredTable& sequences, TextEncoding encoding,
                     const std::map<std::string, std::optional<int64_t>>& changes) {
  if (changes.empty()) return sequences.rows;
  EditBatch edits;
  const HashKind hash_kind = repository.store().hash_kind();
  RowCodec codec(sequences.info, encoding, hash_kind, nullptr);
  RowCodec encoder(sequences.info, encoding, hash_kind, &sink);
  int64_t last = 0;
  std::map<std::string, std::optional<int64_t>> missing = changes;
  TreeCursor cursor(nodes, sequences.rows);
  Row row;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    last = std::max(last, row.rowid);
    const auto change = changes.find(TableOf(row, encoding));
    if (change == changes.end() || row.cells.size() < 2) continue;
    missing.erase(change->first);
    if (!change->second) {
      edits.Delete(cursor.key());
      continue;
    }
    row.cells[1].value = Value::Integer(*change->second);
    encoder.EncodeCells(row.rowid, row.cells, nodes.source());
    edits.Put(encoder.key(), encoder.value());
  }
  for (const auto& [table, counter] : missing) {
    if (!counter) continue;
    if (last == INT64_MAX) FailWithoutRowid();
    Bytes name;
    if (encoding == TextEncoding::kUtf8) {
      name = table;
    } else if (!AppendEncoded(name, table, encoding)) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("'{}' in sqlite_sequence is no name of a table", table));
    }
    const std::vector<Value> values = {Value::Text(name), Value::Integer(*counter)};
    encoder.Encode(++last, values);
    edits.Put(encoder.key(), encoder.value());
  }
  return edits.empty() ? sequences.rows : ApplyEdits(nodes, sink, sequences.rows, edits);
}

bool MentionsAutoincrement(std::string_view sql) {
  return FoldAsciiCase(sql).find("autoincrement") != std::string::npos;
}

}  // namespace pvc
