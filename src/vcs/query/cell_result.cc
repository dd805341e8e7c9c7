#include "vcs/query/cell_result.h"

#include <algorithm>

#include "base/error.h"
#include "base/hash.h"
#include "engine/large_value.h"

namespace pvc {

void SetCell(ColumnResult& result, const Cell& cell, TextEncoding encoding, ObjectSource& source) {
  if (!cell.is_large) return result.Set(cell.value, encoding);
  if (cell.large.size_bytes > kMaxLargeValueBytes) {
    throw Error(ErrorKind::kTooLarge, "a value is longer than SQLite allows").AddHint("pvc fsck");
  }
  result.SetFilled(cell.value.storage_class, cell.large.size_bytes, encoding, [&](char* out) {
    LargeValueReader reader(source, cell.large);
    Bytes piece;
    uint64_t rest = cell.large.size_bytes;
    while (reader.Next(piece)) {
      if (piece.size() > rest) break;
      out = std::copy(piece.begin(), piece.end(), out);
      rest -= piece.size();
    }
    if (rest > 0) throw Error(ErrorKind::kCorrupt, "a value is not as long as its row says");
  });
}

int64_t RowidOfIdentity(ByteView identity) {
  const ObjectId hash = HashBytes(HashKind::kBlake2b256, "pvc row", identity);
  return static_cast<int64_t>(LoadU64(hash.View().data()));
}

}  // namespace pvc
