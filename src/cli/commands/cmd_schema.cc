#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/command.h"
#include "cli/sql_statement.h"
#include "cli/table_lookup.h"

namespace pvc {
namespace {

constexpr auto kExamples = std::to_array<Example>({
    {"pvc schema", "SQL text of HEAD's whole schema"},
    {"pvc schema HEAD~1 users", "a table with its indexes and triggers"},
    {"pvc schema main | sqlite3 empty.db", "an empty database with the same schema"},
});

/// Tables come before what needs them; the rest keeps the order in which it was created.
int Rank(SchemaObjectKind kind) {
  switch (kind) {
    case SchemaObjectKind::kTable:
      return 0;
    case SchemaObjectKind::kIndex:
      return 1;
    case SchemaObjectKind::kView:
      return 2;
    case SchemaObjectKind::kTrigger:
      return 3;
  }
  return 4;
}

/// Whether running its text makes it: shadow tables and SQLite's own tables come by themselves.
bool IsDeclared(const CatalogEntry& entry) {
  if (entry.table && entry.table->info.is_shadow) return false;
  return entry.object.name.compare(0, 7, "sqlite_") != 0;
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const CommitId commit = context.Resolve(context.arguments.Argument(0).value_or("HEAD"));
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(commit).snapshot);
  std::vector<CatalogEntry> entries = ReadCatalog(repository.nodes(), snapshot.catalog);
  if (const auto table_name = context.arguments.Argument(1)) {
    std::string name = *table_name;
    const auto named = std::find_if(entries.begin(), entries.end(), [&](const CatalogEntry& entry) {
      return entry.object.name == name;
    });
    if (named == entries.end()) name = RequireTable(repository, snapshot, name).object.name;
    std::erase_if(entries, [&](const CatalogEntry& entry) {
      return entry.object.name != name && entry.object.table_name != name;
    });
  } else {
    std::erase_if(entries, [](const CatalogEntry& entry) { return !IsDeclared(entry); });
  }
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return Rank(a.object.kind) < Rank(b.object.kind);
  });
  for (const CatalogEntry& entry : entries) {
    const std::string statement = TerminateStatement(entry.object.sql);
    context.out.Put(context.environment.out.is_terminal ? EscapeLines(statement) : statement);
  }
  return kExitYes;
}

}  // namespace

extern const Command kSchemaCommand;
const Command kSchemaCommand{
    .name = "schema",
    .group = CommandGroup::kLook,
    .summary = "print the SQL text of a commit's schema",
    .usage = "[REV] [TABLE]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kRevision, ArgumentKind::kTable},
    .options = {},
    .examples = kExamples,
    .help =
        "Statements are verbatim, tables first, so that they can be run in this order. With\n"
        "TABLE: the table, view or other object of that name and what is declared on it.\n"
        "Shadow tables and sqlite_sequence come by themselves and are left out without TABLE.",
    .run = Run,
};

}  // namespace pvc
