#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace pvc {

/// `text` with A..Z as a..z: two names are one to SQLite when their folded forms are equal.
inline std::string FoldAsciiCase(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return folded;
}

/// True when two names are one to SQLite.
inline bool EqualIgnoringAsciiCase(std::string_view a, std::string_view b) {
  const auto fold = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&fold](char x, char y) { return fold(x) == fold(y); });
}

}  // namespace pvc
