#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/record_source.h"
#include "engine/root_file.h"

namespace pvc {

/// A ROOT and readers for the packs it lists. Immutable; threads share it. A lookup asks the newest
/// pack first.
///
/// Throws: kNotFound when the file of a pack is missing; otherwise as PackReader.
class PackSet final : public RecordSource {
 public:
  /// Makes the reader of a pack that no earlier set had.
  using OpenPack = std::function<std::shared_ptr<PackReader>(const PackEntry&)>;

  /// `previous`: the set whose open packs are kept; may be null.
  PackSet(Root root, const PackSet* previous, const OpenPack& open_pack);

  const Root& root() const { return root_; }
  /// In the order of root().packs: oldest first.
  const std::vector<std::shared_ptr<PackReader>>& packs() const { return packs_; }

  struct Place {
    PackReader* pack = nullptr;
    IndexEntry entry;
  };
  std::optional<Place> Find(const ObjectId& id) const;
  std::optional<StoredRecord> FindRecord(const ObjectId& id, unsigned depth_limit) override;

 private:
  Root root_;
  std::vector<std::shared_ptr<PackReader>> packs_;
};

}  // namespace pvc
