#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "engine/sort_buffer.h"

namespace pvc {

/// One change to a tree: sets a key's value, or removes the key.
struct Edit {
  enum class Kind : uint8_t { kPut, kDelete };
  ByteView key;
  ByteView value;
  Kind kind = Kind::kPut;
};

/// A stream of edits in ascending order, at most one a key.
class EditSource {
 public:
  virtual ~EditSource() = default;
  /// Returns: the next edit, valid until the next call; nullptr after the last.
  virtual const Edit* Next() = 0;
};

/// Edits gathered in any order; the last one of a key counts.   Cost: O(n log n) once, when read.
class EditBatch final : public EditSource {
 public:
  /// Requires: no Next before.
  void Put(ByteView key, ByteView value) {
    buffer_.Add(key, value, static_cast<uint8_t>(Edit::Kind::kPut));
  }
  void Delete(ByteView key) { buffer_.Add(key, {}, static_cast<uint8_t>(Edit::Kind::kDelete)); }

  bool empty() const { return buffer_.size() == 0; }
  /// Memory in use, for callers that bound it.
  size_t held_bytes() const { return buffer_.held_bytes(); }

  const Edit* Next() override;

 private:
  SortBuffer buffer_;
  size_t next_ = 0;
  bool is_sorted_ = false;
  Edit current_;
};

}  // namespace pvc
