#pragma once

#include <compare>
#include <string>

#include "base/hash.h"

namespace pvc {

/// An object id that says what it names, so that one cannot stand for another.
template <typename Tag>
struct TypedId {
  ObjectId id;

  auto operator<=>(const TypedId&) const = default;
  bool IsZero() const { return id.IsZero(); }
  std::string Hex() const { return id.Hex(); }
  std::string Short() const { return id.Short(); }
};

using SnapshotId = TypedId<struct SnapshotTag>;
using CommitId = TypedId<struct CommitTag>;
using OperationId = TypedId<struct OperationTag>;
using TagId = TypedId<struct AnnotatedTagTag>;

}  // namespace pvc

template <typename Tag>
struct std::hash<pvc::TypedId<Tag>> {
  size_t operator()(const pvc::TypedId<Tag>& id) const noexcept {
    return std::hash<pvc::ObjectId>()(id.id);
  }
};
