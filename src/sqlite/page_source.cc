#include "sqlite/page_source.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/big_endian.h"
#include "sqlite/database.h"

namespace pvc {

namespace {

// OFFSET  SIZE  FIELD                                  Source:
// https://www.sqlite.org/fileformat2.html#database_header
//      0    16  "SQLite format 3\0"
//     16     2  page size; 1 means 65536
//     18     1  write version: 1 rollback journal, 2 WAL
//     19     1  read version, the same
//     20     1  reserved bytes at the end of each page
//     40     4  schema cookie
//     60     4  user version
//     68     4  application id
constexpr size_t kHeaderBytes = 100;
constexpr char kMagic[16] = {'S', 'Q', 'L', 'i', 't', 'e', ' ', 'f',
                             'o', 'r', 'm', 'a', 't', ' ', '3', '\0'};
constexpr size_t kPageSizeOffset = 16;
constexpr size_t kWriteVersionOffset = 18;
constexpr size_t kReadVersionOffset = 19;
constexpr size_t kReservedOffset = 20;
constexpr size_t kSchemaCookieOffset = 40;
constexpr size_t kUserVersionOffset = 60;
constexpr size_t kApplicationIdOffset = 68;

constexpr uint32_t kMinUsableBytes = 480;
// The page that holds SQLite's lock bytes is never part of anything.
constexpr uint64_t kLockByteOffset = 0x40000000;

using Header = std::array<uint8_t, kHeaderBytes>;

bool IsOpen(const sqlite3_file* file) { return file != nullptr && file->pMethods != nullptr; }

sqlite3_file* FilePointer(sqlite3* handle, int which) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK) return nullptr;
  return IsOpen(file) ? file : nullptr;
}

// The transaction must be a read transaction of this connection alone: with a write transaction
// (its own, or that of a connection that shares the cache) pages in memory are newer than the file.
bool HoldsSharedLockOnly(sqlite3* handle) {
  if (sqlite3_txn_state(handle, "main") != SQLITE_TXN_READ) return false;
  int lock = SQLITE_LOCK_SHARED;
  const int rc = sqlite3_file_control(handle, "main", SQLITE_FCNTL_LOCKSTATE, &lock);
  return rc == SQLITE_NOTFOUND || (rc == SQLITE_OK && lock == SQLITE_LOCK_SHARED);
}

// Rollback journal: the SHARED lock keeps every writer from touching the file, and a hot journal
// was rolled back (or refused) before the lock was granted. So the file is the snapshot.
//
// WAL: the file is the snapshot if all frames up to the snapshot's last one (mxFrame) were copied
// into it before the transaction began, and none beyond is copied while it lasts. A -wal file of
// size 0, seen after the transaction began, proves both:
// - A -wal file gets shorter only under exclusive locks on read marks 1 to 4 (checkpoint
// RESTART/TRUNCATE, a
//   writer that restarts the log) or on the database file (last connection closes, journal mode
//   changes). A reader whose snapshot needs frames of the log holds one of these marks, so its log
//   cannot become empty under it: size 0 means that the snapshot needs no frame. Either mxFrame was
//   0, or the reader found everything copied and holds mark 0 ("read the database file only").
// - A checkpoint copies into the file only under an exclusive lock on mark 0, which excludes
// readers that hold
//   it, and only frames up to the smallest mark held. A reader with mxFrame = 0 that did not get
//   mark 0 (a checkpoint was just running) holds a mark of value 0: nothing is copied.
// Frames that others append later are invisible to the snapshot and stay out of the file for the
// same reason. A -wal file with bytes in it may be fully copied too, but no public interface tells:
// not certain.
bool FileIsSnapshot(Database& db, const Header& header) {
  const bool header_says_wal = header[kWriteVersionOffset] == 2 || header[kReadVersionOffset] == 2;
  if (header[kWriteVersionOffset] > 2 || header[kReadVersionOffset] > 2) return false;
  const bool mode_is_wal = db.QueryText("PRAGMA main.journal_mode") == "wal";
  if (header_says_wal != mode_is_wal) return false;
  if (!mode_is_wal) return true;
  sqlite3_file* wal = FilePointer(db.handle(), SQLITE_FCNTL_JOURNAL_POINTER);
  sqlite3_int64 wal_bytes = -1;
  return wal != nullptr && wal->pMethods->xFileSize(wal, &wal_bytes) == SQLITE_OK && wal_bytes == 0;
}

