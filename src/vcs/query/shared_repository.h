#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "base/fs.h"
#include "vcs/repository.h"

namespace pvc {

/// A repository that the tables of a long-lived connection read. New commits are seen by the
/// statement that begins to read while no other reads; all that reads at one time sees one state.
///
/// One thread at a time, as a connection.
class SharedRepository {
 public:
  /// Throws: as Repository::Open.
  SharedRepository(std::shared_ptr<FileSystem> fs, const std::string& folder);

  Repository& repository() { return *repository_; }
  bool is_being_read() const { return reading_count_ > 0; }
  /// Throws: as Repository::Refresh; it is not being read then.
  void BeginReading();
  void EndReading() noexcept { --reading_count_; }

 private:
  std::shared_ptr<FileSystem> fs_;
  std::unique_ptr<Repository> repository_;
  size_t reading_count_ = 0;
};

/// Reads from it as long as it lives.
class RepositoryReading {
 public:
  /// Throws: as SharedRepository::BeginReading.
  explicit RepositoryReading(std::shared_ptr<SharedRepository> repository)
      : repository_(std::move(repository)) {
    repository_->BeginReading();
  }
  ~RepositoryReading() { repository_->EndReading(); }
  RepositoryReading(const RepositoryReading&) = delete;
  RepositoryReading& operator=(const RepositoryReading&) = delete;

 private:
  std::shared_ptr<SharedRepository> repository_;
};

}  // namespace pvc
