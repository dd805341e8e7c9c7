#include "vcs/query/revision_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sqlite/sql_tokens.h"
#include "sqlite/user_statement.h"
#include "vcs/ascii_case.h"
#include "vcs/query/commit_table.h"
#include "vcs/query/table_functions.h"
#include "vcs/revision.h"

namespace pvc {

namespace {

constexpr const char* kModuleName = "pvc_commit_table";
constexpr std::string_view kMain = "main";
constexpr std::string_view kFunctionPrefix = "pvc_";
/// Most schemas that SQLite attaches.   Source: SQLITE_MAX_ATTACHED, https://sqlite.org/limits.html
constexpr size_t kMaxAttached = 10;

/// Most views of a schema that a statement may need. SQLite takes one in the other apart with a
/// stack frame of some 800 bytes, and in time that grows with the square: 2000 take two seconds.
constexpr size_t kMaxViews = 2000;

/// Names of tables that list what there is.
bool ListsSchema(std::string_view folded) {
  return folded == "sqlite_schema" || folded == "sqlite_master" || folded == "pragma" ||
         folded.starts_with("pragma_");
}

/// What SQLite calls an object that is not there, folded: one of main by its name alone.
std::string QualifiedName(std::string_view schema, std::string_view object) {
  if (EqualIgnoringAsciiCase(schema, kMain)) return FoldAsciiCase(object);
  return FoldAsciiCase(schema) + "." + FoldAsciiCase(object);
}

/// The text of a view with its name in a schema.
/// Returns: nothing for text that does not begin as a view's.
std::optional<std::string> ViewTextIn(const std::string& schema, std::string_view sql) {
  const auto is_word = [](const std::optional<SqlToken>& token, std::string_view word) {
    return token && token->IsWord(word);
  };
  if (!is_word(TakeSqlToken(sql), "create")) return std::nullopt;
  std::optional<SqlToken> token = TakeSqlToken(sql);
  if (is_word(token, "temp") || is_word(token, "temporary")) token = TakeSqlToken(sql);
  if (!is_word(token, "view")) return std::nullopt;
  token = TakeSqlToken(sql);
  if (is_word(token, "if")) {
    TakeSqlToken(sql);
    TakeSqlToken(sql);
    token = TakeSqlToken(sql);
  }
  if (!token || !token->IsName()) return std::nullopt;
  return fmt::format("CREATE VIEW {}.{}{}", QuoteIdentifier(schema), token->text, sql);
}

std::vector<std::string> FoldedNamesIn(std::string_view sql) {
  std::vector<std::string> names;
  while (const auto token = TakeSqlToken(sql)) {
    if (token->IsName()) names.push_back(FoldAsciiCase(token->Name()));
  }
  return names;
}

}  // namespace

/// The names in a statement.
struct RevisionSchemas::Names {
  std::vector<std::string> folded;                             // all of them
  std::vector<std::pair<std::string, std::string>> qualified;  // schema (or alias) and name
  std::vector<std::string> functions;                          // those that begin with pvc_

  explicit Names(std::string_view sql) {
    std::optional<SqlToken> before;  // a name, when a point stands between
    bool after_point = false;
    while (const auto token = TakeSqlToken(sql)) {
      if (token->IsSymbol(";")) return;
      if (token->IsSymbol(".")) {
        after_point = before.has_value();
        continue;
      }
      if (!token->IsName()) {
        before.reset();
        after_point = false;
        continue;
      }
      const std::string name = token->Name();
      if (after_point) qualified.emplace_back(before->Name(), name);
      folded.push_back(FoldAsciiCase(name));
      if (folded.back().starts_with(kFunctionPrefix)) functions.push_back(name);
      before = token;
      after_point = false;
    }
  }

