#include "base/decoder.h"

#include <fmt/format.h>

#include "base/error.h"

namespace pvc {

void Decoder::Fail(std::string_view what) const {
  throw Error(ErrorKind::kCorrupt, fmt::format("{}: {} at offset {}", subject_, what, offset_));
}

ByteView Decoder::ReadBytes(size_t size) {
  if (size > remaining()) Fail("ends too early");
  ByteView view = bytes_.substr(offset_, size);
  offset_ += size;
  return view;
}

uint8_t Decoder::ReadU8() { return static_cast<uint8_t>(ReadBytes(1)[0]); }
uint16_t Decoder::ReadU16() { return LoadU16(ReadBytes(2).data()); }
uint32_t Decoder::ReadU32() { return LoadU32(ReadBytes(4).data()); }
uint64_t Decoder::ReadU64() { return LoadU64(ReadBytes(8).data()); }

uint64_t Decoder::ReadVarint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = ReadU8();
    const uint64_t group = byte & 0x7FU;
    if (shift == 63 && group > 1) Fail("varint over 64 bits");
    value |= group << shift;
    if ((byte & 0x80U) == 0) {
      if (byte == 0 && shift != 0) Fail("varint not in its shortest form");
      return value;
    }
  }
  Fail("varint over 64 bits");
}

uint64_t Decoder::ReadVarintAtMost(uint64_t max) {
  const uint64_t value = ReadVarint();
  if (value > max) Fail(fmt::format("number {} over the limit {}", value, max));
  return value;
}

ByteView Decoder::ReadString(size_t max_bytes) {
  return ReadBytes(static_cast<size_t>(ReadVarintAtMost(max_bytes)));
}

void Decoder::ExpectEnd() const {
  if (!AtEnd()) Fail("unexpected bytes");
}

}  // namespace pvc
