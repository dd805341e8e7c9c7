#include "vcs/query/host_session.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sqlite/sql_tokens.h"
#include "sqlite/virtual_table.h"
#include "vcs/ascii_case.h"
#include "vcs/catalog.h"
#include "vcs/query/at_function.h"
#include "vcs/query/query_scope.h"
#include "vcs/query/repository_functions.h"
#include "vcs/query/shared_repository.h"
#include "vcs/query/table_functions.h"
#include "vcs/query/table_services.h"
#include "vcs/query/table_version.h"

namespace pvc {
namespace {

constexpr const char* kOpenName = "pvc_open";
constexpr const char* kHashName = "pvc_hash";
constexpr const char* kTableModule = "pvc";

/// A repository as queries need it.
struct QueriedRepository {
  QueriedRepository(std::shared_ptr<SharedRepository> repository, QueryScope::Options options)
      : shared(std::move(repository)),
        scope(shared->repository(), std::move(options)),
        services(scope) {}

  std::shared_ptr<SharedRepository> shared;
  QueryScope scope;
  TableServices services;
};

/// What one call of pvc_open gave a connection. Owned by the modules that it registered.
class Opening final : public TableObserver {
 public:
  Opening(std::shared_ptr<SharedRepository> repository, QueryScope::Options options)
      : queried_(std::move(repository), std::move(options)) {}

  QueriedRepository& queried() { return queried_; }
  /// Names in small letters, for SQLite's names that are equal.
  const std::set<std::string>& modules() const { return modules_; }
  /// Ends what is prepared and was not prepared anew.
  void MarkReplaced() { is_replaced_ = true; }

  void OnRegistered(const std::string& name) override { modules_.insert(FoldAsciiCase(name)); }
  void BeforeOpen() override {
    if (is_replaced_) {
      throw Error(ErrorKind::kMoved, fmt::format("{} opened a repository meanwhile", kOpenName))
          .AddHint("run the statement again");
    }
    queried_.shared->BeginReading();
  }
  void AfterClose() noexcept override { queried_.shared->EndReading(); }

 private:
  QueriedRepository queried_;
  std::set<std::string> modules_;
  bool is_replaced_ = false;
};

/// The side, no longer as one that is read: what is known for long must not hold the working
/// database's lock.
QuerySide Released(QuerySide side, Repository& repository) {
  side.working = nullptr;
  side.nodes = &repository.nodes();
  return side;
}

/// Gathers tables, one of each name as SQLite compares names: the first that comes.
class TableCollector {
 public:
  explicit TableCollector(QueryScope& scope) : scope_(scope) {}

  void Add(std::string_view revision) {
    const QuerySide side = scope_.Side(revision);
    const QuerySide released = Released(side, scope_.repository());
    if (!seen_.insert(side.snapshot.catalog.root).second) return;
    for (CatalogEntry& entry : ReadCatalog(*side.nodes, side.snapshot.catalog)) {
      if (!entry.table) continue;
      if (names_.insert(FoldAsciiCase(entry.object.name)).second) {
        tables_.push_back({std::move(entry), released});
      }
    }
  }

  /// Those of branches and tags. What cannot be read there is left out: it would only be missing
  /// by name, and must not keep anyone from what can be read.
  void AddRefs() {
    for (const char* prefix : {"refs/heads/", "refs/tags/"}) {
      for (const Ref& ref : scope_.repository().ListRefs(prefix)) {
        try {
          Add(ref.name);
        } catch (const Error& error) {
          if (error.kind() != ErrorKind::kCorrupt && error.kind() != ErrorKind::kNotFound) throw;
        }
      }
    }
  }

  const std::vector<TableVersion>& tables() const { return tables_; }

 private:
  QueryScope& scope_;
  std::set<ObjectId> seen_;
  std::set<std::string> names_;
  std::vector<TableVersion> tables_;
};

/// An argument of CREATE VIRTUAL TABLE, which SQLite hands over verbatim: a string or name without
/// its quotes, anything else as it stands.
std::string ReadArgument(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\f\r";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  const SqlToken token = FirstSqlToken(text);
  return token.IsName() && token.text == text ? token.Name() : std::string(text);
}

/// Returns: nothing for an argument that is NULL, or not there.
std::optional<std::string> ReadText(const FunctionArguments& arguments, size_t i) {
  if (i >= arguments.size() || arguments.IsNull(i)) return std::nullopt;
  return arguments.Text(i);
}

/// Whether the folder still holds the repository that was opened there.
bool CanBeRead(const std::shared_ptr<SharedRepository>& repository) {
  try {
    const RepositoryReading reading(repository);
    return true;
  } catch (const Error&) {
    return false;  // another one may be there: opening it says what is wrong
  }
}

/// A cursor of a table that no Opening sees.
class LinkedCursor final : public VirtualCursor {
 public:
  LinkedCursor(std::shared_ptr<SharedRepository> repository, VirtualTable& table)
      : reading_(std::move(repository)), cursor_(table.Open()) {}

