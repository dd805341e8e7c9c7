#include "vcs/snapshot_join.h"

#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "engine/tree_merge.h"
#include "vcs/catalog.h"

namespace pvc {
namespace {

bool SameButRank(const std::optional<CatalogEntry>& a, const std::optional<CatalogEntry>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  CatalogEntry other = *b;
  other.rank = a->rank;
  return *a == other;
}

Error BothChanged(const std::string& what) {
  return Error(ErrorKind::kInvalid, "both sides changed " + what);
}

class Joiner {
 public:
  Joiner(NodeReader& nodes, WriteBatch& batch) : nodes_(nodes), batch_(batch) {}

  std::optional<Bytes> Resolve(const TreeCollision& collision) {
    const auto base = Decode(collision.key, collision.base);
    const auto ours = Decode(collision.key, collision.ours);
    const auto theirs = Decode(collision.key, collision.theirs);
    if (SameButRank(ours, theirs) || SameButRank(base, theirs)) return Copy(collision.ours);
    if (SameButRank(base, ours)) return Copy(collision.theirs);
    const CatalogEntry& named = ours ? *ours : theirs ? *theirs : *base;
    const std::string what =
        fmt::format("{} '{}'", SchemaObjectKindName(named.object.kind), named.object.name);
    if (!base || !ours || !theirs || !base->table || !HaveOneSchema(*base, *ours, *theirs)) {
      throw BothChanged(what);
    }
    const TableInfo& info = ours->table->info;
    // Where rowids are no keys, both sides may have given one rowid to different rows.
    const bool has_loose_rowid = info.identity == RowIdentity::kNone ||
                                 (info.identity == RowIdentity::kPrimaryKey && !info.without_rowid);
    if (has_loose_rowid) throw BothChanged(what);
    CatalogEntry joined = *ours;
    joined.table->rows =
        MergeTrees(nodes_, batch_, base->table->rows, ours->table->rows, theirs->table->rows,
                   [&](const TreeCollision&) -> std::optional<Bytes> {
                     throw BothChanged("the same row of " + what);
                   });
    return EncodeCatalogEntry(joined);
  }

 private:
  static std::optional<CatalogEntry> Decode(ByteView key, const std::optional<ByteView>& value) {
    if (!value) return std::nullopt;
    return DecodeCatalogEntry(key, *value);
  }
  static std::optional<Bytes> Copy(const std::optional<ByteView>& value) {
    if (!value) return std::nullopt;
    return Bytes(*value);
  }
  static bool HaveOneSchema(const CatalogEntry& a, const CatalogEntry& b, const CatalogEntry& c) {
    return a.object == b.object && b.object == c.object && a.table->info == b.table->info &&
           b.table && c.table && b.table->info == c.table->info;
  }

  NodeReader& nodes_;
  WriteBatch& batch_;
};

template <typename Property>
Property JoinProperty(const char* name, Property base, Property ours, Property theirs) {
  if (ours == theirs || theirs == base) return ours;
  if (ours == base) return theirs;
  throw BothChanged(name);
}

}  // namespace

Snapshot JoinSnapshots(Repository&, NodeReader& nodes, WriteBatch& batch, const Snapshot& base,
                       const Snapshot& ours, const Snapshot& theirs) {
  const DatabaseProperties& o = ours.properties;
  const DatabaseProperties& t = theirs.properties;
  const DatabaseProperties& b = base.properties;
  if (o.encoding != t.encoding || o.encoding != b.encoding) throw BothChanged("the text encoding");
  Snapshot joined = ours;
  joined.properties.user_version =
      JoinProperty("user_version", b.user_version, o.user_version, t.user_version);
  joined.properties.application_id =
      JoinProperty("application_id", b.application_id, o.application_id, t.application_id);
  Joiner joiner(nodes, batch);
  joined.catalog =
      MergeTrees(nodes, batch, base.catalog, ours.catalog, theirs.catalog,
                 [&](const TreeCollision& collision) { return joiner.Resolve(collision); });
  return joined;
}

}  // namespace pvc
