#include "vcs/merge/own_constraint_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "vcs/diff.h"
#include "vcs/merge/scratch_table.h"
#include "vcs/merge/table_outcome.h"

namespace pvc {
namespace {

class OwnConstraintCheck {
 public:
  OwnConstraintCheck(const RowMergeContext& context, Database& db, MergedTable& table,
                     OwnConstraintScope scope)
      : context_(context),
        nodes_(context.nodes),
        table_(table),
        merged_(table.object.entry.table->rows),
        scratch_(context, db, table.object.entry.table->info),
        outcome_(context, table),
        all_rows_(scope.all_rows),
        is_new_(scope.is_new),
        is_of_both_(scope.is_of_both) {}

  // Returns: why the table cannot be merged, if it cannot.
  std::optional<std::string> Run() {
    if (!all_rows_) all_rows_ = HasMixedTuple();
    const auto violation = all_rows_ ? InsertAllOfOurs() : InsertTouchedOfOurs();
    if (violation) return Describe(*violation);
    ForEachChange(nodes_, table_.sides.ours, merged_, [&](const TreeChange& change) {
      if (change.after) InsertIncoming(change.key, *change.after);
    });
    outcome_.Finish();
    return std::nullopt;
  }

 private:
  std::string Describe(const Violation& violation) const {
    const char* kind = violation.kind == Violation::Kind::kUnique    ? "UNIQUE"
                       : violation.kind == Violation::Kind::kNotNull ? "NOT NULL"
                                                                     : "CHECK";
    return is_of_both_
               ? fmt::format("its rows break {} ({}) in what both made of it", kind,
                             violation.constraint)
               : fmt::format("rows of ours break {} ({}) of theirs", kind, violation.constraint);
  }

  // Whether a row got cells of one UNIQUE tuple from both sides: only then it may equal a row that
  // nobody touched.
  bool HasMixedTuple() {
    const bool may_mix =
        scratch_.has_computed_uniques() ||
        std::any_of(scratch_.uniques().begin(), scratch_.uniques().end(),
                    [](const UniqueColumns& unique) { return unique.cells.size() > 1; });
    if (!may_mix) return false;
    const TableInfo& info = table_.object.entry.table->info;
    const HashKind hash_kind = context_.repository.store().hash_kind();
    RowCodec codec(info, context_.encoding, hash_kind, nullptr);
    RowCodec our_codec(info, context_.encoding, hash_kind, nullptr);
    RowCodec their_codec(info, context_.encoding, hash_kind, nullptr);
    Row row;
    Row ours;
    Row theirs;
    bool is_mixed = false;
    ForEachChange(nodes_, table_.sides.ours, merged_, [&](const TreeChange& change) {
      if (is_mixed || !change.before || !change.after) return;
      const auto their_value = ValueAt(nodes_, table_.sides.theirs, change.key);
      if (!their_value || *their_value == *change.after) return;
      codec.Decode(change.key, *change.after, row);
      our_codec.Decode(change.key, *change.before, ours);
      their_codec.Decode(change.key, *their_value, theirs);
      is_mixed = scratch_.has_computed_uniques();
      for (const UniqueColumns& unique : scratch_.uniques()) {
        const auto is_of = [&](const Row& side) {
          return std::all_of(unique.cells.begin(), unique.cells.end(), [&](size_t cell) {
            return CellsEqual(row.cells[cell], side.cells[cell]);
          });
        };
        is_mixed = is_mixed || (!is_of(ours) && !is_of(theirs));
      }
    });
    return is_mixed;
  }

  // What ours itself has against a row of its own was there before.
  std::optional<Violation> InsertOfOurs(ByteView key, ByteView value) {
    auto violation = scratch_.Insert(key, value);
    if (!is_new_) violation.reset();
    return violation;
  }

  // Rows that only ours changed. Returns: a constraint that one breaks.
  std::optional<Violation> InsertTouchedOfOurs() {
    std::optional<Violation> violation;
    TreeDiff incoming(nodes_, table_.sides.ours, nodes_, merged_);
    TreeChange next;
    bool has_next = incoming.Next(next);
    ForEachChange(nodes_, table_.sides.theirs, merged_, [&](const TreeChange& change) {
      while (has_next && next.key < change.key) has_next = incoming.Next(next);
      if (violation || !change.after || (has_next && next.key == change.key)) return;
      violation = InsertOfOurs(change.key, *change.after);
    });
    return violation;
  }

  // All rows but those that come in.
  std::optional<Violation> InsertAllOfOurs() {
    TreeDiff incoming(nodes_, table_.sides.ours, nodes_, merged_);
    TreeChange next;
    bool has_next = incoming.Next(next);
    TreeCursor cursor(nodes_, merged_);
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      while (has_next && next.key < cursor.key()) has_next = incoming.Next(next);
      if (has_next && next.key == cursor.key()) continue;
      if (auto violation = InsertOfOurs(cursor.key(), cursor.value())) return violation;
    }
    return std::nullopt;
  }

  void InsertIncoming(ByteView key, ByteView value) {
    auto violation = scratch_.Insert(key, value);
    if (!violation) return;
    std::vector<Bytes> to_give_back;
    Reject(key, value, *violation, to_give_back);
    // A row as ours has it may meet another that came in, which has to go back too then.
    while (!to_give_back.empty()) {
      const Bytes next = std::move(to_give_back.back());
      to_give_back.pop_back();
      PutBack(next, to_give_back);
    }
  }

  void Reject(ByteView key, ByteView value, Violation violation, std::vector<Bytes>& to_give_back) {
    if (violation.kind == Violation::Kind::kUnique) {
      violation.other_key = scratch_.FindTwin(key, value).value_or(Bytes{});
    }
    outcome_.Record(key, value, violation);
    outcome_.GiveBack(key, ValueAt(nodes_, table_.sides.ours, key));
    to_give_back.emplace_back(key);
  }

  void PutBack(const Bytes& key, std::vector<Bytes>& to_give_back) {
    const auto ours = ValueAt(nodes_, table_.sides.ours, key);
    if (!ours) return;
    const auto violation = scratch_.Insert(key, *ours);
    if (!violation) return;
    const auto twin = scratch_.FindTwin(key, *ours);
    const auto twin_value = twin ? ValueAt(nodes_, merged_, *twin) : std::nullopt;
    if (!twin_value) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("rows of table '{}' meet in a UNIQUE index over an expression, in a "
                              "way that cannot be told apart",
                              table_.object.entry.object.name))
          .AddHint("drop the index on both sides, merge, and create it again");
    }
    scratch_.Delete(*twin, *twin_value);
    Violation mirrored = *violation;
    mirrored.other_key = key;
    outcome_.Record(*twin, *twin_value, mirrored);
    outcome_.GiveBack(*twin, ValueAt(nodes_, table_.sides.ours, *twin));
    to_give_back.push_back(*twin);
    to_give_back.push_back(key);  // once more
  }

  const RowMergeContext& context_;
  NodeReader& nodes_;
  MergedTable& table_;
  const Tree merged_;  // as it was before rows were given back
  ScratchTable scratch_;
  TableOutcome outcome_;
  bool all_rows_;
  const bool is_new_;
  const bool is_of_both_;
};

}  // namespace

std::optional<std::string> CheckOwnConstraints(const RowMergeContext& context, Database& db,
                                               MergedTable& table, OwnConstraintScope scope) {
  return OwnConstraintCheck(context, db, table, scope).Run();
}

}  // namespace pvc
