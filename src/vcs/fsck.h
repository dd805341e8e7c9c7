#pragma once

#include <cstdint>
#include <string>

#include "vcs/repository.h"

namespace pvc {

/// Receives what a check finds, as it finds it. Texts are one line each.
class FsckSink {
 public:
  virtual ~FsckSink() = default;
  /// Something that is not as it was written: the repository is damaged.
  virtual void OnFinding(const std::string& text) = 0;
  /// Something worth knowing that is no damage: left-overs of interrupted commands.
  virtual void OnNote(const std::string& text) = 0;
};

struct FsckResult {
  uint64_t pack_count = 0;
  uint64_t object_count = 0;
  uint64_t stored_bytes = 0;
  uint64_t operation_count = 0;  ///< from the current one back to the first
  uint64_t commit_count = 0;     ///< reachable from any operation
  uint64_t row_count = 0;        ///< rows decoded; a row in a shared node counts once
  uint64_t finding_count = 0;
  uint64_t note_count = 0;

  bool IsSound() const { return finding_count == 0; }
};

/// Checks every byte of the repository's files and every object's id; that every object is encoded
/// canonically; and that everything the operations reach is there and fits together, down to rows
/// and large values. What cannot be read is a finding, and the check goes on with the rest.
///
/// Cost: reads every pack about twice; memory for the ids of all objects (about 64 bytes each).
FsckResult CheckRepository(Repository& repository, FsckSink& sink);

/// The same for a repository that may be too damaged to be opened.
FsckResult CheckRepositoryAt(FileSystem& fs, const std::string& folder, FsckSink& sink);

}  // namespace pvc
