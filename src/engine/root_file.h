#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"

namespace pvc {

/// A pack as ROOT lists it.
struct PackEntry {
  ObjectId id;              ///< hash of its index; names the file
  uint64_t size_bytes = 0;  ///< of the file
  uint64_t object_count = 0;

  bool operator==(const PackEntry&) const = default;
};

/// The one mutable file of a repository: it names everything that counts.   Format:
/// docs/format.md#root
struct Root {
  HashKind hash_kind = HashKind::kBlake2b256;
  ObjectId repository_id;  ///< random; remotes compare it
  uint64_t sequence = 0;   ///< counts up by one with each replacement
  ObjectId previous_hash;  ///< hash of the ROOT file this one replaced; zero for the first
  ObjectId operation;      ///< the current operation; zero before the first
  std::vector<PackEntry> packs;

  bool operator==(const Root&) const = default;
};

inline constexpr uint32_t kFormatVersion = 1;
/// Packs a ROOT may list; writers merge long before.
inline constexpr uint64_t kMaxPackCount = 1U << 20;

Bytes EncodeRoot(const Root& root);
/// Throws: kCorrupt; kUnsupported for a newer version, naming both versions.
Root DecodeRoot(ByteView bytes);

}  // namespace pvc
