#include "vcs/blame.h"

#include <utility>

#include "base/assert.h"
#include "engine/tree_cursor.h"

namespace pvc {

TableBlame::TableBlame(Repository& repository, const CommitId& at, const CatalogEntry& table,
                       std::function<void()> on_step)
    : repository_(repository), table_(repository, at, table), on_step_(std::move(on_step)) {
  Suspicion all;
  all.has_rest = table.table->rows.entry_count > 0;
  Suspect(at, std::move(all));
  while (!suspects_.empty()) {
    auto next = suspects_.extract(suspects_.begin());
    on_step_();
    Visit(next.key().id, repository_.GetCommit(next.key().id), std::move(next.mapped()));
  }
}

void TableBlame::Suspect(const CommitId& id, Suspicion suspicion) {
  // The rest may have been claimed to the last row.
  if (claimed_.size() == table_.newest().table().rows.entry_count) suspicion.has_rest = false;
  if (suspicion.empty()) return;
  Suspicion& known = suspects_[{repository_.GetCommit(id).generation, id}];
  if (known.keys.size() < suspicion.keys.size()) known.keys.swap(suspicion.keys);
  known.keys.merge(suspicion.keys);
  known.has_rest = known.has_rest || suspicion.has_rest;
}

void TableBlame::Visit(const CommitId& id, const Commit& commit, Suspicion suspicion) {
  const std::optional<BlameTable::Version> own = table_.In(commit);
  PVC_ASSERT(own.has_value());
  std::vector<std::optional<BlameTable::Version>> before;
  for (const CommitId& parent : commit.parents) {
    before.push_back(table_.In(repository_.GetCommit(parent)));
    if (before.back() == own) {
      Suspect(parent, std::move(suspicion));
      return;
    }
  }
  for (size_t i = 0; i < before.size() && !suspicion.empty(); ++i) {
    if (!before[i]) continue;
    BlameTable::Pair pair(repository_, *before[i], *own);
    if (pair.HasSameKeys()) Suspect(commit.parents[i], PassOn(pair, suspicion));
  }
  Blame(id, commit, suspicion);
}

// Leaves in `suspicion` what differs from the parent. Returns: the parent's share.
TableBlame::Suspicion TableBlame::PassOn(BlameTable::Pair& pair, Suspicion& suspicion) {
  Suspicion own;
  Bytes ignored;
  pair.ForEachChanged([&](ByteView view) {
    on_step_();
    Bytes key(view);
    if (suspicion.keys.erase(key) > 0) {
      own.keys.insert(std::move(key));
      return;
    }
    if (!suspicion.has_rest || claimed_.contains(key)) return;
    // Rows that were removed since are nobody's.
    if (!Lookup(repository_.nodes(), table_.newest().table().rows, key, ignored)) return;
    claimed_.emplace(key, nullptr);
    own.keys.insert(std::move(key));
  });
  return std::exchange(suspicion, std::move(own));
}

void TableBlame::Blame(const CommitId& id, const Commit& commit, const Suspicion& suspicion) {
  const bool has_rest =
      suspicion.has_rest && claimed_.size() < table_.newest().table().rows.entry_count;
  if (suspicion.keys.empty() && !has_rest) return;
  const CommitId* known = &commits_.emplace(id, commit).first->first;
  for (const Bytes& key : suspicion.keys) claimed_[key] = known;
  if (has_rest) rest_ = known;
}

void TableBlame::ForEachRow(
    const std::function<void(const Row& row, const CommitId& commit)>& visit) const {
  const BlameTable::Version& newest = table_.newest();
  RowCodec codec(newest.table().info, newest.encoding, repository_.store().hash_kind(), nullptr);
  Row row;
  TreeCursor cursor(repository_.nodes(), newest.table().rows);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    on_step_();
    codec.Decode(cursor.key(), cursor.value(), row);
    const auto claimed = claimed_.find(Bytes(cursor.key()));
    const CommitId* commit = claimed == claimed_.end() ? rest_ : claimed->second;
    PVC_ASSERT(commit != nullptr);
    visit(row, *commit);
  }
}

}  // namespace pvc