// Bytes that come from the handle could be encrypted, compressed, or of another file than SQLite's
// pager shows. What can be asked by SQL must be what the header says.
bool HeaderAgrees(Database& db, const Header& header) {
  auto field = [&](size_t offset) {
    return static_cast<int64_t>(static_cast<int32_t>(LoadBigEndian32(header.data() + offset)));
  };
  return std::memcmp(header.data(), kMagic, sizeof kMagic) == 0 &&
         db.QueryInteger("PRAGMA main.schema_version") == field(kSchemaCookieOffset) &&
         db.QueryInteger("PRAGMA main.user_version") == field(kUserVersionOffset) &&
         db.QueryInteger("PRAGMA main.application_id") == field(kApplicationIdOffset);
}

}  // namespace

std::optional<PageSource> PageSource::Open(Database& db, std::string subject) {
  sqlite3* handle = db.handle();
  const char* filename = sqlite3_db_filename(handle, "main");
  if (filename == nullptr || *filename == '\0') return std::nullopt;
  if (!HoldsSharedLockOnly(handle)) return std::nullopt;
  sqlite3_file* file = FilePointer(handle, SQLITE_FCNTL_FILE_POINTER);
  if (file == nullptr) return std::nullopt;

  Header header{};
  if (file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) != SQLITE_OK) {
    return std::nullopt;
  }
  if (!HeaderAgrees(db, header) || !FileIsSnapshot(db, header)) return std::nullopt;

  PageSource source(handle, file, std::move(subject));
  const uint32_t raw_size = LoadBigEndian16(header.data() + kPageSizeOffset);
  source.page_size_ = raw_size == 1 ? 65536 : raw_size;
  const bool is_power_of_two = (source.page_size_ & (source.page_size_ - 1)) == 0;
  if (source.page_size_ < 512 || !is_power_of_two) return std::nullopt;
  if (db.QueryInteger("PRAGMA main.page_size") != source.page_size_) return std::nullopt;
  source.usable_size_ = source.page_size_ - header[kReservedOffset];
  if (source.usable_size_ < kMinUsableBytes) return std::nullopt;

  const int64_t page_count = db.QueryInteger("PRAGMA main.page_count");
  if (page_count < 1 || page_count > 0xFFFFFFFE) return std::nullopt;
  source.page_count_ = static_cast<uint32_t>(page_count);
  sqlite3_int64 file_bytes = 0;
  if (file->pMethods->xFileSize(file, &file_bytes) != SQLITE_OK) return std::nullopt;
  if (file_bytes / source.page_size_ < page_count) return std::nullopt;
  return source;
}

void PageSource::Read(uint32_t first, uint32_t count, uint8_t* out) const {
  PVC_ASSERT(sqlite3_txn_state(handle_, "main") == SQLITE_TXN_READ);
  const sqlite3_int64 offset = (sqlite3_int64{first} - 1) * page_size_;
  const uint64_t bytes = uint64_t{count} * page_size_;
  const int rc = file_->pMethods->xRead(file_, out, static_cast<int>(bytes), offset);
  if (rc == SQLITE_OK) return;
  if (rc == SQLITE_IOERR_SHORT_READ) Fail(first, "the file ends before it");
  throw Error(ErrorKind::kIo,
              fmt::format("{}: cannot read page {}: {}", subject_, first, sqlite3_errstr(rc)));
}

void PageSource::CheckNumber(uint32_t page, uint32_t referring_page) const {
  if (page == 0 || page > page_count_) {
    Fail(referring_page, fmt::format("refers to page {} of {}", page, page_count_));
  }
  if (page == kLockByteOffset / page_size_ + 1) {
    Fail(referring_page, fmt::format("refers to page {}, which holds the lock bytes", page));
  }
}

void PageSource::Fail(uint32_t page, std::string_view what) const {
  throw Error(ErrorKind::kCorrupt, fmt::format("{}: page {}: {}", subject_, page, what));
}

PageWindow::PageWindow(const PageSource& source)
    : source_(source),
      page_size_(source.page_size()),
      capacity_pages_(std::max(1U, kMaxBytes / source.page_size())) {}

const uint8_t* PageWindow::Get(uint32_t page, uint32_t ahead) {
  if (const uint8_t* found = Find(page)) return found;
  uint32_t count = std::min(ahead, capacity_pages_ - 1) + 1;
  count = std::min(count, source_.page_count() - page + 1);
  if (count > allocated_pages_) {
    count_ = 0;
    buffer_ = std::make_unique_for_overwrite<uint8_t[]>(size_t{count} * page_size_);
    allocated_pages_ = count;
  }
  count_ = 0;  // an exception leaves the window empty
  source_.Read(page, count, buffer_.get());
  first_ = page;
  count_ = count;
  return buffer_.get();
}

}  // namespace pvc
