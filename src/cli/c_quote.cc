#include "cli/c_quote.h"

#include <fmt/format.h>

#include <algorithm>

namespace pvc {
namespace {

bool IsVisible(char c) { return c > ' ' && c < 0x7f; }

bool NeedsQuotes(std::string_view name) {
  return name.empty() || std::any_of(name.begin(), name.end(),
                                     [](char c) { return !IsVisible(c) || c == '"' || c == '\\'; });
}

}  // namespace

std::string CQuote(std::string_view name) {
  if (!NeedsQuotes(name)) return std::string(name);
  constexpr std::string_view kControls = "\a\b\t\n\v\f\r";
  constexpr std::string_view kLetters = "abtnvfr";
  std::string quoted = "\"";
  for (const char c : name) {
    const size_t control = kControls.find(c);
    if (control != std::string_view::npos) {
      quoted += '\\';
      quoted += kLetters[control];
    } else if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == ' ' || IsVisible(c)) {
      quoted += c;
    } else {
      quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
  }
  return quoted + '"';
}

}  // namespace pvc
