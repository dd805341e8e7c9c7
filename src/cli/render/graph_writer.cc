#include "cli/render/graph_writer.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pvc {
namespace {

std::string_view WithoutEnd(std::string_view row) {
  return row.substr(0, row.find_last_not_of(' ') + 1);
}

}  // namespace

void GraphWriter::Begin(GraphRows rows) {
  for (const std::string& row : rows.before) {
    out_.Write(WithoutEnd(row));
    out_.Write("\n");
  }
  rows_ = std::move(rows);
  next_row_ = 0;
  is_at_line_start_ = true;
}

void GraphWriter::End() {
  while (next_row_ <= rows_.after.size()) {
    out_.Write(WithoutEnd(NextRow()));
    out_.Write("\n");
  }
}

std::string_view GraphWriter::NextRow() {
  const size_t row = next_row_++;
  if (row == 0) return rows_.commit;
  return row <= rows_.after.size() ? rows_.after[row - 1] : rows_.rest;
}

void GraphWriter::Write(std::string_view text) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (is_at_line_start_) out_.Write(end == 0 ? WithoutEnd(NextRow()) : NextRow());
    const size_t size = std::min(end, text.size() - 1) + 1;
    out_.Write(text.substr(0, size));
    is_at_line_start_ = end != std::string_view::npos;
    text.remove_prefix(size);
  }
}

}  // namespace pvc
