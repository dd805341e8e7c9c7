#include "vcs/query/shared_repository.h"

#include <utility>

namespace pvc {

SharedRepository::SharedRepository(std::shared_ptr<FileSystem> fs, const std::string& folder)
    : fs_(std::move(fs)), repository_(Repository::Open(*fs_, folder)) {}

void SharedRepository::BeginReading() {
  if (reading_count_ == 0) repository_->Refresh();
  ++reading_count_;
}

}  // namespace pvc
