#include "vcs/blame_pair.h"

#include <utility>

#include "engine/tree_diff.h"
#include "vcs/layout_map.h"

namespace pvc {

BlamePair::BlamePair(Repository& repository, const PastTable& before, const PastTable& after)
    : repository_(repository),
      table_(DiffOf(before, after)),
      map_(std::make_unique<LayoutMap>(table_, repository.store(), repository.store().hash_kind())),
      before_codec_(before.layout->info(), before.layout->encoding, repository.store().hash_kind(),
                    nullptr),
      after_codec_(after.layout->info(), after.layout->encoding, repository.store().hash_kind(),
                   nullptr) {
  if (map_->HasAddedColumns()) {
    map_->SetDefaults(ReadColumnDefaults(repository, after.layout->entry.object,
                                         after.layout->info(), map_->column_map()));
  }
}

BlamePair::~BlamePair() = default;

bool BlamePair::HasSameKeys() const { return map_->same_keys(); }

bool BlamePair::IsChanged(ByteView key, const std::optional<ByteView>& before, ByteView after) {
  if (!before) return true;
  if (map_->same_bytes() && *before == after) return false;
  before_codec_.Decode(key, *before, before_row_);
  after_codec_.Decode(key, after, after_row_);
  return !map_->RowsEqual(before_row_, after_row_);
}

void BlamePair::ForEachChanged(const KeyRange& range,
                               const std::function<void(ByteView key)>& visit) {
  NodeReader& nodes = repository_.nodes();
  const auto visit_all = [&](auto& changes) {
    TreeChange change;
    while (changes.Next(change)) {
      if (change.after && IsChanged(change.key, change.before, *change.after)) visit(change.key);
    }
  };
  if (map_->same_bytes()) {
    TreeDiff diff(nodes, table_.before->rows, nodes, table_.after->rows);
    diff.SetRange(range.low, range.high);
    visit_all(diff);
  } else {
    TreeJoin join(nodes, table_.before->rows, table_.after->rows, range);
    visit_all(join);
  }
}

}  // namespace pvc
