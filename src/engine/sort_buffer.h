#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace pvc {

/// Key-value records in memory, sorted by key on demand; records with equal keys keep their order.
///
/// Comparisons look at the first 8 key bytes before they follow a pointer: about twice as fast for
/// the short keys that tables have.   Views live until Clear.
class SortBuffer {
 public:
  struct Record {
    uint64_t prefix;  ///< first 8 key bytes, big endian, zero padded
    const char* data;
    uint32_t key_bytes;
    uint32_t value_bytes;
    uint8_t tag;  ///< the caller's

    ByteView key() const { return {data, key_bytes}; }
    ByteView value() const { return {data + key_bytes, value_bytes}; }
    bool HasKeyOf(const Record& other) const {
      return prefix == other.prefix && key_bytes == other.key_bytes &&
             (key_bytes <= sizeof prefix || key() == other.key());
    }
    bool Precedes(const Record& other) const {
      if (prefix != other.prefix) return prefix < other.prefix;
      if (key_bytes == other.key_bytes && key_bytes <= sizeof prefix) return false;
      return key() < other.key();
    }
  };

  /// Copies a record in.
  void Add(ByteView key, ByteView value, uint8_t tag = 0);
  /// Cost: O(n log n), O(n) when the records came in order.
  void Sort();
  void Clear();

  size_t size() const { return records_.size(); }
  const Record& operator[](size_t i) const { return records_[i]; }
  /// Asks for the bytes of record `i` ahead of their use: sorted records lie all over the memory.
  void Prefetch(size_t i) const {
    if (i < records_.size()) __builtin_prefetch(records_[i].data);
  }
  /// Memory in use, for callers that bound it.
  size_t held_bytes() const { return arena_bytes_ + records_.size() * sizeof(Record); }

 private:
  char* Allocate(size_t bytes);
  void SortByPrefix();

  struct Block {
    std::unique_ptr<char[]> memory;
    size_t bytes = 0;
  };

  std::vector<Block> arena_;
  size_t arena_used_ = 0;  // of the last block
  size_t arena_bytes_ = 0;
  std::vector<Record> records_;
};

}  // namespace pvc
