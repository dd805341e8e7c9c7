#include "vcs/query/row_walk.h"

#include <algorithm>
#include <utility>

#include "base/decoder.h"
#include "engine/external_sort.h"
#include "engine/large_value.h"
#include "engine/node.h"
#include "vcs/row_key.h"
#include "vcs/row_reader.h"

namespace pvc {
namespace {

class ScanWalk final : public RowWalk {
 public:
  explicit ScanWalk(RangeScan scan) : scan_(std::move(scan)) {}
  bool AtEnd() const override { return scan_.AtEnd(); }
  void Next() override { scan_.Next(); }
  ByteView key() override { return scan_.key(); }
  ByteView value() override { return scan_.value(); }

 private:
  RangeScan scan_;
};

class OrderedWalk final : public RowWalk {
 public:
  OrderedWalk(QueryScope& scope, const TableVersion& version, RangeScan scan,
              ScanDirection direction, size_t first_part, bool is_mixed)
      : scope_(scope),
        version_(version),
        scan_(std::move(scan)),
        direction_(direction),
        first_part_(first_part),
        is_mixed_(is_mixed),
        reader_(version.table().info) {
    const TableInfo& info = version.table().info;
    for (size_t cell = 0; cell < reader_.stored_columns().size(); ++cell) {
      const Column& column = info.columns[reader_.stored_columns()[cell]];
      if (column.key_position == 0) continue;
      if (parts_.size() < column.key_position) parts_.resize(column.key_position);
      parts_[column.key_position - 1] = {cell, column.collation};
    }
    SortRun();
  }

  bool AtEnd() const override { return run_ == nullptr && scan_.AtEnd(); }

  void Next() override {
    if (run_ != nullptr) {
      if (NextOfRun()) return;
      run_ = nullptr;
    } else {
      scan_.Next();
    }
    SortRun();
  }

  ByteView key() override { return run_ != nullptr ? key_ : scan_.key(); }
  ByteView value() override { return run_ != nullptr ? value_ : scan_.value(); }

 private:
  static constexpr size_t kKeptBytes = kMaxKeyBytes - ObjectId::kBytes;
  static constexpr size_t kSortBytes = 16U << 20;

  struct Part {
    size_t cell = 0;
    Collation collation = Collation::kBinary;
  };

  // Takes the entries from here on whose order the tree does not know, if there are any.
  void SortRun() {
    if (scan_.AtEnd() || (!is_mixed_ && scan_.key().size() < kKeptBytes)) return;
    const Bytes prefix = is_mixed_ ? Bytes() : Bytes(scan_.key().substr(0, kKeptBytes));
    Repository& repository = scope_.repository();
    run_ = std::make_unique<ExternalSorter>(
        repository.fs(), JoinPath(repository.pvc_path(), "incoming"), kSortBytes);
    Bytes order;
    Bytes record;
    for (; !scan_.AtEnd() && scan_.key().starts_with(prefix); scan_.Next()) {
      scope_.Step();
      AppendOrder(order);
      record.clear();
      AppendVarint(record, scan_.key().size());
      record.append(scan_.key());
      record.append(scan_.value());
      run_->Add(order, record);
    }
    NextOfRun();
  }

  // Bytes that sort as the row's parts do, or the other way round.
  void AppendOrder(Bytes& order) {
    order.clear();
    reader_.SetRow(scan_.key(), scan_.value());
    for (size_t i = first_part_; i < parts_.size(); ++i) {
      const Cell& cell = reader_.ReadCell(parts_[i].cell);
      Value value = cell.value;
      Bytes whole;
      if (cell.is_large) {
        whole = ReadLargeValue(version_.side.nodes->source(), cell.large);
        value.bytes = whole;
      }
      AppendKeyComponent(order, value, parts_[i].collation, version_.encoding());
    }
    // No component is the beginning of another, so that complements sort in reverse.
    if (direction_ == ScanDirection::kForward) return;
    for (char& c : order) c = static_cast<char>(~c);
  }

  bool NextOfRun() {
    ByteView order;
    ByteView record;
    if (!run_->Next(order, record)) return false;
    Decoder in(record, "sorted row");
    const auto size = static_cast<size_t>(in.ReadVarint());
    key_ = in.ReadBytes(size);
    value_ = in.ReadBytes(in.remaining());
    return true;
  }

  QueryScope& scope_;
  const TableVersion& version_;
  RangeScan scan_;
  ScanDirection direction_;
  size_t first_part_;
  bool is_mixed_;
  RowReader reader_;
  std::vector<Part> parts_;
  std::unique_ptr<ExternalSorter> run_;  // being handed out
  ByteView key_;
  ByteView value_;
};

}  // namespace

std::unique_ptr<RowWalk> WalkScan(RangeScan scan) {
  return std::make_unique<ScanWalk>(std::move(scan));
}

std::unique_ptr<RowWalk> WalkInOrder(QueryScope& scope, const TableVersion& version, RangeScan scan,
                                     ScanDirection direction, size_t first_part, bool is_mixed) {
  return std::make_unique<OrderedWalk>(scope, version, std::move(scan), direction, first_part,
                                       is_mixed);
}

}  // namespace pvc
