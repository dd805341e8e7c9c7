#include "cli/render/query_columns.h"

#include <algorithm>

namespace pvc {

void QueryColumns::Begin(const std::vector<std::string>& columns) {
  columns_.clear();
  for (const std::string& name : columns) {
    Column column{Escape(EscapeName(name))};
    if (shows_header()) column.width = DisplayWidth(column.name);
    columns_.push_back(std::move(column));
  }
  has_text_.assign(columns.size(), false);
  is_holding_ = true;
}

void QueryColumns::Row(std::span<const Value> values) {
  std::vector<ShownValue> row;
  row.reserve(values.size());
  for (const Value& value : values) {
    row.push_back(ShowValue(value, output_.encoding));
    row.back().text = Escape(std::move(row.back().text));
  }
  if (!is_holding_) return PutRow(columns_, row);

  for (size_t i = 0; i < row.size(); ++i) {
    columns_[i].width = std::max(columns_[i].width, DisplayWidth(row[i].text));
    const bool is_null = values[i].storage_class == StorageClass::kNull;
    if (!row[i].is_number && !is_null) has_text_[i] = true;
    columns_[i].is_number = !has_text_[i] && (columns_[i].is_number || row[i].is_number);
    held_bytes_ += row[i].text.size();
  }
  held_.push_back(std::move(row));
  if (held_.size() >= kMaxRows || held_bytes_ >= kMaxBytes) PutHeld();
}

void QueryColumns::End() {
  if (is_holding_) PutHeld();
  PutTail(columns_);
}

void QueryColumns::PutHeld() {
  is_holding_ = false;
  if (answer_count_++ > 0) PutSeparator();
  PutHead(columns_);
  for (const std::vector<ShownValue>& row : held_) PutRow(columns_, row);
  held_.clear();
  held_bytes_ = 0;
}

void QueryColumns::PutCell(const Column& column, const ShownValue& value, bool is_last) {
  const size_t width = DisplayWidth(value.text);
  const std::string fill(width < column.width ? column.width - width : 0, ' ');
  if (value.is_number) out().Put(fill);
  out().Put(value.label, value.text);
  if (!value.is_number && !is_last) out().Put(fill);
}

}  // namespace pvc
