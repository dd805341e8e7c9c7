#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vcs/repository.h"

namespace pvc {

/// One state of a ref: the operation log is the reflog.
struct RefLogEntry {
  ObjectId target;        ///< zero: the ref was not there
  OperationId operation;  ///< that brought this state about
  Signature who;
  std::string command;
};

/// Walks the states that a ref went through, newest first, the current one included; operations
/// that left it alone are passed over. "HEAD" is the commit HEAD was at. Undo and redo make states
/// like any other command. That a ref was not there is a state once it had been there.
///
/// Throws: kCorrupt, kIo.
/// Cost:   one operation read a step back, and a lookup in its refs where these changed.
/// Lifetime: the repository outlives it; its state when the log is made is the current one.
class RefLog {
 public:
  RefLog(Repository& repository, std::string full_name);

  /// Returns: nothing past the oldest.
  std::optional<RefLogEntry> Next();

 private:
  ObjectId TargetAt(const Operation& state);

  Repository& repository_;
  std::string full_name_;
  OperationId next_id_;  // zero past the oldest
  Operation next_;
  ObjectId next_target_;
};

/// What HEAD was (a branch, or detached at a commit) before the `n`-th last switch: n = 1 is
/// `@{-1}`. A commit on a detached HEAD and the renaming of HEAD's branch are no switches. The
/// branch may be gone by now.
///
/// Requires: n > 0.
/// Returns:  nothing when there were fewer.
/// Throws:   kCorrupt, kIo.      Cost: one operation read a step back.
std::optional<Head> PreviousHead(Repository& repository, uint64_t n);

}  // namespace pvc
