#include "sqlite/condition.h"

#include <sqlite3.h>

#include <memory>

#include "base/error.h"

namespace pvc {
namespace {

/// How many instructions of SQLite's run between two questions whether to stop: about a
/// millisecond.
constexpr int kInstructions = 20'000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Has a handle ask whether to stop, while it lives.
class StopGuard {
 public:
  StopGuard(sqlite3* handle, const std::function<bool()>& should_stop)
      : handle_(handle), should_stop_(should_stop) {
    if (should_stop) sqlite3_progress_handler(handle, kInstructions, &Ask, this);
  }
  ~StopGuard() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  StopGuard(const StopGuard&) = delete;
  StopGuard& operator=(const StopGuard&) = delete;

 private:
  static int Ask(void* self) { return static_cast<StopGuard*>(self)->should_stop_() ? 1 : 0; }

  sqlite3* handle_;
  const std::function<bool()>& should_stop_;
};

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
  const StopGuard guard(db.handle(), should_stop);
  const int rc = sqlite3_step(statement.get());
  if (rc == SQLITE_DONE) return false;
  if (rc != SQLITE_ROW) db.Fail(rc, "'" + db.path() + "'");
  return sqlite3_column_double(statement.get(), 0) != 0.0;  // of NULL it is 0
}

}  // namespace pvc
