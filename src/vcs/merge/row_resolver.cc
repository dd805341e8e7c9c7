#include "vcs/merge/row_resolver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/shell_word.h"
#include "engine/tree_cursor.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/table_outcome.h"
#include "vcs/revision.h"
#include "vcs/text_conversion.h"
#include "vcs/typed_literal.h"

namespace pvc {
namespace {

MergeSide SideOf(Resolution resolution) {
  return resolution == Resolution::kBase     ? MergeSide::kBase
         : resolution == Resolution::kTheirs ? MergeSide::kTheirs
                                             : MergeSide::kOurs;
}

// What has rowids that a row without a place may not take: those of rows without key that are in
// conflict, too, which may come back to theirs.
std::vector<Tree> TreesWithRowids(const CatalogEntry& entry, const TableConflicts& table) {
  if (entry.table->info.identity == RowIdentity::kNone) return {entry.table->rows, table.rows};
  return {entry.table->rows};
}

}  // namespace

RowResolver::RowResolver(const RowMergeContext& context, const ResolveRequest& request,
                         TableConflicts& table, CatalogEntry& entry)
    : context_(context),
      request_(request),
      table_(table),
      entry_(entry),
      rows_before_(entry.table->rows),
      rows_(context.nodes, context.sink, entry.table->rows),
      open_(context.nodes, context.sink, table.rows),
      codec_(Info(), context.encoding, HashKindOf(), nullptr),
      side_codec_(Info(), context.encoding, HashKindOf(), nullptr),
      encoder_(Info(), context.encoding, HashKindOf(), &context.sink),
      rowids_(context, Info(), TreesWithRowids(entry, table)) {}

const TableInfo& RowResolver::Info() const { return entry_.table->info; }

uint64_t RowResolver::Run(const ConflictSelector& selector) {
  ReadColumns(selector);
  uint64_t count = 0;
  TreeCursor cursor(context_.nodes, table_.rows);
  for (const KeyRange& range :
       SelectedRanges(context_.repository, table_, context_.encoding, selector)) {
    for (cursor.Seek(range.low);
         cursor.Valid() && (range.high.empty() || cursor.key() < range.high); cursor.Next()) {
      Settle(cursor.key(), DecodeRowConflict(cursor.value()));
      ++count;
    }
  }
  if (count == 0 && selector.key) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("no conflict in row '{}' of table '{}'", *selector.key, table_.name()))
        .AddHint("see what is open:  pvc conflicts " + ShellWord(table_.name()));
  }
  entry_.table->rows = rows_.Finish();
  table_.rows = open_.Finish();
  return count;
}

size_t RowResolver::CellOf(const std::string& name) const {
  const auto& stored = codec_.stored_columns();
  for (size_t cell = 0; cell < stored.size(); ++cell) {
    if (EqualIgnoringAsciiCase(Info().columns[stored[cell]].name, name)) return cell;
  }
  Error error(ErrorKind::kNotFound,
              fmt::format("table '{}' has no column '{}'", table_.name(), name));
  std::vector<std::string> names;
  for (const size_t column : stored) names.push_back(Info().columns[column].name);
  for (const std::string& near : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", near));
  }
  throw error;
}

void RowResolver::ReadColumns(const ConflictSelector& selector) {
  columns_.clear();
  values_.clear();
  if (selector.column) columns_.insert(static_cast<uint32_t>(CellOf(*selector.column)));
  for (const auto& [name, text] : request_.values) {
    const size_t cell = CellOf(name);
    values_.emplace(static_cast<uint32_t>(cell), ReadValue(cell, text));
  }
}

