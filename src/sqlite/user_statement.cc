#include "sqlite/user_statement.h"

#include <sqlite3.h>

#include <utility>

#include "base/error.h"

namespace pvc {

std::optional<UserStatement> UserStatement::Take(Database& db, std::string_view& text) {
  if (text.size() > INT32_MAX) throw Error(ErrorKind::kTooLarge, "SQL text of more than 2 GB");
  if (text.find('\0') != text.npos) throw Error(ErrorKind::kInvalid, "the SQL holds a NUL byte");
  while (!text.empty()) {
    sqlite3_stmt* handle = nullptr;
    const char* rest = nullptr;
    const int rc =
        sqlite3_prepare_v2(db.handle(), text.data(), static_cast<int>(text.size()), &handle, &rest);
    if (rc != SQLITE_OK) db.FailStatement(rc);
    text.remove_prefix(static_cast<size_t>(rest - text.data()));
    if (handle != nullptr) return UserStatement(db, handle);
  }
  return std::nullopt;
}

UserStatement::~UserStatement() { sqlite3_finalize(handle_); }

UserStatement::UserStatement(UserStatement&& other) noexcept
    : db_(other.db_), handle_(std::exchange(other.handle_, nullptr)) {}

bool UserStatement::is_read_only() const { return sqlite3_stmt_readonly(handle_) != 0; }

int UserStatement::parameter_count() const { return sqlite3_bind_parameter_count(handle_); }

std::string UserStatement::ParameterName(int position) const {
  const char* name = sqlite3_bind_parameter_name(handle_, position);
  return name == nullptr ? "" : name;
}

void UserStatement::Bind(int position, const Value& value) {
  const char* data = value.bytes.data() == nullptr ? "" : value.bytes.data();
  int rc = SQLITE_OK;
  switch (value.storage_class) {
    case StorageClass::kNull:
      rc = sqlite3_bind_null(handle_, position);
      break;
    case StorageClass::kInteger:
      rc = sqlite3_bind_int64(handle_, position, value.integer);
      break;
    case StorageClass::kReal:
      rc = sqlite3_bind_double(handle_, position, value.real);
      break;
    case StorageClass::kText:
      rc = sqlite3_bind_text64(handle_, position, data, value.bytes.size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
      break;
    case StorageClass::kBlob:
      rc = sqlite3_bind_blob64(handle_, position, data, value.bytes.size(), SQLITE_TRANSIENT);
      break;
  }
  if (rc != SQLITE_OK) db_->FailStatement(rc);
}

int UserStatement::column_count() const { return sqlite3_column_count(handle_); }

std::string UserStatement::ColumnName(int column) const {
  const char* name = sqlite3_column_name(handle_, column);
  return name == nullptr ? "" : name;
}

bool UserStatement::Step() {
  const int rc = sqlite3_step(handle_);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) db_->FailStatement(rc);
  // SQLite notices an interruption late: what was compared wrongly may be in this row.
  db_->CheckCollations();
  return rc == SQLITE_ROW;
}

Value UserStatement::ColumnValue(int column) { return ReadColumnValue(*db_, handle_, column); }

bool IsCompleteSql(const std::string& sql) { return sqlite3_complete(sql.c_str()) != 0; }

}  // namespace pvc
