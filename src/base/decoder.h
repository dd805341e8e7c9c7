#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace pvc {

/// Reads untrusted bytes from front to back. Every length is checked against what remains, every varint
/// must be in its shortest form; whatever does not fit throws kCorrupt naming the object and the offset.
///
/// Lifetime: views returned point into the bytes given; `subject` must outlive the decoder.
class Decoder {
 public:
  /// `subject` says what is being read ("commit 1f3a..", "pack 09bc.. index"), for error messages.
  Decoder(ByteView bytes, std::string_view subject) : bytes_(bytes), subject_(subject) {}

  size_t offset() const { return offset_; }
  size_t remaining() const { return bytes_.size() - offset_; }
  bool AtEnd() const { return offset_ == bytes_.size(); }

  uint8_t ReadU8();
  uint16_t ReadU16();
  uint32_t ReadU32();
  uint64_t ReadU64();
  uint64_t ReadVarint();
  /// Reads a varint and checks it against a cap. Throws: kCorrupt when larger than `max`.
  uint64_t ReadVarintAtMost(uint64_t max);
  /// Reads exactly `size` bytes.
  ByteView ReadBytes(size_t size);
  /// Reads a varint length of at most `max_bytes`, then so many bytes.
  ByteView ReadString(size_t max_bytes);
  /// Throws: kCorrupt unless every byte was read.
  void ExpectEnd() const;

  /// Throws kCorrupt: "<subject>: <what> at offset N".
  [[noreturn]] void Fail(std::string_view what) const;

 private:
  ByteView bytes_;
  std::string_view subject_;
  size_t offset_ = 0;
};

}  // namespace pvc
