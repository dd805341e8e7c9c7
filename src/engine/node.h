#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "engine/object.h"

namespace pvc {

/// Longest key of any tree. Longer row keys are shortened with a hash (vcs/row_key.h).
inline constexpr size_t kMaxKeyBytes = 1024;
/// Highest level: 2^48 entries fit long before, even with two children a node.
inline constexpr uint8_t kMaxNodeLevel = 40;

/// Most leaf entries of a tree: far beyond what a database holds, and sums of it do not overflow.
inline constexpr uint64_t kMaxTreeRows = 1ULL << 48;

/// A checked, immutable tree node over its canonical bytes; searched in place.
///
///     OFFSET  SIZE      FIELD
///     0       1         level, 0 for a leaf
///     1       1         width w: leaf 2 or 4, internal 4 or 8, the smaller that fits
///     2       2         n, number of entries, 1..65535
///     4       2         k, length of every key when all are equal, else 65535
///     6       2n        where each key ends in the key area          (only when k = 65535)
///     .       .         key area: n keys, ascending, memcmp order
///     leaf:   wn        where each value ends in the value area
///             .         value area
///     internal: 32n     ids of the children; a child's key is the last key below it
///             wn        number of leaf entries below each child
///
/// Integers are little endian. Exactly these bytes, nothing behind them.   Format:
/// docs/format.md#node
class Node {
 public:
  /// Checks everything but the id.
  /// Throws: kCorrupt, naming `subject`.   Cost: one pass over the keys.
  static std::shared_ptr<const Node> Parse(std::shared_ptr<const Bytes> bytes,
                                           std::string_view subject);
  static std::shared_ptr<const Node> Parse(Bytes bytes, std::string_view subject) {
    return Parse(std::make_shared<const Bytes>(std::move(bytes)), subject);
  }

  uint8_t level() const { return level_; }
  bool is_leaf() const { return level_ == 0; }
  size_t count() const { return count_; }
  ByteView bytes() const { return *bytes_; }

  ByteView key(size_t i) const {
    if (key_length_ != kVariable) return {keys_ + i * key_length_, key_length_};
    const size_t begin = KeyBegin(i);
    return {keys_ + begin, LoadU16(key_ends_ + 2 * i) - begin};
  }
  ByteView last_key() const { return key(count_ - 1); }

  /// Requires: is_leaf().
  ByteView value(size_t i) const {
    const size_t begin = ValueBegin(i);
    return {tail_ + begin, ValueEnd(i) - begin};
  }

  /// Requires: !is_leaf().
  ObjectId child_id(size_t i) const {
    return ObjectId::FromView({children_ + i * ObjectId::kBytes, ObjectId::kBytes});
  }
  ByteView child_id_view(size_t i) const {
    return {children_ + i * ObjectId::kBytes, ObjectId::kBytes};
  }
  uint64_t child_rows(size_t i) const {
    return width_ == 4 ? LoadU32(tail_ + 4 * i) : LoadU64(tail_ + 8 * i);
  }

  /// Bytes of the keys and, in a leaf, the values of entries [begin, end).
  size_t key_bytes(size_t begin, size_t end) const { return KeyBegin(end) - KeyBegin(begin); }
  size_t value_bytes(size_t begin, size_t end) const { return ValueBegin(end) - ValueBegin(begin); }

  /// Leaf entries below: count() for a leaf, else the sum over the children.
  uint64_t row_count() const { return row_count_; }

  /// Index of the first entry whose key is not less than `key`; count() when there is none.
  size_t LowerBound(ByteView key) const;

 private:
  friend class NodeBuilder;
  static constexpr uint16_t kVariable = 0xFFFF;
  static constexpr size_t kHeaderBytes = 6;

  Node() = default;
  // Where entry i begins in its area; count() gives the area's size.
  size_t KeyBegin(size_t i) const {
    if (key_length_ != kVariable) return i * key_length_;
    return i == 0 ? 0 : LoadU16(key_ends_ + 2 * (i - 1));
  }
  size_t ValueBegin(size_t i) const { return i == 0 ? 0 : ValueEnd(i - 1); }
  size_t ValueEnd(size_t i) const {
    return width_ == 2 ? LoadU16(value_ends_ + 2 * i) : LoadU32(value_ends_ + 4 * i);
  }

  std::shared_ptr<const Bytes> bytes_;
  uint8_t level_ = 0;
  uint8_t width_ = 0;
  uint16_t key_length_ = 0;
  size_t count_ = 0;
  uint64_t row_count_ = 0;
  const char* key_ends_ = nullptr;
  const char* keys_ = nullptr;
  const char* value_ends_ = nullptr;  // leaf
  const char* children_ = nullptr;    // internal: ids
  const char* tail_ = nullptr;        // leaf: value area; internal: row counts
};

/// Gathers the entries of one node and encodes them canonically.
class NodeBuilder {
 public:
  explicit NodeBuilder(uint8_t level) : level_(level) {}

  /// Requires: level 0, `key` greater than the last, 1..kMaxKeyBytes bytes.
  void AddEntry(ByteView key, ByteView value);
  /// Requires: level > 0, and the same of `key`.
  void AddChild(ByteView key, ByteView child_id, uint64_t rows);

  /// Adds entries [begin, end) of a node of the same level. Requires: begin < end.
  void AddRange(const Node& node, size_t begin, size_t end);

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }
  uint64_t row_count() const { return level_ == 0 ? count_ : rows_sum_; }
  ByteView last_key() const {
    return ByteView(keys_).substr(keys_.size() - last_key_bytes_, last_key_bytes_);
  }

  /// Returns the node's canonical bytes and becomes empty. Requires: !empty().
  Bytes Finish();

 private:
  void AddKey(ByteView key);

  uint8_t level_;
  size_t count_ = 0;
  bool equal_lengths_ = true;
  size_t first_key_bytes_ = 0;
  size_t last_key_bytes_ = 0;
  uint64_t rows_sum_ = 0;
  uint64_t rows_max_ = 0;
  Bytes keys_;
  Bytes values_;  // leaf: value area; internal: ids
  std::vector<uint16_t> key_ends_;
  std::vector<uint32_t> value_ends_;
  std::vector<uint64_t> rows_;
};

}  // namespace pvc
