#include "cli/commit_message.h"

#include <algorithm>

namespace pvc {
namespace {

std::string_view WithoutTrailingBlanks(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r\v\f");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

/// Takes the first line off `text`, without its line end.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::string CleanMessage(std::string_view text, CommentLines comments) {
  std::string clean;
  bool after_blank = false;
  while (!text.empty()) {
    const std::string_view whole = TakeLine(text);
    if (comments == CommentLines::kRemove && whole.starts_with('#')) continue;
    const std::string_view line = WithoutTrailingBlanks(whole);
    if (line.empty()) {
      after_blank = true;
      continue;
    }
    if (!clean.empty()) clean += after_blank ? "\n\n" : "\n";
    clean += line;
    after_blank = false;
  }
  return clean;
}

std::string JoinParagraphs(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += "\n\n";
    text += part;
  }
  return text;
}

std::string CommentOut(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    out += line.empty() ? "#" : "# ";
    out += line;
    out += '\n';
  }
  return out;
}

}  // namespace pvc
