#include "cli/c_quote.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

struct QuoteCase {
  std::string_view name;
  std::string_view quoted;
};

TEST(CQuote, NamesAreQuotedAsGitDoes) {
  using namespace std::string_view_literals;
  const QuoteCase cases[] = {
      {"users", "users"},
      {"a-b_c.d/e:f", "a-b_c.d/e:f"},
      {"", R"("")"},
      {"two words", R"("two words")"},
      {"a\"b\n", R"("a\"b\n")"},
      {"back\\slash", R"("back\\slash")"},
      {"\a\b\t\n\v\f\r", R"("\a\b\t\n\v\f\r")"},
      {"\x1b\x7f", R"("\033\177")"},
      {"\0x"sv, R"("\000x")"},
      {"\u00e4", R"("\303\244")"},
      {"\xff", R"("\377")"},
  };
  for (const QuoteCase& expected : cases) EXPECT_EQ(CQuote(expected.name), expected.quoted);
}

}  // namespace
}  // namespace pvc
