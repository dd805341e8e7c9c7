#pragma once

#include <memory>
#include <string>

#include "base/fs.h"
#include "vcs/import.h"
#include "vcs/repository.h"

namespace pvc {

/// Removes a folder with everything in it when it goes.   Lifetime: the file system outlives it.
class TemporaryFolder {
 public:
  /// Makes a folder that only its owner may enter; its path begins with `prefix`.   Throws: kIo.
  TemporaryFolder(FileSystem& fs, const std::string& prefix)
      : fs_(fs), path_(fs.MakeTemporaryDirectory(prefix)) {}
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  FileSystem& fs_;
  std::string path_;
};

/// Two database files as snapshots that can be compared, outside of any repository: they stand in
/// one of their own, in a temporary folder that is gone when this is.
///
/// Each file is read in one transaction and never written. Memory does not depend on their sizes;
/// the folder takes about what a commit of both would.
class FileComparison {
 public:
  /// `prefix`: where the temporary folder goes and how its name begins: "/tmp/pvc-diff-".
  /// Throws: what ImportDatabase throws, each message with the path of the file in it; kIo.
  FileComparison(FileSystem& fs, const std::string& prefix, const std::string& before_path,
                 const std::string& after_path, const ImportProgressSink& progress);

  const Snapshot& before() const { return before_; }
  const Snapshot& after() const { return after_; }
  Repository& repository() { return *repository_; }
  /// Reads both snapshots.
  NodeReader& nodes() { return *nodes_; }

 private:
  Snapshot Read(const std::string& path, const ImportProgressSink& progress);

  TemporaryFolder folder_;  // first, so that what is in it is closed before it goes
  std::unique_ptr<Repository> repository_;
  std::unique_ptr<WriteBatch> batch_;  // unpublished: nothing has to be durable
  std::unique_ptr<NodeReader> nodes_;
  Snapshot before_;
  Snapshot after_;
};

}  // namespace pvc
