#include "sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <bitset>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace pvc {
namespace {

constexpr size_t kHeaderBytes = 100;  // fileformat2.html, section 1.3
constexpr ByteView kMagic("SQLite format 3\0", 16);
constexpr size_t kReadVersionOffset = 19;  // 2 = WAL
constexpr size_t kSampleBytes = 512;

/// The bytes at the start of the file, read through SQLite's own descriptor: opening and closing a
/// second one would drop the POSIX locks of every handle that this process has on the file.
struct FileStart {
  uint64_t file_bytes = 0;
  Bytes bytes;
};

FileStart ReadFileStart(sqlite3* handle) {
  FileStart start;
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) return start;
  sqlite3_int64 size = 0;
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK || size <= 0) return start;
  start.file_bytes = static_cast<uint64_t>(size);
  start.bytes.resize(std::min<uint64_t>(start.file_bytes, kSampleBytes));
  const int rc =
      file->pMethods->xRead(file, start.bytes.data(), static_cast<int>(start.bytes.size()), 0);
  if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) start.bytes.clear();
  return start;
}

bool IsWal(const FileStart& start) {
  return start.bytes.size() >= kHeaderBytes && start.bytes[kReadVersionOffset] == 2;
}

/// Ciphertext uses nearly all byte values; text and most other formats do not.
bool LooksRandom(ByteView bytes) {
  std::bitset<256> seen;
  for (const char c : bytes) seen.set(static_cast<unsigned char>(c));
  return bytes.size() == kSampleBytes && seen.count() > 190;
}

bool ExistsWithContent(const char* path) {
  struct stat info;
  return path != nullptr && ::stat(path, &info) == 0 && info.st_size > 0;
}

std::string ErrnoText(int error_number) { return std::strerror(error_number); }

/// A name that SQLite takes for a plain file: not ":memory:", not a "file:" URI, not a temporary
/// database.
std::string PlainFileName(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

std::string ImmutableUri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : PlainFileName(path)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
    if (is_plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return uri + "?immutable=1";
}

int CompareBytes(void*, int a_size, const void* a, int b_size, const void* b) {
  const int common = std::memcmp(a, b, static_cast<size_t>(std::min(a_size, b_size)));
  return common != 0 ? common : a_size - b_size;
}

void RegisterStubCollation(void*, sqlite3* handle, int encoding, const char* name) {
  // SQLite asks for its own ones too in a UTF-16 database, where it makes them from UTF-8.
  if (sqlite3_stricmp(name, "NOCASE") == 0 || sqlite3_stricmp(name, "RTRIM") == 0) return;
  sqlite3_create_collation_v2(handle, name, encoding, nullptr, CompareBytes, nullptr);
}

ErrorKind KindOf(int result_code) {
  switch (result_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return ErrorKind::kBusy;
    case SQLITE_CORRUPT:
      return ErrorKind::kCorrupt;
    case SQLITE_NOTADB:
      return ErrorKind::kNotADatabase;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOLFS:
      return ErrorKind::kIo;
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return ErrorKind::kTooLarge;
    case SQLITE_INTERRUPT:
      return ErrorKind::kInterrupted;
    default:
      return ErrorKind::kInvalid;
  }
}

bool NamesSystemError(int result_code) {
  const int primary = result_code & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL;
}

}  // namespace

