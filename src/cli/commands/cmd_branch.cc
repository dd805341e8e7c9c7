#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/command.h"
#include "cli/render/branch_list.h"
#include "vcs/branch.h"
#include "vcs/glob.h"
#include "vcs/merge_base.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"list", 'l', "", "list; arguments are patterns such as 'feature/*'", false},
    {"verbose", 'v', "", "list with the commit each is at", false},
    {"all", 'a', "", "list remote branches too", false},
    {"contains", 0, "REV", "list only branches that have the commit REV", false},
    {"merged", 0, "", "list only branches that REV (HEAD when left out) has all of", false},
    {"no-merged", 0, "", "list only branches with commits that REV does not have", false},
    {"format", 0, "FORMAT", "text (default) or json (\"pvc.branches/v1\")", false, kFormats},
    {"show-current", 0, "", "print the current branch's name, nothing when HEAD is detached",
     false},
    {"delete", 'd', "", "delete branches that HEAD has all of", false},
    {"", 'D', "", "delete branches, merged or not", false},
    {"move", 'm', "", "rename a branch, the current one when OLD is left out", false},
    {"", 'M', "", "the same, also over a branch that is there", false},
    {"copy", 'c', "", "make a branch where another is", false},
    {"", 'C', "", "the same, also over a branch that is there", false},
    {"force", 'f', "", "let a branch that is there begin at START anew", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc branch", "list branches, '*' marks the current one"},
    {"pvc branch try", "make a branch at HEAD"},
    {"pvc branch fix HEAD~2", "make one further back"},
    {"pvc branch -v --no-merged", "what is not in HEAD yet"},
    {"pvc branch -m trunk", "rename the current branch"},
    {"pvc branch -d try", "delete a branch that is merged"},
});

constexpr std::string_view kRemotesPrefix = "refs/remotes/";

enum class Action { kList, kShowCurrent, kCreate, kDelete, kRename, kCopy };

struct Request {
  Action action = Action::kList;
  Force force = Force::kNo;
};

Request ParseRequest(const Arguments& arguments) {
  const auto has_any = [&](std::initializer_list<std::string_view> options) {
    return std::any_of(options.begin(), options.end(),
                       [&](std::string_view option) { return arguments.Has(option); });
  };
  std::vector<Action> actions;
  if (has_any({"delete", "-D"})) actions.push_back(Action::kDelete);
  if (has_any({"move", "-M"})) actions.push_back(Action::kRename);
  if (has_any({"copy", "-C"})) actions.push_back(Action::kCopy);
  if (has_any({"show-current"})) actions.push_back(Action::kShowCurrent);
  if (has_any({"list", "verbose", "all", "contains", "merged", "no-merged", "format"})) {
    actions.push_back(Action::kList);
  }
  if (actions.size() > 1) {
    FailUsage("branch", "listing, -d, -m, -c and --show-current exclude each other");
  }
  Request request;
  if (!actions.empty()) {
    request.action = actions.front();
  } else if (arguments.argument_count() > 0) {
    request.action = Action::kCreate;
  }
  if (has_any({"-D", "-M", "-C", "force"})) request.force = Force::kYes;
  return request;
}

std::vector<std::string> Words(const Arguments& arguments) {
  std::vector<std::string> words = arguments.positional();
  words.insert(words.end(), arguments.after_dashes().begin(), arguments.after_dashes().end());
  return words;
}

void ExpectWords(const std::vector<std::string>& words, size_t least, size_t most,
                 std::string_view form) {
  if (words.size() < least || words.size() > most) {
    FailUsage("branch", fmt::format("expected:  pvc branch {}", form));
  }
}

/// What a list is narrowed to.
class Filter {
 public:
  Filter(CommandContext& context, std::vector<std::string> words)
      : repository_(context.repository()) {
    const Arguments& arguments = context.arguments;
    const bool has_merged = arguments.Has("merged");
    const bool has_no_merged = arguments.Has("no-merged");
    if (has_merged && has_no_merged) {
      FailUsage("branch", "--merged and --no-merged exclude each other");
    }
    if (const auto revision = arguments.Value("contains")) contains_ = context.Resolve(*revision);
    if ((has_merged || has_no_merged) && !arguments.Has("list")) {
      ExpectWords(words, 0, 1, "--merged [REV]");
      merged_into_ = context.Resolve(words.empty() ? "HEAD" : words.front());
      words.clear();
    } else if (has_merged || has_no_merged) {
      merged_into_ = context.Resolve("HEAD");
    } else if (!words.empty() && !arguments.Has("list")) {
      FailUsage("branch", fmt::format("to list branches like '{0}':  pvc branch --list '{0}'",
                                      words.front()));
    }
    wants_merged_ = has_merged;
    patterns_ = std::move(words);
  }

  bool Takes(std::string_view name, const CommitId& tip) {
    if (!MatchesAnyGlob(patterns_, name)) return false;
    if (contains_ && !IsAncestor(repository_, *contains_, tip)) return false;
    return !merged_into_ || IsAncestor(repository_, tip, *merged_into_) == wants_merged_;
  }

 private:
  Repository& repository_;
  std::optional<CommitId> contains_;
  std::optional<CommitId> merged_into_;
  bool wants_merged_ = false;
  std::vector<std::string> patterns_;
};

std::string SummaryOf(Repository& repository, const CommitId& id) {
  const std::string message = repository.GetCommit(id).message;
  return message.substr(0, message.find('\n'));
}

