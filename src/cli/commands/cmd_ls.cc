#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "cli/render/ls.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"format", 0, "FORMAT", "text (default) or json (\"pvc.ls/v1\")", false, kFormats},
    {"all", 'a', "", "list indexes, views and triggers too", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc ls", "tables of HEAD with their rows"},
    {"pvc ls HEAD~3 --all", "every schema object of an earlier commit"},
});

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  LsListing listing;
  listing.commit = context.Resolve(context.arguments.Argument(0).value_or("HEAD"));
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(listing.commit).snapshot);
  const bool is_json = context.arguments.Choice("format", kFormats) == "json";
  for (CatalogEntry& entry : ReadCatalog(repository.nodes(), snapshot.catalog)) {
    if (!entry.table && !is_json && !context.arguments.Has("all")) continue;
    listing.entries.push_back(std::move(entry));
  }
  if (is_json) {
    PrintLsJson(context.out.writer(), listing);
  } else {
    PrintLsText(context.out, listing);
  }
  return kExitYes;
}

}  // namespace

extern const Command kLsCommand;
const Command kLsCommand{
    .name = "ls",
    .group = CommandGroup::kLook,
    .summary = "list the tables of a commit",
    .usage = "[REV] [--all] [--format=FORMAT]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help = "Shows each table's rows, what tells its rows apart, and the id of its content.",
    .run = Run,
};

}  // namespace pvc