  bool ListSchema() const { return std::any_of(folded.begin(), folded.end(), ListsSchema); }
};

RevisionSchemas::RevisionSchemas(Database& db, const HostConnection& host, TableServices& services)
    : db_(db), host_(host), services_(services) {
  RegisterModule(host_, kModuleName, ModuleUse::kCreated,
                 [this](const std::vector<std::string>& arguments) {
                   size_t number = SIZE_MAX;
                   if (arguments.size() == 1) {
                     const std::string& text = arguments[0];
                     std::from_chars(text.data(), text.data() + text.size(), number);
                   }
                   if (number >= tables_.size()) {
                     throw Error(ErrorKind::kInvalid, "pvc_commit_table is pvc's own");
                   }
                   return std::make_unique<CommitTable>(services_, tables_[number]);
                 });
}

void RevisionSchemas::ReadObjects(Schema& schema) {
  for (CatalogEntry& entry : ReadCatalog(*schema.side.nodes, schema.side.snapshot.catalog)) {
    const SchemaObjectKind kind = entry.object.kind;
    if (kind != SchemaObjectKind::kTable && kind != SchemaObjectKind::kView) continue;
    std::string folded = FoldAsciiCase(entry.object.name);
    schema.objects.emplace(std::move(folded), std::move(entry));
  }
}

void RevisionSchemas::UseAsMain(QuerySide side) {
  Schema schema;
  schema.name = kMain;
  schema.side = std::move(side);
  schema.is_explicit = true;
  ReadObjects(schema);
  schemas_.emplace(kMain, std::move(schema));
}

bool RevisionSchemas::IsForeignSchema(const std::string& folded) {
  if (folded == kMain || folded == "temp") return true;
  if (schemas_.contains(folded)) return false;
  Statement list(db_, "PRAGMA database_list");
  while (list.Step()) {
    if (FoldAsciiCase(list.ColumnText(1)) == folded) return true;
  }
  return false;
}

void RevisionSchemas::Attach(const std::string& name, const std::string& revision) {
  const std::string folded = FoldAsciiCase(name);
  if (schemas_.contains(folded) || IsForeignSchema(folded)) {
    throw Error(ErrorKind::kExists, fmt::format("there is a schema '{}' already", name));
  }
  Schema schema;
  schema.name = name;
  schema.side = services_.scope.Side(revision);
  schema.is_explicit = true;
  ReadObjects(schema);
  AttachSide(folded, std::move(schema));
}

void RevisionSchemas::AttachSide(const std::string& folded, Schema schema) {
  const auto attached_count = [this] {
    return schemas_.size() - schemas_.count(std::string(kMain));
  };
  std::vector<std::string> unused;
  for (const auto& [name, other] : schemas_) {
    if (!other.is_explicit && !in_use_.contains(name)) unused.push_back(name);
  }
  while (attached_count() >= kMaxAttached && !unused.empty()) {
    Detach(unused.back());
    unused.pop_back();
  }
  if (attached_count() >= kMaxAttached) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("more than {} other revisions in one statement", kMaxAttached))
        .AddHint("read a table of more of them:  pvc_at_TABLE('REVISION')");
  }
  db_.Execute(fmt::format("ATTACH ':memory:' AS {}", QuoteIdentifier(schema.name)));
  schemas_.emplace(folded, std::move(schema));
}

void RevisionSchemas::Detach(const std::string& folded) {
  db_.Execute("DETACH " + QuoteIdentifier(schemas_.at(folded).name));
  schemas_.erase(folded);
}

// Finds the schema of a revision, attached if need be.   Returns: null for what is no revision, or
// has no such object; not_found_ says why.
RevisionSchemas::Schema* RevisionSchemas::FindRevision(const std::string& name,
                                                       const std::string& object) {
  const std::string folded = FoldAsciiCase(name);
  const auto known = schemas_.find(folded);
  if (known != schemas_.end() && known->second.is_explicit) {
    if (folded != kMain) Explain(known->second, object);
    return &known->second;
  }
  if (IsForeignSchema(folded)) return nullptr;
  Schema schema;
  schema.name = name;
  try {
    if (known != schemas_.end() && known->second.side.commit &&
        services_.scope.Resolve(name) == known->second.side.commit) {
      Explain(known->second, object);
      return &known->second;
    }
    schema.side = services_.scope.Side(name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound && error.kind() != ErrorKind::kInvalid) throw;
    not_found_.insert_or_assign(QualifiedName(name, object), error);
    return nullptr;
  }
  ReadObjects(schema);
  Explain(schema, object);
  const std::string folded_object = FoldAsciiCase(object);
  if (!schema.objects.contains(folded_object) && !ListsSchema(folded_object)) return nullptr;
  if (known != schemas_.end()) Detach(folded);
  AttachSide(folded, std::move(schema));
  return &schemas_.at(folded);
}