  void Filter(const FilterCall& call) override { cursor_->Filter(call); }
  bool AtEnd() const override { return cursor_->AtEnd(); }
  void Next() override { cursor_->Next(); }
  void Column(int column, ColumnResult& result) override { cursor_->Column(column, result); }
  int64_t Rowid() override { return cursor_->Rowid(); }

 private:
  const RepositoryReading reading_;
  const std::unique_ptr<VirtualCursor> cursor_;
};

/// What CREATE VIRTUAL TABLE ... USING pvc makes.
class LinkedTable final : public VirtualTable {
 public:
  LinkedTable(std::shared_ptr<QueriedRepository> queried, const std::string& revision,
              const std::string& table_name)
      : queried_(std::move(queried)) {
    const RepositoryReading reading(queried_->shared);
    TableVersion version = FindTableVersion(queried_->scope.Side(revision), table_name);
    version.side = Released(std::move(version.side), queried_->shared->repository());
    table_ = ConnectAtFunction(queried_->services, version, revision, RevisionFrom::kFixed);
  }

  std::string Declaration() const override { return table_->Declaration(); }
  std::optional<PlanAnswer> Plan(const PlanRequest& request) override {
    return table_->Plan(request);
  }
  std::unique_ptr<VirtualCursor> Open() override {
    return std::make_unique<LinkedCursor>(queried_->shared, *table_);
  }

 private:
  std::shared_ptr<QueriedRepository> queried_;
  std::unique_ptr<VirtualTable> table_;
};

/// What a connection has. Owned by what is registered with it.
class HostSession {
 public:
  HostSession(const HostConnection& host, HostServices services)
      : host_(host), services_(std::move(services)) {}

  /// Returns: the repository's folder.
  std::string Open(const std::string& path, const std::optional<std::string>& revision);
  std::unique_ptr<VirtualTable> Link(const std::vector<std::string>& arguments);
  /// What pvc_hash answers.
  std::string Hash(const FunctionArguments& arguments);

 private:
  std::string FindFolder(const std::string& path);
  /// One for all that reads the repository, so that a statement sees one state through all of it.
  std::shared_ptr<SharedRepository> Share(const std::string& folder);
  QueryScope::Options ScopeOptions(const std::string& base) const;
  void Register(const std::shared_ptr<Opening>& opening, const TableCollector& tables);
  /// Takes away what an opening registered, but for what `next` registered anew.
  void Remove(Opening& opening, const Opening* next);

