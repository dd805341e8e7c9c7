#include "vcs/scratch_file.h"

#include <fmt/format.h>

#include "base/error.h"

namespace pvc {

ScratchFile::ScratchFile(Repository& repository) : fs_(repository.fs()) {
  const std::string folder = JoinPath(repository.pvc_path(), "incoming");
  for (unsigned number = 0;; ++number) {
    path_ = JoinPath(folder, fmt::format("scratch-{}.tmp", number));
    try {
      fs_.Open(path_, OpenMode::kCreateNew);
      return;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kExists) throw;
    }
  }
}

ScratchFile::~ScratchFile() {
  for (const char* suffix : {"-journal", ""}) {
    try {
      fs_.Remove(path_ + suffix);
    } catch (const std::exception&) {  // gc sweeps the folder
    }
  }
}

}  // namespace pvc
