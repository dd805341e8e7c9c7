#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/restore_request.h"
#include "vcs/merge_base.h"
#include "vcs/ref_log.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

constexpr std::string_view kHeadsPrefix = "refs/heads/";

constexpr auto kSwitchOptions = std::to_array<OptionSpec>({
    {"create", 'c', "", "make the branch, at START or here, and switch to it", false},
    {"force-create", 'C', "", "the same; a branch of that name is moved", false},
    {"detach", 'd', "", "go to a commit without being on a branch", false},
    {"discard", 0, "", "overwrite uncommitted changes; 'pvc undo' brings them back", false},
    {"discard-changes", 0, "", "the same", true},
    {"force", 'f', "", "the same", true},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kCheckoutOptions = std::to_array<OptionSpec>({
    {"branch", 'b', "", "make the branch, at START or here, and switch to it", false},
    {"force-branch", 'B', "", "the same; a branch of that name is moved", false},
    {"detach", 'd', "", "go to a commit without being on a branch", false},
    {"discard", 0, "", "overwrite uncommitted changes; 'pvc undo' brings them back", false},
    {"force", 'f', "", "the same", true},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kSwitchExamples = std::to_array<Example>({
    {"pvc switch try", "go to branch try, with the working database"},
    {"pvc switch -c try", "make branch try here and go to it"},
    {"pvc switch -", "back to the branch before"},
    {"pvc switch --detach v1", "look at the state of tag v1"},
});

constexpr auto kCheckoutExamples = std::to_array<Example>({
    {"pvc checkout try", "as 'pvc switch try'"},
    {"pvc checkout -b try", "as 'pvc switch -c try'"},
    {"pvc checkout v1", "as 'pvc switch --detach v1'"},
    {"pvc checkout -- users", "as 'pvc restore users'"},
});

struct SwitchWish {
  std::string name;   ///< branch, or revision when detaching
  std::string start;  ///< of a new branch
  bool create = false;
  bool force_create = false;
  bool detach = false;      ///< asked for
  bool may_detach = false;  ///< as checkout does for what is no branch
};

/// What `-` stands for.
std::string PreviousName(Repository& repository) {
  const auto previous = PreviousHead(repository, 1);
  if (!previous) {
    throw Error(ErrorKind::kNotFound, "there is no branch before: nothing was switched yet")
        .AddHint("see the branches:  pvc branch");
  }
  return previous->branch.empty() ? previous->detached.Hex() : previous->branch;
}

Error NoBranch(Repository& repository, const std::string& name) {
  Error error(ErrorKind::kNotFound, fmt::format("no branch '{}'", name));
  std::vector<std::string> names;
  for (const Ref& ref : repository.ListRefs(kHeadsPrefix)) {
    names.push_back(ref.name.substr(kHeadsPrefix.size()));
  }
  for (const std::string& near : NearestNames(name, names)) {
    error.AddHint("did you mean:            pvc switch " + ShellWord(near));
  }
  return error;
}

SwitchTarget TargetOf(CommandContext& context, const SwitchWish& wish) {
  Repository& repository = context.repository();
  SwitchTarget target;
  target.name = wish.name == "-" ? PreviousName(repository) : wish.name;
  const std::string ref_name = std::string(kHeadsPrefix) + target.name;
  if (wish.create) {
    if (const auto problem = RefNameProblem(target.name)) {
      throw Error(ErrorKind::kInvalid, "not the name of a branch: " + *problem);
    }
    const auto existing = repository.FindRef(ref_name);
    if (existing && !wish.force_create) {
      throw Error(ErrorKind::kExists, fmt::format("there is a branch '{}' already", target.name))
          .AddHint("go to it:      pvc switch " + ShellWord(target.name))
          .AddHint("move it here:  pvc switch -C " + ShellWord(target.name));
    }
    target.head.branch = target.name;
    if (!wish.start.empty()) {
      target.commit = context.Resolve(wish.start);
    } else {
      target.commit = repository.HeadCommit();
    }
    if (target.commit) {
      target.refs.push_back({ref_name, existing.value_or(ObjectId{}), target.commit->id});
    }
    return target;
  }
  if (!wish.detach) {
    if (const auto branch = repository.FindRef(ref_name)) {
      target.head.branch = target.name;
      target.commit = CommitId{*branch};
      return target;
    }
    if (target.name == repository.state().head.branch) {  // on it, and it has no commits
      target.head.branch = target.name;
      return target;
    }
  }
  const bool was_detached = wish.name == "-";  // to where a detached HEAD was
  if (!wish.detach && !wish.may_detach && !was_detached) {
    Error error = NoBranch(repository, target.name);
    try {
      context.Resolve(target.name);
      error.AddHint("to look at that commit:  pvc switch --detach " + ShellWord(target.name));
    } catch (const Error&) {  // no commit either
      if (!RefNameProblem(target.name)) {
        error.AddHint("make it:                 pvc switch -c " + ShellWord(target.name));
      }
    }
    throw error;
  }
  target.commit = context.Resolve(target.name);
  target.head.detached = *target.commit;
  return target;
}

std::string Summary(Repository& repository, const CommitId& id) {
  const std::string message = repository.GetCommit(id).message;
  return EscapeName(message.substr(0, message.find('\n')));
}

/// Whether a branch or tag leads to the commit.
bool IsOnABranch(Repository& repository, const CommitId& id) {
  for (const std::string_view prefix : {kHeadsPrefix, std::string_view("refs/tags/")}) {
    for (const Ref& ref : repository.ListRefs(prefix)) {
      if (IsAncestor(repository, id, PeelToCommit(repository, ref.target, ref.name))) return true;
    }
  }
  return false;
}

/// What to type to do the same at the price of uncommitted changes. `create`: the option that does.
std::string DiscardCommand(std::string command, std::string_view create, const SwitchWish& wish) {
  command += " --discard";
  if (wish.create) command += fmt::format(" {}", create);
  if (wish.detach) command += " --detach";
  command += " " + ShellWord(wish.name);
  if (!wish.start.empty()) command += " " + ShellWord(wish.start);
  return command;
}

/// Messages as git words them.
void Report(CommandContext& context, const SwitchWish& wish, const Head& before,
            const SwitchTarget& target) {
  Painter& err = context.err;
  Repository& repository = context.repository();
  if (before.branch.empty() && !(before == target.head)) {
    err.Put(fmt::format("Previous HEAD position was {} {}\n", before.detached.Short(),
                        Summary(repository, before.detached)));
    if (!IsOnABranch(repository, before.detached)) {
      err.Put(Label::kHint, "hint:");
      err.Put(fmt::format(" no branch has that commit; to keep it:  pvc branch NAME {}\n",
                          before.detached.Short()));
    }
  }
  if (target.head.branch.empty()) {
    err.Put(fmt::format("HEAD is now at {} {}\n", target.commit->Short(),
                        Summary(repository, *target.commit)));
    err.Put(Label::kHint, "hint:");
    err.Put(" to keep commits made here, make a branch:  pvc switch -c NAME\n");
    return;
  }
  const std::string name = EscapeName(target.head.branch);
  if (wish.create && !target.refs.empty() && target.refs.front().expected.IsZero()) {
    err.Put(fmt::format("Switched to a new branch '{}'\n", name));
  } else if (wish.create && !target.refs.empty()) {
    err.Put(fmt::format("Switched to and reset branch '{}'\n", name));
  } else if (before == target.head) {
    err.Put(fmt::format("Already on '{}'\n", name));
  } else {
    err.Put(fmt::format("Switched to branch '{}'\n", name));
  }
}

int Go(CommandContext& context, const SwitchWish& wish, const std::string& retry) {
  Repository& repository = context.repository();
  const bool discard = context.arguments.Has("discard") || context.arguments.Has("force") ||
                       context.arguments.Has("discard-changes");
  const SwitchTarget target = TargetOf(context, wish);
  const Head before = repository.state().head;
  if (before == target.head && target.refs.empty() && !discard) {
    if (!context.arguments.Has("quiet")) Report(context, wish, before, target);
    return kExitYes;
  }
  ProgressLine progress(context.environment, "switching");
  const CheckoutResult result = SwitchHead(repository, target, context.MakeActor(),
                                           MakeCheckoutOptions(context, progress, discard, retry));
  progress.Clear();
  if (context.arguments.Has("quiet")) return kExitYes;
  Report(context, wish, before, target);
  ReportCheckout(context, result);
  return kExitYes;
}

int RunSwitch(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  SwitchWish wish;
  wish.force_create = arguments.Has("force-create");
  wish.create = arguments.Has("create") || wish.force_create;
  wish.detach = arguments.Has("detach");
  if (wish.create && wish.detach) FailUsage("switch", "-c and --detach exclude each other");
  if (!wish.create && arguments.argument_count() > 1) {
    FailUsage("switch", fmt::format("'switch' takes one branch, got '{}' as well; a new branch "
                                    "needs -c",
                                    *arguments.Argument(1)));
  }
  wish.name = arguments.Argument(0).value_or(wish.detach ? "HEAD" : "");
  if (wish.name.empty()) FailUsage("switch", "'switch' needs the name of a branch");
  wish.start = arguments.Argument(1).value_or("");
  return Go(context, wish, DiscardCommand("pvc switch", wish.force_create ? "-C" : "-c", wish));
}

int RunCheckout(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.has_dashes()) {
    if (arguments.after_dashes().empty() || arguments.positional().size() > 1) {
      FailUsage("checkout", "'checkout [REV] -- TABLE[:KEY]...' needs a table");
    }
    std::optional<std::string> source;
    if (!arguments.positional().empty()) source = arguments.positional().front();
    return RestoreParts(context, source, arguments.after_dashes());
  }
  SwitchWish wish;
  wish.force_create = arguments.Has("force-branch");
  wish.create = arguments.Has("branch") || wish.force_create;
  wish.detach = arguments.Has("detach");
  wish.may_detach = true;
  wish.name = arguments.Argument(0).value_or("HEAD");
  wish.start = arguments.Argument(1).value_or("");
  if (!wish.create && !wish.start.empty()) {
    FailUsage("checkout", "tables come after '--':  pvc checkout REV -- TABLE");
  }
  return Go(context, wish, DiscardCommand("pvc checkout", wish.force_create ? "-B" : "-b", wish));
}

}  // namespace

extern const Command kSwitchCommand;
const Command kSwitchCommand{
    .name = "switch",
    .group = CommandGroup::kBranch,
    .summary = "go to another branch",
    .usage =
        "BRANCH [--discard]\n"
        "-c NEW [START]\n"
        "--detach [REV]\n"
        "-",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kBranch, ArgumentKind::kRevision},
    .options = kSwitchOptions,
    .examples = kSwitchExamples,
    .help =
        "The working database is changed in place, in one transaction, and only in the rows and "
        "schema objects that differ; other programs may have it open and see the old state or the "
        "new one. Triggers and foreign-key actions do not run. Uncommitted changes stay when "
        "nothing has to be changed; else they are refused: commit them, put them aside with 'pvc "
        "stash push', or overwrite them with --discard. 'pvc undo' takes a switch back.",
    .run = RunSwitch,
};

extern const Command kCheckoutCommand;
const Command kCheckoutCommand{
    .name = "checkout",
    .group = CommandGroup::kBranch,
    .summary = "switch or restore, as git's checkout does",
    .usage =
        "BRANCH|REV [--discard]\n"
        "-b NEW [START]\n"
        "[REV] -- TABLE[:KEY]...",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .after_dashes = ArgumentKind::kTable,
    .options = kCheckoutOptions,
    .examples = kCheckoutExamples,
    .help = "For those who are used to it: see 'pvc help switch' and 'pvc help restore'.",
    .run = RunCheckout,
};

}  // namespace pvc
