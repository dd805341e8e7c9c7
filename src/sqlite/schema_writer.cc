#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>

#include "base/assert.h"
#include "base/error.h"
#include "sqlite/database.h"

namespace pvc {
namespace {

bool EqualsIgnoringCase(const char* a, std::string_view b) {
  return a != nullptr && std::strlen(a) == b.size() &&
         sqlite3_strnicmp(a, b.data(), static_cast<int>(b.size())) == 0;
}

bool IsSchemaTable(const char* name) {
  return EqualsIgnoringCase(name, "sqlite_master") || EqualsIgnoringCase(name, "sqlite_schema");
}

int CreateActionOf(SchemaObjectKind kind) {
  switch (kind) {
    case SchemaObjectKind::kTable:
      return SQLITE_CREATE_TABLE;
    case SchemaObjectKind::kIndex:
      return SQLITE_CREATE_INDEX;
    case SchemaObjectKind::kView:
      return SQLITE_CREATE_VIEW;
    case SchemaObjectKind::kTrigger:
      return SQLITE_CREATE_TRIGGER;
  }
  return SQLITE_DENY;
}

/// Lets one CREATE statement do what it needs and nothing else, while it lives.
class CreateGuard {
 public:
  CreateGuard(sqlite3* handle, const SchemaObject& object)
      : handle_(handle), object_(object), create_action_(CreateActionOf(object.kind)) {
    sqlite3_set_authorizer(handle_, &Authorize, this);
  }
  ~CreateGuard() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }
  CreateGuard(const CreateGuard&) = delete;
  CreateGuard& operator=(const CreateGuard&) = delete;

  bool created() const { return created_; }
  bool denied() const { return denied_; }

 private:
  static int Authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char*) {
    auto& guard = *static_cast<CreateGuard*>(self);
    if (guard.Allows(action, first, second, database)) return SQLITE_OK;
    guard.denied_ = true;
    return SQLITE_DENY;
  }

  bool Allows(int action, const char* first, const char* second, const char* database) {
    if (action == create_action_ && first != nullptr && object_.name == first &&
        EqualsIgnoringCase(database, "main")) {
      created_ = true;
      return true;
    }
    switch (action) {
      case SQLITE_INSERT:
      case SQLITE_UPDATE:
      case SQLITE_READ:
        // Its own row, and the table whose rows an index is filled from.
        return IsSchemaTable(first) ||
               (action == SQLITE_READ && EqualsIgnoringCase(first, object_.table_name));
      case SQLITE_CREATE_TABLE:
        return object_.kind == SchemaObjectKind::kTable &&
               EqualsIgnoringCase(first, "sqlite_sequence");
      case SQLITE_CREATE_INDEX:
        return object_.kind == SchemaObjectKind::kTable && first != nullptr &&
               sqlite3_strnicmp(first, "sqlite_autoindex_", 17) == 0 &&
               EqualsIgnoringCase(second, object_.name);
      case SQLITE_REINDEX:
        return object_.kind == SchemaObjectKind::kIndex && first != nullptr &&
               object_.name == first;
      case SQLITE_FUNCTION:
        return !EqualsIgnoringCase(second, "load_extension") &&
               !EqualsIgnoringCase(second, "fts3_tokenizer");
      default:
        return false;
    }
  }

  sqlite3* handle_;
  const SchemaObject& object_;
  int create_action_;
  bool created_ = false;
  bool denied_ = false;
};

std::string Subject(const SchemaObject& object) {
  return fmt::format("cannot create {} '{}'", SchemaObjectKindName(object.kind), object.name);
}

