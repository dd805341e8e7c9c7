#include "vcs/row_blame.h"

#include <optional>
#include <utility>

#include "base/assert.h"
#include "engine/tree_cursor.h"
#include "vcs/layout_map.h"
#include "vcs/row_codec.h"

namespace pvc {

namespace {

// The row with a key in one version of its table.
class StoredRow {
 public:
  StoredRow(Repository& repository, const PastTable& version, ByteView key)
      : codec_(version.layout->info(), version.layout->encoding, repository.store().hash_kind(),
               nullptr) {
    is_found_ = Lookup(repository.nodes(), version.rows, key, value_);
    if (is_found_) codec_.Decode(key, value_, row_);
  }

  bool is_found() const { return is_found_; }
  const Row& row() const { return row_; }

 private:
  RowCodec codec_;
  Bytes value_;
  Row row_;
  bool is_found_ = false;
};

}  // namespace

RowBlame::RowBlame(Repository& repository, const CommitId& at, const CatalogEntry& table, Bytes key,
                   const std::function<void()>& on_step)
    : repository_(repository),
      key_(std::move(key)),
      past_(repository, table.object.name, [key = key_](const PastLayout&) {
        return std::vector{KeyRange{key, key + '\0'}};
      }) {
  const std::optional<PastTable> newest = past_.In(repository.GetCommit(at).snapshot);
  PVC_ASSERT(newest.has_value());
  const StoredRow row(repository, *newest, key_);
  PVC_ASSERT(row.is_found());
  cells_.resize(row.row().cells.size());
  Cells all;
  for (size_t i = 0; i < cells_.size(); ++i) all.push_back({i, i});
  Suspect(at, all);
  while (!suspects_.empty()) {
    auto next = suspects_.extract(suspects_.begin());
    on_step();
    Visit(next.key().id, repository_.GetCommit(next.key().id), std::move(next.mapped()));
  }
}

void RowBlame::Suspect(const CommitId& id, const Cells& cells) {
  if (cells.empty()) return;
  Cells& known = suspects_[{repository_.GetCommit(id).generation, id}];
  known.insert(known.end(), cells.begin(), cells.end());
}

void RowBlame::Visit(const CommitId& id, const Commit& commit, Cells cells) {
  const std::optional<PastTable> own = past_.In(commit.snapshot);
  PVC_ASSERT(own.has_value());
  std::vector<std::optional<PastTable>> before;
  for (const CommitId& parent : commit.parents) {
    before.push_back(past_.In(repository_.GetCommit(parent).snapshot));
    if (past_.AreAlike(before.back(), own)) {
      Suspect(parent, cells);
      return;
    }
  }
  for (size_t i = 0; i < before.size() && !cells.empty(); ++i) {
    if (before[i]) Suspect(commit.parents[i], PassOn(*before[i], *own, cells));
  }
  for (const CellPlace& cell : cells) cells_[cell.newest] = id;
  if (!cells.empty()) commits_.emplace(id, commit);
}

// Leaves in `cells` what differs from the parent. Returns: the parent's share.
RowBlame::Cells RowBlame::PassOn(const PastTable& before, const PastTable& after,
                                 Cells& cells) {
  const BlamePair pair(repository_, before, after);
  if (!pair.HasSameKeys()) return {};
  const StoredRow old_row(repository_, before, key_);
  const StoredRow new_row(repository_, after, key_);
  if (!old_row.is_found() || !new_row.is_found()) return {};
  Cells passed;
  Cells own;
  for (const CellPlace& cell : cells) {
    const int other = pair.map().column_map()[cell.here];
    const auto place = static_cast<size_t>(other);
    if (other >= 0 &&
        pair.map().MappedCellsEqual(old_row.row().cells[place], new_row.row().cells[cell.here])) {
      passed.push_back({cell.newest, place});
    } else {
      own.push_back(cell);
    }
  }
  cells = std::move(own);
  return passed;
}

}  // namespace pvc
