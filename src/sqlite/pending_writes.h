#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace pvc {

/// The queue of one file of WriteBehindVfs: writes go into a ring of bytes, a thread takes them out
/// as extents and writes them, first in, first out.
///
/// Results are SQLite's codes. The first failure is kept, with errno; what is pending then and all
/// that comes later is dropped, and every call answers with it.   Thread: one user beside its own.
class PendingWrites {
 public:
  /// Writes `size` bytes at `offset`; called by the queue's thread, one call at a time.
  using Write = std::function<int(const char* data, size_t size, int64_t offset)>;

  /// Shape: capacity_bytes is a multiple of extent_bytes.
  PendingWrites(size_t extent_bytes, size_t capacity_bytes, Write write);
  /// Drops what is pending.
  ~PendingWrites();
  PendingWrites(const PendingWrites&) = delete;
  PendingWrites& operator=(const PendingWrites&) = delete;

  /// Copies the bytes; waits while the ring is full.
  int Add(const char* data, size_t size, int64_t offset);
  /// Waits until all is written that is pending for any byte of the range.
  int FlushRange(size_t size, int64_t offset);
  /// Waits until all is written.
  int Flush();
  /// Makes `code` the failure that sticks, unless there is one. Returns: the failure.
  int Fail(int code, int error_number);
  /// The failure, SQLITE_OK without one; sets errno to what it was at the failure.
  int failure();

 private:
  // Bytes of the file that are together in the ring, too. An extent does not wrap around.
  struct Extent {
    int64_t offset;
    size_t begin;  // in the ring
    size_t size;
    uint64_t number;  // counts up from 1
  };

  void Run();
  size_t AddPiece(const char* data, size_t size, int64_t offset);
  int WaitFor(std::unique_lock<std::mutex>& lock, uint64_t number);
  int Failure() const;

  const size_t extent_bytes_;
  const size_t capacity_bytes_;
  const Write write_;
  const std::unique_ptr<char[]> ring_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_written_;
  std::deque<Extent> extents_;  // the first is being written while is_writing_
  size_t head_ = 0;             // where the next byte goes in the ring
  size_t used_bytes_ = 0;
  uint64_t last_number_ = 0;
  uint64_t flush_number_ = 0;  // extents up to it are written without waiting for more bytes
  bool is_writing_ = false;
  bool is_stopped_ = false;
  int failure_ = 0;  // SQLITE_OK
  int error_number_ = 0;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace pvc
