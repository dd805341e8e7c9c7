#include "sqlite/record.h"

#include <bit>
#include <cmath>

#include "sqlite/big_endian.h"

namespace pvc {

namespace {

constexpr uint64_t kFirstBlobType = 12;
// Longest header: 32,767 fields of 3 bytes and its own size.   Source: SQLite's OP_Column
constexpr uint64_t kMaxHeaderBytes = 98307;

constexpr char kHeaderTooLong[] = "the record's header is cut off";
constexpr char kReservedType[] = "the record has a field of an unknown type";
constexpr char kFieldTooLong[] = "the record's fields are longer than the record";
constexpr char kTrailingBytes[] = "the record has bytes after its last field";

// Body bytes of the serial types below 12; 10 and 11 are refused before.
constexpr uint8_t kSizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

ByteView View(const uint8_t* p, uint64_t size) {
  return {reinterpret_cast<const char*>(p), static_cast<size_t>(size)};
}

int64_t LoadInteger(uint64_t serial_type, const uint8_t* p) {
  switch (serial_type) {
    case 1:
      return static_cast<int8_t>(p[0]);
    case 2:
      return static_cast<int16_t>(LoadBigEndian16(p));
    case 3:
      return static_cast<int32_t>((LoadBigEndian16(p) << 16) | (uint32_t{p[2]} << 8)) >> 8;
    case 4:
      return static_cast<int32_t>(LoadBigEndian32(p));
    case 5:
      return (static_cast<int64_t>(static_cast<int16_t>(LoadBigEndian16(p))) * (int64_t{1} << 32)) +
             LoadBigEndian32(p + 2);
    case 6:
      return static_cast<int64_t>(LoadBigEndian64(p));
    default:
      return static_cast<int64_t>(serial_type) - 8;
  }
}

inline Value DecodeNumber(uint64_t serial_type, const uint8_t* body, RecordField::Use use) {
  if (serial_type == 0) return Value::Null();
  if (serial_type == 7) {
    const auto real = std::bit_cast<double>(LoadBigEndian64(body));
    return std::isnan(real) ? Value::Null() : Value::Real(real);  // SQLite reads NaN as NULL too
  }
  const int64_t integer = LoadInteger(serial_type, body);
  if (use == RecordField::Use::kReal) return Value::Real(static_cast<double>(integer));
  return Value::Integer(integer);
}

// Reads one serial type and the size of its field; `at` moves behind it.
inline const char* ReadType(const uint8_t*& at, const uint8_t* end, uint64_t& type,
                            uint64_t& size) {
  if (*at < 0x80) {
    type = *at++;
  } else {
    at = ReadSqliteVarint(at, end, type);
    if (at == nullptr) return kHeaderTooLong;
  }
  if (type >= kFirstBlobType) {
    size = (type - kFirstBlobType) / 2;
    return nullptr;
  }
  size = kSizes[type];
  return type >= 10 ? kReservedType : nullptr;
}

}  // namespace

RecordResult DecodeRecord(const uint8_t* payload, size_t size,
                          const std::vector<RecordField>& fields, int64_t rowid, Value* values) {
  uint64_t header_size = 0;
  const uint8_t* at = DecodeHeaderSize(payload, size, size, header_size);
  if (at == nullptr) return {kHeaderTooLong, 0};
  const uint8_t* const header_end = payload + header_size;
  const uint8_t* body = header_end;
  const uint8_t* const end = payload + size;

  size_t count = 0;
  for (const RecordField& field : fields) {
    if (at >= header_end) break;
    uint64_t type = 0;
    uint64_t field_size = 0;
    if (const char* problem = ReadType(at, header_end, type, field_size)) return {problem, count};
    if (field_size > static_cast<uint64_t>(end - body)) return {kFieldTooLong, count};
    switch (field.use) {
      case RecordField::Use::kRowid:
        values[field.slot] = Value::Integer(rowid);
        break;
      case RecordField::Use::kSkip:
        break;
      default:
        if (type >= kFirstBlobType) {
          const ByteView bytes = View(body, field_size);
          values[field.slot] = (type & 1) != 0 ? Value::Text(bytes) : Value::Blob(bytes);
        } else {
          values[field.slot] = DecodeNumber(type, body, field.use);
        }
    }
    body += field_size;
    ++count;
  }
  if (at == header_end && body != end) return {kTrailingBytes, count};
  return {nullptr, count};
}

const uint8_t* DecodeHeaderSize(const uint8_t* payload, size_t size, uint64_t payload_size,
                                uint64_t& header_size) {
  const uint8_t* const first_type = ReadSqliteVarint(payload, payload + size, header_size);
  if (first_type == nullptr || header_size > payload_size || header_size > kMaxHeaderBytes ||
      header_size < static_cast<uint64_t>(first_type - payload)) {
    return nullptr;
  }
  return first_type;
}

RecordResult DecodeHeader(const uint8_t* header, uint64_t header_size, uint64_t payload_size,
                          size_t max_fields, std::vector<FieldSpan>& spans) {
  spans.clear();
  const uint8_t* const end = header + header_size;
  uint64_t ignored;
  const uint8_t* at = ReadSqliteVarint(header, end, ignored);
  if (at == nullptr) return {kHeaderTooLong, 0};
  uint64_t offset = header_size;
  while (at < end && spans.size() < max_fields) {
    FieldSpan span;
    if (const char* problem = ReadType(at, end, span.serial_type, span.size)) {
      return {problem, spans.size()};
    }
    if (span.size > payload_size - offset) return {kFieldTooLong, spans.size()};
    span.offset = offset;
    offset += span.size;
    spans.push_back(span);
  }
  if (at == end && offset != payload_size) return {kTrailingBytes, spans.size()};
  return {nullptr, spans.size()};
}

Value DecodeField(uint64_t serial_type, const uint8_t* body, RecordField::Use use) {
  if (serial_type < kFirstBlobType) return DecodeNumber(serial_type, body, use);
  Value value;
  value.storage_class = (serial_type & 1) != 0 ? StorageClass::kText : StorageClass::kBlob;
  value.size_bytes = (serial_type - kFirstBlobType) / 2;
  return value;
}

}  // namespace pvc
