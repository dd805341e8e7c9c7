#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "cli/command.h"
#include "cli/quantity_text.h"
#include "cli/table_lookup.h"
#include "vcs/tree_listing.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"depth", 0, "N", "go N levels below the root (default: all)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc ls-tree HEAD users", "every node of the tree that holds users"},
    {"pvc ls-tree HEAD users --depth=1", "the root and its children"},
});

/// Keys are encoded rows' keys: hexadecimal, cut where they say enough.
std::string FormatKey(ByteView key) {
  constexpr size_t kShownBytes = 12;
  return ToHex(key.substr(0, kShownBytes)) + (key.size() > kShownBytes ? "..." : "");
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const CommitId commit = context.Resolve(*context.arguments.Argument(0));
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(commit).snapshot);
  const CatalogEntry table = RequireTable(repository, snapshot, *context.arguments.Argument(1));
  constexpr uint64_t kMaxDepth = std::numeric_limits<unsigned>::max();
  const auto depth = static_cast<unsigned>(
      std::min(context.arguments.Number("depth").value_or(kMaxDepth), kMaxDepth));

  ListTree(repository, table.table->rows, depth, [&](const ListedNode& node) {
    context.environment.CheckInterrupted();
    context.out.Put(std::string(2 * size_t{node.depth}, ' '));
    context.out.Put(Label::kCommitId, node.id.Short());
    context.out.Put(fmt::format("  level {}  {}  {}  {} raw, {} stored  {}..{}\n", node.level,
                                FormatCountOf(node.entry_count, "entry", "entries"),
                                FormatCountOf(node.row_count, "row"), FormatBytes(node.raw_bytes),
                                FormatBytes(node.stored_bytes), FormatKey(node.first_key),
                                FormatKey(node.last_key)));
  });
  return kExitYes;
}

}  // namespace

extern const Command kLsTreeCommand;
const Command kLsTreeCommand{
    .name = "ls-tree",
    .group = CommandGroup::kPlumbing,
    .summary = "list the nodes of a table's tree",
    .usage = "REV TABLE [--depth=N]",
    .needs = Needs::kRepository,
    .min_arguments = 2,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kRevision, ArgumentKind::kTable},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Each line is a node: its id, level (0 is a leaf), entries, rows below, size, and the\n"
        "first and last key in hexadecimal. Children are indented below their parent.",
    .run = Run,
};

}  // namespace pvc