// Remembers why a name is not in a schema, if it is not.
void RevisionSchemas::Explain(const Schema& schema, const std::string& object) {
  const std::string folded = FoldAsciiCase(object);
  if (ListsSchema(folded)) return;
  const auto found = schema.objects.find(folded);
  const std::string key = QualifiedName(schema.name, object);
  if (found == schema.objects.end()) {
    Error error(ErrorKind::kNotFound,
                fmt::format("no table '{}' in '{}'", object, schema.side.name));
    std::vector<std::string> names;
    for (const auto& [ignored, entry] : schema.objects) names.push_back(entry.object.name);
    for (const std::string& near : NearestNames(object, names)) {
      error.AddHint(fmt::format("did you mean '{}'?", near));
    }
    not_found_.insert_or_assign(key, error);
  } else if (found->second.object.is_virtual) {
    Error error(ErrorKind::kUnsupported,
                fmt::format("'{}' is a virtual table: what its module makes of its shadow tables "
                            "cannot be read from a commit",
                            object));
    not_found_.insert_or_assign(
        key, error.AddHint("write the commit to a file and ask that:  pvc export REV FILE"));
  }
}

// Forgets what statements took away: DETACH a schema, ROLLBACK the objects added since BEGIN.
void RevisionSchemas::NoticeChanges() {
  if (schemas_.empty()) return;
  std::set<std::string> attached;
  {
    Statement list(db_, "PRAGMA database_list");
    while (list.Step()) attached.insert(FoldAsciiCase(list.ColumnText(1)));
  }
  std::erase_if(schemas_, [&](const auto& entry) { return !attached.contains(entry.first); });
  for (auto& [folded, schema] : schemas_) {
    schema.added.clear();
    Statement list(db_,
                   fmt::format("SELECT name FROM {}.sqlite_schema", QuoteIdentifier(schema.name)));
    while (list.Step()) schema.added.insert(FoldAsciiCase(list.ColumnText(0)));
  }
}

// SQLite looks for a name that main lacks in all schemas: takes away those that the statement does
// not name.
void RevisionSchemas::HideFrom(const Names& names) {
  const auto main = schemas_.find(std::string(kMain));
  std::vector<std::string> hidden;
  for (const auto& [folded, schema] : schemas_) {
    if (schema.is_explicit || in_use_.contains(folded)) continue;
    const bool is_seen =
        std::any_of(names.folded.begin(), names.folded.end(),
                    [&schema = schema, &main, this](const auto& name) {
                      if (!schema.added.contains(name)) return false;
                      return main == schemas_.end() || !main->second.objects.contains(name);
                    });
    if (is_seen) hidden.push_back(folded);
  }
  for (const std::string& folded : hidden) Detach(folded);
}

void RevisionSchemas::Prepare(std::string_view sql) {
  const Names names(sql);
  not_found_.clear();
  in_use_.clear();
  for (const auto& [schema, object] : names.qualified) in_use_.insert(FoldAsciiCase(schema));
  NoticeChanges();
  HideFrom(names);
  for (const auto& [name, object] : names.qualified) {
    Schema* schema = FindRevision(name, object);
    if (schema == nullptr) continue;
    std::vector<std::string> wanted = {FoldAsciiCase(object)};
    if (ListsSchema(wanted.front())) {
      for (const auto& [folded, entry] : schema->objects) wanted.push_back(folded);
    }
    Add(*schema, wanted);
  }
  if (const auto main = schemas_.find(std::string(kMain)); main != schemas_.end()) {
    if (names.ListSchema()) {
      AddAllOfMain();
    } else {
      for (const std::string& name : names.folded) {
        const auto found = main->second.objects.find(name);
        if (found != main->second.objects.end()) Explain(main->second, name);
      }
      Add(main->second, names.folded);
    }
  }
  for (const std::string& name : names.functions) AddFunction(name);
}

