#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/hash.h"

namespace pvc {

/// What an object is. Part of its id (the hash's domain), so that bytes of one type can never be
/// read as another.   Format: docs/format.md#objects
enum class ObjectType : uint8_t {
  kNode = 1,        ///< tree node, leaf or internal            engine/node.h
  kPiece = 2,       ///< piece of a large value                 engine/large_value.h
  kPieceList = 3,   ///< list of pieces or of lists             engine/large_value.h
  kSnapshot = 4,    ///< a database at one moment               vcs/snapshot.h
  kCommit = 5,      ///<                                        vcs/commit.h
  kTag = 6,         ///< annotated tag                          vcs
  kOperation = 7,   ///< one command's effect on refs           vcs/operation.h
  kDictionary = 8,  ///< zstd dictionary of other records       engine/codec.h
};
inline constexpr uint8_t kFirstObjectType = 1;
inline constexpr uint8_t kLastObjectType = 8;

/// Raw size no object may pass: decoders refuse more before they allocate. A leaf of one row of
/// 32,767 columns of 2 KiB is the largest that can arise.
inline constexpr uint32_t kMaxObjectBytes = 96U << 20;

/// "node", "piece", ..., as printed by cat-object.
std::string_view ObjectTypeName(ObjectType type);
/// Returns: nothing for a number that is no type.
std::optional<ObjectType> ObjectTypeFromNumber(uint8_t number);

/// The id of canonical bytes: HashBytes under the domain "pvc/1 " + type name.
ObjectId ComputeObjectId(HashKind kind, ObjectType type, ByteView bytes);

}  // namespace pvc
