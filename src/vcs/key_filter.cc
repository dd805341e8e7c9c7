#include "vcs/key_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "engine/node.h"
#include "engine/tree_cursor.h"
#include "vcs/ascii_case.h"
#include "vcs/revision.h"
#include "vcs/text_conversion.h"
#include "vcs/typed_literal.h"

namespace pvc {

namespace {

// Readings multiply with each column that keeps what it is given; past this many such columns, all
// are read alike.
constexpr size_t kMaxFreeColumns = 6;

std::vector<const Column*> KeyColumns(const TableInfo& table) {
  std::vector<const Column*> columns;
  for (const Column& column : table.columns) {
    if (column.key_position > 0) columns.push_back(&column);
  }
  std::sort(columns.begin(), columns.end(),
            [](const Column* a, const Column* b) { return a->key_position < b->key_position; });
  return columns;
}

// A value of the key; text comes and stays UTF-8.
std::vector<OwnedValue> Readings(const TypedLiteral& literal, Affinity affinity) {
  const OwnedValue text = OwnedValue::Of(Value::Text(literal.text));
  switch (literal.form) {
    case TypedLiteral::Form::kQuoted:
      return {literal.value};
    case TypedLiteral::Form::kBare:
      return {text};
    case TypedLiteral::Form::kNumber:
      break;
  }
  OwnedValue number = literal.value;
  switch (affinity) {
    case Affinity::kText:
      return {text};
    case Affinity::kReal:
      if (number.value.storage_class == StorageClass::kInteger) {
        number.value = Value::Real(static_cast<double>(number.value.integer));
      }
      return {number};
    case Affinity::kInteger:
    case Affinity::kNumeric:
      return {number};
    case Affinity::kBlob:
      break;
  }
  return {number, text};
}

[[noreturn]] void RefuseKey(const TableInfo& table, const std::string& typed) {
  std::string columns;
  for (const Column* column : KeyColumns(table)) {
    columns += (columns.empty() ? "" : ", ") + column->name;
  }
  const bool by_rowid = table.identity != RowIdentity::kPrimaryKey;
  Error error(ErrorKind::kInvalid, fmt::format("'{}' is no key of table '{}'", typed, table.name));
  throw error.AddHint(by_rowid ? "its rows go by a whole number, the rowid"
                               : fmt::format("its rows go by ({}): name a value for each, "
                                             "separated by commas",
                                             columns));
}

bool ToEncoding(OwnedValue& value, TextEncoding encoding) {
  if (value.value.storage_class != StorageClass::kText || encoding == TextEncoding::kUtf8) {
    return true;
  }
  Bytes encoded;
  if (!AppendEncoded(encoded, value.bytes, encoding)) return false;
  value.bytes = std::move(encoded);
  return true;
}

void ForEachKey(NodeReader& reader, const std::optional<Snapshot>& snapshot,
                const std::function<void(ByteView key)>& visit) {
  if (!snapshot) return;
  TreeCursor cursor(reader, snapshot->catalog);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) visit(cursor.key());
}

// True when either snapshot has an object of that name, in either name space.
bool ObjectExists(NodeReader& reader, const std::optional<Snapshot>& before,
                  const std::optional<Snapshot>& after, const std::string& name) {
  if (name.size() + 1 > kMaxKeyBytes) return false;
  Bytes ignored;
  for (const auto* snapshot : {&before, &after}) {
    if (!*snapshot) continue;
    for (const SchemaObjectKind kind : {SchemaObjectKind::kTable, SchemaObjectKind::kTrigger}) {
      if (Lookup(reader, (*snapshot)->catalog, CatalogKey(kind, name), ignored)) return true;
    }
  }
  bool found = false;
  for (const auto* snapshot : {&before, &after}) {
    ForEachKey(reader, *snapshot,
               [&](ByteView key) { found = found || EqualIgnoringAsciiCase(key.substr(1), name); });
  }
  return found;
}

[[noreturn]] void FailUnknown(NodeReader& reader, const std::optional<Snapshot>& before,
                              const std::optional<Snapshot>& after, const std::string& name) {
  std::set<std::string> names;
  for (const auto* snapshot : {&before, &after}) {
    ForEachKey(reader, *snapshot, [&](ByteView key) { names.emplace(key.substr(1)); });
  }
  Error error(ErrorKind::kNotFound, fmt::format("no table '{}' on either side", name));
  for (const std::string& near : NearestNames(name, {names.begin(), names.end()})) {
    error.AddHint(fmt::format("did you mean '{}'?", near));
  }
  throw error;
}

// A key must be one for the table on one side at least.
void CheckKey(HashKind hash_kind, NodeReader& nodes, const std::optional<Snapshot>& before,
              const std::optional<Snapshot>& after, const DiffFilter& filter) {
  std::optional<Error> problem;
  bool has_table = false;
  for (const auto* snapshot : {&after, &before}) {
    if (!*snapshot) continue;
    const auto entry = FindTable(nodes, (*snapshot)->catalog, filter.table);
    if (!entry) continue;
    has_table = true;
    try {
      KeyRangesOf(entry->table->info, (*snapshot)->properties.encoding, hash_kind, *filter.key);
      return;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalid) throw;
      if (!problem) problem = error;
    }
  }
  if (!has_table) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' has no rows, so no key '{}'", filter.table, *filter.key));
  }
  throw *problem;
}

}  // namespace

