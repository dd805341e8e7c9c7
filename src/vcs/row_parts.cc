#include "vcs/row_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/shell_word.h"
#include "engine/edit_batch.h"
#include "engine/large_value.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"
#include "vcs/catalog.h"
#include "vcs/key_filter.h"
#include "vcs/row_codec.h"
#include "vcs/tree_join.h"

namespace pvc {
namespace {

CatalogEntry RequireTable(NodeReader& nodes, const Snapshot& snapshot, const std::string& name,
                          const char* where) {
  auto entry = FindTable(nodes, snapshot.catalog, name);
  if (!entry) {
    throw Error(ErrorKind::kNotFound, fmt::format("no table '{}' in {}", name, where))
        .AddHint("see what there is:  pvc ls");
  }
  return *entry;
}

/// Gives rows of a table another rowid.
class RowidWriter {
 public:
  RowidWriter(NodeReader& nodes, WriteBatch& batch, const StoredTable& table, TextEncoding encoding,
              HashKind hash_kind)
      : nodes_(nodes),
        table_(table),
        codec_(table.info, encoding, hash_kind, nullptr),
        encoder_(table.info, encoding, hash_kind, &batch) {}

  int64_t RowidOf(ByteView key, ByteView value) {
    codec_.Decode(key, value, row_);
    return row_.rowid;
  }

  /// `rowid` when no row of the table has it, else one above all.
  int64_t FreeRowid(int64_t rowid) {
    int64_t highest = 0;
    bool is_taken = false;
    TreeCursor cursor(nodes_, table_.rows);
    for (cursor.Seek({}); cursor.Valid(); cursor.Next()) {
      const int64_t other = RowidOf(cursor.key(), cursor.value());
      highest = std::max(highest, other);
      is_taken |= other == rowid;
    }
    if (!is_taken) return rowid;
    if (highest == INT64_MAX) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("table '{}' has no free rowid", table_.info.name));
    }
    return highest + 1;
  }

  /// Encodes the entry anew with `rowid`, which may be part of its key.
  void Encode(ByteView key, ByteView value, int64_t rowid) {
    codec_.Decode(key, value, row_);
    std::vector<Bytes> whole(row_.cells.size());
    std::vector<Value> values;
    for (size_t i = 0; i < row_.cells.size(); ++i) {
      const Cell& cell = row_.cells[i];
      if (!cell.is_large) {
        values.push_back(cell.value);
        continue;
      }
      whole[i] = ReadLargeValue(nodes_.source(), cell.large);
      values.push_back(cell.value.storage_class == StorageClass::kText ? Value::Text(whole[i])
                                                                       : Value::Blob(whole[i]));
    }
    encoder_.Encode(rowid, values);
  }
  ByteView key() const { return encoder_.key(); }
  ByteView value() const { return encoder_.value(); }

 private:
  NodeReader& nodes_;
  const StoredTable& table_;
  RowCodec codec_;
  RowCodec encoder_;
  Row row_;
};

}  // namespace

Snapshot TakeRow(Repository& repository, NodeReader& nodes, WriteBatch& batch, const Snapshot& base,
                 const Snapshot& other, const std::string& table, const std::string& key,
                 const std::string& other_name) {
  CatalogEntry ours = RequireTable(nodes, base, table, "the working database");
  const CatalogEntry theirs = RequireTable(nodes, other, table, "that commit");
  const TextEncoding encoding = base.properties.encoding;
  if (!(ours.table->info == theirs.table->info) || ours.object.sql != theirs.object.sql ||
      encoding != other.properties.encoding) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("table '{}' has another schema in that commit: single rows cannot be "
                            "taken from it",
                            ours.object.name))
        .AddHint(fmt::format("restore the whole table:  pvc restore --source={} {}", other_name,
                             ShellWord(ours.object.name)));
  }
  const TableInfo& info = ours.table->info;
  const HashKind hash_kind = repository.store().hash_kind();
  const bool has_loose_rowid = info.identity == RowIdentity::kPrimaryKey && !info.without_rowid;
  RowidWriter rowids(nodes, batch, *ours.table, encoding, hash_kind);

  EditBatch edits;
  bool found_any = false;
  for (const KeyRange& range : KeyRangesOf(info, encoding, hash_kind, key)) {
    TreeJoin join(nodes, ours.table->rows, theirs.table->rows, range);
    TreeChange change;
    while (join.Next(change)) {
      found_any = true;
      if (!change.after) {
        edits.Delete(change.key);
      } else if (!has_loose_rowid) {
        edits.Put(change.key, *change.after);
      } else {
        const int64_t rowid = change.before
                                  ? rowids.RowidOf(change.key, *change.before)
                                  : rowids.FreeRowid(rowids.RowidOf(change.key, *change.after));
        rowids.Encode(change.key, *change.after, rowid);
        edits.Put(rowids.key(), rowids.value());
      }
    }
  }
  if (!found_any) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("no row '{}' in table '{}'", key, ours.object.name))
        .AddHint("see what changed:  pvc diff -- " + ShellWord(ours.object.name));
  }
  if (edits.empty()) return base;
  ours.table->rows = ApplyEdits(nodes, batch, ours.table->rows, edits);
  EditBatch entries;
  entries.Put(CatalogKey(ours.object.kind, ours.object.name), EncodeCatalogEntry(ours));
  Snapshot result = base;
  result.catalog = ApplyEdits(nodes, batch, base.catalog, entries);
  return result;
}

}  // namespace pvc
