#include "cli/author_text.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace pvc {
namespace {

TEST(ParseAuthor, NameAndAddressAreFound) {
  const Signature author = ParseAuthor("  Ann B. Example  < ann@example.org > ");
  EXPECT_EQ(author.name, "Ann B. Example");
  EXPECT_EQ(author.email, "ann@example.org");
  EXPECT_EQ(ParseAuthor("Ann <>").email, "");
}

TEST(ParseAuthor, OtherTextIsRefused) {
  const std::string long_name(kMaxSignatureBytes + 1, 'x');
  for (const std::string& text :
       {std::string(), std::string("Ann"), std::string("<a@x.org>"), std::string("Ann <a@x.org"),
        std::string("Ann <a> <b>"), std::string("A\nnn <a@x.org>"), std::string("A>nn <a@x.org>"),
        long_name + " <a@x.org>"}) {
    EXPECT_THROW(ParseAuthor(text), Error) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace pvc