OwnedValue RowResolver::ReadValue(size_t cell, const std::string& text) {
  const Column& column = Info().columns[codec_.stored_columns()[cell]];
  const TypedLiteral literal = ReadTypedLiteral(text);
  const bool is_text =
      literal.form == TypedLiteral::Form::kBare ||
      (literal.form == TypedLiteral::Form::kNumber && column.affinity == Affinity::kText);
  OwnedValue value = is_text ? OwnedValue::Of(Value::Text(literal.text)) : literal.value;
  if (value.value.storage_class == StorageClass::kText &&
      context_.encoding != TextEncoding::kUtf8) {
    Bytes encoded;
    if (!AppendEncoded(encoded, value.bytes, context_.encoding)) {
      throw Error(ErrorKind::kInvalid, fmt::format("'{}' is no valid text", text));
    }
    value = OwnedValue::Of(Value::Text(encoded));
  }
  return OwnedValue::Of(affinity_.Apply(column.affinity, value.View(), context_.encoding).View());
}

void RowResolver::Refuse(ByteView key, const RowConflict& conflict, const std::string& why) {
  const std::string row = TypedKeyOf(key, conflict);
  throw Error(ErrorKind::kInvalid,
              fmt::format("row '{}' of table '{}': {}", row, table_.name(), why))
      .AddHint(fmt::format("see it:  pvc conflicts {}",
                           ShellWord(fmt::format("{}:{}", table_.name(), row))));
}

std::string RowResolver::TypedKeyOf(ByteView key, const RowConflict& conflict) {
  for (const auto* side : {&conflict.ours, &conflict.theirs, &conflict.base}) {
    if (!*side) continue;
    side_codec_.Decode(key, **side, side_);
    return TypedKey(Info(), side_, context_.encoding);
  }
  return "?";
}

// Whether the row's key does not tell it from others: then it is a place, at which another row may
// be.
bool RowResolver::GoesByContent(ByteView key, const RowConflict& conflict) {
  if (Info().identity == RowIdentity::kNone) return true;
  if (Info().identity != RowIdentity::kPrimaryKey || Info().without_rowid) return false;
  const auto& some = conflict.ours     ? conflict.ours
                     : conflict.theirs ? conflict.theirs
                                       : conflict.base;
  side_codec_.Decode(key, *some, side_);
  for (size_t cell = 0; cell < side_.cells.size(); ++cell) {
    if (Info().columns[codec_.stored_columns()[cell]].key_position > 0 &&
        side_.cells[cell].value.storage_class == StorageClass::kNull) {
      return true;
    }
  }
  return false;
}

// The row that the conflict is about, as the working database has it.
std::optional<Bytes> RowResolver::Current(ByteView key, const RowConflict& conflict) {
  auto current = ValueAt(context_.nodes, rows_before_, key);
  if (!current || conflict.ours || !GoesByContent(key, conflict)) return current;
  // Ours has no such row. What is here came in from theirs, or is a row of its own.
  const bool stayed =
      std::any_of(conflict.violations.begin(), conflict.violations.end(),
                  [](const Violation& v) { return v.kind == Violation::Kind::kForeignKey; });
  if (!stayed && current != conflict.theirs) return std::nullopt;
  return current;
}

// The cells that the request is about.
std::vector<uint32_t> RowResolver::WantedCells(ByteView key, const RowConflict& conflict) {
  if (columns_.empty()) return conflict.open_cells;
  for (const uint32_t cell : columns_) {
    const auto& open = conflict.open_cells;
    if (std::find(open.begin(), open.end(), cell) == open.end()) {
      Refuse(key, conflict,
             open.empty() ? "the conflict is about the row as a whole, not about one column"
                          : fmt::format("column '{}' is not in conflict",
                                        Info().columns[codec_.stored_columns()[cell]].name));
    }
  }
  return {columns_.begin(), columns_.end()};
}

