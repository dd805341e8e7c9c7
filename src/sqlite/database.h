#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/host_connection.h"
#include "sqlite/schema.h"
#include "sqlite/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pvc {

class Database;

/// One prepared statement. Positions count from 1 for parameters, from 0 for columns, as in SQLite.
///
/// Throws: every member throws Error: kBusy, kCorrupt, kIo (disk full), kNotADatabase, kInvalid
/// with SQLite's message otherwise.   Lifetime: the database outlives it.
class Statement {
 public:
  Statement(Database& db, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  /// Binds without copying: what `value` points to must live until Reset or the next Bind.
  /// Returns: false for text that SQLite would change on binding (UTF-16 with an odd number of
  ///          bytes): write it with a CAST(x'..' AS TEXT) literal instead.
  [[nodiscard]] bool Bind(int position, const Value& value);
  void BindInteger(int position, int64_t value);
  /// A BLOB of zeros, to be filled in place (blob_writer.h).
  void BindZeroBlob(int position, uint64_t size_bytes);
  /// UTF-8 text, copied.
  void BindText(int position, std::string_view text);

  /// Returns: true when there is a row.
  bool Step();
  void Reset();

  int column_count() const;
  /// The exact storage class and bytes; views live until the next Step, Reset or destruction.
  Value ColumnValue(int column);
  int64_t ColumnInteger(int column);
  /// Text as UTF-8, whatever the database's encoding; NULL gives "".
  std::string ColumnText(int column);
  bool ColumnIsNull(int column);

  sqlite3_stmt* handle() { return handle_; }

 private:
  Database* db_;
  sqlite3_stmt* handle_ = nullptr;
  std::optional<TextEncoding> encoding_;  // asked for once, at the first text bound
};

/// A column of the row that `statement` is at: the exact storage class and bytes, text as it is
/// stored.   Lifetime: until the statement's next step.
Value ReadColumnValue(Database& db, sqlite3_stmt* statement, int column);

/// What SQLite changes in a file's header with every transaction that changes the file, as long as
/// it is not in WAL mode: change counter, size and free list. SQLite's own caches go by it.
/// Source: https://www.sqlite.org/fileformat2.html#file_change_counter (bytes 24 to 39)
struct FileVersion {
  std::array<char, 16> bytes{};

  uint32_t change_counter() const;
  bool operator==(const FileVersion&) const = default;
};

/// A handle on one database file, hardened against its content: DEFENSIVE, trusted_schema=OFF, no
/// extensions, no triggers, no foreign-key actions, no double-quoted strings in pvc's own
/// statements, cell sizes checked, and a busy timeout.
///
/// A collation that the process does not know is replaced by byte order on read-only handles, so
/// that reading goes on; where pvc writes it is an error, because it would order an index wrongly.
///
/// One thread at a time.
class Database {
 public:
  enum class Mode {
    kReadOnly,   ///< must exist; never written, not even its journal unless SQLite must recover
    kReadWrite,  ///< must exist
    kCreate,     ///< must not exist, or be empty
  };
  struct Options {
    Mode mode = Mode::kReadOnly;
    std::chrono::milliseconds busy_timeout{5000};
    std::string vfs_name =
        {};  ///< of a registered VFS that outlives the handle; empty: the default
  };

  /// Throws: kNotFound with the system's text; kNotADatabase for a file that is not SQLite's or is
  /// encrypted (checked here by reading the header, not at the first query); kIo.
  Database(const std::string& path, const Options& options);
  /// An empty database in memory, hardened alike.
  static std::unique_ptr<Database> InMemory(TextEncoding encoding);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& path() const { return path_; }
  sqlite3* handle() { return handle_; }
  TextEncoding encoding();

  /// Gives the handle what a user's own statements may expect of SQLite: triggers fire, and "text"
  /// in double quotes that is no name is text.
  void AllowUserSql();
  /// Has statements that compare by a collation which the process does not know fail with its name,
  /// and those go on that merely have columns of it. For databases of virtual tables.
  void RefuseUnknownCollations();
  /// Throws kUnsupported when a statement has compared by such a collation since.
  void CheckCollations();
  /// For tables and functions of pvc's own (virtual_table.h).   Lifetime: this, and the observer.
  HostConnection host(ErrorObserver* observer);

