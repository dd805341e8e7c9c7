#include "engine/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "base/decoder.h"
#include "base/error.h"
#include "engine/chunker.h"

namespace pvc {

namespace {

constexpr uint64_t kMax16 = std::numeric_limits<uint16_t>::max();
constexpr uint64_t kMax32 = std::numeric_limits<uint32_t>::max();

}  // namespace

std::shared_ptr<const Node> Node::Parse(std::shared_ptr<const Bytes> bytes,
                                        std::string_view subject) {
  struct MakeSharedNode : Node {};
  auto node = std::make_shared<MakeSharedNode>();
  node->bytes_ = std::move(bytes);

  Decoder in(*node->bytes_, subject);
  node->level_ = in.ReadU8();
  if (node->level_ > kMaxNodeLevel) in.Fail("node level over the limit");
  node->width_ = in.ReadU8();
  const uint8_t narrow = node->is_leaf() ? 2 : 4;
  if (node->width_ != narrow && node->width_ != 2 * narrow) in.Fail("unknown width in a node");
  node->count_ = in.ReadU16();
  if (node->count_ == 0) in.Fail("node without entries");
  node->key_length_ = in.ReadU16();

  const size_t n = node->count_;
  size_t key_area = 0;
  if (node->key_length_ == kVariable) {
    node->key_ends_ = in.ReadBytes(2 * n).data();
    size_t previous = 0;
    bool all_equal = true;
    for (size_t i = 0; i < n; ++i) {
      const size_t end = LoadU16(node->key_ends_ + 2 * i);
      if (end <= previous || end - previous > kMaxKeyBytes) in.Fail("bad key length in a node");
      all_equal = all_equal && end - previous == LoadU16(node->key_ends_);
      previous = end;
    }
    if (all_equal) in.Fail("node spells out equal key lengths");
    key_area = previous;
  } else {
    if (node->key_length_ == 0 || node->key_length_ > kMaxKeyBytes)
      in.Fail("bad key length in a node");
    key_area = n * node->key_length_;
  }
  node->keys_ = in.ReadBytes(key_area).data();
  for (size_t i = 1; i < n; ++i) {
    if (CompareBytes(node->key(i - 1), node->key(i)) >= 0)
      in.Fail("keys of a node are not ascending");
  }

  if (node->is_leaf()) {
    node->value_ends_ = in.ReadBytes(node->width_ * n).data();
    size_t previous = 0;
    for (size_t i = 0; i < n; ++i) {
      const size_t end = node->ValueEnd(i);
      if (end < previous) in.Fail("values of a node overlap");
      previous = end;
    }
    if ((previous > kMax16) != (node->width_ == 4)) in.Fail("node not in its narrowest form");
    node->tail_ = in.ReadBytes(previous).data();
    node->row_count_ = n;
  } else {
    node->children_ = in.ReadBytes(ObjectId::kBytes * n).data();
    node->tail_ = in.ReadBytes(node->width_ * n).data();
    bool is_wide = false;
    for (size_t i = 0; i < n; ++i) {
      const uint64_t rows = node->child_rows(i);
      if (rows == 0) in.Fail("child without rows");
      is_wide = is_wide || rows > kMax32;
      if (__builtin_add_overflow(node->row_count_, rows, &node->row_count_)) {
        in.Fail("row counts of a node overflow");
      }
    }
    if (is_wide != (node->width_ == 8)) in.Fail("node not in its narrowest form");
    if (node->row_count_ > kMaxTreeRows) in.Fail("more rows than a tree may have");
  }
  // A node ends with the entry that reaches the limit, so all before the last stay below it.
  const size_t before_last = n - 1;
  const size_t values =
      node->is_leaf() ? node->value_bytes(0, before_last) : before_last * kChildWeightBytes;
  if (node->key_bytes(0, before_last) + values + before_last * kEntryOverheadBytes >=
      kMaxNodeWeight) {
    in.Fail("node over the weight limit");
  }
  in.ExpectEnd();
  return node;
}

size_t Node::LowerBound(ByteView key_wanted) const {
  size_t low = 0;
  size_t high = count_;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (CompareBytes(key(middle), key_wanted) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void NodeBuilder::AddKey(ByteView key) {
  PVC_ASSERT(!key.empty() && key.size() <= kMaxKeyBytes);
  if (count_ == 0) {
    first_key_bytes_ = key.size();
  } else {
    PVC_ASSERT(CompareBytes(last_key(), key) < 0);
    if (key.size() != first_key_bytes_) equal_lengths_ = false;
  }
  keys_.append(key);
  PVC_ASSERT(keys_.size() <= kMax16);
  key_ends_.push_back(static_cast<uint16_t>(keys_.size()));
  last_key_bytes_ = key.size();
  ++count_;
}

void NodeBuilder::AddEntry(ByteView key, ByteView value) {
  PVC_ASSERT(level_ == 0);
  AddKey(key);
  values_.append(value);
  PVC_ASSERT(values_.size() <= kMax32);
  value_ends_.push_back(static_cast<uint32_t>(values_.size()));
}

void NodeBuilder::AddChild(ByteView key, ByteView child_id, uint64_t rows) {
  PVC_ASSERT(level_ > 0 && child_id.size() == ObjectId::kBytes && rows > 0);
  AddKey(key);
  values_.append(child_id);
  rows_.push_back(rows);
  rows_sum_ += rows;
  rows_max_ = std::max(rows_max_, rows);
}

void NodeBuilder::AddRange(const Node& node, size_t begin, size_t end) {
  PVC_ASSERT(begin < end && node.level() == level_);
  if (count_ == 0) {
    first_key_bytes_ = node.key(begin).size();
  } else {
    PVC_ASSERT(CompareBytes(last_key(), node.key(begin)) < 0);
  }
  size_t key_end = keys_.size();
  keys_.append(node.key(begin).data(), node.key_bytes(begin, end));
  PVC_ASSERT(keys_.size() <= kMax16);
  for (size_t i = begin; i < end; ++i) {
    last_key_bytes_ = node.key(i).size();
    equal_lengths_ = equal_lengths_ && last_key_bytes_ == first_key_bytes_;
    key_end += last_key_bytes_;
    key_ends_.push_back(static_cast<uint16_t>(key_end));
  }
  if (level_ == 0) {
    size_t value_end = values_.size();
    values_.append(node.value(begin).data(), node.value_bytes(begin, end));
    PVC_ASSERT(values_.size() <= kMax32);
    for (size_t i = begin; i < end; ++i) {
      value_end += node.value_bytes(i, i + 1);
      value_ends_.push_back(static_cast<uint32_t>(value_end));
    }
  } else {
    values_.append(node.child_id_view(begin).data(), ObjectId::kBytes * (end - begin));
    for (size_t i = begin; i < end; ++i) {
      const uint64_t rows = node.child_rows(i);
      rows_.push_back(rows);
      rows_sum_ += rows;
      rows_max_ = std::max(rows_max_, rows);
    }
  }
  count_ += end - begin;
}

Bytes NodeBuilder::Finish() {
  PVC_ASSERT(count_ > 0 && count_ <= kMax16);
  const bool is_leaf = level_ == 0;
  const bool is_wide = is_leaf ? values_.size() > kMax16 : rows_max_ > kMax32;
  const auto width = static_cast<uint8_t>((is_leaf ? 2 : 4) * (is_wide ? 2 : 1));

  Bytes out;
  out.reserve(Node::kHeaderBytes + 2 * count_ + keys_.size() + width * count_ + values_.size());
  AppendU8(out, level_);
  AppendU8(out, width);
  AppendU16(out, static_cast<uint16_t>(count_));
  if (equal_lengths_) {
    AppendU16(out, static_cast<uint16_t>(first_key_bytes_));
  } else {
    AppendU16(out, Node::kVariable);
    out.append(reinterpret_cast<const char*>(key_ends_.data()), 2 * count_);
  }
  out.append(keys_);
  if (is_leaf) {
    if (is_wide) {
      out.append(reinterpret_cast<const char*>(value_ends_.data()), 4 * count_);
    } else {
      const size_t at = out.size();
      out.resize(at + 2 * count_);
      for (size_t i = 0; i < count_; ++i) {
        const auto end = static_cast<uint16_t>(value_ends_[i]);
        std::memcpy(out.data() + at + 2 * i, &end, sizeof end);
      }
    }
    out.append(values_);
  } else {
    out.append(values_);
    for (uint64_t rows : rows_) {
      if (is_wide) {
        AppendU64(out, rows);
      } else {
        AppendU32(out, static_cast<uint32_t>(rows));
      }
    }
  }

  count_ = 0;
  equal_lengths_ = true;
  rows_sum_ = 0;
  rows_max_ = 0;
  keys_.clear();
  values_.clear();
  key_ends_.clear();
  value_ends_.clear();
  rows_.clear();
  return out;
}

}  // namespace pvc
