#include "vcs/query/index_walk.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace pvc {
namespace {

class IndexWalk final : public RowWalk {
 public:
  IndexWalk(IndexCache& cache, const Tree& index, const TableVersion& version,
            std::vector<KeyRange> ranges)
      : cache_(cache),
        version_(version),
        ranges_(std::move(ranges)),
        index_(cache.nodes(), index),
        rows_(*version.side.nodes, version.table().rows) {
    StartRange();
  }

  bool AtEnd() const override { return range_ == ranges_.size(); }

  void Next() override {
    index_.Next();
    if (index_.Valid()) return Find();
    ++range_;
    StartRange();
  }

  ByteView key() override { return rows_.key(); }
  ByteView value() override { return rows_.value(); }

 private:
  void StartRange() {
    for (; range_ < ranges_.size(); ++range_) {
      index_.Seek(ranges_[range_]);
      if (index_.Valid()) return Find();
    }
  }

  void Find() {
    const ByteView key = index_.RowKey();
    rows_.Seek(key);
    if (rows_.Valid() && rows_.key() == key) return;
    cache_.Discard();
    throw Error(ErrorKind::kCorrupt,
                fmt::format("an index of table '{}' in '.pvc/cache' names a row that is not there: "
                            "it was thrown away",
                            version_.table().info.name))
        .AddHint("ask again: the index is derived anew");
  }

  IndexCache& cache_;
  const TableVersion& version_;
  std::vector<KeyRange> ranges_;
  size_t range_ = 0;
  IndexCursor index_;
  TreeCursor rows_;
};

}  // namespace

std::unique_ptr<RowWalk> WalkIndex(IndexCache& cache, const Tree& index,
                                   const TableVersion& version, std::vector<KeyRange> ranges) {
  return std::make_unique<IndexWalk>(cache, index, version, std::move(ranges));
}

}  // namespace pvc
