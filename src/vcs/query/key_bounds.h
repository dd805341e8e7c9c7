#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "sqlite/schema.h"
#include "sqlite/virtual_table.h"
#include "vcs/tree_join.h"

namespace pvc {

/// A key by which rows lie in order, as queries restrict it: the one of a table's tree, or of an
/// index over it.
struct KeyShape {
  struct Part {
    std::vector<int> columns;  ///< of the virtual table, any of which is this part; -1: its rowid
    Affinity affinity = Affinity::kBlob;
    Collation collation = Collation::kBinary;
  };
  /// The key is a rowid as AppendRowidKey writes it, and there is one part.
  bool is_rowid = false;
  /// No two rows have the same values in all parts. NULLs may repeat in a PRIMARY KEY.
  bool is_unique = false;
  std::vector<Part> parts;
  TextEncoding encoding = TextEncoding::kUtf8;  ///< of text in the key
  /// Keys are cut behind so many bytes; what follows then says nothing about order.
  size_t kept_bytes = 0;

  /// The key of a table's tree. `declared_of`: for each of the table's columns, which column of the
  /// virtual table it is, or -2; `has_rowid`: the virtual table's rowid is the table's.
  static KeyShape OfTable(const TableInfo& table, TextEncoding encoding,
                          const std::vector<int>& declared_of, bool has_rowid);

  /// Whether a choice for one key means the same of the other, but for the encoding of text.
  bool HasSameParts(const KeyShape& other) const;

  /// Whether the order of keys is that of the part's values in a connection, collation included.
  /// `connection`: how it keeps text.
  bool IsOrdered(const Part& part, TextEncoding connection) const;
};

/// The constraints of a plan that restrict a key: equalities on its first parts, then a range on
/// the next one.
struct KeyChoice {
  std::vector<size_t> constraints;  ///< indexes into PlanRequest::constraints, in the order of text
  /// One character a constraint, for KeyRangesFor: '=' equality, 'i' IS, 'n' IN with all its
  /// values,
  /// '>' 'g' lower bounds (without and with the bound), '<' 'l' upper bounds.
  std::string text;
  size_t equal_count = 0;  ///< parts with an equality
  bool has_in = false;     ///< one of the equalities is an IN
  bool has_range = false;

  bool empty() const { return text.empty(); }
};

/// Number of constraints in a choice's text that are equalities.
size_t CountEqualities(std::string_view text);

/// Chooses among the usable constraints of `request`.
KeyChoice ChooseKeyConstraints(const KeyShape& shape, const PlanRequest& request);

/// Whether the rows that the ranges of a choice hold are exactly those that satisfy its
/// constraints: for rowids, which are integers. Others are looked at again by SQLite.
bool IsExact(const KeyShape& shape);

/// The ranges of keys that hold every row for which SQLite may find the constraints true, in
/// ascending order and apart. No range: no row can.
///
/// SQLite compares by rules that a virtual table is not told (which affinity the other side has);
/// where these leave several readings, ranges hold the rows of all of them.
/// `text`: KeyChoice::text; `values`: one a constraint, of an IN as PlanAnswer::Argument::is_list
/// says; text in `encoding`.
std::vector<KeyRange> KeyRangesFor(const KeyShape& shape, std::string_view text,
                                   std::span<const Value> values, TextEncoding encoding);

/// Whether all rows in these ranges have the same values, as SQLite compares them, in the parts
/// that equalities hold.
bool HoldsOnePoint(const KeyShape& shape, std::string_view text, std::span<const Value> values,
                   TextEncoding encoding);

}  // namespace pvc