void RowResolver::Settle(ByteView key, RowConflict conflict) {
  switch (request_.resolution) {
    case Resolution::kWorking:
      WantedCells(key, conflict);
      break;
    case Resolution::kDelete:
      if (Current(key, conflict)) rows_.Delete(key);
      open_.Delete(key);
      return;
    case Resolution::kSet:
      SetCells(key, conflict);
      break;
    case Resolution::kOurs:
    case Resolution::kTheirs:
    case Resolution::kBase:
      TakeSide(key, conflict);
      break;
    case Resolution::kRenumberTheirs:
      break;  // RenumberTheirs does that
  }
  if (!columns_.empty() || request_.resolution == Resolution::kSet) {
    std::erase_if(conflict.open_cells, [this](uint32_t cell) {
      return columns_.contains(cell) || values_.contains(cell);
    });
    if (!conflict.open_cells.empty()) {
      open_.Put(key, EncodeRowConflict(conflict));
      return;
    }
  }
  open_.Delete(key);
}

void RowResolver::TakeSide(ByteView key, const RowConflict& conflict) {
  const std::optional<Bytes>& value = conflict.side(SideOf(request_.resolution));
  const std::vector<uint32_t> cells = WantedCells(key, conflict);
  const auto current = Current(key, conflict);
  if (cells.empty() || !current) {
    if (!cells.empty() && !columns_.empty()) {
      Refuse(key, conflict, "the working database does not have it any more");
    }
    PutWhole(key, conflict, value, current);
    return;
  }
  if (!value) Refuse(key, conflict, "that side has no such row: the rows were added by both");
  codec_.Decode(key, *current, row_);
  side_codec_.Decode(key, *value, side_);
  for (const uint32_t cell : cells) row_.cells[cell] = side_.cells[cell];
  Put(key, conflict, row_, true);
}

void RowResolver::SetCells(ByteView key, const RowConflict& conflict) {
  const auto current = Current(key, conflict);
  const std::optional<Bytes>& start = current           ? current
                                      : conflict.ours   ? conflict.ours
                                      : conflict.theirs ? conflict.theirs
                                                        : conflict.base;
  codec_.Decode(key, *start, row_);
  for (const auto& [cell, value] : values_) {
    row_.cells[cell] = Cell{};
    row_.cells[cell].value = value.View();
  }
  Put(key, conflict, row_, current.has_value());
}

// Makes the conflict's row the one given, under the key that it has then. Where the rowid is no
// key, a row that was not there takes a free one.
void RowResolver::Put(ByteView key, const RowConflict& conflict, const Row& row, bool is_there) {
  int64_t rowid = row.rowid;
  for (size_t cell = 0; cell < row.cells.size(); ++cell) {
    const Column& column = Info().columns[codec_.stored_columns()[cell]];
    if (!column.is_rowid_alias) continue;
    if (row.cells[cell].value.storage_class != StorageClass::kInteger) {
      Refuse(key, conflict, fmt::format("column '{}' has to be an integer", column.name));
    }
    rowid = row.cells[cell].value.integer;
  }
  const bool is_loose = Info().identity == RowIdentity::kPrimaryKey && !Info().without_rowid;
  const bool needs_rowid = !is_there && (is_loose || (Info().identity == RowIdentity::kNone &&
                                                      ValueAt(context_.nodes, rows_before_, key)));
  if (needs_rowid) rowid = rowids_.TakeNew();
  encoder_.EncodeCells(rowid, row.cells, context_.nodes.source());
  if (encoder_.key() != key) {
    if (ValueAt(context_.nodes, rows_before_, encoder_.key()) ||
        !new_keys_.insert(Bytes(encoder_.key())).second) {
      Refuse(key, conflict, "there is a row of that key already");
    }
    if (is_there) rows_.Delete(key);
  }
  rows_.Put(encoder_.key(), encoder_.value());
}

// The row as a side has it, or has not. A rowid that is no key stays what it is here.
void RowResolver::PutWhole(ByteView key, const RowConflict& conflict,
                           const std::optional<Bytes>& value, const std::optional<Bytes>& current) {
  if (!value) {
    if (current) rows_.Delete(key);
    return;
  }
  side_codec_.Decode(key, *value, side_);
  if (current) {
    codec_.Decode(key, *current, row_);
    side_.rowid = row_.rowid;
  }
  Put(key, conflict, side_, current.has_value());
}

}  // namespace pvc