Database::Database(const std::string& path, const Options& options)
    : path_(path),
      mode_(options.mode),
      busy_timeout_(options.busy_timeout),
      vfs_name_(options.vfs_name) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Error(ErrorKind::kInvalid, "a database needs a file name");
  }
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) {
    const int error_number = errno;
    if (mode_ != Mode::kCreate || error_number != ENOENT) {
      throw Error(
          error_number == ENOENT || error_number == ENOTDIR ? ErrorKind::kNotFound : ErrorKind::kIo,
          fmt::format("cannot open '{}': {}", path, ErrnoText(error_number)));
    }
  } else if (S_ISDIR(info.st_mode)) {
    throw Error(ErrorKind::kInvalid, fmt::format("cannot open '{}': it is a folder", path));
  } else if (!S_ISREG(info.st_mode)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("cannot open '{}': it is not a regular file", path));
  } else if (mode_ == Mode::kCreate && info.st_size > 0) {
    throw Error(ErrorKind::kExists, fmt::format("'{}' exists already", path));
  }
  try {
    Open(/*immutable=*/false);
    CheckHeader();
    int rc = ProbeRead();
    if (rc == SQLITE_READONLY_ROLLBACK || rc == SQLITE_READONLY_RECOVERY) {
      RecoverJournal();
      rc = ProbeRead();
    }
    const bool no_shared_memory = rc == SQLITE_READONLY_CANTINIT ||
                                  rc == SQLITE_READONLY_DIRECTORY || (rc & 0xff) == SQLITE_CANTOPEN;
    if (no_shared_memory && mode_ == Mode::kReadOnly && IsWal(ReadFileStart(handle_))) {
      if (ExistsWithContent(sqlite3_filename_wal(sqlite3_db_filename(handle_, "main")))) {
        throw Error(ErrorKind::kIo,
                    fmt::format("cannot read '{}': its '-wal' file holds changes, and the folder "
                                "cannot be written for the '-shm' file that reading them takes",
                                path));
      }
      // Without a WAL file the database file alone is the whole state.
      Open(/*immutable=*/true);
      rc = ProbeRead();
    }
    if ((rc & 0xff) == SQLITE_BUSY) {
      throw Error(ErrorKind::kBusy,
                  fmt::format("cannot read '{}': another process holds its exclusive lock "
                              "(waited {} ms)",
                              path, busy_timeout_.count()));
    }
    if (rc != SQLITE_OK) Fail(rc, fmt::format("cannot read '{}'", path_));
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

std::unique_ptr<Database> Database::InMemory(TextEncoding encoding) {
  std::unique_ptr<Database> db(new Database());
  db->path_ = ":memory:";
  db->mode_ = Mode::kCreate;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY |
                         SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int rc = sqlite3_open_v2(":memory:", &db->handle_, kFlags, nullptr);
  if (rc != SQLITE_OK) db->Fail(rc, "cannot open a database in memory");
  db->Harden();
  db->Execute(fmt::format("PRAGMA encoding='{}'", TextEncodingName(encoding)));
  return db;
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::Open(bool immutable) {
  sqlite3_close_v2(handle_);
  handle_ = nullptr;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  if (mode_ == Mode::kReadOnly) {
    flags |= SQLITE_OPEN_READONLY;
  } else {
    flags |= SQLITE_OPEN_READWRITE | (mode_ == Mode::kCreate ? SQLITE_OPEN_CREATE : 0);
  }
  const std::string name = immutable ? ImmutableUri(path_) : PlainFileName(path_);
  if (immutable) flags |= SQLITE_OPEN_URI;
  const int rc = sqlite3_open_v2(name.c_str(), &handle_, flags,
                                 vfs_name_.empty() ? nullptr : vfs_name_.c_str());
  if (rc != SQLITE_OK) {
    const int error_number = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
    if ((rc & 0xff) == SQLITE_CANTOPEN && error_number != 0) {
      throw Error(error_number == ENOENT ? ErrorKind::kNotFound : ErrorKind::kIo,
                  fmt::format("cannot open '{}': {}", path_, ErrnoText(error_number)));
    }
    Fail(rc, fmt::format("cannot open '{}'", path_));
  }
  if (mode_ != Mode::kReadOnly && sqlite3_db_readonly(handle_, "main") != 0) {
    throw Error(ErrorKind::kIo,
                fmt::format("cannot open '{}' for writing: {}", path_, ErrnoText(EACCES)));
  }
  Harden();
}

void Database::Harden() {
  sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout_.count()));
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  // Old schemas rely on double-quoted strings in CHECK, DEFAULT and indexes.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 1, nullptr);
  if (mode_ == Mode::kReadOnly) {
    sqlite3_collation_needed(handle_, nullptr, RegisterStubCollation);
  }
  Execute("PRAGMA cell_size_check=ON");
}

