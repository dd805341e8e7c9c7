#include "base/hash.h"

#include <sodium.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/assert.h"

namespace pvc {

namespace {

using Domain = std::array<unsigned char, crypto_generichash_blake2b_PERSONALBYTES>;

Domain PadDomain(std::string_view domain) {
  Domain padded{};
  PVC_ASSERT(domain.size() <= padded.size());
  std::memcpy(padded.data(), domain.data(), domain.size());
  return padded;
}

const unsigned char* Unsigned(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// libsodium picks its fastest implementation in sodium_init, which is thread-safe and idempotent.
void InitSodium() {
  static const int kResult = sodium_init();
  PVC_ASSERT(kResult >= 0);
}

}  // namespace

std::string_view HashName(HashKind kind) {
  return kind == HashKind::kBlake2b256 ? "blake2b" : "sha256";
}

ObjectId ObjectId::FromView(ByteView view) {
  PVC_ASSERT(view.size() == kBytes);
  ObjectId id;
  std::memcpy(id.bytes.data(), view.data(), kBytes);
  return id;
}

std::optional<ObjectId> ObjectId::FromHex(std::string_view hex) {
  if (hex.size() != kBytes * 2) return std::nullopt;
  auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  ObjectId id;
  for (size_t i = 0; i < kBytes; ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return id;
}

ObjectId HashBytes(HashKind kind, std::string_view domain, ByteView bytes) {
  InitSodium();
  const Domain padded = PadDomain(domain);
  ObjectId id;
  if (kind == HashKind::kBlake2b256) {
    crypto_generichash_blake2b_salt_personal(id.bytes.data(), id.bytes.size(), Unsigned(bytes),
                                             bytes.size(), nullptr, 0, nullptr, padded.data());
  } else {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, padded.data(), padded.size());
    crypto_hash_sha256_update(&state, Unsigned(bytes), bytes.size());
    crypto_hash_sha256_final(&state, id.bytes.data());
  }
  return id;
}

uint64_t Checksum64(ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

uint64_t SeededHash64(ByteView bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace pvc
