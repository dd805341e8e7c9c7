#pragma once

#include <cstdint>
#include <vector>

#include "sqlite/value.h"

namespace pvc {

/// Stands for "no value of a row".
inline constexpr uint32_t kNoSlot = 0xFFFFFFFF;

/// What becomes of one field of a table's records.
struct RecordField {
  enum class Use : uint8_t {
    kValue,
    kReal,   ///< REAL affinity: SQLite stores whole numbers as integers to save space
    kRowid,  ///< INTEGER PRIMARY KEY: stored as NULL, the rowid stands for it
    kSkip,   ///< a stored generated column, or a key column that is stored twice
  };
  Use use = Use::kValue;
  uint32_t slot = kNoSlot;  ///< index of the value; kNoSlot with kSkip
};

/// One field of a record, found in its header.
struct FieldSpan {
  uint64_t serial_type = 0;
  uint64_t offset = 0;  ///< from the payload's first byte
  uint64_t size = 0;
};

/// A record in memory, or why it is none.   Format:
/// https://www.sqlite.org/fileformat2.html#record_format
///
/// header:  varint size of the header with itself, then a varint serial type for each field
/// body:    the fields' bytes, one after the other
///
/// serial type  bytes       value
///           0      0       NULL
///       1 - 6  1 2 3 4 6 8 integer, big endian
///           7      8       IEEE 754 double, big endian
///         8 9      0       the integers 0 and 1
///       10 11      -       never written
///   even >=12  (n-12)/2    blob
///   odd  >=13  (n-13)/2    text
struct RecordResult {
  const char* problem = nullptr;  ///< what is wrong with it; nullptr when nothing is
  size_t field_count = 0;         ///< fields found; the others come after ALTER TABLE ADD COLUMN
};

/// Decodes a whole record into `values`, leaving slots of absent fields as they are. Text and blobs
/// are views.
///
/// Requires: values[slot] exists for each field used.
/// Cost:     no allocation.
RecordResult DecodeRecord(const uint8_t* payload, size_t size,
                          const std::vector<RecordField>& fields, int64_t rowid, Value* values);

/// Decodes the size of a header from the payload's first bytes (`size` of them are given).
/// Returns: where the first serial type is; nullptr when the size cannot be right for a payload of
///          `payload_size` bytes.
const uint8_t* DecodeHeaderSize(const uint8_t* payload, size_t size, uint64_t payload_size,
                                uint64_t& header_size);

/// Finds the fields of a record of which only the header is in memory, at most `max_fields`.
RecordResult DecodeHeader(const uint8_t* header, uint64_t header_size, uint64_t payload_size,
                          size_t max_fields, std::vector<FieldSpan>& spans);

/// Decodes one field but not its text or blob bytes.   Requires: `body` has the bytes of a number.
Value DecodeField(uint64_t serial_type, const uint8_t* body, RecordField::Use use);

}  // namespace pvc
