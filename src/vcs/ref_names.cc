#include <algorithm>
#include <cstdint>

#include "vcs/repository.h"

namespace pvc {

namespace {

constexpr std::string_view kForbidden = " ~^:?*[\\";

/// Takes one character off the front of `text`. Returns: nothing when it does not begin with a
/// valid UTF-8 sequence (shortest form, no surrogate, at most U+10FFFF).
std::optional<uint32_t> TakeCharacter(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  size_t length = 1;
  uint32_t character = first;
  uint32_t least = 0;
  if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    character = first & 0x07U;
    least = 0x10000;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3;
    character = first & 0x0FU;
    least = 0x800;
  } else if (first >= 0xC0 && first < 0xE0) {
    length = 2;
    character = first & 0x1FU;
    least = 0x80;
  } else if (first >= 0x80) {
    return std::nullopt;
  }
  if (text.size() < length) return std::nullopt;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return std::nullopt;
    character = (character << 6) | (byte(i) & 0x3FU);
  }
  if (character < least || character > 0x10FFFF) return std::nullopt;
  if (character >= 0xD800 && character <= 0xDFFF) return std::nullopt;
  text.remove_prefix(length);
  return character;
}

/// Characters that are not seen, or that make what is seen another text than what is there.
bool IsInvisible(uint32_t c) {
  return (c >= 0x80 && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

std::optional<std::string> CharacterProblem(std::string_view name) {
  while (!name.empty()) {
    const auto character = TakeCharacter(name);
    if (!character) return "it is not valid UTF-8";
    if (*character < 0x20 || *character == 0x7F) return "it holds a control character";
    if (IsInvisible(*character)) return "it holds an invisible character";
    if (*character < 0x80 && kForbidden.find(static_cast<char>(*character)) != kForbidden.npos) {
      return std::string("it holds '") + static_cast<char>(*character) + "'";
    }
  }
  return std::nullopt;
}

std::optional<std::string> ComponentProblem(std::string_view component) {
  if (component.empty()) return "it begins or ends with '/', or holds '//'";
  if (component.front() == '.') return "it, or a part of it, begins with '.'";
  if (component.ends_with(".lock")) return "it, or a part of it, ends with '.lock'";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> RefNameProblem(std::string_view short_name) {
  if (short_name.empty()) return "it is empty";
  if (short_name.size() > kMaxRefNameBytes) {
    return "it is longer than " + std::to_string(kMaxRefNameBytes) + " bytes";
  }
  if (auto problem = CharacterProblem(short_name)) return problem;
  if (short_name.front() == '-') return "it begins with '-'";
  if (short_name.back() == '.') return "it ends with '.'";
  if (short_name.find("..") != short_name.npos) return "it holds '..'";
  if (short_name.find("@{") != short_name.npos) return "it holds '@{'";
  if (short_name == "@" || short_name == "HEAD") return "it means the current commit";
  std::string_view rest = short_name;
  while (true) {
    const size_t slash = rest.find('/');
    if (auto problem = ComponentProblem(rest.substr(0, slash))) return problem;
    if (slash == rest.npos) return std::nullopt;
    rest.remove_prefix(slash + 1);
  }
}

std::optional<std::string> FullRefNameProblem(std::string_view full_name) {
  constexpr std::string_view kPrefix = "refs/";
  if (!full_name.starts_with(kPrefix)) return "it does not begin with 'refs/'";
  full_name.remove_prefix(kPrefix.size());
  const size_t slash = full_name.find('/');
  if (slash == full_name.npos) return "it has no kind ('refs/heads/', 'refs/tags/')";
  if (auto problem = RefNameProblem(full_name.substr(0, slash))) return problem;
  return RefNameProblem(full_name.substr(slash + 1));
}

}  // namespace pvc
