#include "engine/object.h"

namespace pvc {

std::string_view ObjectTypeName(ObjectType type) {
  switch (type) {
    case ObjectType::kNode:
      return "node";
    case ObjectType::kPiece:
      return "piece";
    case ObjectType::kPieceList:
      return "pieces";
    case ObjectType::kSnapshot:
      return "snapshot";
    case ObjectType::kCommit:
      return "commit";
    case ObjectType::kTag:
      return "tag";
    case ObjectType::kOperation:
      return "operation";
    case ObjectType::kDictionary:
      return "dict";
  }
  return "unknown";
}

std::optional<ObjectType> ObjectTypeFromNumber(uint8_t number) {
  if (number < kFirstObjectType || number > kLastObjectType) return std::nullopt;
  return static_cast<ObjectType>(number);
}

ObjectId ComputeObjectId(HashKind kind, ObjectType type, ByteView bytes) {
  // Longest: "pvc/1 operation", 15 bytes of the domain's 16.
  char domain[16] = "pvc/1 ";
  const std::string_view name = ObjectTypeName(type);
  name.copy(domain + 6, sizeof domain - 6);
  return HashBytes(kind, std::string_view(domain, 6 + name.size()), bytes);
}

}  // namespace pvc
