#include "vcs/ref_log.h"

#include <utility>

namespace pvc {

namespace {

constexpr std::string_view kHead = "HEAD";

std::string BranchRef(const Head& head) { return "refs/heads/" + head.branch; }

bool BeginsWithWord(std::string_view command, std::string_view word) {
  return command.starts_with(word) &&
         (command.size() == word.size() || command[word.size()] == ' ');
}

/// Whether the operation between two states moved HEAD to another branch or commit, and not only
/// what HEAD is on.
bool IsSwitch(Repository& repository, const Operation& before, const Operation& after) {
  const Head& from = before.head;
  const Head& to = after.head;
  if (from == to) return false;
  if (from.branch.empty() && to.branch.empty()) {
    // A commit or a reset moves a detached HEAD as well; only the command tells.
    return BeginsWithWord(after.command, "switch") || BeginsWithWord(after.command, "checkout");
  }
  const bool was_renamed = !from.branch.empty() && !to.branch.empty() &&
                           repository.FindRefAt(before, BranchRef(from)).has_value() &&
                           !repository.FindRefAt(after, BranchRef(from)).has_value();
  return !was_renamed;
}

}  // namespace

RefLog::RefLog(Repository& repository, std::string full_name)
    : repository_(repository),
      full_name_(std::move(full_name)),
      next_id_(repository.operation_id()),
      next_(repository.state()) {
  next_target_ = TargetAt(next_);
}

ObjectId RefLog::TargetAt(const Operation& state) {
  if (full_name_ != kHead) return repository_.FindRefAt(state, full_name_).value_or(ObjectId{});
  if (state.head.branch.empty()) return state.head.detached.id;
  return repository_.FindRefAt(state, BranchRef(state.head)).value_or(ObjectId{});
}

std::optional<RefLogEntry> RefLog::Next() {
  while (!next_id_.IsZero()) {
    const OperationId id = next_id_;
    const ObjectId target = next_target_;
    Operation operation = std::move(next_);
    next_id_ = operation.parent;
    if (next_id_.IsZero()) {
      next_target_ = ObjectId{};
    } else {
      next_ = ReadOperation(repository_.store(), next_id_);
      const bool same = next_.refs == operation.refs && next_.head == operation.head;
      next_target_ = same ? target : TargetAt(next_);
    }
    if (target == next_target_) continue;
    return RefLogEntry{target, id, std::move(operation.who), std::move(operation.command)};
  }
  return std::nullopt;
}

std::optional<Head> PreviousHead(Repository& repository, uint64_t n) {
  Operation after = repository.state();
  while (!after.parent.IsZero()) {
    Operation before = ReadOperation(repository.store(), after.parent);
    if (IsSwitch(repository, before, after) && --n == 0) return before.head;
    after = std::move(before);
  }
  return std::nullopt;
}

}  // namespace pvc
