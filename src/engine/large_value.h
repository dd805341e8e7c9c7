#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/object_io.h"

namespace pvc {

/// Values longer than this leave their row. Chosen so that a leaf of 16 KiB still holds several
/// rows, and a typical text column stays inline. Changing it changes the root id of every table
/// with such values.
inline constexpr uint64_t kMaxInlineValueBytes = 2U << 10;

/// SQLite's own limit of a value.
inline constexpr uint64_t kMaxLargeValueBytes = (1ULL << 31) - 1;

/// No piece but a value's last is shorter; none is longer than the maximum. Format constants: with
/// an average near 80 KiB, one edit in a 100 MB value costs one piece and a few list objects.
inline constexpr size_t kMinPieceBytes = 16U << 10;
inline constexpr size_t kMaxPieceBytes = 256U << 10;
/// Entries of a piece list, likewise.
inline constexpr size_t kMinListEntries = 16;
inline constexpr size_t kMaxListEntries = 1024;

/// A value stored outside its row, named by its content: the same bytes give the same LargeValue.
struct LargeValue {
  ObjectId root;            ///< a piece when depth is 0, else a list
  uint64_t size_bytes = 0;  ///< at least 1
  uint8_t depth = 0;        ///< levels of lists, at most kMaxListDepth

  bool operator==(const LargeValue&) const = default;
};
inline constexpr uint8_t kMaxListDepth = 8;

/// Copies bytes [offset, offset + size) of the value being stored into `out`.
using ReadValueRange = std::function<void(uint64_t offset, char* out, size_t size)>;

/// Cuts a value into pieces where its content says so and stores them, holding a piece at a time.
/// Requires: size_bytes > 0.   Throws: what `read` and the sink throw.
/// Format:   docs/format.md#large-values
LargeValue WriteLargeValue(ObjectSink& sink, uint64_t size_bytes, const ReadValueRange& read);

/// A decoded list object: the pieces of a value in order, or lists of them.
struct PieceListEntry {
  ObjectId id;
  uint64_t size_bytes = 0;  ///< bytes of the value below
};
struct PieceList {
  uint8_t level = 1;  ///< 1: the entries are pieces
  std::vector<PieceListEntry> entries;
};
/// Throws: kCorrupt.
PieceList DecodePieceList(ByteView bytes, std::string_view subject);

/// Reads a large value piece by piece.
///
/// Lifetime: the source outlives it.   Throws: kCorrupt unless the lists fit the value's size and
/// depth; kIo.
class LargeValueReader {
 public:
  LargeValueReader(ObjectSource& source, const LargeValue& value);

  /// Returns: false past the last piece.
  bool Next(Bytes& piece);

 private:
  struct Frame {
    PieceList list;
    size_t next = 0;
  };

  void PushList(const ObjectId& id, uint8_t level, uint64_t size_bytes);

  ObjectSource& source_;
  LargeValue value_;
  std::vector<Frame> path_;
  uint64_t read_bytes_ = 0;
  bool started_ = false;
};

/// Reads a large value whole. Requires: the caller bounds value.size_bytes.
Bytes ReadLargeValue(ObjectSource& source, const LargeValue& value);

}  // namespace pvc