[[noreturn]] void Refuse(const SchemaObject& object, std::string_view why) {
  throw Error(ErrorKind::kInvalid, fmt::format("{}: {}", Subject(object), why));
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Throws with SQLite's words. Whatever SQLite has against the text is kInvalid; trouble with the
/// file keeps its kind.
[[noreturn]] void FailToCreate(Database& db, const SchemaObject& object, int rc, bool denied) {
  if (denied) Refuse(object, "its text does something else than that");
  db.Fail(rc, Subject(object));
}

void RunCreate(Database& db, const SchemaObject& object) {
  CreateGuard guard(db.handle(), object);
  // DEFENSIVE forbids names of shadow tables; the guard allows less than DEFENSIVE does.
  const ShadowWriteScope shadow_names(db);

  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  // The terminator is part of the count, which spares SQLite a copy of the text.
  int rc = sqlite3_prepare_v2(db.handle(), object.sql.c_str(),
                              static_cast<int>(object.sql.size() + 1), &raw, &tail);
  const StatementHandle statement(raw);
  if (rc != SQLITE_OK) FailToCreate(db, object, rc, guard.denied());
  if (raw == nullptr || !guard.created()) Refuse(object, "its text does something else than that");

  sqlite3_stmt* raw_rest = nullptr;
  rc = sqlite3_prepare_v2(db.handle(), tail, -1, &raw_rest, nullptr);
  const StatementHandle rest(raw_rest);
  if (rc != SQLITE_OK || raw_rest != nullptr) {
    Refuse(object, "its text holds more than one statement");
  }
  rc = sqlite3_step(raw);
  if (rc != SQLITE_DONE) FailToCreate(db, object, rc, guard.denied());
}

/// SQLite keeps the text from the name on and writes "CREATE TABLE " itself, and takes tbl_name
/// from its own parse. Text that was edited by other means may differ there: what was recorded
/// wins.
void KeepVerbatim(Database& db, const SchemaObject& object) {
  std::string table_name;
  std::string sql;
  {
    Statement row(db, "SELECT tbl_name, sql FROM main.sqlite_schema WHERE type = ? AND name = ?");
    row.BindText(1, SchemaObjectKindName(object.kind));
    row.BindText(2, object.name);
    if (!row.Step()) Refuse(object, "its text does something else than that");
    table_name = row.ColumnText(0);
    sql = row.ColumnText(1);
  }
  if (table_name == object.table_name && sql == object.sql) return;
  if (!EqualsIgnoringCase(table_name.c_str(), object.table_name)) {
    Refuse(object,
           fmt::format("its text is about table '{}', not '{}'", table_name, object.table_name));
  }
  db.ExecuteOnSchema(
      "UPDATE main.sqlite_schema SET tbl_name = ?1, sql = ?2 WHERE type = ?3 AND name = ?4",
      {object.table_name, object.sql, std::string(SchemaObjectKindName(object.kind)), object.name});
}

/// sqlite_sequence cannot be created by name: the first AUTOINCREMENT table brings it, and it
/// stays.
void CreateSequenceTable(Database& db) {
  if (db.QueryInteger("SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'") >
      0) {
    return;
  }
  std::string name = "pvc_sequence";
  for (;;) {
    Statement taken(db, "SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE");
    taken.BindText(1, name);
    if (!taken.Step()) break;
    name += '_';
  }
  db.Execute(
      fmt::format("CREATE TABLE main.{0}(x INTEGER PRIMARY KEY AUTOINCREMENT);"
                  "DROP TABLE main.{0}",
                  name));
}

/// Undoes what happened since its construction unless Release is called.
class Savepoint {
 public:
  explicit Savepoint(Database& db) : db_(db) { db_.Execute("SAVEPOINT pvc_schema"); }
  ~Savepoint() {
    if (released_) return;
    sqlite3_exec(db_.handle(), "ROLLBACK TO pvc_schema; RELEASE pvc_schema", nullptr, nullptr,
                 nullptr);
  }
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  void Release() {
    db_.Execute("RELEASE pvc_schema");
    released_ = true;
  }

 private:
  Database& db_;
  bool released_ = false;
};

}  // namespace

void Database::CreateSchemaObject(const SchemaObject& object) {
  if (object.is_virtual) Refuse(object, "virtual tables are restored by their sqlite_schema row");
  if (object.sql.find('\0') != std::string::npos || object.name.find('\0') != std::string::npos) {
    Refuse(object, "its text holds a NUL character");
  }
  if (object.sql.size() > INT32_MAX - 1) Refuse(object, "its text is longer than 2 GB");
  Savepoint savepoint(*this);
  if (object.kind == SchemaObjectKind::kTable &&
      EqualsIgnoringCase(object.name.c_str(), "sqlite_sequence")) {
    CreateSequenceTable(*this);
  } else {
    RunCreate(*this, object);
    KeepVerbatim(*this, object);
  }
  savepoint.Release();
}

void Database::InsertSchemaRow(const SchemaObject& object) {
  PVC_ASSERT(object.is_virtual && object.kind == SchemaObjectKind::kTable);
  Statement taken(*this, "SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE");
  taken.BindText(1, object.name);
  if (taken.Step()) Refuse(object, "there is an object of that name");
  taken.Reset();
  ExecuteOnSchema(
      "INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) "
      "VALUES('table', ?1, ?2, 0, ?3)",
      {object.name, object.table_name, object.sql});
}

void Database::DeleteSchemaRow(const SchemaObject& object) {
  PVC_ASSERT(object.is_virtual && object.kind == SchemaObjectKind::kTable);
  ExecuteOnSchema(
      "DELETE FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 AND rootpage = 0",
      {object.name});
}

void Database::ExecuteOnSchema(std::string_view sql, const std::vector<std::string>& arguments) {
  const ShadowWriteScope writable(*this);
  Execute("PRAGMA writable_schema=ON");
  try {
    {
      Statement statement(*this, sql);
      for (size_t i = 0; i < arguments.size(); ++i) {
        statement.BindText(static_cast<int>(i + 1), arguments[i]);
      }
      while (statement.Step()) {
      }
    }
    // Other handles, and this one, notice by the number that the schema is another one.
    const int64_t version = QueryInteger("PRAGMA main.schema_version");
    Execute(fmt::format("PRAGMA main.schema_version={}",
                        static_cast<int32_t>(static_cast<uint32_t>(version) + 1)));
  } catch (...) {
    sqlite3_exec(handle_, "PRAGMA writable_schema=RESET", nullptr, nullptr, nullptr);
    throw;
  }
  Execute("PRAGMA writable_schema=RESET");
}

}  // namespace pvc
