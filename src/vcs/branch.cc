#include "vcs/branch.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/merge_base.h"
#include "vcs/revision.h"
#include "vcs/working_database.h"

namespace pvc {

namespace {

constexpr std::string_view kHeadsPrefix = "refs/heads/";

void CheckBranchName(const std::string& name) {
  if (const auto problem = RefNameProblem(name)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' is not a valid branch name: {}", name, *problem));
  }
}

bool IsCurrent(const Repository& repository, std::string_view name) {
  return repository.state().head.branch == name && !name.empty();
}

/// The ref as it is, to be changed or made; zero when it is absent.
RefUpdate UpdateOf(Repository& repository, const std::string& name, const ObjectId& target) {
  const std::string ref = BranchRefName(name);
  return {ref, repository.FindRef(ref).value_or(ObjectId{}), target};
}

[[noreturn]] void FailNoBranch(Repository& repository, const std::string& name) {
  std::vector<std::string> names;
  for (const Ref& ref : repository.ListRefs(kHeadsPrefix)) names.emplace_back(BranchName(ref.name));
  Error error(ErrorKind::kNotFound, fmt::format("no branch named '{}'", name));
  for (const std::string& nearest : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", nearest));
  }
  throw error.AddHint("all branches:  pvc branch");
}

ObjectId RequireBranch(Repository& repository, const std::string& name) {
  if (const auto target = repository.FindRef(BranchRefName(name))) return *target;
  if (IsCurrent(repository, name)) {
    throw UnbornError(repository, name);
  }
  FailNoBranch(repository, name);
}

/// How to leave the current branch: to another one, or to none.
std::string HintToLeave(Repository& repository) {
  for (const Ref& ref : repository.ListRefs(kHeadsPrefix)) {
    const std::string_view name = BranchName(ref.name);
    if (!IsCurrent(repository, name)) return "switch first:  pvc switch " + ShellWord(name);
  }
  return "switch first:  pvc switch --detach";
}

/// Checks that a branch may be made, or written over. `exists_hints`: ways out when it is there.
void CheckDestination(Repository& repository, const RefUpdate& update, const std::string& name,
                      Force force, const std::vector<std::string>& exists_hints) {
  if (force == Force::kYes && IsCurrent(repository, name)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("cannot write over branch '{}': it is the current one", name))
        .AddHint(HintToLeave(repository));
  }
  if (force == Force::kYes || (update.expected.IsZero() && !IsCurrent(repository, name))) return;
  Error error(ErrorKind::kExists, fmt::format("a branch named '{}' already exists", name));
  // None of them works on the current branch.
  if (IsCurrent(repository, name)) throw error.AddHint(HintToLeave(repository));
  for (const std::string& hint : exists_hints) error.AddHint(hint);
  throw error;
}

void CheckMayBeDeleted(Repository& repository, const std::string& name, const ObjectId& target,
                       Force force) {
  if (IsCurrent(repository, name)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("cannot delete branch '{}': it is the current one", name))
        .AddHint(HintToLeave(repository));
  }
  if (force == Force::kYes) return;
  const auto head = repository.HeadCommit();
  if (head && IsAncestor(repository, CommitId{target}, *head)) return;
  throw Error(ErrorKind::kInvalid, fmt::format("the branch '{}' is not fully merged", name))
      .AddHint(fmt::format("see what HEAD does not have:  pvc log {}", ShellWord("HEAD.." + name)))
      .AddHint(fmt::format("delete it all the same:       pvc branch -D {}", ShellWord(name)));
}

void PublishRefs(Repository& repository, StateChange change, const Actor& actor) {
  const auto batch = repository.store().BeginWrite(repository.write_options());
  PublishState(repository, *batch, change, actor, DecidedOn::kItsRefs);
}

}  // namespace

std::string BranchRefName(std::string_view branch) {
  return std::string(kHeadsPrefix) + std::string(branch);
}

std::string_view BranchName(std::string_view full_name) {
  return full_name.substr(kHeadsPrefix.size());
}

void CreateBranch(Repository& repository, const std::string& name, const CommitId& start,
                  Force force, const Actor& actor) {
  CheckBranchName(name);
  StateChange change;
  change.refs.push_back(UpdateOf(repository, name, start.id));
  CheckDestination(
      repository, change.refs.front(), name, force,
      {fmt::format("work on it:         pvc switch {}", ShellWord(name)),
       fmt::format("let it begin anew:  pvc branch -f {} {}", ShellWord(name), start.Short())});
  PublishRefs(repository, std::move(change), actor);
}

std::vector<Ref> DeleteBranches(Repository& repository, const std::vector<std::string>& names,
                                Force force, const Actor& actor) {
  StateChange change;
  std::vector<Ref> deleted;
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) continue;
    const auto target = repository.FindRef(BranchRefName(name));
    if (!target && !IsCurrent(repository, name)) FailNoBranch(repository, name);
    CheckMayBeDeleted(repository, name, target.value_or(ObjectId{}), force);
    change.refs.push_back({BranchRefName(name), *target, ObjectId{}});
    deleted.push_back({BranchRefName(name), *target});
  }
  PublishRefs(repository, std::move(change), actor);
  return deleted;
}

void RenameBranch(Repository& repository, const std::string& from, const std::string& to,
                  Force force, const Actor& actor) {
  CheckBranchName(to);
  const bool is_current = IsCurrent(repository, from);
  const auto target = repository.FindRef(BranchRefName(from));
  if (!target && !is_current) FailNoBranch(repository, from);
  if (from == to && force == Force::kYes) return;
  StateChange change;
  const RefUpdate made = UpdateOf(repository, to, target.value_or(ObjectId{}));
  CheckDestination(
      repository, made, to, force,
      {fmt::format("write over it:  pvc branch -M {} {}", ShellWord(from), ShellWord(to))});
  if (target) {
    change.refs.push_back({BranchRefName(from), *target, ObjectId{}});
    change.refs.push_back(made);
  } else if (!made.expected.IsZero()) {
    // What was there would become the history of a branch that has none.
    change.refs.push_back(made);
  }
  if (is_current) change.head = Head{to, {}};
  PublishRefs(repository, std::move(change), actor);
}

void CopyBranch(Repository& repository, const std::string& from, const std::string& to, Force force,
                const Actor& actor) {
  CheckBranchName(to);
  const ObjectId target = RequireBranch(repository, from);
  if (from == to && force == Force::kYes) return;
  StateChange change;
  change.refs.push_back(UpdateOf(repository, to, target));
  CheckDestination(
      repository, change.refs.front(), to, force,
      {fmt::format("write over it:  pvc branch -C {} {}", ShellWord(from), ShellWord(to))});
  PublishRefs(repository, std::move(change), actor);
}

}  // namespace pvc
