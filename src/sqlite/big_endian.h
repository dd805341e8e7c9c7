#pragma once

#include <cstdint>
#include <cstring>

namespace pvc {

/// Integers as SQLite's file format has them: big endian. Requires: the bytes are there.
inline uint32_t LoadBigEndian16(const uint8_t* p) { return (uint32_t{p[0]} << 8) | p[1]; }

inline uint32_t LoadBigEndian32(const uint8_t* p) {
  uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_bswap32(v);
}

inline uint64_t LoadBigEndian64(const uint8_t* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return __builtin_bswap64(v);
}

/// Reads SQLite's varint: groups of 7 bits, most significant first, a ninth byte with 8.
///
/// Returns: the byte after it, nullptr when it does not end before `end`.
inline const uint8_t* ReadSqliteVarint(const uint8_t* p, const uint8_t* end, uint64_t& value) {
  if (p >= end) return nullptr;
  uint64_t result = *p & 0x7FU;
  if (*p++ < 0x80) {
    value = result;
    return p;
  }
  for (int i = 1; i < 8; ++i) {
    if (p >= end) return nullptr;
    const uint8_t byte = *p++;
    result = (result << 7) | (byte & 0x7FU);
    if (byte < 0x80) {
      value = result;
      return p;
    }
  }
  if (p >= end) return nullptr;
  value = (result << 8) | *p;
  return p + 1;
}

}  // namespace pvc
