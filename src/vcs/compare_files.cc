#include "vcs/compare_files.h"

#include <fmt/format.h>

#include "base/error.h"

namespace pvc {
namespace {

std::unique_ptr<Repository> MakeRepository(FileSystem& fs, const std::string& folder) {
  InitOptions options;
  options.compression.level = 1;  // what is written lives for one comparison
  Repository::Init(fs, folder, options, ObjectId{}, Signature{"pvc", "pvc@localhost", {}});
  return Repository::Open(fs, folder);
}

}  // namespace

TemporaryFolder::~TemporaryFolder() {
  try {
    RemoveFolderTree(fs_, path_);
  } catch (const std::exception&) {
    // Left-overs in a temporary folder harm nobody.
  }
}

FileComparison::FileComparison(FileSystem& fs, const std::string& prefix,
                               const std::string& before_path, const std::string& after_path,
                               const ImportProgressSink& progress)
    : folder_(fs, prefix),
      repository_(MakeRepository(fs, folder_.path())),
      batch_(repository_->store().BeginWrite(repository_->write_options())) {
  before_ = Read(before_path, progress);
  after_ = Read(after_path, progress);
  nodes_ = std::make_unique<NodeReader>(*batch_);
}

Snapshot FileComparison::Read(const std::string& path, const ImportProgressSink& progress) {
  try {
    Database db(path, {});
    ImportOptions options;
    options.progress = progress;
    const ImportResult imported = ImportDatabase(db, *repository_, *batch_, options);
    return ReadSnapshot(*batch_, imported.snapshot);
  } catch (Error& error) {
    if (error.message().find(path) != std::string::npos) throw;
    throw error.AddContext(fmt::format("'{}'", path));
  }
}

}  // namespace pvc
