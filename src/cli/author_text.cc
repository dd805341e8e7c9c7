#include "cli/author_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace pvc {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool IsPlain(std::string_view text) {
  return text.size() <= kMaxSignatureBytes && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '<' || c == '>';
         });
}

}  // namespace

Signature ParseAuthor(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  const size_t open = trimmed.find('<');
  if (open != std::string_view::npos && trimmed.back() == '>') {
    const std::string_view name = Trim(trimmed.substr(0, open));
    const std::string_view email = Trim(trimmed.substr(open + 1, trimmed.size() - open - 2));
    if (!name.empty() && IsPlain(name) && IsPlain(email)) {
      Signature author;
      author.name = name;
      author.email = email;
      return author;
    }
  }
  throw Error(ErrorKind::kUsage, fmt::format("--author is '{}', not 'NAME <E-MAIL>'",
                                             text.substr(0, kMaxSignatureBytes)))
      .AddHint("pvc commit --author='Ann Example <ann@example.org>' -m MESSAGE");
}

}  // namespace pvc
