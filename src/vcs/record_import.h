#pragma once

#include <optional>
#include <string>

#include "vcs/import.h"
#include "vcs/repository.h"

namespace pvc {

/// What `pvc import` asks for.
struct RecordImportRequest {
  /// The database, as typed: opened and named in messages by it.
  std::string path;
  /// The same, absolute and without symbolic links.
  std::string real_path;
  std::string message;  ///< empty: "Import <file name>"
  /// Makes the database the working database.
  bool track = true;
  Signature who;
  std::string command;  ///< for the operation log
  ImportProgressSink progress;
};

struct RecordImportResult {
  CommitId commit;        ///< the new one; HEAD's when nothing changed
  bool is_new = false;    ///< false: the database is as in `commit`, and no commit was made
  std::string message;    ///< of the new commit
  Head head;              ///< where the commit went
  bool is_bound = false;  ///< the database was made the working database, and was not before
  /// Another database was the working database before: its path, relative to the repository's
  /// folder. It was neither read nor changed.
  std::optional<std::string> replaced_database;
  ImportResult import;
  WriteStatistics statistics;
  uint64_t source_bytes = 0;  ///< size of the database file
};

/// Commits a snapshot of a database on top of HEAD and, unless told otherwise, makes the database
/// the repository's working database, in one operation. A database that is as in HEAD's commit is
/// only made the working database; nothing is published when it was that already.
///
/// Throws: kNotFound, kNotADatabase, kBusy, kCorrupt, kUnsupported, kIo as ImportDatabase does;
///         kInvalid for a file inside `.pvc`; kMoved when the branch moved meanwhile. The
///         repository is as before then.
RecordImportResult RecordImport(Repository& repository, const RecordImportRequest& request);

/// The commit that puts `snapshot` on top of `parents`.
Commit MakeCommit(Repository& repository, const SnapshotId& snapshot,
                  const std::vector<CommitId>& parents, const Signature& who, std::string message);

/// `path` as a repository records its working database: relative to the repository's folder.
/// Requires: both absolute and normal.
std::string PathRelativeTo(const std::string& folder, const std::string& path);

}  // namespace pvc
