#include "vcs/merge/merge_base_snapshot.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "engine/tree_edits.h"
#include "vcs/catalog.h"
#include "vcs/merge/snapshot_merge.h"
#include "vcs/merge/table_outcome.h"
#include "vcs/merge_base.h"
#include "vcs/row_codec.h"

namespace pvc {
namespace {

// Levels of criss-cross below each other that are merged; histories that take turns merging each
// other without end have more.
constexpr size_t kMaxLevels = 64;

Error TooManyBases(const CommitId& ours, const CommitId& theirs, const std::string& why) {
  return Error(ErrorKind::kUnsupported, fmt::format("{} and {} have several merge bases, and {}",
                                                    ours.Short(), theirs.Short(), why))
      .AddHint("see them:       pvc log --graph " + ours.Short() + " " + theirs.Short())
      .AddHint("bring over single commits instead:  pvc cherry-pick " + theirs.Short());
}

Snapshot SnapshotOf(Repository& repository, const CommitId& commit) {
  return repository.GetSnapshot(repository.GetCommit(commit).snapshot);
}

// Settles what two bases conflict in so that the two commits that are merged by them agree on it
// only where they hold the same.
class BaseConflicts {
 public:
  BaseConflicts(Repository& repository, NodeReader& nodes, WriteBatch& batch, const CommitId& ours,
                const CommitId& theirs)
      : repository_(repository), nodes_(nodes), batch_(batch), ours_(ours), theirs_(theirs) {}

  /// `a` and `b`: the commits that the outcome is a base of.
  Snapshot Settle(const MergedSnapshot& merged, const CommitId& a, const CommitId& b) {
    if (!merged.conflicts.schema.empty()) {
      throw TooManyBases(
          ours_, theirs_,
          fmt::format("these differ in the schema: '{}'", merged.conflicts.schema.front().name));
    }
    Snapshot snapshot = merged.snapshot;
    if (merged.conflicts.tables.empty()) return snapshot;
    a_ = SnapshotOf(repository_, a);
    b_ = SnapshotOf(repository_, b);
    TreeEdits catalog(nodes_, batch_, snapshot.catalog);
    for (const TableConflicts& table : merged.conflicts.tables) {
      auto entry = FindTable(nodes_, snapshot.catalog, table.name());
      if (!entry) ThrowUnkeyed(table.name());
      SettleTable(table, *entry);
      catalog.Put(CatalogKey(entry->object.kind, entry->object.name), EncodeCatalogEntry(*entry));
    }
    snapshot.catalog = catalog.Finish();
    return snapshot;
  }

 private:
  [[noreturn]] void ThrowUnkeyed(const std::string& table) const {
    throw TooManyBases(ours_, theirs_,
                       fmt::format("these conflict in rows of table '{}' that have no key", table));
  }

  std::optional<Bytes> RowIn(const Snapshot& side, const CatalogEntry& layout, ByteView key) {
    const auto entry = FindTable(nodes_, side.catalog, layout.object.name);
    if (!entry || entry->table->info != layout.table->info) return std::nullopt;
    return ValueAt(nodes_, entry->table->rows, key);
  }

  void SettleTable(const TableConflicts& table, CatalogEntry& entry) {
    const TableInfo& info = entry.table->info;
    if (info.identity == RowIdentity::kNone) ThrowUnkeyed(table.name());
    RowCodec codec(info, a_.properties.encoding, repository_.store().hash_kind(), nullptr);
    TreeEdits rows(nodes_, batch_, entry.table->rows);
    TreeCursor cursor(nodes_, table.rows);
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      const RowConflict conflict = DecodeRowConflict(cursor.value());
      if (HasNullInKey(codec, cursor.key(), conflict)) ThrowUnkeyed(table.name());
      const auto base =
          BaseFor(conflict, RowIn(a_, entry, cursor.key()), RowIn(b_, entry, cursor.key()));
      if (base) {
        rows.Put(cursor.key(), *base);
      } else {
        rows.Delete(cursor.key());
      }
    }
    entry.table->rows = rows.Finish();
  }

  // Without the row in the base, both commits added it: the cells in which they differ are open.
  // Where one has it and the other removed it, the base has it in another version than that one.
  static std::optional<Bytes> BaseFor(const RowConflict& conflict, const std::optional<Bytes>& a,
                                      const std::optional<Bytes>& b) {
    if (a.has_value() == b.has_value()) return std::nullopt;
    const std::optional<Bytes>& present = a ? a : b;
    for (const auto* version : {&conflict.base, &conflict.ours, &conflict.theirs}) {
      if (*version && *version != present) return **version;
    }
    return std::nullopt;
  }

  static bool HasNullInKey(RowCodec& codec, ByteView key, const RowConflict& conflict) {
    const TableInfo& info = codec.table();
    if (info.identity != RowIdentity::kPrimaryKey || info.without_rowid) return false;
    Row row;
    for (const auto* version : {&conflict.ours, &conflict.theirs, &conflict.base}) {
      if (!*version) continue;
      codec.Decode(key, **version, row);
      for (size_t cell = 0; cell < row.cells.size(); ++cell) {
        if (info.columns[codec.stored_columns()[cell]].key_position > 0 &&
            row.cells[cell].value.storage_class == StorageClass::kNull) {
          return true;
        }
      }
      return false;
    }
    return false;
  }

  Repository& repository_;
  NodeReader& nodes_;
  WriteBatch& batch_;
  const CommitId& ours_;  // what is merged in the end, for messages
  const CommitId& theirs_;
  Snapshot a_;
  Snapshot b_;
};

}  // namespace

Snapshot MergeBaseSnapshot(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                           const CommitId& ours, const CommitId& theirs) {
  // Down to a pair with one base, then up again.
  std::vector<std::pair<CommitId, CommitId>> pairs = {{ours, theirs}};
  Snapshot base;
  while (true) {
    const auto [a, b] = pairs.back();
    const std::vector<CommitId> bases = MergeBases(repository, a, b);
    if (bases.empty() && pairs.size() == 1) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("{} and {} have no commit in common", ours.Short(), theirs.Short()))
          .AddHint("compare them:                       pvc diff " + ours.Short() + " " +
                   theirs.Short())
          .AddHint("bring over single commits instead:  pvc cherry-pick " + theirs.Short());
    }
    if (bases.size() > 2) {
      throw TooManyBases(ours, theirs, fmt::format("{} are more than pvc merges", bases.size()));
    }
    if (bases.size() < 2) {
      if (!bases.empty()) {
        base = SnapshotOf(repository, bases.front());
      } else {
        base.properties = SnapshotOf(repository, a).properties;
      }
      break;
    }
    if (pairs.size() == kMaxLevels) {
      throw TooManyBases(ours, theirs, "these again, too many times over");
    }
    pairs.emplace_back(bases[0], bases[1]);
  }
  BaseConflicts conflicts(repository, nodes, batch, ours, theirs);
  while (pairs.size() > 1) {
    const auto [a, b] = pairs.back();
    pairs.pop_back();
    SnapshotMergeOptions options;
    options.check_constraints = false;
    const MergedSnapshot merged =
        MergeSnapshots(repository, nodes, batch, base, SnapshotOf(repository, a),
                       SnapshotOf(repository, b), options);
    base = conflicts.Settle(merged, pairs.back().first, pairs.back().second);
  }
  return base;
}

}  // namespace pvc
