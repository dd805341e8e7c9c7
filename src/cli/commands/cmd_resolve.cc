#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/conflict_kind.h"
#include "cli/conflict_request.h"
#include "cli/quantity_text.h"
#include "vcs/merge/resolve.h"

namespace pvc {
namespace {

constexpr auto kRenumberSides = std::to_array<std::string_view>({"theirs"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"ours", 0, "", "as the working database's side has it", false},
    {"theirs", 0, "", "as the side that comes in has it", false},
    {"base", 0, "", "as it was before both changed it", false},
    {"delete", 0, "", "the row goes", false},
    {"set", 0, "COLUMN=VALUE", "this value: 42, text, 'text', NULL, x'00ff' (may be repeated)",
     false},
    {"working", 0, "", "as the working database has the row now, edited by hand", false},
    {"renumber", 0, "SIDE",
     "theirs: both new rows stay, theirs under a new number that references follow", false,
     kRenumberSides},
    {"all", 0, "", "all conflicts", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc resolve users:42 --theirs", "a row as the side that comes in has it"},
    {"pvc resolve users:42:score --ours", "one column of it"},
    {"pvc resolve users:42 --set score=4.25", "a value of one's own"},
    {"pvc resolve users --ours", "all of a table"},
    {"pvc resolve 'log_*' --theirs", "all of some tables"},
    {"pvc resolve --all --theirs", "everything"},
    {"pvc resolve users:42 --working", "what was written there by hand"},
    {"pvc resolve orders --renumber=theirs", "keep both sides' new rows"},
});

struct Way {
  std::string_view option;
  Resolution resolution;
};
constexpr auto kWays = std::to_array<Way>({
    {"ours", Resolution::kOurs},
    {"theirs", Resolution::kTheirs},
    {"base", Resolution::kBase},
    {"delete", Resolution::kDelete},
    {"set", Resolution::kSet},
    {"working", Resolution::kWorking},
    {"renumber", Resolution::kRenumberTheirs},
});

Resolution ReadResolution(const Arguments& arguments) {
  const Way* chosen = nullptr;
  for (const Way& way : kWays) {
    if (!arguments.Has(way.option)) continue;
    if (chosen != nullptr) {
      FailUsage("resolve",
                fmt::format("--{} and --{} exclude each other", chosen->option, way.option));
    }
    chosen = &way;
  }
  if (chosen == nullptr) {
    FailUsage(
        "resolve",
        "'resolve' needs to know how: --ours, --theirs, --base, --delete, --set COLUMN=VALUE, "
        "--working or --renumber=theirs");
  }
  if (chosen->resolution == Resolution::kRenumberTheirs) {
    arguments.Choice("renumber", kRenumberSides);
  }
  return chosen->resolution;
}

ResolveRequest ReadRequest(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  ResolveRequest request;
  request.actor = context.MakeActor();
  request.selectors = ParseConflictSelectors(arguments);
  request.resolution = ReadResolution(arguments);
  if (arguments.Has("all") && !request.selectors.empty()) {
    FailUsage("resolve", "--all and names of tables exclude each other");
  }
  if (!arguments.Has("all") && request.selectors.empty()) {
    FailUsage("resolve",
              "'resolve' needs to know what: TABLE, TABLE:KEY, TABLE:KEY:COLUMN, or --all");
  }
  for (const std::string& word : arguments.Values("set")) {
    const size_t equal = word.find('=');
    if (equal == 0 || equal == std::string::npos) {
      FailUsage("resolve", fmt::format("--set is '{}': expected COLUMN=VALUE", word));
    }
    request.values.emplace_back(word.substr(0, equal), word.substr(equal + 1));
  }
  return request;
}

/// " of users", when all that was asked for is of one table or object.
std::string OfTable(const MergeConflicts& before, const std::vector<ConflictSelector>& selectors) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    const bool is_meant =
        selectors.empty() || std::any_of(selectors.begin(), selectors.end(),
                                         [&](const auto& one) { return one.MatchesName(name); });
    if (is_meant && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  };
  for (const SchemaConflict& conflict : before.schema) add(conflict.name);
  for (const TableConflicts& table : before.tables) add(table.name());
  return names.size() == 1 ? " of " + EscapeName(names.front()) : "";
}

/// "Settled 3 rows of users; 2 conflicts left in 1 table".
std::string Describe(const ResolveResult& result, const std::string& of_table,
                     const MergeConflicts& left) {
  std::string what;
  if (result.settled_objects > 0) {
    what = FormatCountOf(result.settled_objects, "schema conflict");
  }
  if (result.settled_rows > 0 || what.empty()) {
    what += (what.empty() ? "" : " and ") + FormatCountOf(result.settled_rows, "row");
  }
  std::string text = "Settled " + what + of_table;
  if (result.renumbered_references > 0) {
    text +=
        fmt::format(", {} renumbered", FormatCountOf(result.renumbered_references, "reference"));
  }
  if (left.empty()) return text + "; no conflicts left";
  std::string count = DescribeConflictCount(left);
  return text + "; " + count.insert(count.find(" in "), " left");
}

void Hint(CommandContext& context, const std::string& text) {
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(" " + text + "\n");
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const ResolveRequest request = ReadRequest(context);
  const auto before = FindUnfinishedMerge(repository.state());
  ProgressLine progress(context.environment, "settling");
  const ResolveResult result =
      ResolveConflicts(repository, request, MakeCheckoutOptions(context, progress, false, ""));
  progress.Clear();
  if (context.arguments.Has("quiet")) return kExitYes;
  const auto after = FindUnfinishedMerge(repository.state());
  const MergeConflicts left = after ? after->conflicts : MergeConflicts{};
  const std::string of_table = before ? OfTable(before->conflicts, request.selectors) : "";
  context.out.Put(Describe(result, of_table, left) + "\n");
  ReportCheckout(context, result.checkout);
  if (!left.empty()) {
    Hint(context, "see what is left:  pvc conflicts");
  } else {
    Hint(context, fmt::format("finish it:  pvc {} --continue", result.kind));
  }
  return kExitYes;
}

}  // namespace

extern const Command kResolveCommand;
const Command kResolveCommand{
    .name = "resolve",
    .group = CommandGroup::kBranch,
    .summary = "settle what a merge left open",
    .usage =
        "--ours|--theirs|--base|--working TABLE[:KEY[:COLUMN]]...\n"
        "--delete TABLE:KEY...\n"
        "--set COLUMN=VALUE... TABLE:KEY...\n"
        "--renumber=theirs TABLE[:KEY]...\n"
        "--all --ours|--theirs|...",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kTable},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Settles conflicts that 'pvc conflicts' lists: writes the choice to the working database, "
        "and takes them off the list, in one step that 'pvc undo' takes back. TABLE may be a "
        "pattern, in quotes: 'log_*'; it stands for the table's schema conflicts too. KEY is the "
        "key's value, 'a,b' for a key of two columns; in quotes of its own when it holds a colon.\n"
        "Where a side deleted the row, taking that side deletes it. --base undoes both sides' "
        "changes; a row that both added goes. --working is for rows that another program changed "
        "since the merge stopped. --renumber=theirs is for tables whose key is a number and is "
        "counted up on both sides.\n"
        "A schema conflict is settled by --ours, --theirs or --base; rows of its table may turn "
        "up as conflicts then.",
    .run = Run,
};

}  // namespace pvc
