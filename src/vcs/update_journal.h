#pragma once

#include <optional>

#include "vcs/actor.h"
#include "vcs/repository.h"

namespace pvc {

/// What a command is about to do to the working database and, as one with it, to the repository.
///
/// The two have a commit point each, SQLite's and ROOT's. The journal is durable before the first
/// and removed after the second, so that whoever finds it can finish the command or take it back.
/// Format: docs/format.md#update-journal
struct UpdateJournal {
  OperationId before;  ///< current when the command began
  SnapshotId from;     ///< content of the working database then; stored
  SnapshotId to;       ///< content it is given; stored
  StateChange change;  ///< objects it names are stored, but for nodes of the refs tree
  Actor actor;

  bool operator==(const UpdateJournal&) const;
};

/// Throws: kInvalid, kTooLarge.
Bytes EncodeUpdateJournal(const UpdateJournal& journal);
/// Throws: kCorrupt.
UpdateJournal DecodeUpdateJournal(ByteView bytes);

/// Returns: nothing when no command was interrupted.   Throws: kCorrupt, kIo.
std::optional<UpdateJournal> ReadUpdateJournal(Repository& repository);
/// Durable when it returns.   Throws: kIo.
void WriteUpdateJournal(Repository& repository, const UpdateJournal& journal);
/// Throws: kIo.
void RemoveUpdateJournal(Repository& repository);
/// Renames a journal that cannot be read to `update.damaged`.   Throws: kIo.
void SetAsideUpdateJournal(Repository& repository);
/// True when there is a journal. One system call.
bool HasUpdateJournal(Repository& repository);

/// Whether the command of a journal reached the operation log.
/// Cost: one read an operation made since.
bool IsRecorded(Repository& repository, const UpdateJournal& journal);

}  // namespace pvc
