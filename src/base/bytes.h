#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pvc {

/// Bytes that somebody else owns. Compares as memcmp does (unsigned bytes, then length).
using ByteView = std::string_view;
/// Bytes that are owned.
using Bytes = std::string;

/// Appends integers in the one form the format uses: fixed-width little endian, or a varint of 7-bit
/// groups, least significant first, in its shortest form (LEB128).   Format: docs/format.md#conventions
void AppendU8(Bytes& out, uint8_t value);
void AppendU16(Bytes& out, uint16_t value);
void AppendU32(Bytes& out, uint32_t value);
void AppendU64(Bytes& out, uint64_t value);
void AppendVarint(Bytes& out, uint64_t value);
/// Appends the length as a varint, then the bytes.
void AppendString(Bytes& out, ByteView value);

/// Longest varint: ceil(64 / 7) bytes.
inline constexpr size_t kMaxVarintBytes = 10;
/// Number of bytes AppendVarint writes.
size_t VarintBytes(uint64_t value);

/// Reads fixed-width little-endian integers. Requires: the bytes are there.
inline uint16_t LoadU16(const char* p) {
  uint16_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline uint32_t LoadU32(const char* p) {
  uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline uint64_t LoadU64(const char* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

/// The first 8 bytes as a number that orders as memcmp does; shorter views are padded with zeros.
inline uint64_t OrderedPrefix(ByteView bytes) {
  uint64_t prefix = 0;
  if (bytes.size() >= sizeof prefix) {
    std::memcpy(&prefix, bytes.data(), sizeof prefix);
  } else if (!bytes.empty()) {
    std::memcpy(&prefix, bytes.data(), bytes.size());
  }
  return __builtin_bswap64(prefix);
}

/// Compares as memcmp does, without a call for the 8-byte keys that most tables have.
/// Returns: negative, zero or positive.
inline int CompareBytes(ByteView a, ByteView b) {
  if (a.size() >= 8 && b.size() >= 8) {
    const uint64_t x = OrderedPrefix(a);
    const uint64_t y = OrderedPrefix(b);
    if (x != y) return x < y ? -1 : 1;
    if (a.size() == 8 && b.size() == 8) return 0;
  }
  return a.compare(b);
}

/// Lower-case hexadecimal, two digits a byte.
std::string ToHex(ByteView bytes);

}  // namespace pvc
