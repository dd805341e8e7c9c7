#include "vcs/scratch_database.h"

#include <fmt/format.h>

namespace pvc {

ScratchDatabase::ScratchDatabase(Repository& repository, TextEncoding encoding)
    : file_(repository),
      db_(std::make_unique<Database>(file_.path(),
                                     Database::Options{.mode = Database::Mode::kCreate})) {
  db_->Execute("PRAGMA synchronous=OFF");
  db_->Execute("PRAGMA journal_mode=MEMORY");
  db_->Execute(fmt::format("PRAGMA encoding='{}'", TextEncodingName(encoding)));
}

}  // namespace pvc
