#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "vcs/actor.h"
#include "vcs/database_update.h"
#include "vcs/diff.h"
#include "vcs/import.h"
#include "vcs/repository.h"

namespace pvc {

class WorkingTransaction;

/// How a command that writes the working database goes about it.
struct CheckoutOptions {
  /// Overwrites uncommitted changes instead of refusing. They stay in the operation log: undo
  /// brings them back.
  bool discard = false;
  /// What to type to do the same with `discard`: for a hint.
  std::string discard_command;
  ImportProgressSink reading;
  DatabaseUpdateOptions update;
};

struct CheckoutResult {
  bool changed_database = false;
  bool discarded = false;  ///< uncommitted changes were overwritten; undo brings them back
  /// The operation that has what was overwritten, where undo does not lead to it.
  OperationId set_aside;
  DatabaseUpdateResult update;
  bool wrote_anew = false;  ///< there was no file
};

/// Where `switch` goes.
struct SwitchTarget {
  Head head;
  std::optional<CommitId> commit;     ///< nothing: a branch without commits, from one without
  std::vector<RefUpdate> refs;        ///< the branch to make, if any
  std::string name;                   ///< as typed, for messages
  std::optional<Bytes> pending = {};  ///< set: the unfinished work from then on, empty for none
};

/// Makes a branch or commit current, and changes the working database to what it holds. Uncommitted
/// changes stay where both commits hold the same; else they are refused.
///
/// Throws: kInvalid for uncommitted changes, with the ways out as hints; what WorkingTransaction
///         throws.
CheckoutResult SwitchHead(Repository& repository, const SwitchTarget& target, const Actor& actor,
                          const CheckoutOptions& options);

enum class ResetKind {
  kSoft,  ///< the branch only: what the working database holds shows as uncommitted
  kHard,  ///< the working database too; uncommitted changes are overwritten
};

/// Moves the current branch (or a detached HEAD) to `commit`. kHard gives up an unfinished merge.
/// Throws: kInvalid on a branch without commits; as SwitchHead.
CheckoutResult ResetHead(Repository& repository, const CommitId& commit, ResetKind kind,
                         const Actor& actor, const CheckoutOptions& options);

/// Gives the working database, or the tables and rows named, the content of `source`. HEAD stays.
/// A database that is gone is written anew when everything is asked for.
///
/// Throws: kNotFound for tables that neither side has; kInvalid for keys that cannot be one, and
/// for
///         a row of a table whose schema differs; what WorkingTransaction throws.
CheckoutResult RestoreWorkingDatabase(Repository& repository, const CommitId& source,
                                      const std::vector<DiffFilter>& parts, const Actor& actor,
                                      const CheckoutOptions& options);

/// The error for changes that a command would overwrite, with a hint to see them; the ways out are
/// the caller's to add.
/// `action`: "switching to 'try'".
Error UncommittedError(const Repository& repository, const std::string& action);

}  // namespace pvc
