#include "vcs/merge/scratch_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

// "UNIQUE constraint failed: t.a, t.b" is of a and b.
std::string WithoutTable(std::string_view columns, const std::string& table) {
  std::string text;
  const std::string prefix = table + ".";
  while (!columns.empty()) {
    if (columns.starts_with(prefix)) columns.remove_prefix(prefix.size());
    const size_t next = columns.find(", " + prefix);
    text += columns.substr(0, next);
    if (next == std::string_view::npos) break;
    text += ", ";
    columns.remove_prefix(next + 2);
  }
  return text;
}

Violation ReadViolation(const std::string& message, const std::string& table) {
  struct Form {
    std::string_view words;
    Violation::Kind kind;
  };
  constexpr Form kForms[] = {{"UNIQUE constraint failed: ", Violation::Kind::kUnique},
                             {"NOT NULL constraint failed: ", Violation::Kind::kNotNull},
                             {"CHECK constraint failed: ", Violation::Kind::kCheck}};
  for (const Form& form : kForms) {
    const size_t at = message.find(form.words);
    if (at == std::string::npos) continue;
    const std::string rest = message.substr(at + form.words.size());
    return {form.kind, form.kind == Violation::Kind::kCheck ? rest : WithoutTable(rest, table), {}};
  }
  return {Violation::Kind::kCheck, message, {}};
}

}  // namespace

ScratchTable::ScratchTable(const RowMergeContext& context, Database& db, const TableInfo& info)
    : context_(context),
      db_(db),
      info_(info),
      codec_(info, context.encoding, context.repository.store().hash_kind(), nullptr),
      writer_(db, context.nodes.source(), info, context.encoding),
      deleter_(db, context.nodes.source(), info, context.encoding) {
  if (info.identity == RowIdentity::kPrimaryKey) {
    std::vector<const Column*> parts;
    for (const Column& column : info.columns) {
      if (column.key_position > 0) parts.push_back(&column);
    }
    std::sort(parts.begin(), parts.end(),
              [](const Column* a, const Column* b) { return a->key_position < b->key_position; });
    for (const Column* part : parts) identity_.push_back(QuoteIdentifier(part->name));
    if (!info.without_rowid) identity_.push_back(RowidName(info));
  } else {
    const auto alias = std::find_if(info.columns.begin(), info.columns.end(),
                                    [](const Column& column) { return column.is_rowid_alias; });
    identity_.push_back(alias == info.columns.end() ? RowidName(info)
                                                    : QuoteIdentifier(alias->name));
  }
  ReadUniques();
}

std::string ScratchTable::ColumnName(size_t cell) const {
  return QuoteIdentifier(info_.columns[codec_.stored_columns()[cell]].name);
}

void ScratchTable::ReadUniques() {
  std::vector<std::string> indexes;
  {
    Statement list(db_, "PRAGMA main.index_list(" + QuoteIdentifier(info_.name) + ")");
    while (list.Step()) {
      if (list.ColumnInteger(2) == 0 || list.ColumnText(3) == "pk") continue;
      if (list.ColumnInteger(4) != 0) {
        has_computed_uniques_ = true;
      } else {
        indexes.push_back(list.ColumnText(1));
      }
    }
  }
  const auto& stored = codec_.stored_columns();
  for (const std::string& index : indexes) {
    UniqueColumns unique;
    Statement parts(db_, "PRAGMA main.index_xinfo(" + QuoteIdentifier(index) + ")");
    bool is_plain = true;
    while (parts.Step()) {
      if (parts.ColumnInteger(5) == 0) continue;
      const int64_t position = parts.ColumnInteger(1);
      const auto cell =
          position < 0 ? stored.end()
                       : std::find(stored.begin(), stored.end(), static_cast<size_t>(position));
      if (cell == stored.end()) {  // an expression, or a generated column
        is_plain = false;
        continue;
      }
      unique.cells.push_back(static_cast<size_t>(cell - stored.begin()));
      unique.collations.push_back(parts.ColumnText(4));
    }
    if (is_plain) {
      uniques_.push_back(std::move(unique));
    } else {
      has_computed_uniques_ = true;
    }
  }
}

std::vector<ForeignKey> ScratchTable::ReadForeignKeys() {
  std::vector<ForeignKey> keys;
  int64_t last_id = -1;
  Statement list(db_, "PRAGMA main.foreign_key_list(" + QuoteIdentifier(info_.name) + ")");
  while (list.Step()) {
    if (list.ColumnInteger(0) != last_id) {
      last_id = list.ColumnInteger(0);
      keys.push_back({list.ColumnText(2), {}, {}});
    }
    keys.back().columns.push_back(list.ColumnText(3));
    if (!list.ColumnIsNull(4)) keys.back().parent_columns.push_back(list.ColumnText(4));
  }
  return keys;
}

std::optional<Violation> ScratchTable::Insert(ByteView key, ByteView value) {
  codec_.Decode(key, value, row_);
  try {
    writer_.Insert(row_);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid && error.kind() != ErrorKind::kUnsupported) throw;
    return ReadViolation(error.message(), info_.name);
  }
}

void ScratchTable::Delete(ByteView key, ByteView value) {
  codec_.Decode(key, value, row_);
  deleter_.Delete(row_);
}

std::string ScratchTable::IdentityColumns() const {
  std::string text;
  for (const std::string& name : identity_) {
    text += fmt::format("{}{}.{}", text.empty() ? "" : ", ", QuoteIdentifier(info_.name), name);
  }
  return text;
}

Bytes ScratchTable::KeyFrom(Statement& statement, int first) {
  const bool has_tuple = info_.identity == RowIdentity::kPrimaryKey;
  const size_t count = identity_.size() - (has_tuple && !info_.without_rowid ? 1 : 0);
  std::vector<Value> values;
  bool has_null = false;
  for (size_t i = 0; i < count; ++i) {
    values.push_back(statement.ColumnValue(first + static_cast<int>(i)));
    has_null = has_null || values.back().storage_class == StorageClass::kNull;
  }
  Bytes key;
  if (!codec_.EncodeKey(values, key)) return {};
  if (has_tuple && has_null && !info_.without_rowid) {
    AppendRowidKey(key, statement.ColumnInteger(first + static_cast<int>(count)));
  }
  return key;
}

std::optional<Bytes> ScratchTable::FindTwin(ByteView key, ByteView value) {
  codec_.Decode(key, value, row_);
  for (const UniqueColumns& unique : uniques_) {
    std::vector<std::string> terms;
    bool has_null = false;
    for (size_t i = 0; i < unique.cells.size(); ++i) {
      has_null = has_null || row_.cells[unique.cells[i]].value.storage_class == StorageClass::kNull;
      terms.push_back(fmt::format("{} = ? COLLATE {}", ColumnName(unique.cells[i]),
                                  QuoteIdentifier(unique.collations[i])));
    }
    if (has_null) continue;
    Statement find(db_, fmt::format("SELECT {} FROM main.{} WHERE {}", IdentityColumns(),
                                    QuoteIdentifier(info_.name), fmt::join(terms, " AND ")));
    std::vector<Bytes> whole(unique.cells.size());
    bool is_bound = true;
    for (size_t i = 0; i < unique.cells.size(); ++i) {
      const Value bound =
          WholeValue(context_.nodes.source(), row_.cells[unique.cells[i]], whole[i]);
      is_bound = find.Bind(static_cast<int>(i) + 1, bound) && is_bound;
    }
    if (is_bound && find.Step()) return KeyFrom(find, 0);
  }
  return std::nullopt;
}

}  // namespace pvc