void Database::AllowUserSql() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 1, nullptr);
}

bool Database::is_writing() { return sqlite3_txn_state(handle_, nullptr) == SQLITE_TXN_WRITE; }

int Database::CompareRefused(void* collation, int, const void*, int, const void*) {
  auto& refused = *static_cast<RefusedCollation*>(collation);
  refused.was_used = true;
  sqlite3_interrupt(refused.handle);
  return 0;
}

void Database::AddRefusingCollation(void* self, sqlite3* handle, int encoding, const char* name) {
  if (sqlite3_stricmp(name, "NOCASE") == 0 || sqlite3_stricmp(name, "RTRIM") == 0) return;
  auto& collations = static_cast<Database*>(self)->refused_collations_;
  collations.push_back({handle, name});
  sqlite3_create_collation_v2(handle, name, encoding, &collations.back(), CompareRefused, nullptr);
}

void Database::RefuseUnknownCollations() {
  sqlite3_collation_needed(handle_, this, AddRefusingCollation);
}

void Database::CheckCollations() {
  for (RefusedCollation& refused : refused_collations_) {
    if (!std::exchange(refused.was_used, false)) continue;
    throw Error(ErrorKind::kUnsupported,
                fmt::format("no such collation sequence: {}", refused.name));
  }
}

HostConnection Database::host(ErrorObserver* observer) {
  return {handle_, &LinkedSqlite(), observer};
}

void Database::CheckHeader() {
  FileStart start = ReadFileStart(handle_);
  const auto has_magic = [&] { return ByteView(start.bytes).starts_with(kMagic); };
  if (start.file_bytes == 0 || (start.bytes.size() >= kHeaderBytes && has_magic())) return;
  // An interrupted first transaction may have left anything; rolling it back brings the truth out.
  if (ExistsWithContent(sqlite3_filename_journal(sqlite3_db_filename(handle_, "main")))) {
    RecoverJournal();
    start = ReadFileStart(handle_);
    if (start.file_bytes == 0 || (start.bytes.size() >= kHeaderBytes && has_magic())) return;
  }
  const std::string what =
      start.file_bytes < kHeaderBytes
          ? fmt::format("is too short to be a SQLite database ({} bytes)", start.file_bytes)
      : LooksRandom(start.bytes) ? "has no SQLite header and looks encrypted"
                                 : "is not a SQLite database";
  throw Error(ErrorKind::kNotADatabase, fmt::format("'{}' {}", path_, what));
}

int Database::ProbeRead() {
  // Reads the first page under a shared lock, without parsing the schema.
  return sqlite3_exec(handle_, "PRAGMA schema_version", nullptr, nullptr, nullptr);
}

void Database::RecoverJournal() {
  sqlite3* writer = nullptr;
  int rc =
      sqlite3_open_v2(PlainFileName(path_).c_str(), &writer,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (rc == SQLITE_OK) {
    sqlite3_busy_timeout(writer, static_cast<int>(busy_timeout_.count()));
    sqlite3_db_config(writer, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    rc = sqlite3_exec(writer, "PRAGMA schema_version", nullptr, nullptr, nullptr);
  }
  sqlite3_close_v2(writer);
  if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_NOTADB)
    return;  // the caller looks at the file again
  if ((rc & 0xff) == SQLITE_BUSY) {
    throw Error(ErrorKind::kBusy,
                fmt::format("cannot read '{}': another process is rolling back its journal "
                            "(waited {} ms)",
                            path_, busy_timeout_.count()));
  }
  throw Error(KindOf(rc),
              fmt::format("cannot read '{}': a transaction was interrupted and must be rolled back "
                          "first, which failed: {}",
                          path_, sqlite3_errstr(rc)));
}

TextEncoding Database::encoding() {
  const std::string name = QueryText("PRAGMA main.encoding");
  if (name == "UTF-8") return TextEncoding::kUtf8;
  if (name == "UTF-16le") return TextEncoding::kUtf16le;
  if (name == "UTF-16be") return TextEncoding::kUtf16be;
  throw Error(ErrorKind::kUnsupported,
              fmt::format("'{}' has the unknown text encoding '{}'", path_, name));
}

void Database::Execute(std::string_view sql) {
  const int rc = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) Fail(rc, fmt::format("'{}'", path_));
}

