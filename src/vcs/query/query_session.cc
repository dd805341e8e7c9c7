#include "vcs/query/query_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sqlite/stop_guard.h"
#include "vcs/ascii_case.h"
#include "vcs/query/repository_functions.h"
#include "vcs/query/revision_schemas.h"
#include "vcs/query/table_functions.h"
#include "vcs/query/table_services.h"
#include "vcs/revision.h"
#include "vcs/working_database.h"

namespace pvc {

namespace {

constexpr std::string_view kNoPlan = "no query solution";
constexpr std::string_view kNoSuchTable = "no such table: ";

/// Opens the working database; only to be read where it cannot be written.
std::unique_ptr<Database> OpenWorkingDatabase(Repository& repository) {
  const auto open = [&repository](Database::Mode mode) {
    Database::Options options;
    options.mode = mode;
    return std::make_unique<Database>(WorkingDatabasePath(repository), options);
  };
  try {
    return open(Database::Mode::kReadWrite);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kNotFound) {
      error.AddHint("query a commit:  pvc sql -r HEAD QUERY");
    }
    if (error.kind() != ErrorKind::kIo) throw;
  }
  auto db = open(Database::Mode::kReadOnly);
  db->RefuseUnknownCollations();
  return db;
}

}  // namespace

class QuerySession::Impl : public ErrorObserver {
 public:
  Impl(Repository& repository, QuerySession::Options options)
      : options_(std::move(options)),
        scope_(repository, {.base = options_.revision.value_or("HEAD"),
                            .now = options_.now,
                            .should_stop = options_.should_stop}),
        services_(scope_) {
    QuerySide side;
    if (options_.revision) {
      side = scope_.Side(*options_.revision);
      db_ = Database::InMemory(side.snapshot.properties.encoding);
      db_->RefuseUnknownCollations();
      const DatabaseProperties& properties = side.snapshot.properties;
      db_->Execute(fmt::format("PRAGMA user_version = {}; PRAGMA application_id = {}",
                               properties.user_version, properties.application_id));
    } else {
      db_ = OpenWorkingDatabase(repository);
    }
    db_->AllowUserSql();
    encoding_ = db_->encoding();
    const HostConnection host = db_->host(this);
    RegisterRepositoryFunctions(host, scope_);
    schemas_ = std::make_unique<RevisionSchemas>(*db_, host, services_);
    if (options_.revision) schemas_->UseAsMain(std::move(side));
    for (const auto& [name, revision] : options_.attached) schemas_->Attach(name, revision);
    Protect(true);
    guard_ = std::make_unique<StopGuard>(*db_, options_.should_stop);
  }

  void OnError(const Error& error) override { last_error_ = error; }

  std::optional<UserStatement> Take(std::string_view& text) {
    last_error_.reset();
    Prepare(text);
    return UserStatement::Take(*db_, text);
  }

  Error Explained(const Error& error) {
    if (error.message().starts_with(kNoSuchTable)) {
      const std::string name = error.message().substr(kNoSuchTable.size());
      if (const auto why = schemas_->WhyNotFound(name)) return *why;
      Error explained = error;
      std::vector<std::string> names = TableNames();
      for (std::string& function : FunctionNames()) names.push_back(std::move(function));
      for (const std::string& near : NearestNames(name, names)) {
        explained.AddHint("did you mean '" + near + "'?");
      }
      return explained;
    }
    if (error.message() == kNoPlan) {
      Error explained = error;
      return explained.AddHint(
          "functions get their arguments in parentheses; one on the right of a RIGHT or FULL JOIN, "
          "or whose arguments stand in an OR, belongs in a WITH clause");
    }
    // SQLite hands a module's message on, without the kind and the hints.
    if (last_error_ && error.message().ends_with(last_error_->message())) return *last_error_;
    const bool is_write = error.message().ends_with("may not be modified") ||
                          error.message() == "attempt to write a readonly database";
    if (options_.revision && is_write) {
      Error explained = error;
      return explained.AddHint(
          "a commit cannot be changed; the working database can:  pvc sql QUERY");
    }
    return error;
  }

  std::vector<std::string> TableNames() {
    if (options_.revision) return schemas_->MainNames();
    std::vector<std::string> names;
    Statement list(*db_,
                   "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') "
                   "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
    while (list.Step()) names.push_back(list.ColumnText(0));
    return names;
  }

  std::vector<std::string> ColumnNames(const std::string& table) {
    std::vector<std::string> names;
    Prepare("SELECT * FROM main." + QuoteIdentifier(table));
    Statement columns(*db_, "PRAGMA main.table_xinfo(" + QuoteIdentifier(table) + ")");
    while (columns.Step()) names.push_back(columns.ColumnText(1));
    return names;
  }

  std::vector<std::string> SchemaTexts(const std::string& name) {
    std::vector<std::string> texts;
    const auto add = [&](const std::string& object, const std::string& table,
                         const std::string& sql) {
      const bool is_wanted = name.empty() || EqualIgnoringAsciiCase(object, name) ||
                             EqualIgnoringAsciiCase(table, name);
      if (is_wanted && !sql.empty()) texts.push_back(sql);
    };
    if (options_.revision) {
      for (const SchemaObject& object : schemas_->MainObjects()) {
        add(object.name, object.table_name, object.sql);
      }
      return texts;
    }
    Statement list(*db_, "SELECT name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid");
    while (list.Step()) add(list.ColumnText(0), list.ColumnText(1), list.ColumnText(2));
    return texts;
  }

  std::vector<std::string> FunctionNames() {
    std::vector<std::string> names;
    for (const std::string_view name : RepositoryFunctionNames()) names.emplace_back(name);
    for (const std::string& table : TableNames()) {
      for (std::string& name : TableFunctionNames(table)) names.push_back(std::move(name));
    }
    return names;
  }

  Database& db() { return *db_; }
  TextEncoding encoding() const { return encoding_; }

 private:
  void Prepare(std::string_view text) {
    Protect(false);
    try {
      schemas_->Prepare(text);
    } catch (...) {
      Protect(true);
      throw;
    }
    Protect(true);
  }

  // Whether statements may write: a commit's database is there for its tables alone.
  void Protect(bool is_on) {
    if (!options_.revision) return;
    db_->Execute(is_on ? "PRAGMA query_only=ON" : "PRAGMA query_only=OFF");
  }

  QuerySession::Options options_;
  QueryScope scope_;
  TableServices services_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<RevisionSchemas> schemas_;
  std::unique_ptr<StopGuard> guard_;
  std::optional<Error> last_error_;
  TextEncoding encoding_ = TextEncoding::kUtf8;
};

QuerySession::QuerySession(Repository& repository, Options options)
    : impl_(std::make_unique<Impl>(repository, std::move(options))) {}
QuerySession::~QuerySession() = default;

Database& QuerySession::db() { return impl_->db(); }
TextEncoding QuerySession::encoding() const { return impl_->encoding(); }
std::optional<UserStatement> QuerySession::Take(std::string_view& text) {
  return impl_->Take(text);
}
Error QuerySession::Explained(const Error& error) { return impl_->Explained(error); }
std::vector<std::string> QuerySession::TableNames() { return impl_->TableNames(); }
std::vector<std::string> QuerySession::ColumnNames(const std::string& table) {
  return impl_->ColumnNames(table);
}
std::vector<std::string> QuerySession::SchemaTexts(const std::string& name) {
  return impl_->SchemaTexts(name);
}
std::vector<std::string> QuerySession::FunctionNames() { return impl_->FunctionNames(); }

}  // namespace pvc