// Adds what a schema has of these names, and what its views name.
void RevisionSchemas::Add(Schema& schema, const std::vector<std::string>& folded_names) {
  std::set<std::string> needed;
  std::vector<std::string> wanted = folded_names;
  size_t view_count = 0;
  while (!wanted.empty()) {
    const std::string name = std::move(wanted.back());
    wanted.pop_back();
    const auto found = schema.objects.find(name);
    if (found == schema.objects.end() || !needed.insert(name).second) continue;
    if (found->second.object.kind != SchemaObjectKind::kView) continue;
    if (++view_count > kMaxViews) {
      throw Error(ErrorKind::kTooLarge,
                  fmt::format("a statement that needs more than {} views of '{}'", kMaxViews,
                              schema.side.name));
    }
    for (std::string& inner : FoldedNamesIn(found->second.object.sql)) {
      wanted.push_back(std::move(inner));
    }
  }
  for (const std::string& name : needed) {
    if (!schema.added.insert(name).second) continue;
    services_.scope.Step();
    const CatalogEntry& entry = schema.objects.at(name);
    if (entry.table) {
      AddTable(schema, entry);
    } else if (entry.object.kind == SchemaObjectKind::kView) {
      AddView(schema, entry);
    }
  }
}

void RevisionSchemas::AddTable(Schema& schema, const CatalogEntry& entry) {
  tables_.push_back({entry, schema.side});
  const std::string sql =
      fmt::format("CREATE VIRTUAL TABLE {}.{} USING {}({})", QuoteIdentifier(schema.name),
                  QuoteIdentifier(entry.object.name), kModuleName, tables_.size() - 1);
  if (!FoldAsciiCase(entry.object.name).starts_with("sqlite_")) return db_.Execute(sql);
  // Names of SQLite's own are free only where the schema may be written.
  const ShadowWriteScope scope(db_);
  db_.Execute("PRAGMA writable_schema=ON");
  db_.Execute(sql);
  db_.Execute("PRAGMA writable_schema=OFF");
}

void RevisionSchemas::AddView(const Schema& schema, const CatalogEntry& entry) {
  const auto text = ViewTextIn(schema.name, entry.object.sql);
  try {
    if (!text) throw Error(ErrorKind::kInvalid, "its text is not a view's");
    std::string_view rest = *text;
    auto statement = UserStatement::Take(db_, rest);
    if (!statement || TakeSqlToken(rest)) {
      throw Error(ErrorKind::kInvalid, "its text is more than one statement");
    }
    statement->Step();
  } catch (Error& error) {
    if (error.kind() != ErrorKind::kInvalid) throw;
    error.AddContext(fmt::format("view '{}' of '{}'", entry.object.name, schema.side.name));
    not_found_.insert_or_assign(QualifiedName(schema.name, entry.object.name), error);
  }
}

void RevisionSchemas::AddFunction(const std::string& name) {
  const auto parsed = ParseTableFunction(name);
  if (!parsed) return;
  const auto declared = FindTableAnywhere(services_.scope, parsed->table);
  const std::string folded = FoldAsciiCase(name);
  if (!declared) {
    not_found_.insert_or_assign(
        folded,
        Error(ErrorKind::kNotFound,
              fmt::format("no such table: {}: no commit has a table '{}'", name, parsed->table)));
    return;
  }
  const auto known = functions_.find(folded);
  if (known != functions_.end() && known->second.object == declared->entry.object) return;
  RegisterTableFunction(host_, services_, parsed->function, name, *declared);
  functions_.insert_or_assign(folded, declared->entry);
}

std::optional<Error> RevisionSchemas::WhyNotFound(std::string_view name) const {
  const auto found = not_found_.find(FoldAsciiCase(name));
  if (found == not_found_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> RevisionSchemas::MainNames() const {
  std::vector<std::string> names;
  for (const auto& [ignored, entry] : schemas_.at(std::string(kMain)).objects) {
    names.push_back(entry.object.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<SchemaObject> RevisionSchemas::MainObjects() const {
  const QuerySide& side = schemas_.at(std::string(kMain)).side;
  std::vector<SchemaObject> objects;
  for (CatalogEntry& entry : ReadCatalog(*side.nodes, side.snapshot.catalog)) {
    objects.push_back(std::move(entry.object));
  }
  return objects;
}

void RevisionSchemas::AddAllOfMain() {
  Schema& schema = schemas_.at(std::string(kMain));
  std::vector<std::string> all;
  for (const auto& [folded, entry] : schema.objects) all.push_back(folded);
  Add(schema, all);
}

}  // namespace pvc