int List(CommandContext& context, const std::vector<std::string>& words) {
  Repository& repository = context.repository();
  const std::string format = context.arguments.Choice("format", kFormats);
  const bool is_verbose = context.arguments.Has("verbose");
  const bool wants_summary = is_verbose || format == "json";
  Filter filter(context, words);

  BranchListing listing;
  listing.current = repository.state().head.branch;
  listing.head = repository.HeadCommit();
  const auto line_of = [&](std::string name, const CommitId& id) {
    return BranchLine{std::move(name), id, wants_summary ? SummaryOf(repository, id) : ""};
  };
  const bool is_detached = listing.current.empty();
  if (is_detached && !context.arguments.Has("list") && filter.Takes("HEAD", *listing.head)) {
    listing.detached = line_of("", *listing.head);
  }
  const auto add = [&](const Ref& ref, size_t prefix_bytes) {
    context.environment.CheckInterrupted();
    std::string name = ref.name.substr(prefix_bytes);
    if (filter.Takes(name, {ref.target})) {
      listing.branches.push_back(line_of(std::move(name), {ref.target}));
    }
  };
  for (const Ref& ref : repository.ListRefs("refs/heads/")) {
    add(ref, std::string_view("refs/heads/").size());
  }
  if (context.arguments.Has("all")) {
    for (const Ref& ref : repository.ListRefs(kRemotesPrefix)) {
      add(ref, std::string_view("refs/").size());
    }
  }
  if (format == "json") {
    PrintBranchesJson(context.out.writer(), listing);
  } else {
    PrintBranchesText(context.out, listing, is_verbose ? RefDetail::kCommits : RefDetail::kNames);
  }
  return kExitYes;
}

int Delete(CommandContext& context, const std::vector<std::string>& words, Force force) {
  ExpectWords(words, 1, kAnyNumber, "-d NAME...");
  for (const Ref& ref : DeleteBranches(context.repository(), words, force, context.MakeActor())) {
    context.out.Put(fmt::format("Deleted branch {} (was {}).\n", EscapeName(BranchName(ref.name)),
                                ref.target.Short()));
  }
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(" to take it back:  pvc undo\n");
  return kExitYes;
}

std::string CurrentBranch(CommandContext& context, std::string_view form) {
  const Head& head = context.repository().state().head;
  if (!head.branch.empty()) return head.branch;
  throw Error(
      ErrorKind::kInvalid,
      fmt::format("no branch is the current one: HEAD is detached at {}", head.detached.Short()))
      .AddHint(fmt::format("name it:  pvc branch {}", form))
      .AddHint("all branches:  pvc branch");
}

int Create(CommandContext& context, const std::vector<std::string>& words, Force force) {
  ExpectWords(words, 1, 2, "NAME [START]");
  const CommitId start = context.Resolve(words.size() == 2 ? words[1] : "HEAD");
  CreateBranch(context.repository(), words[0], start, force, context.MakeActor());
  return kExitYes;
}

int Rename(CommandContext& context, const std::vector<std::string>& words, Force force) {
  ExpectWords(words, 1, 2, "-m [OLD] NEW");
  const std::string from =
      words.size() == 2 ? words[0] : CurrentBranch(context, "-m OLD " + ShellWord(words[0]));
  RenameBranch(context.repository(), from, words.back(), force, context.MakeActor());
  return kExitYes;
}

int Copy(CommandContext& context, const std::vector<std::string>& words, Force force) {
  ExpectWords(words, 1, 2, "-c [OLD] NEW");
  const std::string from =
      words.size() == 2 ? words[0] : CurrentBranch(context, "-c OLD " + ShellWord(words[0]));
  CopyBranch(context.repository(), from, words.back(), force, context.MakeActor());
  return kExitYes;
}

int Run(CommandContext& context) {
  const Request request = ParseRequest(context.arguments);
  const std::vector<std::string> words = Words(context.arguments);
  switch (request.action) {
    case Action::kList:
      return List(context, words);
    case Action::kShowCurrent: {
      ExpectWords(words, 0, 0, "--show-current");
      const std::string& current = context.repository().state().head.branch;
      if (!current.empty()) context.out.Put(EscapeName(current) + "\n");
      return kExitYes;
    }
    case Action::kCreate:
      return Create(context, words, request.force);
    case Action::kDelete:
      return Delete(context, words, request.force);
    case Action::kRename:
      return Rename(context, words, request.force);
    case Action::kCopy:
      return Copy(context, words, request.force);
  }
  return kExitYes;
}

}  // namespace

extern const Command kBranchCommand;
const Command kBranchCommand{
    .name = "branch",
    .group = CommandGroup::kBranch,
    .summary = "list, make, rename and delete branches",
    .usage =
        "[-v] [-a] [--list PATTERN...] [--contains=REV] [--format=FORMAT]\n"
        "--merged [REV] | --no-merged [REV]\n"
        "--show-current\n"
        "NAME [START] [-f]\n"
        "-d NAME... | -D NAME...\n"
        "-m [OLD] NEW | -M [OLD] NEW\n"
        "-c [OLD] NEW | -C [OLD] NEW",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kBranch, ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "A new branch begins at START, HEAD when left out, and does not become the current\n"
        "one. A branch without commits is not listed. -d wants all commits of a branch to be\n"
        "in HEAD; several branches are deleted all or none. Nothing is lost by any of these:\n"
        "'pvc undo' takes each back.",
    .run = Run,
};

}  // namespace pvc