  const HostConnection host_;
  const HostServices services_;
  std::shared_ptr<Opening> opening_;                                // null: none
  std::map<std::string, std::weak_ptr<SharedRepository>> shared_;   // by folder
  std::map<std::string, std::weak_ptr<QueriedRepository>> linked_;  // by folder
};

std::string HostSession::FindFolder(const std::string& path) {
  if (path.find('\0') != path.npos) {
    throw Error(ErrorKind::kInvalid, "a path holds a NUL character");
  }
  return Repository::Find(*services_.fs, services_.real_path(path));
}

std::shared_ptr<SharedRepository> HostSession::Share(const std::string& folder) {
  std::weak_ptr<SharedRepository>& known = shared_[folder];
  std::shared_ptr<SharedRepository> shared = known.lock();
  // One that is being read stays as it is, and whoever opens the repository wants to see it now.
  if (shared == nullptr || shared->is_being_read() || !CanBeRead(shared)) {
    shared = std::make_shared<SharedRepository>(services_.fs, folder);
    known = shared;
  }
  return shared;
}

QueryScope::Options HostSession::ScopeOptions(const std::string& base) const {
  QueryScope::Options options;
  options.base = base;
  options.now = services_.now;
  options.can_read_working = IsLinkedSqlite(*host_.api);
  return options;
}

std::string HostSession::Open(const std::string& path, const std::optional<std::string>& revision) {
  const std::string folder = FindFolder(path);
  const std::shared_ptr<SharedRepository> shared = Share(folder);
  const RepositoryReading reading(shared);
  const auto opening = std::make_shared<Opening>(shared, ScopeOptions(revision.value_or("HEAD")));
  TableCollector tables(opening->queried().scope);
  if (revision) tables.Add(*revision);
  if (shared->repository().HeadCommit()) tables.Add("HEAD");
  tables.AddRefs();

  const std::shared_ptr<Opening> before = std::exchange(opening_, nullptr);
  if (before != nullptr) before->MarkReplaced();
  try {
    Register(opening, tables);
  } catch (...) {
    // Functions of two repositories beside each other would be a trap.
    if (before != nullptr) Remove(*before, nullptr);
    Remove(*opening, nullptr);
    throw;
  }
  if (before != nullptr) Remove(*before, opening.get());
  ExpireStatements(host_);
  opening_ = opening;
  return folder;
}

void HostSession::Register(const std::shared_ptr<Opening>& opening, const TableCollector& tables) {
  HostConnection host = host_;
  host.tables = opening;
  QueriedRepository& queried = opening->queried();
  RegisterRepositoryTables(host, queried.scope);
  for (const TableVersion& table : tables.tables()) {
    for (const std::string& name : TableFunctionNames(table.entry.object.name)) {
      const auto parsed = ParseTableFunction(name);
      if (!parsed) continue;  // pvc_diff_stat is not of a table 'stat'
      RegisterTableFunction(host, queried.services, parsed->function, name, table);
    }
  }
}

void HostSession::Remove(Opening& opening, const Opening* next) {
  for (const std::string& name : opening.modules()) {
    if (next == nullptr || !next->modules().contains(name)) RemoveModule(host_, name);
  }
}

std::string HostSession::Hash(const FunctionArguments& arguments) {
  if (opening_ == nullptr) {
    throw Error(ErrorKind::kNotFound, "no repository is open")
        .AddHint(fmt::format("open one:  SELECT {}(PATH)", kOpenName));
  }
  QueriedRepository& queried = opening_->queried();
  const RepositoryReading reading(queried.shared);
  return HashOfState(queried.scope, ReadText(arguments, 0), ReadText(arguments, 1));
}

std::unique_ptr<VirtualTable> HostSession::Link(const std::vector<std::string>& arguments) {
  constexpr size_t kCount = 3;
  if (arguments.size() != kCount) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} takes 3 arguments, not {}: {}(REPOSITORY, REVISION, TABLE)",
                            kTableModule, arguments.size(), kTableModule));
  }
  const std::string folder = FindFolder(ReadArgument(arguments[0]));
  const std::shared_ptr<SharedRepository> shared = Share(folder);
  std::shared_ptr<QueriedRepository> queried = linked_[folder].lock();
  if (queried == nullptr || queried->shared != shared) {
    queried = std::make_shared<QueriedRepository>(shared, ScopeOptions("HEAD"));
    linked_[folder] = queried;
  }
  return std::make_unique<LinkedTable>(queried, ReadArgument(arguments[1]),
                                       ReadArgument(arguments[2]));
}

}  // namespace

void RegisterExtension(const HostConnection& host, HostServices services) {
  if (HasFunction(host, kOpenName)) return;
  const auto session = std::make_shared<HostSession>(host, std::move(services));
  RegisterModule(
      host, kTableModule, ModuleUse::kCreated,
      [session](const std::vector<std::string>& arguments) { return session->Link(arguments); });
  // SQLite replaces no function while a statement runs, as pvc_open would want it. So these find
  // out when they are called which repository is open.
  for (const int argument_count : {1, 2}) {
    RegisterFunction(host, kOpenName, argument_count,
                     [session](const FunctionArguments& arguments, ColumnResult& result) {
                       const auto path = ReadText(arguments, 0);
                       if (!path) throw Error(ErrorKind::kInvalid, "no path was given");
                       result.SetText(session->Open(*path, ReadText(arguments, 1)));
                     });
    RegisterFunction(host, kHashName, argument_count,
                     [session](const FunctionArguments& arguments, ColumnResult& result) {
                       result.SetText(session->Hash(arguments));
                     });
  }
}

}  // namespace pvc
