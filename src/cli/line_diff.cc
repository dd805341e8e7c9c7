#include "cli/line_diff.h"

#include <algorithm>
#include <span>

#include "cli/sequence_diff.h"

namespace pvc {
namespace {

using Kind = DiffLine::Kind;

// 8 MB for the search. A reader gives up sooner.
constexpr size_t kMaxChanges = 2000;

/// The pieces between line ends. "a\n" is "a" and an empty one.
std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  if (text.empty()) return lines;
  for (;;) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::vector<DiffLine> AllLines(std::string_view before, std::string_view after) {
  std::vector<std::string_view> before_lines = SplitLines(before);
  std::vector<std::string_view> after_lines = SplitLines(after);
  const auto ends_line = [](std::string_view text) { return text.empty() || text.ends_with('\n'); };
  if (ends_line(before) && ends_line(after)) {
    if (!before.empty()) before_lines.pop_back();
    if (!after.empty()) after_lines.pop_back();
  }
  std::vector<DiffLine> lines;
  auto before_line = before_lines.begin();
  auto after_line = after_lines.begin();
  for (const SequenceStep step : DiffSequences(before_lines, after_lines, kMaxChanges)) {
    switch (step) {
      case SequenceStep::kKept:
        lines.push_back({Kind::kKept, *before_line++});
        ++after_line;
        break;
      case SequenceStep::kRemoved:
        lines.push_back({Kind::kRemoved, *before_line++});
        break;
      case SequenceStep::kAdded:
        lines.push_back({Kind::kAdded, *after_line++});
        break;
    }
  }
  return lines;
}

/// Appends the lines of `kept` that are near a change. The first stretch of all has none in front
/// of it, the last none behind.
void AppendContext(std::span<const DiffLine> kept, bool is_first, bool is_last,
                   size_t context_lines, std::vector<DiffLine>& out) {
  size_t head = is_first ? 0 : std::min(context_lines, kept.size());
  const size_t tail = is_last ? 0 : std::min(context_lines, kept.size() - head);
  const bool is_between = !is_first && !is_last;
  // A single line takes no more room than what would stand for it.
  if (is_between && head + tail + 1 == kept.size()) ++head;
  const size_t elided = kept.size() - head - tail;
  out.insert(out.end(), kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(head));
  if (is_between && elided > 0) out.push_back({.kind = Kind::kElided, .elided_count = elided});
  out.insert(out.end(), kept.end() - static_cast<std::ptrdiff_t>(tail), kept.end());
}

}  // namespace

std::vector<DiffLine> DiffLines(std::string_view before, std::string_view after,
                                size_t context_lines) {
  const std::vector<DiffLine> lines = AllLines(before, after);
  const auto is_kept = [](const DiffLine& line) { return line.kind == Kind::kKept; };
  std::vector<DiffLine> out;
  for (auto at = lines.begin(); at != lines.end();) {
    const auto change = std::find_if_not(at, lines.end(), is_kept);
    const bool is_first = at == lines.begin();
    const bool is_last = change == lines.end();
    if (is_first && is_last) break;
    AppendContext({at, change}, is_first, is_last, context_lines, out);
    at = std::find_if(change, lines.end(), is_kept);
    out.insert(out.end(), change, at);
  }
  return out;
}

}  // namespace pvc