std::vector<KeyRange> KeyRangesOf(const TableInfo& table, TextEncoding encoding, HashKind hash_kind,
                                  const std::string& typed) {
  if (table.identity != RowIdentity::kPrimaryKey) {
    const TypedLiteral literal = ReadTypedLiteral(typed);
    if (literal.value.value.storage_class != StorageClass::kInteger) RefuseKey(table, typed);
  }
  std::vector<const Column*> columns = KeyColumns(table);
  static constexpr Affinity kRowidAffinity = Affinity::kInteger;
  const size_t part_count = table.identity == RowIdentity::kPrimaryKey ? columns.size() : 1;
  std::vector<std::string_view> parts = SplitAtCommas(typed);
  if (part_count == 1 && parts.size() > 1) parts = {typed};
  if (parts.size() != part_count) RefuseKey(table, typed);

  std::vector<std::vector<OwnedValue>> readings;
  size_t free_count = 0;
  for (size_t i = 0; i < part_count; ++i) {
    const Affinity affinity =
        table.identity == RowIdentity::kPrimaryKey ? columns[i]->affinity : kRowidAffinity;
    readings.push_back(Readings(ReadTypedLiteral(parts[i]), affinity));
    for (OwnedValue& value : readings.back()) {
      if (!ToEncoding(value, encoding)) RefuseKey(table, typed);
    }
    if (readings.back().size() > 1) ++free_count;
  }

  const RowCodec codec(table, encoding, hash_kind, nullptr);
  const bool read_alike = free_count > kMaxFreeColumns;
  const size_t variant_count = read_alike ? 2 : size_t{1} << free_count;
  std::vector<KeyRange> ranges;
  for (size_t variant = 0; variant < variant_count; ++variant) {
    std::vector<Value> values;
    size_t bit = 0;
    for (const auto& choices : readings) {
      const size_t choice = choices.size() == 1 ? 0 : variant >> (read_alike ? 0 : bit++) & 1;
      values.push_back(choices[choice].View());
    }
    KeyRange range;
    if (!codec.EncodeKey(values, range.low)) RefuseKey(table, typed);
    range = PrefixRange(std::move(range.low));
    ranges.push_back(std::move(range));
  }
  return ranges;
}

DiffSelection::DiffSelection(HashKind hash_kind, NodeReader& nodes,
                             const std::optional<Snapshot>& before,
                             const std::optional<Snapshot>& after,
                             const std::vector<DiffFilter>& filters) {
  all_rows_.all = true;
  for (const DiffFilter& filter : filters) {
    if (!ObjectExists(nodes, before, after, filter.table)) {
      FailUnknown(nodes, before, after, filter.table);
    }
    Rows& rows = rows_[FoldAsciiCase(filter.table)];
    if (filter.key) {
      CheckKey(hash_kind, nodes, before, after, filter);
      rows.keys.push_back(*filter.key);
    } else {
      rows.all = true;
    }
  }
}

bool DiffSelection::SelectsObject(const SchemaObject& object) const {
  if (selects_everything()) return true;
  for (const std::string& name : {object.name, object.table_name}) {
    const auto found = rows_.find(FoldAsciiCase(name));
    if (found != rows_.end() && found->second.all) return true;
  }
  return false;
}

const DiffSelection::Rows* DiffSelection::FindRows(const std::string& table_name) const {
  if (selects_everything()) return &all_rows_;
  const auto found = rows_.find(FoldAsciiCase(table_name));
  return found == rows_.end() ? nullptr : &found->second;
}

}  // namespace pvc
