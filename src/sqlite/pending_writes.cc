#include "sqlite/pending_writes.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace pvc {
namespace {

// Pages written in no order make an extent each: so many are looked through by a read.
constexpr size_t kMaxExtents = 1024;

}  // namespace

PendingWrites::PendingWrites(size_t extent_bytes, size_t capacity_bytes, Write write)
    : extent_bytes_(extent_bytes),
      capacity_bytes_(capacity_bytes),
      write_(std::move(write)),
      ring_(std::make_unique_for_overwrite<char[]>(capacity_bytes)) {
  PVC_ASSERT(extent_bytes > 0 && capacity_bytes % extent_bytes == 0);
  thread_ = std::thread([this] { Run(); });
}

PendingWrites::~PendingWrites() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  has_work_.notify_one();
  thread_.join();
}

void PendingWrites::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    // Waking up for each of many small extents would cost more than writing them.
    has_work_.wait(lock, [this] {
      return is_stopped_ || used_bytes_ >= extent_bytes_ || extents_.size() > kMaxExtents / 2 ||
             (!extents_.empty() && extents_.front().number <= flush_number_);
    });
    if (is_stopped_) return;
    const Extent extent = extents_.front();
    is_writing_ = true;
    lock.unlock();
    const int result = write_(ring_.get() + extent.begin, extent.size, extent.offset);
    const int error_number = errno;
    lock.lock();
    is_writing_ = false;
    if (result != SQLITE_OK) {
      failure_ = failure_ == SQLITE_OK ? result : failure_;
      error_number_ = error_number;
      extents_.clear();
      used_bytes_ = 0;
    } else {
      extents_.pop_front();
      used_bytes_ -= extent.size;
    }
    has_written_.notify_one();
  }
}

int PendingWrites::Failure() const {
  if (failure_ != SQLITE_OK) errno = error_number_;
  return failure_;
}

int PendingWrites::failure() {
  const std::lock_guard lock(mutex_);
  return Failure();
}

int PendingWrites::Fail(int code, int error_number) {
  const std::lock_guard lock(mutex_);
  if (failure_ == SQLITE_OK) {
    failure_ = code;
    error_number_ = error_number;
  }
  return Failure();
}

// Takes what fits without waiting, up to the ring's end. Returns: how many bytes.
size_t PendingWrites::AddPiece(const char* data, size_t size, int64_t offset) {
  size = std::min({size, extent_bytes_, capacity_bytes_ - head_, capacity_bytes_ - used_bytes_});
  const bool is_last_open = !extents_.empty() && !(is_writing_ && extents_.size() == 1);
  Extent* last = is_last_open ? &extents_.back() : nullptr;
  if (last != nullptr && last->offset + static_cast<int64_t>(last->size) == offset &&
      last->begin + last->size == head_ && last->size < extent_bytes_) {
    size = std::min(size, extent_bytes_ - last->size);
    last->size += size;
  } else {
    if (extents_.size() >= kMaxExtents) return 0;
    extents_.push_back({offset, head_, size, ++last_number_});
  }
  std::memcpy(ring_.get() + head_, data, size);
  head_ = (head_ + size) % capacity_bytes_;
  used_bytes_ += size;
  return size;
}

int PendingWrites::Add(const char* data, size_t size, int64_t offset) {
  std::unique_lock lock(mutex_);
  while (size > 0) {
    if (failure_ != SQLITE_OK) return Failure();
    const size_t added = used_bytes_ == capacity_bytes_ ? 0 : AddPiece(data, size, offset);
    data += added;
    size -= added;
    offset += static_cast<int64_t>(added);
    if (used_bytes_ >= extent_bytes_ || extents_.size() > kMaxExtents / 2) has_work_.notify_one();
    if (added == 0) has_written_.wait(lock);
  }
  return Failure();
}

int PendingWrites::WaitFor(std::unique_lock<std::mutex>& lock, uint64_t number) {
  flush_number_ = std::max(flush_number_, number);
  has_work_.notify_one();
  has_written_.wait(lock, [&] {
    return failure_ != SQLITE_OK || extents_.empty() || extents_.front().number > number;
  });
  return Failure();
}

int PendingWrites::FlushRange(size_t size, int64_t offset) {
  std::unique_lock lock(mutex_);
  const int64_t end = offset + static_cast<int64_t>(size);
  const auto overlap = std::find_if(extents_.rbegin(), extents_.rend(), [&](const Extent& extent) {
    return extent.offset < end && offset < extent.offset + static_cast<int64_t>(extent.size);
  });
  if (overlap == extents_.rend()) return Failure();
  return WaitFor(lock, overlap->number);
}

int PendingWrites::Flush() {
  std::unique_lock lock(mutex_);
  if (extents_.empty()) return Failure();
  return WaitFor(lock, extents_.back().number);
}

}  // namespace pvc