  /// Runs statements that return nothing. For text of pvc's own, never for text from a database.
  void Execute(std::string_view sql);
  /// Runs exactly one statement of untrusted text under an authorizer that allows only the creation
  /// of the schema object named (and what SQLite does for it). Throws: kInvalid naming the object
  /// when the text is more than one statement, is of another kind or
  ///         name, or SQLite refuses it (missing function, collation, module: named).
  void CreateSchemaObject(const SchemaObject& object);
  /// Writes the sqlite_schema row of a virtual table without running its module, which may be
  /// unknown; its shadow tables are created and filled as ordinary tables. The schema is read again
  /// afterwards. Requires: object.is_virtual; a write transaction is open.
  void InsertSchemaRow(const SchemaObject& object);
  /// Deletes the sqlite_schema row of a virtual table without running its module: the counterpart
  /// of InsertSchemaRow. Shadow tables stay.   Requires: as InsertSchemaRow.
  void DeleteSchemaRow(const SchemaObject& object);
  /// Runs `sql` (pvc's own text) with `arguments` as its text parameters, with sqlite_schema
  /// writable and DEFENSIVE off, then has this and other handles read the schema again. Requires: a
  /// write transaction is open.
  void ExecuteOnSchema(std::string_view sql, const std::vector<std::string>& arguments);
  /// Lets statements write shadow tables of modules that this process knows (DEFENSIVE forbids it)
  /// until forbidden again. Use ShadowWriteScope.   Returns: whether it was allowed before.
  bool AllowShadowWrites(bool allowed);
  /// Rowid of the last row inserted through this handle.
  int64_t last_insert_rowid();
  /// Rows that the last INSERT, UPDATE or DELETE through this handle changed.
  int64_t changed_row_count();
  /// Returns: nothing in WAL mode, and when it cannot be read.   Requires: a transaction is open.
  std::optional<FileVersion> ReadFileVersion();
  int64_t QueryInteger(std::string_view sql);
  std::string QueryText(std::string_view sql);

  /// Starts a read transaction and takes its lock at once, so that all that follows sees one state.
  /// Throws: kBusy after the timeout, kCorrupt, kIo.
  void BeginRead();
  /// Starts BEGIN IMMEDIATE. Throws: kBusy naming the lock.
  void BeginWrite();
  void Commit();
  /// Whether a transaction is open that has written, or holds the lock for it.
  bool is_writing();
  /// Ends a transaction without effect; does nothing when there is none.
  void Rollback() noexcept;

  /// Throws the Error that a SQLite result code means, with this handle's message.
  [[noreturn]] void Fail(int result_code, std::string_view context);
  /// The same for a statement of a user's, whose message needs no context.
  [[noreturn]] void FailStatement(int result_code);

 private:
  Database() = default;
  void Open(bool immutable);
  void Harden();
  std::string ErrorText(int result_code);
  static void AddRefusingCollation(void* self, sqlite3* handle, int encoding, const char* name);
  void CheckHeader();
  int ProbeRead();
  void RecoverJournal();

  // A collation that nobody knows, and whether somebody compared by it.
  struct RefusedCollation {
    sqlite3* handle;
    std::string name;
    bool was_used = false;
  };
  static int CompareRefused(void* collation, int, const void*, int, const void*);

  std::string path_;
  Mode mode_ = Mode::kReadOnly;
  std::chrono::milliseconds busy_timeout_{5000};
  std::string vfs_name_;
  sqlite3* handle_ = nullptr;
  std::deque<RefusedCollation> refused_collations_;
};

/// Rows of shadow tables may be written, and shadow tables dropped, while it lives.
class ShadowWriteScope {
 public:
  explicit ShadowWriteScope(Database& db) : db_(db), before_(db.AllowShadowWrites(true)) {}
  ~ShadowWriteScope() { db_.AllowShadowWrites(before_); }
  ShadowWriteScope(const ShadowWriteScope&) = delete;
  ShadowWriteScope& operator=(const ShadowWriteScope&) = delete;

 private:
  Database& db_;
  bool before_;
};

/// Reads properties, schema objects and table layouts. Unknown collations and virtual-table modules
/// do not stop it. Requires: a read transaction is open. Throws: kCorrupt; kUnsupported, naming
/// what cannot be versioned.
Schema ReadSchema(Database& db);

/// The index that enforces a table's PRIMARY KEY, as SQLite names it. An INTEGER PRIMARY KEY of a
/// rowid table has none: that is what tells it from INT PRIMARY KEY or INTEGER PRIMARY KEY DESC.
std::optional<std::string> PrimaryKeyIndex(Database& db, const std::string& table);

/// `name` as an SQL identifier: "a""b".
std::string QuoteIdentifier(std::string_view name);
/// Text as an SQL string literal: 'it''s'. Requires: no NUL inside.
std::string QuoteString(std::string_view text);
/// A value as an SQL expression of constants that reads back as the same storage class and bytes:
/// 9e999 for infinity, 17 significant digits for reals (a quotient of exact numbers where SQLite's
/// parser would miss the last bit), x'..' for blobs, CAST(x'..' AS TEXT) for text that a literal
/// cannot hold (NUL, invalid UTF-8, UTF-16 that has no exact UTF-8 form).
std::string SqlLiteral(const Value& value, TextEncoding encoding);

}  // namespace pvc
