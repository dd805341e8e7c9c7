#include "base/bytes.h"

#include <bit>

namespace pvc {

static_assert(std::endian::native == std::endian::little, "the loads and stores here assume it");

namespace {

template <typename T>
void AppendFixed(Bytes& out, T value) {
  char buffer[sizeof value];
  std::memcpy(buffer, &value, sizeof value);
  out.append(buffer, sizeof value);
}

}  // namespace

void AppendU8(Bytes& out, uint8_t value) { out.push_back(static_cast<char>(value)); }
void AppendU16(Bytes& out, uint16_t value) { AppendFixed(out, value); }
void AppendU32(Bytes& out, uint32_t value) { AppendFixed(out, value); }
void AppendU64(Bytes& out, uint64_t value) { AppendFixed(out, value); }

void AppendVarint(Bytes& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(static_cast<uint8_t>(value) | 0x80U));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

size_t VarintBytes(uint64_t value) {
  return value == 0 ? 1 : (static_cast<size_t>(std::bit_width(value)) + 6) / 7;
}

void AppendString(Bytes& out, ByteView value) {
  AppendVarint(out, value.size());
  out.append(value);
}

std::string ToHex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 0xF]);
  }
  return hex;
}

}  // namespace pvc
