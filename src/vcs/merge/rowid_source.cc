#include "vcs/merge/rowid_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "vcs/row_codec.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

// Positive rowids in 2^16 spans: one that no rowid lies in has room for 2^47 rows.
constexpr int kSpanBits = 47;
constexpr size_t kSpanCount = size_t{1} << (63 - kSpanBits);

}  // namespace

bool RowidSource::IsMarked(int64_t rowid) {
  if (!is_sorted_) {
    std::sort(used_.begin(), used_.end());
    is_sorted_ = true;
  }
  return std::binary_search(used_.begin(), used_.end(), rowid);
}

template <typename Visit>
void RowidSource::ForEachRowid(const Visit& visit) {
  RowCodec codec(info_, context_.encoding, context_.repository.store().hash_kind(), nullptr);
  Row row;
  for (const Tree& tree : rows_) {
    TreeCursor cursor(context_.nodes, tree);
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      if (info_.identity == RowIdentity::kNone) {
        visit(ReadRowidKey(cursor.key()));
        continue;
      }
      codec.Decode(cursor.key(), cursor.value(), row);
      visit(row.rowid);
    }
  }
}

int64_t RowidSource::Highest() {
  int64_t highest = 0;
  if (info_.identity != RowIdentity::kNone) {
    ForEachRowid([&](int64_t rowid) { highest = std::max(highest, rowid); });
    return highest;
  }
  for (const Tree& tree : rows_) {
    TreeCursor last(context_.nodes, tree);
    last.SeekToLast();
    if (last.Valid()) highest = std::max(highest, ReadRowidKey(last.key()));
  }
  return highest;
}

void RowidSource::FindGap() {
  std::vector<bool> is_used(kSpanCount);
  ForEachRowid([&](int64_t rowid) {
    if (rowid > 0) is_used[static_cast<size_t>(rowid >> kSpanBits)] = true;
  });
  const auto gap = std::find(is_used.begin(), is_used.end(), false);
  if (is_in_gap_ || gap == is_used.end()) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("table '{}' has no free rowid for rows that come in", info_.name));
  }
  is_in_gap_ = true;
  last_ = static_cast<int64_t>(gap - is_used.begin()) << kSpanBits;
  limit_ = *last_ + ((int64_t{1} << kSpanBits) - 1);
}

int64_t RowidSource::TakeNew() {
  if (!last_) last_ = Highest();
  if (*last_ == limit_) FindGap();
  return ++*last_;
}

}  // namespace pvc
