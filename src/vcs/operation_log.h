#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// An operation and its id.
struct LoggedOperation {
  OperationId id;
  Operation operation;
};

/// Walks the operation log, newest first, beginning with the current one.
/// Cost: one object read a step.   Lifetime: the repository outlives it.
class OperationWalk {
 public:
  explicit OperationWalk(Repository& repository)
      : repository_(repository), next_(repository.operation_id()) {}

  /// Returns: nothing past the first.   Throws: kCorrupt, kIo.
  std::optional<LoggedOperation> Next();

 private:
  Repository& repository_;
  OperationId next_;
};

/// Finds an operation: "@" is the current one, "@~N" or "~N" the one N commands ago, else a full or
/// an unambiguous short id (4 digits at least). Throws: kNotFound; kInvalid for an ambiguous id,
/// its candidates as hints.
LoggedOperation ResolveOperation(Repository& repository, std::string_view text);

/// What an operation changed against its parent.
struct OperationChanges {
  /// Refs that were made (expected zero), moved or removed (target zero), by name.
  std::vector<RefUpdate> refs;
  std::optional<Head> head_before;  ///< set when HEAD changed
  Head head_after;
  bool changed_working_database = false;
  bool changed_binding = false;
};
/// `before` and `after` need not be neighbours.   Cost: O(refs that differ).
OperationChanges CompareOperations(Repository& repository, const Operation& before,
                                   const Operation& after);

}  // namespace pvc
