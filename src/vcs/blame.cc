#include "vcs/blame.h"

#include <utility>

#include "base/assert.h"
#include "engine/tree_cursor.h"

namespace pvc {

namespace {

// Rows asked for that a walk back names one by one: it ends when all have their commit.
constexpr size_t kMostNamedRows = 1024;

}  // namespace

TableBlame::TableBlame(Repository& repository, const CommitId& at, const CatalogEntry& table,
                       std::function<void()> on_step, std::vector<KeyRange> ranges)
    : repository_(repository),
      ranges_(std::move(ranges)),
      past_(repository, table.object.name,
                [ranges = ranges_](const PastLayout&) { return ranges; }),
      newest_(past_.In(repository.GetCommit(at).snapshot)),
      on_step_(std::move(on_step)) {
  PVC_ASSERT(newest_.has_value());
  Suspect(at, SuspectAsked());
  while (!suspects_.empty()) {
    auto next = suspects_.extract(suspects_.begin());
    on_step_();
    Visit(next.key().id, repository_.GetCommit(next.key().id), std::move(next.mapped()));
  }
}

void TableBlame::Suspect(const CommitId& id, Suspicion suspicion) {
  // The rest may have been claimed to the last row.
  if (claimed_.size() == newest_->rows.entry_count) suspicion.has_rest = false;
  if (suspicion.empty()) return;
  Suspicion& known = suspects_[{repository_.GetCommit(id).generation, id}];
  if (known.keys.size() < suspicion.keys.size()) known.keys.swap(suspicion.keys);
  known.keys.merge(suspicion.keys);
  known.has_rest = known.has_rest || suspicion.has_rest;
}

// Few rows are named; many are the rest, of which it makes no difference what else belongs to it.
TableBlame::Suspicion TableBlame::SuspectAsked() const {
  Suspicion rest;
  rest.has_rest = newest_->rows.entry_count > 0;
  if (ranges_ == std::vector{KeyRange{}}) return rest;
  Suspicion named;
  TreeCursor cursor(repository_.nodes(), newest_->rows);
  for (const KeyRange& range : ranges_) {
    for (cursor.Seek(range.low);
         cursor.Valid() && (range.high.empty() || cursor.key() < range.high); cursor.Next()) {
      on_step_();
      if (named.keys.size() == kMostNamedRows) return rest;
      named.keys.emplace(cursor.key());
    }
  }
  return named;
}

void TableBlame::Visit(const CommitId& id, const Commit& commit, Suspicion suspicion) {
  const std::optional<PastTable> own = past_.In(commit.snapshot);
  PVC_ASSERT(own.has_value());
  std::vector<std::optional<PastTable>> before;
  for (const CommitId& parent : commit.parents) {
    before.push_back(past_.In(repository_.GetCommit(parent).snapshot));
    if (past_.AreAlike(before.back(), own)) {
      Suspect(parent, std::move(suspicion));
      return;
    }
  }
  for (size_t i = 0; i < before.size() && !suspicion.empty(); ++i) {
    if (!before[i]) continue;
    BlamePair pair(repository_, *before[i], *own);
    if (pair.HasSameKeys()) Suspect(commit.parents[i], PassOn(pair, suspicion));
  }
  Blame(id, commit, suspicion);
}

// Leaves in `suspicion` what differs from the parent. Returns: the parent's share.
TableBlame::Suspicion TableBlame::PassOn(BlamePair& pair, Suspicion& suspicion) {
  Suspicion own;
  Bytes ignored;
  const auto visit = [&](ByteView view) {
    on_step_();
    Bytes key(view);
    if (suspicion.keys.erase(key) > 0) {
      own.keys.insert(std::move(key));
      return;
    }
    if (!suspicion.has_rest || claimed_.contains(key)) return;
    // Rows that were removed since are nobody's.
    if (!Lookup(repository_.nodes(), newest_->rows, key, ignored)) return;
    claimed_.emplace(key, nullptr);
    own.keys.insert(std::move(key));
  };
  for (const KeyRange& range : ranges_) pair.ForEachChanged(range, visit);
  return std::exchange(suspicion, std::move(own));
}

void TableBlame::Blame(const CommitId& id, const Commit& commit, const Suspicion& suspicion) {
  const bool has_rest = suspicion.has_rest && claimed_.size() < newest_->rows.entry_count;
  if (suspicion.keys.empty() && !has_rest) return;
  const CommitId* known = &commits_.emplace(id, commit).first->first;
  for (const Bytes& key : suspicion.keys) claimed_[key] = known;
  if (has_rest) rest_ = known;
}

const CommitId& TableBlame::CommitOf(ByteView key) const {
  const auto claimed = claimed_.find(Bytes(key));
  const CommitId* commit = claimed == claimed_.end() ? rest_ : claimed->second;
  PVC_ASSERT(commit != nullptr);
  return *commit;
}

void TableBlame::ForEachRow(
    const std::function<void(const Row& row, const CommitId& commit)>& visit) const {
  RowCodec codec(newest_->layout->info(), newest_->layout->encoding,
                 repository_.store().hash_kind(), nullptr);
  Row row;
  TreeCursor cursor(repository_.nodes(), newest_->rows);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    on_step_();
    codec.Decode(cursor.key(), cursor.value(), row);
    visit(row, CommitOf(cursor.key()));
  }
}

}  // namespace pvc
