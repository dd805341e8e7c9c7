#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vcs/query/function_table.h"
#include "vcs/query/key_bounds.h"
#include "vcs/query/laid_columns.h"

namespace pvc {

/// The columns of a function whose rows show versions of one row of a table side by side: a few of
/// its own, and for each stored column one a side ("from_a", "to_a", "from_b", "to_b").
class SidedColumns {
 public:
  enum class OwnPlace { kInFront, kBehind };

  /// `prefixes`: of the sides' columns.   Requires: the entry holds rows.
  SidedColumns(const CatalogEntry& table, std::vector<FunctionColumn> own,
               std::vector<std::string> prefixes, OwnPlace own_place = OwnPlace::kInFront);

  const LaidColumns& laid() const { return laid_; }
  std::vector<FunctionColumn> Declare() const;

  struct Place {
    size_t side = 0;
    size_t column = 0;  ///< of laid()
  };
  /// Returns: nothing for the function's own columns.
  std::optional<Place> PlaceOf(int column) const;
  /// The place of one of the function's own columns among them.
  size_t OwnPlaceOf(int column) const { return static_cast<size_t>(column) - own_begin_; }

  /// Constraints of the key, on whichever side: all versions of a row have the same. Values of an
  /// IN list are each a call of their own, and so left to SQLite where a call compares whole
  /// states.
  KeyChoice ChooseConstraints(const PlanRequest& request) const;
  /// The ranges of keys that a choice means in rows of `table`, laid as `cells` (CellsIn) say.
  ///
  /// Returns: nothing when its key is not the one that was asked about: all rows are to be read.
  std::optional<std::vector<KeyRange>> KeyRanges(const TableInfo& table,
                                                 const std::vector<int>& cells,
                                                 TextEncoding encoding,
                                                 const FunctionCallValues& call) const;

 private:
  KeyShape ShapeOf(const TableInfo& table, const std::vector<int>& cells,
                   TextEncoding encoding) const;

  LaidColumns laid_;
  std::vector<FunctionColumn> own_;
  std::vector<std::string> prefixes_;
  size_t own_begin_;    // the columns in front of the own ones
  size_t sided_begin_;  // the same of the others
  KeyShape key_;
};

/// A function of such columns, which has constraints on the key restrict what is read.
class SidedFunction final : public FunctionTable {
 public:
  SidedFunction(std::shared_ptr<const SidedColumns> columns, std::vector<std::string> parameters,
                OpenRows open);

  /// Puts the constraints' text (KeyChoice::text) and values behind the parameters.
  std::optional<PlanAnswer> Plan(const PlanRequest& request) override;

 private:
  std::shared_ptr<const SidedColumns> sided_;
};

}  // namespace pvc
