#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/fs.h"

namespace pvc {

/// Reads a file from front to back, a block at a time.
///
/// Lifetime: the file outlives it.   Throws: kIo.
class BlockReader {
 public:
  static constexpr size_t kBlockBytes = 64U << 10;

  explicit BlockReader(File& file) : file_(file), size_(file.Size()) {}

  /// What is in memory of the bytes not read yet: at least one, unless the file is at its end.
  /// Lifetime: until the next call of another member.
  ByteView Peek();
  /// Requires: at most as many bytes as Peek shows.
  void Skip(size_t count) { start_ += count; }
  bool AtEnd() { return Peek().empty(); }
  /// Appends the next `count` bytes.   Returns: false, with what there is, when there are fewer.
  [[nodiscard]] bool Append(uint64_t count, Bytes& out);

  /// Number of bytes read.
  uint64_t offset() const { return block_offset_ + start_; }
  /// Number of bytes not read yet, by the size that the file had at first.
  uint64_t remaining() const { return size_ > offset() ? size_ - offset() : 0; }

 private:
  File& file_;
  uint64_t size_;
  uint64_t block_offset_ = 0;
  Bytes block_;
  size_t start_ = 0;  // of what was not read, in block_
};

}  // namespace pvc
