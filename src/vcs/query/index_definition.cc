#include "vcs/query/index_definition.h"

#include "vcs/ascii_case.h"

namespace pvc {

namespace {

// Raised when the keys or values of index trees change.
constexpr uint8_t kIndexTreeVersion = 1;

std::optional<Collation> KnownCollation(std::string_view name) {
  if (EqualIgnoringAsciiCase(name, "BINARY")) return Collation::kBinary;
  if (EqualIgnoringAsciiCase(name, "NOCASE")) return Collation::kNoCase;
  if (EqualIgnoringAsciiCase(name, "RTRIM")) return Collation::kRtrim;
  return std::nullopt;
}

std::optional<IndexDefinition::Part> MakePart(const TableIndex::Part& part,
                                              const TableInfo& table) {
  if (part.column == TableIndex::kRowid) {
    if (table.without_rowid) return std::nullopt;
    return IndexDefinition::Part{};
  }
  const auto column = static_cast<size_t>(part.column);
  const auto collation = KnownCollation(part.collation);
  if (!collation || column >= table.columns.size() || table.columns[column].is_generated) {
    return std::nullopt;
  }
  size_t cell = 0;
  for (size_t i = 0; i < column; ++i) cell += table.columns[i].is_generated ? 0 : 1;
  return IndexDefinition::Part{cell, *collation};
}

}  // namespace

std::optional<IndexDefinition> MakeIndexDefinition(const TableIndex& index,
                                                   const TableInfo& table) {
  IndexDefinition definition;
  definition.name = index.name;
  for (const TableIndex::Part& part : index.parts) {
    const auto made = MakePart(part, table);
    if (!made) break;
    definition.parts.push_back(*made);
  }
  if (definition.parts.empty()) return std::nullopt;
  return definition;
}

std::optional<IndexDefinition> MakeRowidIndexDefinition(const TableInfo& table) {
  if (table.identity != RowIdentity::kPrimaryKey || table.without_rowid) return std::nullopt;
  IndexDefinition definition;
  definition.parts.emplace_back();
  return definition;
}

Bytes EncodeIndexDefinition(const IndexDefinition& definition, const TableInfo& table,
                            TextEncoding encoding) {
  Bytes out;
  AppendU8(out, kIndexTreeVersion);
  AppendU8(out, static_cast<uint8_t>(encoding));
  AppendU8(out, static_cast<uint8_t>(table.identity));
  AppendU8(out, table.without_rowid ? 1 : 0);

  Bytes columns;
  uint64_t column_count = 0;
  for (const Column& column : table.columns) {
    if (column.is_generated) continue;
    ++column_count;
    AppendVarint(columns, column.key_position);
    if (column.key_position > 0) AppendU8(columns, static_cast<uint8_t>(column.collation));
  }
  AppendVarint(out, column_count);
  out.append(columns);

  AppendVarint(out, definition.parts.size());
  for (const IndexDefinition::Part& part : definition.parts) {
    const bool is_rowid = part.cell == IndexDefinition::kRowid;
    AppendVarint(out, is_rowid ? 0 : part.cell + 1);
    AppendU8(out, static_cast<uint8_t>(is_rowid ? Collation::kBinary : part.collation));
  }
  return out;
}

}  // namespace pvc
