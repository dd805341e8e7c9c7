#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/fs.h"
#include "engine/sort_buffer.h"

namespace pvc {

/// Sorts more records than fit in memory: sorted runs in temporary files, merged as they are read.
/// Records with equal keys keep the order they were added in.
///
/// Temporary files need no durability; the destructor removes them, and gc sweeps what a crash
/// left. Throws: kIo from every member but the destructor.
class ExternalSorter {
 public:
  /// `folder`: where runs go, under names that no file there has.
  /// `memory_bytes`: bound of the records held at once; the merge uses no more.
  ExternalSorter(FileSystem& fs, std::string folder, size_t memory_bytes);
  ~ExternalSorter();
  ExternalSorter(const ExternalSorter&) = delete;
  ExternalSorter& operator=(const ExternalSorter&) = delete;

  /// Requires: no Next before.
  void Add(ByteView key, ByteView value);
  /// Returns: false past the last record. Views live until the next call.
  bool Next(ByteView& key, ByteView& value);

  uint64_t record_count() const { return record_count_; }

 private:
  class Run;

  bool ComesLater(size_t a, size_t b) const;
  void Spill();
  void MergeRuns();
  void StartReading();
  bool NextFromRuns(ByteView& key, ByteView& value);
  std::unique_ptr<Run> CreateRun();

  FileSystem& fs_;
  std::string folder_;
  size_t memory_bytes_;
  SortBuffer buffer_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<size_t> heap_;  // indexes of runs, the one with the least record first
  uint64_t next_run_number_ = 0;
  uint64_t record_count_ = 0;
  size_t next_in_memory_ = 0;
  bool is_reading_ = false;
  bool is_handed_out_ = false;  // the run at the heap's back lent its record
};

}  // namespace pvc