int64_t Database::QueryInteger(std::string_view sql) {
  Statement statement(*this, sql);
  return statement.Step() ? statement.ColumnInteger(0) : 0;
}

std::string Database::QueryText(std::string_view sql) {
  Statement statement(*this, sql);
  return statement.Step() ? statement.ColumnText(0) : std::string();
}

uint32_t FileVersion::change_counter() const {
  uint32_t counter = 0;
  for (size_t i = 0; i < 4; ++i) counter = counter << 8 | static_cast<uint8_t>(bytes[i]);
  return counter;
}

std::optional<FileVersion> Database::ReadFileVersion() {
  constexpr size_t kOffset = 24;
  const FileStart start = ReadFileStart(handle_);
  if (start.bytes.size() < kHeaderBytes || IsWal(start)) return std::nullopt;
  FileVersion version;
  start.bytes.copy(version.bytes.data(), version.bytes.size(), kOffset);
  return version;
}

void Database::BeginRead() {
  Execute("BEGIN");
  const int rc = ProbeRead();
  if (rc == SQLITE_OK) return;
  try {
    if ((rc & 0xff) == SQLITE_BUSY) {
      throw Error(ErrorKind::kBusy,
                  fmt::format("cannot read '{}': another process holds its exclusive lock "
                              "(waited {} ms)",
                              path_, busy_timeout_.count()));
    }
    Fail(rc, fmt::format("cannot read '{}'", path_));
  } catch (...) {
    Rollback();
    throw;
  }
}

void Database::BeginWrite() {
  const int rc = sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  if (rc == SQLITE_OK) return;
  if ((rc & 0xff) == SQLITE_BUSY) {
    throw Error(ErrorKind::kBusy,
                fmt::format("cannot write '{}': another process holds its write lock "
                            "(waited {} ms)",
                            path_, busy_timeout_.count()));
  }
  Fail(rc, fmt::format("cannot write '{}'", path_));
}

int64_t Database::last_insert_rowid() { return sqlite3_last_insert_rowid(handle_); }

int64_t Database::changed_row_count() { return sqlite3_changes64(handle_); }

void Database::Commit() { Execute("COMMIT"); }

void Database::Rollback() noexcept {
  if (sqlite3_get_autocommit(handle_) != 0) return;
  sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::AllowShadowWrites(bool allowed) {
  int was_defensive = 0;
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, -1, &was_defensive);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, allowed ? 0 : 1, nullptr);
  return was_defensive == 0;
}

std::string Database::ErrorText(int result_code) {
  // The handle's message belongs to the last call; it says more than the code when both agree.
  std::string text = handle_ != nullptr && sqlite3_extended_errcode(handle_) == result_code
                         ? sqlite3_errmsg(handle_)
                         : sqlite3_errstr(result_code);
  if (handle_ != nullptr && NamesSystemError(result_code)) {
    const int error_number = sqlite3_system_errno(handle_);
    if (error_number != 0) text += ": " + ErrnoText(error_number);
  }
  return text;
}

void Database::Fail(int result_code, std::string_view context) {
  throw Error(KindOf(result_code), fmt::format("{}: {}", context, ErrorText(result_code)));
}

void Database::FailStatement(int result_code) {
  CheckCollations();
  throw Error(KindOf(result_code), ErrorText(result_code));
}

}  // namespace pvc
