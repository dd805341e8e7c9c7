#include "vcs/patch/apply_patch.h"

#include <fmt/format.h>

#include "base/error.h"
#include "vcs/record_import.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

/// Hands on a patch and remembers what it says of itself.
class HeaderKeeper final : public PatchReader {
 public:
  explicit HeaderKeeper(PatchReader& patch) : patch_(patch) {}

  PatchHeader ReadHeader() override { return header = patch_.ReadHeader(); }
  bool NextTable(PatchTable& table) override { return patch_.NextTable(table); }
  bool NextRow(PatchRow& row) override { return patch_.NextRow(row); }

  PatchHeader header;

 private:
  PatchReader& patch_;
};

std::string MessageOf(const ApplyPatchRequest& request, const PatchHeader& header) {
  if (request.message) return *request.message;
  if (header.message && !header.message->empty()) return *header.message;
  throw Error(ErrorKind::kInvalid, "the patch has no message to commit with")
      .AddHint("give one:  pvc apply --commit -m MESSAGE FILE");
}

}  // namespace

ApplyPatchResult ApplyPatch(Repository& repository, PatchReader& patch,
                            const ApplyPatchRequest& request) {
  WorkingTransaction transaction(repository, request.reading);
  if (request.commit && transaction.HasUncommittedChanges()) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("uncommitted changes in '{}' would go into the patch's commit",
                            repository.state().working_path))
        .AddHint("see them:        pvc diff")
        .AddHint("commit them:     pvc commit -m MESSAGE")
        .AddHint("put them aside:  pvc stash push");
  }
  WorkingSnapshot& found = transaction.found();
  HeaderKeeper keeper(patch);
  PatchTargetOptions options;
  options.on_conflict = request.on_conflict;
  options.progress = request.patch_progress;
  options.ignored = &transaction.ignored();
  ApplyPatchResult result;
  result.target =
      MakePatchTarget(repository, *found.nodes, *found.batch, found.snapshot, keeper, options);
  if (result.target.counts.conflicts > 0 && !request.skip_conflicts) return result;

  StateChange change;
  const Snapshot& target = result.target.snapshot;
  if (request.commit && !HaveSameContent(repository, *found.nodes, found.snapshot, target)) {
    std::vector<CommitId> parents;
    const std::optional<CommitId> head = repository.HeadCommit();
    if (head) parents.push_back(*head);
    result.recorded = MakeCommit(repository, WriteSnapshot(*found.batch, target), parents,
                                 request.actor.who, MessageOf(request, keeper.header));
    if (keeper.header.author) result.recorded.author = *keeper.header.author;
    result.commit = WriteCommit(*found.batch, result.recorded);
    if (const auto ref = repository.HeadRefName()) {
      change.refs.push_back({*ref, head ? head->id : ObjectId{}, result.commit->id});
    } else {
      change.head = Head{"", *result.commit};
    }
  }
  const auto done = transaction.Commit(target, change, request.actor, request.update);
  result.checkout.changed_database = done.changed_database;
  result.checkout.update = done.update;
  result.is_applied = true;
  return result;
}

}  // namespace pvc
