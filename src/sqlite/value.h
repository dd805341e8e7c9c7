#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace pvc {

/// SQLite's five storage classes. The numbers are pvc's own and not on disk.
enum class StorageClass : uint8_t { kNull, kInteger, kReal, kText, kBlob };

/// How a database stores its text. The numbers are SQLite's (file header, offset 56).
enum class TextEncoding : uint8_t { kUtf8 = 1, kUtf16le = 2, kUtf16be = 3 };

/// Streams one value that is too large to hold in memory.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  /// Copies bytes [offset, offset + size) of the value. Requires: the range lies inside it.
  virtual void ReadAt(uint64_t offset, char* out, size_t size) = 0;
};

/// One cell: its storage class and exact bytes. Text is in the database's own encoding, without
/// BOM, terminator or validation.
///
/// Lifetime: what it points to belongs to whoever made it; scanners keep it until the next row.
struct Value {
  StorageClass storage_class = StorageClass::kNull;
  int64_t integer = 0;            ///< kInteger
  double real = 0;                ///< kReal; never NaN
  ByteView bytes;                 ///< kText, kBlob, unless `reader` is set
  uint64_t size_bytes = 0;        ///< kText, kBlob: length of the value
  ValueReader* reader = nullptr;  ///< set for values over kStreamedValueBytes: read them in pieces

  static Value Null() { return {}; }
  static Value Integer(int64_t v) {
    Value value;
    value.storage_class = StorageClass::kInteger;
    value.integer = v;
    return value;
  }
  static Value Real(double v) {
    Value value;
    value.storage_class = StorageClass::kReal;
    value.real = v;
    return value;
  }
  static Value Text(ByteView v) {
    Value value;
    value.storage_class = StorageClass::kText;
    value.bytes = v;
    value.size_bytes = v.size();
    return value;
  }
  static Value Blob(ByteView v) {
    Value value = Text(v);
    value.storage_class = StorageClass::kBlob;
    return value;
  }
};

/// Values above this size may come as a ValueReader instead of bytes.
inline constexpr uint64_t kStreamedValueBytes = 1U << 20;

}  // namespace pvc
