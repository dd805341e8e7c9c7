#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fs.h"
#include "engine/node_reader.h"
#include "engine/object_store.h"
#include "vcs/commit.h"
#include "vcs/config.h"
#include "vcs/operation.h"
#include "vcs/snapshot.h"

namespace pvc {

struct InitOptions {
  HashKind hash_kind = HashKind::kBlake2b256;
  Compression compression;
};

/// A ref and what it points to.
struct Ref {
  std::string name;  ///< full: "refs/heads/main"
  ObjectId target;

  bool operator==(const Ref&) const = default;
};

/// A change of one ref that must find it at `expected` (zero: absent). A zero target removes it.
struct RefUpdate {
  std::string name;
  ObjectId expected;
  ObjectId target;
};

/// What a command leaves behind: applied to the current operation to make the next.
struct StateChange {
  std::vector<RefUpdate> refs;
  std::optional<Head> head;
  std::optional<std::string> working_path;
  std::optional<SnapshotId> working_base;
  std::optional<Bytes> pending;
  /// What the working database held when the command began, when the state does not say it.
  SnapshotId working_found;
  /// Set by undo and redo.
  OperationId restored;
};

/// One repository: the folder that holds `.pvc`, its objects, and its current state.
///
/// The state is read once when opened (Refresh reads it again), so one command sees one state.
/// Lifetime: the file system outlives it. Thread-safe for reading objects.
class Repository {
 public:
  static constexpr const char* kFolderName = ".pvc";
  /// The file below it whose lock working_database.h takes.
  static constexpr const char* kWorkingLockName = "working-lock";

  /// Makes `folder`/.pvc, with branch main checked out and no commit. `folder` exists.
  /// Ends what an interrupted Init began.
  /// Throws: kExists when there is a repository; kIo.
  static void Init(FileSystem& fs, const std::string& folder, const InitOptions& options,
                   const ObjectId& repository_id, const Signature& who);
  /// Walks up from `start` to the folder that holds `.pvc`.
  /// Throws: kNotFound with a hint to run init.
  static std::string Find(FileSystem& fs, const std::string& start);
  /// Throws: kCorrupt, kUnsupported, kIo.
  static std::unique_ptr<Repository> Open(FileSystem& fs, const std::string& folder,
                                          size_t cache_bytes = kDefaultCacheBytes);

  const std::string& folder() const { return folder_; }
  std::string pvc_path() const;
  FileSystem& fs() { return fs_; }
  ObjectStore& store() { return *store_; }
  NodeReader& nodes() { return *nodes_; }
  /// The settings in force: those of the repository's own file, until UseSettings.
  const Config& config() const { return config_; }
  /// Takes settings from several places. Those of section `repository` describe this repository:
  /// they stay as its own file has them.
  void UseSettings(const Config& effective);
  /// Compression as configured (repository.compression = zstd[:LEVEL] | none).
  WriteOptions write_options() const;

  const OperationId& operation_id() const { return operation_id_; }
  const Operation& state() const { return state_; }
  /// Reads ROOT and the current state again.
  void Refresh();

  std::optional<ObjectId> FindRef(std::string_view full_name);
  /// What a ref was at an earlier state.
  std::optional<ObjectId> FindRefAt(const Operation& state, std::string_view full_name);
  /// Refs whose full name begins with `prefix`, by name.
  std::vector<Ref> ListRefs(std::string_view prefix);
  /// The commit HEAD is at; nothing on a branch without commits.
  std::optional<CommitId> HeadCommit();
  /// "refs/heads/main", or nothing when detached.
  std::optional<std::string> HeadRefName() const;

  Commit GetCommit(const CommitId& id) { return ReadCommit(*store_, id); }
  Snapshot GetSnapshot(const SnapshotId& id) { return ReadSnapshot(*store_, id); }

  /// Makes `batch` durable together with a new operation that applies `change` to the current one.
  /// When another process was faster, the change is applied to its state as long as every RefUpdate
  /// still finds what it expects, and whatever else the change sets is as it was read. `command` is
  /// cut to kMaxCommandBytes.
  ///
  /// Throws: kMoved naming the ref that moved; kInvalid for a name that no ref may have; kIo.
  ///         Nothing is visible then, and the state is the current one.
  void Publish(WriteBatch& batch, const StateChange& change, const Signature& who,
               const std::string& command);

 private:
  Repository(FileSystem& fs, std::string folder) : fs_(fs), folder_(std::move(folder)) {}

  void ReadState();
  void CheckRefs(const std::vector<RefUpdate>& updates);
  Operation MakeNext(WriteBatch& batch, const StateChange& change, const Signature& who,
                     const std::string& command);

  FileSystem& fs_;
  std::string folder_;
  Config config_;
  std::unique_ptr<ObjectStore> store_;
  std::unique_ptr<NodeReader> nodes_;
  OperationId operation_id_;
  Operation state_;
};

/// Longest branch or tag name, without "refs/heads/".
inline constexpr size_t kMaxRefNameBytes = 250;

/// Checks the name of a branch or tag by git's rules (no "..", no control bytes, no ".lock", no
/// leading '-', at most kMaxRefNameBytes, valid UTF-8), and for characters that are not seen.
/// Returns: what is wrong with it, to stand behind "not the name of a branch: "; or nothing.
std::optional<std::string> RefNameProblem(std::string_view short_name);
/// The same for "refs/heads/main", "refs/tags/v1" and other kinds of refs.
std::optional<std::string> FullRefNameProblem(std::string_view full_name);

}  // namespace pvc
