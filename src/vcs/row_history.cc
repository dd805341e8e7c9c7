#include "vcs/row_history.h"

#include <algorithm>
#include <utility>

#include "vcs/layout_map.h"

namespace pvc {

namespace {

LogOptions WalkOptions(const RowHistory::Options& options) {
  LogOptions walk;
  walk.from = options.from;
  walk.without = options.without;
  return walk;
}

}  // namespace

RowHistory::RowHistory(Repository& repository, std::string table, Options options)
    : repository_(repository),
      on_step_(std::move(options.on_step)),
      past_(repository, std::move(table), std::move(options.ranges)),
      walk_(repository, WalkOptions(options)) {
  if (!on_step_) on_step_ = [] {};
  auto all = std::make_shared<Followed>();
  all->has_rest = true;
  for (const CommitId& id : options.from) pending_[id] = all;
}

RowHistory::~RowHistory() = default;

bool RowHistory::Next() {
  while (true) {
    if (diff_ != nullptr) {
      while (diff_->Next(change_)) {
        if (IsFollowed(change_)) return true;
      }
      diff_.reset();
    }
    if (!NextCommit()) return false;
  }
}

bool RowHistory::NextCommit() {
  on_step_();
  step_ = walk_.Next();
  if (!step_) return false;
  auto pending = pending_.extract(step_->id);
  if (pending.empty()) return true;
  followed_ = std::move(pending.mapped());
  const std::optional<PastTable> own = past_.In(step_->commit.snapshot);
  if (own) followed_ = InLayoutOf(std::move(followed_), *own);
  if (followed_->empty()) return true;

  States before;
  for (const CommitId& parent : step_->commit.parents) {
    before.push_back(past_.In(repository_.GetCommit(parent).snapshot));
  }
  if (before.size() > 1) {
    VisitMerge(own, before);
    return true;
  }
  if (before.empty()) before.emplace_back();
  if (!past_.AreAlike(before[0], own)) List(before[0], own, followed_);
  FollowAll(followed_);
  return true;
}

std::shared_ptr<RowHistory::Followed> RowHistory::Join(const Followed& a, const Followed& b) {
  if (!a.has_rest && b.has_rest) return Join(b, a);
  auto joined = std::make_shared<Followed>();
  joined->has_rest = a.has_rest;
  joined->layout = a.layout;
  if (!a.has_rest) {
    joined->keys = a.keys;
    joined->keys.insert(b.keys.begin(), b.keys.end());
    return joined;
  }
  for (const Bytes& key : a.keys) {
    if (b.keys.contains(key) == b.has_rest) joined->keys.insert(key);
  }
  return joined;
}

void RowHistory::Follow(const CommitId& parent, SharedFollowed followed) {
  const auto& parts = step_->parents;
  if (followed->empty() || std::find(parts.begin(), parts.end(), parent) == parts.end()) return;
  SharedFollowed& known = pending_[parent];
  if (known == nullptr || known == followed) {
    known = std::move(followed);
    return;
  }
  // Keys of two kinds say nothing of each other.
  if (!known->keys.empty() && !followed->keys.empty() &&
      !HaveSameKeys(known->layout, followed->layout)) {
    if (known->has_rest == followed->has_rest) {
      auto joined = std::make_shared<Followed>();
      joined->has_rest = known->has_rest;
      known = std::move(joined);
    } else if (followed->has_rest) {
      known = std::move(followed);
    }
    return;
  }
  std::shared_ptr<Followed> joined = Join(*known, *followed);
  joined->layout = known->keys.empty() ? followed->layout : known->layout;
  known = std::move(joined);
}

void RowHistory::FollowAll(const SharedFollowed& followed) {
  for (const CommitId& parent : step_->commit.parents) Follow(parent, followed);
}

bool RowHistory::HaveSameKeys(const std::shared_ptr<const PastLayout>& a,
                              const std::shared_ptr<const PastLayout>& b) {
  if (a == b) return true;
  if (compared_a_ == a && compared_b_ == b) return compared_same_;
  const TableDiff table = DiffOf(PastTable{a, {}}, PastTable{b, {}});
  compared_same_ =
      LayoutMap(table, repository_.nodes().source(), repository_.store().hash_kind()).same_keys();
  compared_a_ = a;
  compared_b_ = b;
  return compared_same_;
}

// Rows whose keys a layout no longer has cannot be told: those named are followed no further.
RowHistory::SharedFollowed RowHistory::InLayoutOf(SharedFollowed followed, const PastTable& own) {
  if (followed->keys.empty() || HaveSameKeys(followed->layout, own.layout)) return followed;
  auto whole = std::make_shared<Followed>();
  whole->has_rest = followed->has_rest;
  return whole;
}

bool RowHistory::Contains(const Followed& followed, ByteView key,
                          const std::shared_ptr<const PastLayout>& layout) {
  if (followed.keys.empty() || !HaveSameKeys(followed.layout, layout)) return followed.has_rest;
  return followed.keys.contains(Bytes(key)) != followed.has_rest;
}

bool RowHistory::IsFollowed(const RowChange& change) {
  const bool is_removed = change.kind == ChangeKind::kRemoved;
  return Contains(*listed_, change.key, is_removed ? layout_before_ : layout_after_);
}

// --- one commit

void RowHistory::List(const std::optional<PastTable>& before, const std::optional<PastTable>& after,
                      SharedFollowed listed) {
  listed_ = std::move(listed);
  layout_before_ = before ? before->layout : nullptr;
  layout_after_ = after ? after->layout : nullptr;
  table_ = DiffOf(before, after);
  diff_ = Compare(table_, layout_before_, layout_after_);
}

std::unique_ptr<RowDiff> RowHistory::Compare(const TableDiff& table,
                                             const std::shared_ptr<const PastLayout>& before,
                                             const std::shared_ptr<const PastLayout>& after) {
  auto diff = std::make_unique<RowDiff>(repository_, repository_.nodes(), table,
                                        after ? &after->entry.object : nullptr,
                                        RowDiff::Options{nullptr, on_step_});
  if (!diff->GoesByKey()) return diff;
  // The rows asked for may be told in one of the layouts only.
  if (before != nullptr && !past_.RangesIn(before)) return diff;
  const std::optional<std::vector<KeyRange>>& ranges =
      past_.RangesIn(after != nullptr ? after : before);
  if (ranges) diff->Restrict(*ranges);
  return diff;
}

void RowHistory::VisitMerge(const std::optional<PastTable>& own, const States& before) {
  if (!own) {
    VisitMergeWithoutTable(before);
  } else if (own->layout->info().identity == RowIdentity::kNone) {
    VisitMergeByTable(*own, before);
  } else {
    VisitMergeByRow(*own, before);
  }
}

void RowHistory::VisitMergeWithoutTable(const States& before) {
  const auto without = std::find(before.begin(), before.end(), std::nullopt);
  if (without != before.end()) {
    Follow(step_->commit.parents[static_cast<size_t>(without - before.begin())], followed_);
    return;
  }
  List(before[0], std::nullopt, followed_);
  FollowAll(followed_);
}

void RowHistory::VisitMergeByTable(const PastTable& own, const States& before) {
  for (size_t i = 0; i < before.size(); ++i) {
    if (!before[i]) continue;
    bool is_alike = past_.AreAlike(before[i], own);
    if (!is_alike) {
      const TableDiff table = DiffOf(before[i], own);
      RowChange ignored;
      is_alike = !Compare(table, before[i]->layout, own.layout)->Next(ignored);
    }
    if (!is_alike) continue;
    Follow(step_->commit.parents[i], followed_);
    return;
  }
  List(before[0], own, followed_);
  FollowAll(followed_);
}

// The keys of followed rows, and only those in `among` unless null, that differ.
RowHistory::KeySet RowHistory::ChangedKeys(const PastTable& before, const PastTable& own,
                                           const KeySet* among) {
  KeySet keys;
  if (past_.AreAlike(before, own)) return keys;
  const TableDiff table = DiffOf(before, own);
  const auto diff = Compare(table, before.layout, own.layout);
  RowChange change;
  while (diff->Next(change)) {
    Bytes key(change.key);
    if (among != nullptr ? !among->contains(key) : !Contains(*followed_, key, own.layout)) continue;
    keys.insert(std::move(key));
  }
  return keys;
}

void RowHistory::VisitMergeByRow(const PastTable& own, const States& before) {
  const std::vector<CommitId>& parents = step_->commit.parents;
  std::vector<size_t> with_rows;  // parents whose rows have the same keys
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] && HaveSameKeys(before[i]->layout, own.layout)) with_rows.push_back(i);
  }
  if (with_rows.empty()) {
    List(before[0], own, followed_);
    FollowAll(followed_);
    return;
  }
  const auto named = [&](KeySet keys) {
    auto followed = std::make_shared<Followed>();
    followed->keys = std::move(keys);
    followed->layout = own.layout;
    return followed;
  };
  // Rows that are alike go to the first parent, what is left to the next ones.
  KeySet left = ChangedKeys(*before[with_rows[0]], own, nullptr);
  if (left.empty()) {
    Follow(parents[with_rows[0]], followed_);
    return;
  }
  auto first = std::make_shared<Followed>(*followed_);
  first->layout = own.layout;
  for (const Bytes& key : left) {
    if (first->has_rest) {
      first->keys.insert(key);
    } else {
      first->keys.erase(key);
    }
  }
  Follow(parents[with_rows[0]], std::move(first));
  for (size_t i = 1; i < with_rows.size() && !left.empty(); ++i) {
    KeySet changed = ChangedKeys(*before[with_rows[i]], own, &left);
    for (const Bytes& key : changed) left.erase(key);
    Follow(parents[with_rows[i]], named(std::move(left)));
    left = std::move(changed);
  }
  if (left.empty()) return;
  const SharedFollowed rest = named(std::move(left));
  List(before[with_rows[0]], own, rest);
  FollowAll(rest);
}

}  // namespace pvc
