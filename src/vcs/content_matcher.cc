#include "vcs/content_matcher.h"

namespace pvc {

namespace {

constexpr std::string_view kContentDomain = "pvc/1 row match";
// Together 16 MiB; a run on disk adds its read buffer.
constexpr size_t kSideBytes = 6U << 20;
constexpr size_t kKeptBytes = 4U << 20;

}  // namespace

ContentMatcher::ContentMatcher(FileSystem& fs, const std::string& folder, HashKind hash_kind,
                               Pairing pairing)
    : hash_kind_(hash_kind),
      pairing_(pairing),
      before_(fs, folder, kSideBytes),
      after_(fs, folder, kSideBytes),
      kept_(fs, folder, kKeptBytes) {}

void ContentMatcher::Add(ComparedSide side, ByteView content, ByteView key) {
  const ObjectId hash = HashBytes(hash_kind_, kContentDomain, content);
  (side == ComparedSide::kBefore ? before_ : after_).Add(hash.View(), key);
}

void ContentMatcher::Keep(Fate fate, ByteView key, ByteView moved_to) {
  Bytes record(1, static_cast<char>(fate));
  record.append(moved_to);
  Bytes& sort_key = key_;
  sort_key.assign(1, pairing_ == Pairing::kNone ? static_cast<char>(fate) : '\0');
  sort_key.append(key);
  kept_.Add(sort_key, record);
}

void ContentMatcher::Match() {
  ByteView before_hash;
  ByteView before_key;
  ByteView after_hash;
  ByteView after_key;
  bool has_before = before_.Next(before_hash, before_key);
  bool has_after = after_.Next(after_hash, after_key);
  while (has_before || has_after) {
    const int order = !has_before ? 1 : !has_after ? -1 : before_hash.compare(after_hash);
    if (order < 0) Keep(Fate::kOnlyBefore, before_key);
    if (order > 0) Keep(Fate::kOnlyAfter, after_key);
    if (order == 0 && pairing_ == Pairing::kByKeyAndMoves && before_key != after_key) {
      Keep(Fate::kMoved, before_key, after_key);
    }
    if (order <= 0) has_before = before_.Next(before_hash, before_key);
    if (order >= 0) has_after = after_.Next(after_hash, after_key);
  }
}

bool ContentMatcher::ReadKept() {
  ByteView key;
  ByteView record;
  has_kept_ = kept_.Next(key, record);
  if (!has_kept_) return false;
  kept_key_.assign(key);
  kept_fate_ = static_cast<Fate>(record[0]);
  kept_moved_to_.assign(record.substr(1));
  return true;
}

bool ContentMatcher::Next(Unmatched& unmatched) {
  if (!is_matched_) {
    is_matched_ = true;
    Match();
    ReadKept();
  }
  if (!has_kept_) return false;
  key_ = kept_key_;
  unmatched = {};
  // A side has a key once, so the records of one key are of different sides.
  do {
    switch (kept_fate_) {
      case Fate::kOnlyBefore:
        unmatched.in_before = true;
        break;
      case Fate::kOnlyAfter:
        unmatched.in_after = true;
        break;
      case Fate::kMoved:
        moved_to_ = kept_moved_to_;
        unmatched.moved_to = moved_to_;
        break;
    }
  } while (ReadKept() && kept_key_ == key_);
  unmatched.key = ByteView(key_).substr(1);
  return true;
}

}  // namespace pvc
