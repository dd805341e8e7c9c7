#pragma once

#include <string>
#include <vector>

#include "cli/render/query.h"
#include "cli/render/query_value.h"

namespace pvc {

/// What formats that align columns have in common: the first rows are held back to learn how wide
/// columns are, at most kMaxRows of them and about kMaxBytes; those behind them are printed as they
/// come, and one that is wider stands out of its column.
class QueryColumns : public QueryRenderer {
 public:
  static constexpr size_t kMaxRows = 1000;
  static constexpr size_t kMaxBytes = 1U << 20;

  explicit QueryColumns(const QueryOutput& output) : output_(output) {}

  void Begin(const std::vector<std::string>& columns) final;
  void Row(std::span<const Value> values) final;
  void End() final;

 protected:
  struct Column {
    std::string name;  ///< as it is printed
    size_t width = 0;
    /// Among the values looked at are numbers, and no text or blob.
    bool is_number = false;
  };

  /// What stands in front of an answer that is not the first.
  virtual void PutSeparator() {}
  virtual void PutHead(const std::vector<Column>& columns) = 0;
  virtual void PutRow(const std::vector<Column>& columns, const std::vector<ShownValue>& row) = 0;
  virtual void PutTail(const std::vector<Column>& /*columns*/) {}
  /// Text of a name or value for this format.
  virtual std::string Escape(std::string text) const { return text; }

  Painter& out() { return output_.out; }
  bool shows_header() const { return output_.header == QueryHeader::kShown; }
  /// A value with the spaces that fill its column; without those behind it, for the last column.
  void PutCell(const Column& column, const ShownValue& value, bool is_last);

 private:
  void PutHeld();

  QueryOutput output_;
  std::vector<Column> columns_;
  std::vector<bool> has_text_;  // of each column, or a blob
  std::vector<std::vector<ShownValue>> held_;
  size_t held_bytes_ = 0;
  bool is_holding_ = false;
  size_t answer_count_ = 0;
};

}  // namespace pvc
