#include "cli/word_diff.h"

#include <algorithm>
#include <cstdint>

namespace pvc {
namespace {

using Words = std::vector<std::string_view>;
using Kind = WordDiffPart::Kind;

// Two hundred words against two hundred; beyond it the middle is shown as replaced.
constexpr size_t kMaxTableCells = 40'000;

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

Words SplitWords(std::string_view text) {
  Words words;
  while (!text.empty()) {
    size_t end = 1;
    if (IsWordByte(text[0])) {
      while (end < text.size() && IsWordByte(text[end])) ++end;
    }
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

/// Gathers words into parts; words that follow each other in one text are neighbours in memory.
class PartBuilder {
 public:
  void Add(Kind kind, std::string_view word) {
    std::string_view& pending = kind == Kind::kRemoved ? removed_ : added_;
    if (kind == Kind::kEqual) {
      FlushChanges();
      Extend(equal_, word);
    } else {
      FlushEqual();
      Extend(pending, word);
    }
  }

  std::vector<WordDiffPart> Finish() {
    FlushChanges();
    FlushEqual();
    return std::move(parts_);
  }

 private:
  static void Extend(std::string_view& run, std::string_view word) {
    run = run.empty() ? word : std::string_view(run.data(), run.size() + word.size());
  }
  void Flush(Kind kind, std::string_view& run) {
    if (!run.empty()) parts_.push_back({kind, run});
    run = {};
  }
  void FlushChanges() {
    Flush(Kind::kRemoved, removed_);
    Flush(Kind::kAdded, added_);
  }
  void FlushEqual() { Flush(Kind::kEqual, equal_); }

  std::vector<WordDiffPart> parts_;
  std::string_view equal_;
  std::string_view removed_;
  std::string_view added_;
};

/// Longest common subsequence of the words in the middle, by the textbook table.
void DiffMiddle(const Words& before, const Words& after, size_t begin, size_t before_end,
                size_t after_end, PartBuilder& parts) {
  const size_t rows = before_end - begin;
  const size_t columns = after_end - begin;
  if (rows == 0 || columns == 0 || rows > kMaxTableCells / columns) {
    for (size_t i = begin; i < before_end; ++i) parts.Add(Kind::kRemoved, before[i]);
    for (size_t i = begin; i < after_end; ++i) parts.Add(Kind::kAdded, after[i]);
    return;
  }
  // length(i, j): of the common subsequence of the words from i and from j on.
  std::vector<uint32_t> lengths((rows + 1) * (columns + 1), 0);
  const auto length = [&](size_t i, size_t j) -> uint32_t& {
    return lengths[i * (columns + 1) + j];
  };
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      length(i, j) = before[begin + i] == after[begin + j]
                         ? length(i + 1, j + 1) + 1
                         : std::max(length(i + 1, j), length(i, j + 1));
    }
  }
  size_t i = 0;
  size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && before[begin + i] == after[begin + j]) {
      parts.Add(Kind::kEqual, before[begin + i]);
      ++i;
      ++j;
    } else if (j == columns || (i < rows && length(i + 1, j) >= length(i, j + 1))) {
      parts.Add(Kind::kRemoved, before[begin + i++]);
    } else {
      parts.Add(Kind::kAdded, after[begin + j++]);
    }
  }
}

}  // namespace

std::vector<WordDiffPart> DiffWords(std::string_view before, std::string_view after) {
  const Words before_words = SplitWords(before);
  const Words after_words = SplitWords(after);
  size_t begin = 0;
  size_t before_end = before_words.size();
  size_t after_end = after_words.size();
  while (begin < before_end && begin < after_end && before_words[begin] == after_words[begin]) {
    ++begin;
  }
  while (before_end > begin && after_end > begin &&
         before_words[before_end - 1] == after_words[after_end - 1]) {
    --before_end;
    --after_end;
  }
  PartBuilder parts;
  for (size_t i = 0; i < begin; ++i) parts.Add(Kind::kEqual, before_words[i]);
  DiffMiddle(before_words, after_words, begin, before_end, after_end, parts);
  for (size_t i = before_end; i < before_words.size(); ++i) {
    parts.Add(Kind::kEqual, before_words[i]);
  }
  return parts.Finish();
}

}  // namespace pvc
