#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sqlite/database.h"
#include "vcs/query/table_services.h"
#include "vcs/query/table_version.h"

namespace pvc {

/// The states of the database that a connection's statements name, as schemas of it: tables of
/// commits as virtual tables, and their views.
///
/// Objects are added as they are named, so that a schema of a thousand tables costs what is used of
/// it. What is in a schema stays until it is detached.
///
/// Lifetime: database and services outlive it.
class RevisionSchemas {
 public:
  /// `host`: of `db`.
  RevisionSchemas(Database& db, const HostConnection& host, TableServices& services);

  /// Has the schema `main`, empty until then, show a state.
  void UseAsMain(QuerySide side);
  /// Attaches a state under a name of its own.   Throws: kExists for a name that is taken;
  /// kTooLarge for more than SQLite's limit of schemas; as QueryScope::Side.
  void Attach(const std::string& name, const std::string& revision);

  /// Has everything there that the first statement of `sql` names: revisions as schemas
  /// (`"HEAD~1".users`), tables and views, and functions of tables (`pvc_diff_users`).
  ///
  /// A revision is what the name says at this moment. Names that are none are left to SQLite. A
  /// name without a schema is never that of a revision which only a statement before named. Throws:
  /// kTooLarge for more schemas than SQLite's limit; kCorrupt, kIo.
  void Prepare(std::string_view sql);

  /// Why a table that the statement prepared last names is not there: no such revision, no such
  /// table in it; nothing when that is not known.   `name`: as in SQLite's "no such table: NAME".
  std::optional<Error> WhyNotFound(std::string_view name) const;

  /// Tables and views of `main`, by name.   Requires: UseAsMain.
  std::vector<std::string> MainNames() const;
  /// The SQL text of all objects of `main`, in order.   Requires: UseAsMain.
  std::vector<SchemaObject> MainObjects() const;
  /// Has all of `main` there.   Requires: UseAsMain.
  void AddAllOfMain();

 private:
  struct Schema {
    std::string name;  // as attached
    QuerySide side;
    bool is_explicit = false;                     // by Attach
    std::map<std::string, CatalogEntry> objects;  // tables and views, by folded name
    std::set<std::string> added;                  // folded names of those SQLite has
  };
  struct Names;

  static void ReadObjects(Schema& schema);
  void NoticeChanges();
  void HideFrom(const Names& names);
  bool IsForeignSchema(const std::string& folded);
  Schema* FindRevision(const std::string& name, const std::string& object);
  void AttachSide(const std::string& name, Schema schema);
  void Detach(const std::string& folded);
  void Add(Schema& schema, const std::vector<std::string>& folded_names);
  void AddTable(Schema& schema, const CatalogEntry& entry);
  void AddView(const Schema& schema, const CatalogEntry& entry);
  void AddFunction(const std::string& name);
  void Explain(const Schema& schema, const std::string& object);

  Database& db_;
  HostConnection host_;
  TableServices& services_;
  std::map<std::string, Schema> schemas_;          // by folded name
  std::vector<TableVersion> tables_;               // by the number in CREATE VIRTUAL TABLE
  std::map<std::string, CatalogEntry> functions_;  // by folded name: what its columns are of
  std::set<std::string> in_use_;                   // folded schemas that the statement names
  std::map<std::string, Error> not_found_;         // by folded name, with its schema
};

}  // namespace pvc
