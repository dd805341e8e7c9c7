#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace pvc {

/// The hash that names a repository's objects; fixed when the repository is made.
enum class HashKind : uint8_t {
  kBlake2b256 = 1,  ///< BLAKE2b-256, the domain in its `personal` field
  kSha256 = 2,      ///< SHA-256 over the 16-byte domain, then the bytes
};

/// "blake2b" or "sha256".
std::string_view HashName(HashKind kind);

/// Names an object by its content: 32 bytes of hash. The zero id names nothing.
struct ObjectId {
  static constexpr size_t kBytes = 32;

  std::array<uint8_t, kBytes> bytes{};

  auto operator<=>(const ObjectId&) const = default;
  bool IsZero() const { return *this == ObjectId{}; }
  ByteView View() const { return {reinterpret_cast<const char*>(bytes.data()), kBytes}; }
  /// 64 lower-case hex digits.
  std::string Hex() const { return ToHex(View()); }
  /// First 12 hex digits: what people read in messages.
  std::string Short() const { return Hex().substr(0, 12); }
  /// Requires: view.size() == kBytes.
  static ObjectId FromView(ByteView view);
  /// Returns: nothing unless `hex` is 64 hex digits (either case).
  static std::optional<ObjectId> FromHex(std::string_view hex);
};

/// Hashes `bytes` under `domain`, so that equal bytes of two types have two ids.
///
/// Requires: domain.size() <= 16 (padded with zeros).
/// Cost:     BLAKE2b about 650 MB/s, SHA-256 about 350 MB/s.
ObjectId HashBytes(HashKind kind, std::string_view domain, ByteView bytes);

/// XXH3-64 of stored bytes: finds bit rot, protects against nobody.   Cost: about 14 GB/s.
uint64_t Checksum64(ByteView bytes);

/// XXH3-64 with a seed: decides where a tree is cut.   Source: XXH3 is frozen since xxHash 0.8.0.
uint64_t SeededHash64(ByteView bytes, uint64_t seed);

}  // namespace pvc

/// An id is a hash already: its first bytes serve as the bucket.
template <>
struct std::hash<pvc::ObjectId> {
  size_t operator()(const pvc::ObjectId& id) const noexcept {
    size_t value;
    static_assert(sizeof value <= pvc::ObjectId::kBytes);
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};
