#include "cli/word_diff.h"

#include "cli/sequence_diff.h"

namespace pvc {
namespace {

using Words = std::vector<std::string_view>;
using Kind = WordDiffPart::Kind;

// Beyond it the middle is shown as replaced.
constexpr size_t kMaxChanges = 400;

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

}  // namespace

std::vector<WordDiffPart> DiffWords(std::string_view before, std::string_view after) {
  const Words before_words = SplitWords(before);
  const Words after_words = SplitWords(after);
  PartBuilder parts;
  auto before_word = before_words.begin();
  auto after_word = after_words.begin();
  for (const SequenceStep step : DiffSequences(before_words, after_words, kMaxChanges)) {
    switch (step) {
      case SequenceStep::kKept:
        parts.Add(Kind::kEqual, *before_word++);
        ++after_word;
        break;
      case SequenceStep::kRemoved:
        parts.Add(Kind::kRemoved, *before_word++);
        break;
      case SequenceStep::kAdded:
        parts.Add(Kind::kAdded, *after_word++);
        break;
    }
  }
  return parts.Finish();
}

}  // namespace pvc
