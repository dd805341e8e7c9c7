#include "tests/support/raw_sqlite.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace pvc {
namespace {

[[noreturn]] void Fail(sqlite3* handle, const std::string& sql) {
  throw std::runtime_error(std::string(sqlite3_errmsg(handle)) + " in: " + sql.substr(0, 500));
}

int CompareBytes(void*, int a_size, const void* a, int b_size, const void* b) {
  const int common = std::memcmp(a, b, static_cast<size_t>(std::min(a_size, b_size)));
  return common != 0 ? common : a_size - b_size;
}

void AddCollation(void*, sqlite3* handle, int encoding, const char* name) {
  // SQLite asks for its own ones too in a UTF-16 database, where it makes them from UTF-8.
  if (sqlite3_stricmp(name, "NOCASE") == 0 || sqlite3_stricmp(name, "RTRIM") == 0) return;
  sqlite3_create_collation_v2(handle, name, encoding, nullptr, CompareBytes, nullptr);
}

}  // namespace

RawDatabase::RawDatabase(const std::string& path, int flags) {
  if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const std::string message = sqlite3_errmsg(handle_);
    sqlite3_close_v2(handle_);
    throw std::runtime_error("cannot open " + path + ": " + message);
  }
  sqlite3_busy_timeout(handle_, 5000);
  // Tests do not survive a power cut anyway. Fails on a locked file, which then stays as it is.
  sqlite3_exec(handle_, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
}

RawDatabase::~RawDatabase() { sqlite3_close_v2(handle_); }

void RawDatabase::Run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    Fail(handle_, sql);
  }
}

std::string RawDatabase::Text(const std::string& sql) {
  RawStatement statement(*this, sql);
  return statement.Step() ? statement.Text(0) : std::string();
}

int64_t RawDatabase::Integer(const std::string& sql) {
  RawStatement statement(*this, sql);
  return statement.Step() ? sqlite3_column_int64(statement.handle(), 0) : 0;
}

void RawDatabase::AcceptUnknownCollations() {
  sqlite3_collation_needed(handle_, nullptr, AddCollation);
}

void RawDatabase::KeepWal() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

RawStatement::RawStatement(RawDatabase& db, const std::string& sql) : db_(db) {
  if (sqlite3_prepare_v2(db.handle(), sql.c_str(), -1, &handle_, nullptr) != SQLITE_OK) {
    Fail(db.handle(), sql);
  }
}

RawStatement::~RawStatement() { sqlite3_finalize(handle_); }

bool RawStatement::Step() {
  const int rc = sqlite3_step(handle_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  Fail(db_.handle(), sqlite3_sql(handle_));
}

std::string RawStatement::Text(int column) {
  const unsigned char* text = sqlite3_column_text(handle_, column);
  if (text == nullptr) return {};
  return std::string(reinterpret_cast<const char*>(text),
                     static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

std::string RawQuote(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace pvc
