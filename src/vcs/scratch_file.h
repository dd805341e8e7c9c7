#pragma once

#include <string>

#include "vcs/repository.h"

namespace pvc {

/// An empty file in the repository's folder `incoming` that SQLite may use as a database. It is
/// removed, with its journal, when this goes; gc sweeps what a crash left.
///
/// Lifetime: the repository outlives it.
class ScratchFile {
 public:
  /// Throws: kIo.
  explicit ScratchFile(Repository& repository);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  FileSystem& fs_;
  std::string path_;
};

}  // namespace pvc
