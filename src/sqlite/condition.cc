#include "sqlite/condition.h"

#include <sqlite3.h>

#include <memory>

#include "base/error.h"
#include "sqlite/stop_guard.h"

namespace pvc {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

[[noreturn]] void Refuse(const char* why) { throw Error(ErrorKind::kInvalid, why); }

/// Takes the first statement off the front of `text`.
StatementHandle Prepare(Database& db, std::string_view& text) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int rc = sqlite3_prepare_v2(db.handle(), text.data(), static_cast<int>(text.size()),
                                    &statement, &rest);
  StatementHandle owner(statement);
  if (rc != SQLITE_OK) db.Fail(rc, "'" + db.path() + "'");
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return owner;
}

}  // namespace

bool QueryIsTrue(Database& db, std::string_view query, const std::function<bool()>& should_stop) {
  if (query.size() > INT32_MAX) throw Error(ErrorKind::kTooLarge, "a query of more than 2 GB");
  if (query.find('\0') != query.npos) Refuse("the query holds a NUL byte");
  const StatementHandle statement = Prepare(db, query);
  if (statement == nullptr) Refuse("the query is empty");
  // What follows may be blanks, comments and semicolons.
  while (!query.empty()) {
    if (Prepare(db, query) != nullptr) Refuse("the query is more than one statement");
  }
  if (sqlite3_stmt_readonly(statement.get()) == 0) Refuse("the query would write");
  if (sqlite3_column_count(statement.get()) == 0) Refuse("the query answers nothing: no SELECT");
  const StopGuard guard(db, should_stop);
  const int rc = sqlite3_step(statement.get());
  if (rc == SQLITE_DONE) return false;
  if (rc != SQLITE_ROW) db.Fail(rc, "'" + db.path() + "'");
  return sqlite3_column_double(statement.get(), 0) != 0.0;  // of NULL it is 0
}

}  // namespace pvc
