#include <algorithm>

#include "cli/render/query_columns.h"

namespace pvc {
namespace {

constexpr size_t kMinWidth = 3;  // of the line below the names

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// What Markdown would take for markup gets a backslash; those of EscapeText are doubled already.
/// An underscore inside a word is no markup.
std::string EscapeMarkdown(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_inner =
        i > 0 && i + 1 < text.size() && IsWordByte(text[i - 1]) && IsWordByte(text[i + 1]);
    const bool is_markup =
        std::string_view("|`*<&[~").find(c) != std::string_view::npos || (c == '_' && !is_inner);
    if (is_markup) out += '\\';
    out += c;
  }
  return out;
}

/// A table of GitHub's Markdown; columns of numbers are aligned to the right.
class QueryMarkdown final : public QueryColumns {
 public:
  using QueryColumns::QueryColumns;

 private:
  std::string Escape(std::string text) const override { return EscapeMarkdown(text); }

  void PutSeparator() override { out().Put("\n"); }

  void PutHead(const std::vector<Column>& columns) override {
    for (const Column& column : columns) {
      PutCellBehindBar(column, {column.name, Label::kPlain, column.is_number});
    }
    out().Put("|\n");
    for (const Column& column : columns) {
      const std::string line(Width(column) - (column.is_number ? 1 : 0), '-');
      out().Put("| " + line + (column.is_number ? ": " : " "));
    }
    out().Put("|\n");
  }

  void PutRow(const std::vector<Column>& columns, const std::vector<ShownValue>& row) override {
    for (size_t i = 0; i < row.size(); ++i) {
      PutCellBehindBar(columns[i], {row[i].text, Label::kPlain, row[i].is_number});
    }
    out().Put("|\n");
  }

  static size_t Width(const Column& column) { return std::max(column.width, kMinWidth); }

  void PutCellBehindBar(const Column& column, const ShownValue& value) {
    out().Put("| ");
    PutCell({column.name, Width(column), column.is_number}, value, false);
    out().Put(" ");
  }
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryMarkdown(const QueryOutput& output) {
  QueryOutput shown = output;
  shown.header = QueryHeader::kShown;
  return std::make_unique<QueryMarkdown>(shown);
}

}  // namespace pvc
