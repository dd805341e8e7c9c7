#include "vcs/glob.h"

#include <algorithm>

namespace pvc {

namespace {

/// Takes one character: a byte and the UTF-8 continuation bytes that follow it. Compared as bytes,
/// characters are in the order of their code points.
std::string_view TakeCharacter(std::string_view& text) {
  size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  const std::string_view character = text.substr(0, size);
  text.remove_prefix(size);
  return character;
}

std::string_view TakeEscaped(std::string_view& glob) {
  const std::string_view character = TakeCharacter(glob);
  return character == "\\" && !glob.empty() ? TakeCharacter(glob) : character;
}

/// Where the set that `glob` begins with ends: behind its ']', which may also be the first member.
/// Returns: npos for a '[' that nothing closes.
size_t SetEnd(std::string_view glob) {
  size_t i = 1;
  if (i < glob.size() && (glob[i] == '!' || glob[i] == '^')) ++i;
  for (bool is_first = true; i < glob.size(); ++i, is_first = false) {
    if (glob[i] == ']' && !is_first) return i + 1;
    if (glob[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

/// `members` is what stands between the brackets.
bool IsInSet(std::string_view members, std::string_view character) {
  const bool is_negated = members.front() == '!' || members.front() == '^';
  if (is_negated) members.remove_prefix(1);
  bool is_member = false;
  while (!members.empty()) {
    const std::string_view low = TakeEscaped(members);
    std::string_view high = low;
    if (members.size() > 1 && members.front() == '-') {
      members.remove_prefix(1);
      high = TakeEscaped(members);
    }
    is_member = is_member || (low <= character && character <= high);
  }
  return is_member != is_negated;
}

/// Matches one character by what `glob` begins with, which is no '*', and takes that off.
bool MatchCharacter(std::string_view& glob, std::string_view character) {
  if (glob.front() == '?') {
    glob.remove_prefix(1);
    return true;
  }
  const size_t set_end = glob.front() == '[' ? SetEnd(glob) : std::string_view::npos;
  if (set_end == std::string_view::npos) return TakeEscaped(glob) == character;
  const std::string_view members = glob.substr(1, set_end - 2);
  glob.remove_prefix(set_end);
  return IsInSet(members, character);
}

}  // namespace

// On a mismatch only the last '*' need take one character more: an earlier one could not help
// where that fails. So no recursion, and quadratic at worst.
bool MatchesGlob(std::string_view glob, std::string_view text) {
  std::string_view glob_after_star;
  std::string_view text_after_star;
  bool has_star = false;
  while (true) {
    if (!glob.empty() && glob.front() == '*') {
      glob.remove_prefix(1);
      glob_after_star = glob;
      text_after_star = text;
      has_star = true;
      continue;
    }
    if (text.empty()) return glob.empty();
    if (!glob.empty() && MatchCharacter(glob, TakeCharacter(text))) continue;
    if (!has_star || text_after_star.empty()) return false;
    TakeCharacter(text_after_star);
    text = text_after_star;
    glob = glob_after_star;
  }
}

bool MatchesAnyGlob(const std::vector<std::string>& globs, std::string_view text) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return MatchesGlob(glob, text);
         });
}

}  // namespace pvc
