#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vcs/repository.h"
#include "vcs/row_codec.h"
#include "vcs/typed_literal.h"

namespace pvc {

/// The constant that rows have in a column added to them.
class ColumnDefault {
 public:
  ColumnDefault() = default;
  explicit ColumnDefault(OwnedValue value) : value_(std::move(value)) {}

  bool has_value() const { return value_.has_value(); }
  /// The constant, text in UTF-8; NULL without one.
  OwnedValue value() const { return value_.value_or(OwnedValue{}); }
  /// Whether a cell, text in `encoding`, holds it.
  bool IsDefault(const Cell& cell, TextEncoding encoding) const;

 private:
  std::optional<OwnedValue> value_;  // text in UTF-8
};

/// Asks SQLite for the defaults of the columns that `column_map` (one a stored column) has at -1,
/// in an empty scratch database in the repository's folder `incoming`, where `sql` runs under an
/// authorizer. Only literals are taken, none is evaluated; they are stored once to learn what the
/// column makes of them.
///
/// Returns: one a stored column; no defaults at all when the table cannot be created (a missing
/// function or collation, hostile text, a read-only folder).
std::vector<ColumnDefault> ReadColumnDefaults(Repository& repository, const SchemaObject& object,
                                              const TableInfo& table,
                                              const std::vector<int>& column_map);

}  // namespace pvc
