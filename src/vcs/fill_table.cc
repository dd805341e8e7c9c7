#include "vcs/fill_table.h"

#include <vector>

#include "base/decoder.h"
#include "engine/external_sort.h"
#include "engine/leaf_stream.h"
#include "vcs/row_codec.h"
#include "vcs/row_key.h"
#include "vcs/table_writer.h"

namespace pvc {

namespace {

// Memory for bringing the rows of one table into rowid order.
constexpr size_t kSortBytes = 32U << 20;

// Rows in the order of their keys, which is that of their rowids unless they have none.
void FillInKeyOrder(const TableInfo& info, RowCodec& codec, LeafStream& leaves, TableWriter& writer,
                    const std::function<void()>& on_row) {
  // What a rowid-keyed row points to is in its leaf; other keys live until the next row only.
  std::vector<Row> batch(info.identity != RowIdentity::kPrimaryKey ? TableWriter::kBatchRows : 1);
  size_t batched = 0;
  while (const auto leaf = leaves.Next()) {
    for (size_t i = 0; i < leaf->count(); ++i) {
      codec.Decode(leaf->key(i), leaf->value(i), batch[batched++]);
      if (batched == batch.size() || i + 1 == leaf->count()) {
        writer.InsertAll({batch.data(), batched});
        batched = 0;
      }
      on_row();
    }
  }
}

// Rows keyed by a tuple in the order of their rowids: that fills the pages from the left as they
// were filled first, and keeps the order where columns hide the rowid from SQL.
void FillInRowidOrder(ExternalSorter& by_rowid, RowCodec& codec, LeafStream& leaves,
                      TableWriter& writer, const std::function<void()>& on_row) {
  Row row;
  Bytes sort_key;
  Bytes sort_value;
  while (const auto leaf = leaves.Next()) {
    for (size_t i = 0; i < leaf->count(); ++i) {
      codec.Decode(leaf->key(i), leaf->value(i), row);
      sort_key.clear();
      AppendRowidKey(sort_key, row.rowid);
      sort_value.clear();
      AppendString(sort_value, leaf->key(i));
      sort_value.append(leaf->value(i));
      by_rowid.Add(sort_key, sort_value);
    }
  }
  ByteView rowid_key;
  ByteView entry;
  while (by_rowid.Next(rowid_key, entry)) {
    Decoder in(entry, "sorted row");
    const ByteView key = in.ReadString(kMaxKeyBytes);
    codec.Decode(key, in.ReadBytes(in.remaining()), row);
    writer.Insert(row);
    on_row();
  }
}

}  // namespace

void FillTable(Repository& repository, NodeReader& nodes, Database& db, const StoredTable& table,
               TextEncoding encoding, const std::function<void()>& on_row) {
  const TableInfo& info = table.info;
  TableWriter writer(db, nodes.source(), info, encoding);
  RowCodec codec(info, encoding, repository.store().hash_kind(), nullptr);
  LeafStream leaves(nodes, table.rows);
  if (info.identity == RowIdentity::kPrimaryKey && !info.without_rowid) {
    ExternalSorter by_rowid(repository.fs(), JoinPath(repository.pvc_path(), "incoming"),
                            kSortBytes);
    FillInRowidOrder(by_rowid, codec, leaves, writer, on_row);
  } else {
    FillInKeyOrder(info, codec, leaves, writer, on_row);
  }
}

}  // namespace pvc
