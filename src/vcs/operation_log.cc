#include "vcs/operation_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "engine/tree_diff.h"

namespace pvc {
namespace {

constexpr size_t kMinShortIdDigits = 4;
constexpr size_t kMaxObjectsOfPrefix = 1U << 14;
constexpr size_t kMaxCandidateHints = 8;

Error NotFound(std::string_view text) {
  return Error(ErrorKind::kNotFound, fmt::format("no operation '{}'", text.substr(0, 80)))
      .AddHint("see the operations there are:  pvc op log");
}

ObjectId TargetOf(ByteView value) {
  if (value.size() != ObjectId::kBytes) {
    throw Error(ErrorKind::kCorrupt, "a ref does not hold an id");
  }
  return ObjectId::FromView(value);
}

std::optional<uint64_t> StepsBack(std::string_view text) {
  if (text == "@") return 0;
  if (text.starts_with("@")) text.remove_prefix(1);
  if (!text.starts_with("~")) return std::nullopt;
  text.remove_prefix(1);
  if (text.empty()) return 1;
  uint64_t steps = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), steps);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return steps;
}

}  // namespace

std::optional<LoggedOperation> OperationWalk::Next() {
  if (next_.IsZero()) return std::nullopt;
  LoggedOperation step{next_, ReadOperation(repository_.store(), next_)};
  next_ = step.operation.parent;
  return step;
}

LoggedOperation ResolveOperation(Repository& repository, std::string_view text) {
  if (const auto steps = StepsBack(text)) {
    OperationWalk walk(repository);
    auto found = walk.Next();
    for (uint64_t i = 0; found && i < *steps; ++i) found = walk.Next();
    if (!found) throw NotFound(text);
    return *found;
  }
  if (text.size() < kMinShortIdDigits || text.size() > 2 * ObjectId::kBytes ||
      text.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
    throw NotFound(text);
  }
  std::vector<ObjectId> found;
  for (const auto& object : repository.store().FindByPrefix(text, kMaxObjectsOfPrefix)) {
    if (object.type == ObjectType::kOperation) found.push_back(object.id);
  }
  if (found.empty()) throw NotFound(text);
  if (found.size() > 1) {
    Error error(ErrorKind::kInvalid, fmt::format("short id '{}' is ambiguous: {} operations begin "
                                                 "with it",
                                                 text, found.size()));
    for (size_t i = 0; i < std::min(found.size(), kMaxCandidateHints); ++i) {
      error.AddHint(fmt::format("pvc op show {}", found[i].Hex().substr(0, 16)));
    }
    throw error;
  }
  const OperationId id{found.front()};
  return {id, ReadOperation(repository.store(), id)};
}

OperationChanges CompareOperations(Repository& repository, const Operation& before,
                                   const Operation& after) {
  OperationChanges changes;
  TreeDiff diff(repository.nodes(), before.refs, repository.nodes(), after.refs);
  TreeChange change;
  while (diff.Next(change)) {
    RefUpdate update;
    update.name = std::string(change.key);
    if (change.before) update.expected = TargetOf(*change.before);
    if (change.after) update.target = TargetOf(*change.after);
    changes.refs.push_back(std::move(update));
  }
  if (before.head != after.head) changes.head_before = before.head;
  changes.head_after = after.head;
  changes.changed_binding = before.working_path != after.working_path;
  changes.changed_working_database = before.working_base != after.working_base;
  return changes;
}

}  // namespace pvc
