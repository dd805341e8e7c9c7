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

void ContentMatcher::Keep(ComparedSide side, ByteView key) {
  const auto tag = static_cast<char>(side);
  Bytes& sort_key = key_;
  sort_key.assign(1, pairing_ == Pairing::kNone ? tag : '\0');
  sort_key.append(key);
  kept_.Add(sort_key, ByteView(&tag, 1));
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
    if (order < 0) Keep(ComparedSide::kBefore, before_key);
    if (order > 0) Keep(ComparedSide::kAfter, after_key);
    if (order <= 0) has_before = before_.Next(before_hash, before_key);
    if (order >= 0) has_after = after_.Next(after_hash, after_key);
  }
}

bool ContentMatcher::ReadKept() {
  ByteView key;
  ByteView tag;
  has_kept_ = kept_.Next(key, tag);
  if (!has_kept_) return false;
  kept_key_.assign(key);
  kept_side_ = static_cast<ComparedSide>(tag[0]);
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
  // A side has a key once, so two records of one key are of both sides.
  do {
    (kept_side_ == ComparedSide::kBefore ? unmatched.in_before : unmatched.in_after) = true;
  } while (ReadKept() && kept_key_ == key_);
  unmatched.key = ByteView(key_).substr(1);
  return true;
}

}  // namespace pvc
