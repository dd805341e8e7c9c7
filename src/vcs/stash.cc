#include "vcs/stash.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "vcs/merge/snapshot_merge.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/record_import.h"
#include "vcs/working_database.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

Ref RequireEntry(Repository& repository, size_t index) {
  const std::vector<Ref> entries = ListStash(repository);
  if (entries.empty()) {
    throw Error(ErrorKind::kNotFound, "the stash is empty")
        .AddHint("put changes aside:  pvc stash push");
  }
  if (index >= entries.size()) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("no 'stash@{{{}}}': the stash has {} entries", index, entries.size()))
        .AddHint("see them:  pvc stash list");
  }
  return entries[index];
}

/// The name of an entry that is newer than all others.
std::string NextStashName(Repository& repository) {
  uint64_t newest = 0;
  const std::vector<Ref> entries = ListStash(repository);
  if (!entries.empty()) {
    const std::string_view number =
        std::string_view(entries.front().name).substr(kStashPrefix.size());
    std::from_chars(number.data(), number.data() + number.size(), newest);
  }
  return fmt::format("{}{}", kStashPrefix, newest + 1);
}

/// What a conflict is about, in a few words.
std::string FirstConflict(const MergeConflicts& conflicts) {
  if (conflicts.schema.empty()) {
    return fmt::format("the same row of table '{}'", conflicts.tables.front().name());
  }
  const SchemaConflict& first = conflicts.schema.front();
  if (!first.kind) return first.name;
  return fmt::format("{} '{}'", SchemaObjectKindName(*first.kind), first.name);
}

std::string FirstLine(const std::string& message) { return message.substr(0, message.find('\n')); }

std::string DefaultMessage(const Head& head, const CommitId& commit, const std::string& given,
                           const std::string& summary) {
  const std::string branch = head.branch.empty() ? "(no branch)" : head.branch;
  if (!given.empty()) return fmt::format("On {}: {}", branch, given);
  return fmt::format("WIP on {}: {} {}", branch, commit.Short(), FirstLine(summary));
}

}  // namespace

StashPushResult PushStash(Repository& repository, const std::string& message, const Actor& actor,
                          const CheckoutOptions& options) {
  StashPushResult result;
  RefuseUnfinished(repository.state(), "stashing");
  WorkingTransaction transaction(repository, options.reading);
  const auto head = repository.HeadCommit();
  if (!head) {
    throw Error(ErrorKind::kInvalid, "there is no commit to go back to")
        .AddHint("make the first one:  pvc commit -m MESSAGE");
  }
  if (!transaction.HasUncommittedChanges()) return result;
  WorkingSnapshot& found = transaction.found();
  const Commit base = repository.GetCommit(*head);
  result.message = DefaultMessage(repository.state().head, *head, message, base.message);
  const Commit entry = MakeCommit(repository, found.id, {*head}, actor.who, result.message);
  result.entry = WriteCommit(*found.batch, entry);
  StateChange change;
  change.refs.push_back({NextStashName(repository), ObjectId{}, result.entry->id});
  const auto done =
      transaction.Commit(repository.GetSnapshot(base.snapshot), change, actor, options.update);
  result.checkout.changed_database = done.changed_database;
  result.checkout.update = done.update;
  return result;
}

CheckoutResult ApplyStash(Repository& repository, size_t index, bool drop, const Actor& actor,
                          const CheckoutOptions& options) {
  RefuseUnfinished(repository.state(), "bringing back the stash");
  WorkingTransaction transaction(repository, options.reading);
  const Ref entry = RequireEntry(repository, index);
  if (transaction.HasUncommittedChanges()) {
    throw UncommittedError(repository, "bringing back the stash")
        .AddHint("commit them:     pvc commit -m MESSAGE");
  }
  WorkingSnapshot& found = transaction.found();
  const Commit stashed = repository.GetCommit(CommitId{entry.target});
  const Snapshot theirs = repository.GetSnapshot(stashed.snapshot);
  Snapshot base;
  if (!stashed.parents.empty()) {
    base = repository.GetSnapshot(repository.GetCommit(stashed.parents.front()).snapshot);
  }
  Snapshot target = theirs;
  if (!HaveSameContent(repository, *found.nodes, base, found.snapshot)) {
    const MergedSnapshot merged = MergeSnapshots(repository, *found.nodes, *found.batch, base,
                                                 found.snapshot, theirs, {});
    if (!merged.conflicts.empty()) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("stash@{{{}}} does not go on top of this commit: both sides changed {}",
                              index, FirstConflict(merged.conflicts)))
          .AddHint(fmt::format("go to where it was made:  pvc switch --detach stash@{{{}}}~", index))
          .AddHint(fmt::format("then:                     pvc stash pop stash@{{{}}}", index));
    }
    target = merged.snapshot;
  }
  StateChange change;
  if (drop) change.refs.push_back({entry.name, entry.target, ObjectId{}});
  const auto done = transaction.Commit(target, change, actor, options.update);
  CheckoutResult result;
  result.changed_database = done.changed_database;
  result.update = done.update;
  return result;
}

CommitId DropStash(Repository& repository, std::optional<size_t> index, const Actor& actor) {
  StateChange change;
  if (index) {
    const Ref entry = RequireEntry(repository, *index);
    change.refs.push_back({entry.name, entry.target, ObjectId{}});
  } else {
    RequireEntry(repository, 0);
    for (const Ref& entry : ListStash(repository)) {
      change.refs.push_back({entry.name, entry.target, ObjectId{}});
    }
  }
  const auto batch = repository.store().BeginWrite(repository.write_options());
  PublishState(repository, *batch, change, actor, DecidedOn::kItsRefs);
  return CommitId{change.refs.back().expected};
}

}  // namespace pvc
