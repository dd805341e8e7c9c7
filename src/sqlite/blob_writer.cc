#include "sqlite/blob_writer.h"

#include <sqlite3.h>

#include <memory>

#include "base/assert.h"

namespace pvc {

namespace {

struct CloseBlob {
  void operator()(sqlite3_blob* blob) const { sqlite3_blob_close(blob); }
};

}  // namespace

void FillBlob(Database& db, const std::string& table, const std::string& column, int64_t rowid,
              uint64_t size_bytes, const std::function<ByteView()>& next) {
  sqlite3_blob* raw = nullptr;
  const int opened =
      sqlite3_blob_open(db.handle(), "main", table.c_str(), column.c_str(), rowid, 1, &raw);
  const std::unique_ptr<sqlite3_blob, CloseBlob> blob(raw);
  if (opened != SQLITE_OK) db.Fail(opened, "table '" + table + "'");
  uint64_t offset = 0;
  while (offset < size_bytes) {
    const ByteView piece = next();
    PVC_ASSERT(!piece.empty() && piece.size() <= size_bytes - offset);
    const int written = sqlite3_blob_write(blob.get(), piece.data(), static_cast<int>(piece.size()),
                                           static_cast<int>(offset));
    if (written != SQLITE_OK) db.Fail(written, "table '" + table + "'");
    offset += piece.size();
  }
}

}  // namespace pvc
