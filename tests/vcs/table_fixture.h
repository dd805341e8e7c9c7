#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/tree_writer.h"
#include "tests/vcs/vcs_fixture.h"
#include "vcs/catalog.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Table "items" (id INTEGER PRIMARY KEY, body).
inline TableInfo ItemsTable() {
  TableInfo info;
  info.name = "items";
  info.identity = RowIdentity::kRowid;
  Column id;
  id.name = "id";
  id.affinity = Affinity::kInteger;
  id.key_position = 1;
  id.is_rowid_alias = true;
  Column body;
  body.name = "body";
  info.columns = {id, body};
  return info;
}

/// Body of row `i`: compresses well, so that the repository stays small.
inline Bytes ItemBody(int i) { return std::to_string(i) + Bytes(300, 'b'); }

/// Writes a snapshot whose one table has rows 0..row_count-1 with ItemBody; `large_bytes` > 0 gives
/// row 0 a large value of so many bytes, `edited_row` another body to that row.
inline SnapshotId WriteItems(WriteBatch& batch, int row_count, size_t large_bytes = 0,
                             int edited_row = -1) {
  RowCodec codec(ItemsTable(), TextEncoding::kUtf8, HashKind::kBlake2b256, &batch);
  TreeWriter rows(batch);
  for (int i = 0; i < row_count; ++i) {
    const Bytes body = i == 0 && large_bytes > 0 ? Bytes(large_bytes, 'l')
                       : i == edited_row         ? "edited"
                                                 : ItemBody(i);
    const std::vector<Value> values = {Value::Integer(i), Value::Text(body)};
    codec.Encode(i, values);
    rows.Add(codec.key(), codec.value());
  }
  CatalogEntry entry;
  entry.object = {SchemaObjectKind::kTable, "items", "items",
                  "CREATE TABLE items(id INTEGER PRIMARY KEY, body)", false};
  entry.table = StoredTable{ItemsTable(), rows.Finish()};
  TreeWriter catalog(batch);
  catalog.Add(CatalogKey(entry.object.kind, entry.object.name), EncodeCatalogEntry(entry));
  Snapshot snapshot;
  snapshot.catalog = catalog.Finish();
  return WriteSnapshot(batch, snapshot);
}

/// A repository with ways to commit snapshots of table "items".
class TableFixture : public VcsFixture {
 protected:
  static CommitId CommitSnapshot(Repository& repository, WriteBatch& batch,
                                 const SnapshotId& snapshot) {
    Commit commit;
    commit.snapshot = snapshot;
    const auto head = repository.HeadCommit();
    if (head) {
      commit.parents = {*head};
      commit.generation = repository.GetCommit(*head).generation + 1;
    }
    return CommitAs(repository, batch, commit);
  }

  /// Commits `commit` as it is, right or wrong.
  static CommitId CommitAs(Repository& repository, WriteBatch& batch, Commit commit) {
    commit.author = commit.committer = SomeSignature();
    const CommitId id = WriteCommit(batch, commit);
    StateChange change;
    change.refs.push_back(
        {"refs/heads/main", repository.FindRef("refs/heads/main").value_or(ObjectId{}), id.id});
    repository.Publish(batch, change, SomeSignature(), "commit");
    return id;
  }

  CommitId CommitItems(int row_count, size_t large_bytes = 0, int edited_row = -1) {
    const auto repository = Open();
    const auto batch = repository->store().BeginWrite(OneThread());
    const SnapshotId snapshot = WriteItems(*batch, row_count, large_bytes, edited_row);
    return CommitSnapshot(*repository, *batch, snapshot);
  }
};

}  // namespace pvc
