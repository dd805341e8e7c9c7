#include "sqlite/broken_reference.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sqlite/sql_tokens.h"

namespace pvc {
namespace {

/// What sets a trigger off.
struct TriggerEvent {
  enum class Kind { kInsert, kUpdate, kDelete };
  Kind kind = Kind::kInsert;
  std::vector<std::string> columns;  ///< of UPDATE OF
};

// CREATE TRIGGER name [BEFORE] UPDATE OF a, b ON table: the first of three words that cannot be a
// name unless quoted.
std::optional<TriggerEvent> ReadEvent(std::string_view sql) {
  TriggerEvent event;
  while (const auto token = TakeSqlToken(sql)) {
    if (token->IsWord("insert")) return event;
    if (token->IsWord("delete")) {
      event.kind = TriggerEvent::Kind::kDelete;
      return event;
    }
    if (!token->IsWord("update")) continue;
    event.kind = TriggerEvent::Kind::kUpdate;
    const auto of = TakeSqlToken(sql);
    if (!of || !of->IsWord("of")) return event;
    while (const auto name = TakeSqlToken(sql)) {
      if (name->IsWord("on")) return event;
      if (name->IsName()) event.columns.push_back(name->Name());
    }
  }
  return std::nullopt;
}

/// Triggers take part in statements while it lives.
class TriggerScope {
 public:
  explicit TriggerScope(Database& db) : handle_(db.handle()) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
  }
  ~TriggerScope() { sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr); }
  TriggerScope(const TriggerScope&) = delete;
  TriggerScope& operator=(const TriggerScope&) = delete;

 private:
  sqlite3* handle_;
};

std::optional<std::string> Compile(Database& db, const std::string& sql) {
  try {
    const Statement statement(db, sql);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid && error.kind() != ErrorKind::kUnsupported) throw;
    // The path in front says nothing of a schema.
    const std::string prefix = fmt::format("'{}': ", db.path());
    const std::string& message = error.message();
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  }
}

// Names of the columns that a statement may set.
std::vector<std::string> WritableColumns(Database& db, const std::string& table) {
  std::vector<std::string> names;
  Statement columns(db, "PRAGMA main.table_xinfo(" + QuoteIdentifier(table) + ")");
  while (columns.Step()) {
    if (columns.ColumnInteger(6) == 0) names.push_back(columns.ColumnText(1));
  }
  return names;
}

bool HasColumn(const std::vector<std::string>& columns, const std::string& wanted) {
  return std::any_of(columns.begin(), columns.end(), [&](const std::string& name) {
    return sqlite3_stricmp(name.c_str(), wanted.c_str()) == 0;
  });
}

std::optional<std::string> CompileTrigger(Database& db, const SchemaObject& trigger) {
  const auto event = ReadEvent(trigger.sql);
  if (!event) return std::nullopt;
  const std::string table = QuoteIdentifier(trigger.table_name);
  switch (event->kind) {
    case TriggerEvent::Kind::kInsert:
      return Compile(db, fmt::format("EXPLAIN INSERT INTO main.{} DEFAULT VALUES", table));
    case TriggerEvent::Kind::kDelete:
      return Compile(db, fmt::format("EXPLAIN DELETE FROM main.{}", table));
    case TriggerEvent::Kind::kUpdate:
      break;
  }
  const std::vector<std::string> columns = WritableColumns(db, trigger.table_name);
  // SQLite never looks at these names: such a trigger would just not be set off any more.
  for (const std::string& column : event->columns) {
    if (!HasColumn(columns, column)) return fmt::format("no such column: {}", column);
  }
  std::string settings;
  for (const std::string& column : columns) {
    const std::string name = QuoteIdentifier(column);
    settings += fmt::format("{}{} = {}", settings.empty() ? "" : ", ", name, name);
  }
  return Compile(db, fmt::format("EXPLAIN UPDATE main.{} SET {}", table, settings));
}

}  // namespace

std::optional<std::string> FindBrokenReference(Database& db, const SchemaObject& object) {
  if (object.kind == SchemaObjectKind::kView) {
    return Compile(db, fmt::format("SELECT * FROM main.{}", QuoteIdentifier(object.name)));
  }
  if (object.kind != SchemaObjectKind::kTrigger) return std::nullopt;
  const TriggerScope triggers(db);
  return CompileTrigger(db, object);
}

}  // namespace pvc
