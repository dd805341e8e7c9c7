#pragma once

#include <memory>

#include "sqlite/database.h"
#include "vcs/repository.h"
#include "vcs/scratch_file.h"

namespace pvc {

/// An empty database to ask SQLite questions in, gone when it is destroyed. It is never synced.
///
/// Lifetime: the repository outlives it.
class ScratchDatabase {
 public:
  /// Throws: kIo, also in a folder that cannot be written.
  explicit ScratchDatabase(Repository& repository, TextEncoding encoding = TextEncoding::kUtf8);

  Database& db() { return *db_; }

 private:
  ScratchFile file_;
  std::unique_ptr<Database> db_;
};

}  // namespace pvc
