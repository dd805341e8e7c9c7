#include "base/shell_word.h"

namespace pvc {
namespace {

/// Whether every shell takes the word as it is.
bool IsPlain(std::string_view word) {
  constexpr std::string_view kPlain =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@%+=:,./-_~^{}";
  if (word.empty() || word.front() == '~') return false;
  if (word.find_first_not_of(kPlain) != word.npos) return false;
  // {1} stays as it is, {a,b} and {1..3} become several words.
  return word.find('{') == word.npos ||
         (word.find(',') == word.npos && word.find("..") == word.npos);
}

}  // namespace

std::string ShellWord(std::string_view word) {
  if (IsPlain(word)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace pvc
