#include "cli/conflict_line.h"

#include <fmt/format.h>

#include "cli/line_diff.h"
#include "cli/quantity_text.h"

namespace pvc {
namespace {

constexpr size_t kMaxLineColumns = 400;
constexpr size_t kContextLines = 1;

}  // namespace

LabelledText PlainItem(std::string text) {
  LabelledText item;
  item.Add(Label::kPlain, std::move(text));
  return item;
}

void AppendItem(LabelledText& item, const LabelledText& more) {
  item.pieces.insert(item.pieces.end(), more.pieces.begin(), more.pieces.end());
}

std::string SideArrow(std::string_view before, std::string_view after) {
  return fmt::format("{} -> {}:", EscapeName(before), EscapeName(after));
}

bool HasLines(std::string_view text) { return text.find('\n') != std::string_view::npos; }

std::vector<ConflictLine> CompareLines(std::string_view before, std::string_view after) {
  std::vector<ConflictLine> lines;
  for (const DiffLine& line : DiffLines(before, after, kContextLines)) {
    LabelledText item;
    if (line.kind == DiffLine::Kind::kElided) {
      item.Add(Label::kMuted, fmt::format("  ... {}", FormatCountOf(line.elided_count, "line")));
    } else {
      const std::string text = EscapeText(line.text);
      if (DisplayWidth(text) > kMaxLineColumns) return {};
      const bool is_kept = line.kind == DiffLine::Kind::kKept;
      const bool is_added = line.kind == DiffLine::Kind::kAdded;
      item.Add(is_kept    ? Label::kPlain
               : is_added ? Label::kAdded
                          : Label::kRemoved,
               (is_kept    ? "  "
                : is_added ? "+ "
                           : "- ") +
                   text);
    }
    lines.push_back({std::move(item)});
  }
  return lines;
}

}  // namespace pvc
