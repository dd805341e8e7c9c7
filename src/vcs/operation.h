#pragma once

#include <string>

#include "engine/object_io.h"
#include "engine/tree.h"
#include "vcs/commit.h"
#include "vcs/ids.h"

namespace pvc {

class Decoder;

/// What HEAD is: on a branch (which may not have a commit yet), or detached at a commit.
struct Head {
  std::string branch;  ///< "main", without refs/heads/; empty when detached
  CommitId detached;   ///< zero unless detached

  bool operator==(const Head&) const = default;
};

/// The state of a repository after one command: the operation log is the list of these, and undo
/// makes an earlier one's state current.   Format: docs/format.md#operation
struct Operation {
  OperationId parent;  ///< zero for the first
  Tree refs;           ///< full ref name ("refs/heads/main") -> 32-byte id of a commit or tag
  Head head;
  std::string
      working_path;  ///< bound working database, relative to the repository's folder; "" when none
  SnapshotId working_base;  ///< what it held when the command ended, as known; zero when none
  /// What the working database held when the command began, where the parent's working_base does
  /// not say it: other programs had written. Undo goes back to it. Zero otherwise.
  SnapshotId working_found;
  /// The operation whose state an undo or redo made current again; zero for all other commands.
  OperationId restored;
  Bytes pending;  ///< state of an unfinished merge, rebase, ...: empty when none
  Signature who;
  std::string command;  ///< "import app.db"

  bool operator==(const Operation&) const = default;
};

/// Longest fields of an operation.
inline constexpr size_t kMaxWorkingPathBytes = 4U << 10;
inline constexpr size_t kMaxPendingBytes = 64U << 20;
inline constexpr size_t kMaxCommandBytes = 4U << 10;

/// Appends HEAD as operations and states of unfinished work hold it.
/// Throws: kInvalid when it is neither on a branch nor detached, or on one with an impossible name.
void AppendHead(Bytes& out, const Head& head);
/// Throws: kCorrupt.
Head ReadHead(Decoder& in);

/// Throws: kInvalid, kTooLarge when the operation breaks a limit above.
Bytes EncodeOperation(const Operation& operation);
/// Throws: kCorrupt.
Operation DecodeOperation(ByteView bytes, std::string_view subject);
OperationId WriteOperation(ObjectSink& sink, const Operation& operation);
Operation ReadOperation(ObjectSource& source, const OperationId& id);

}  // namespace pvc
