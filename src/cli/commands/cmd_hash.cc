#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "cli/table_lookup.h"

namespace pvc {
namespace {

constexpr auto kExamples = std::to_array<Example>({
    {"pvc hash", "one id for everything that HEAD's database holds"},
    {"pvc hash HEAD~1 users", "the root id of a table's rows"},
});

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const CommitId commit = context.Resolve(context.arguments.Argument(0).value_or("HEAD"));
  const SnapshotId snapshot_id = repository.GetCommit(commit).snapshot;
  const auto table_name = context.arguments.Argument(1);
  if (!table_name) {
    context.out.Put(snapshot_id.Hex() + "\n");
    return kExitYes;
  }
  const CatalogEntry table =
      RequireTable(repository, repository.GetSnapshot(snapshot_id), *table_name);
  context.out.Put(table.table->rows.root.Hex() + "\n");
  return kExitYes;
}

}  // namespace

extern const Command kHashCommand;
const Command kHashCommand{
    .name = "hash",
    .group = CommandGroup::kPlumbing,
    .summary = "print the id of a commit's content or of a table's rows",
    .usage = "[REV] [TABLE]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kRevision, ArgumentKind::kTable},
    .options = {},
    .examples = kExamples,
    .help =
        "Equal content has equal ids, on every machine and whatever edits led there. A table\n"
        "without rows has the zero id. REV is HEAD when left out.",
    .run = Run,
};

}  // namespace pvc
