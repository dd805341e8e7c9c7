#include "base/error.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

TEST(Error, KeepsKindAndMessage) {
  const Error error(ErrorKind::kNotFound, "no table 'users'");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(), "no table 'users'");
  EXPECT_STREQ(error.what(), "no table 'users'");
  EXPECT_TRUE(error.hints().empty());
}

TEST(Error, ContextGoesInFrontAndKeepsKind) {
  Error error(ErrorKind::kCorrupt, "ends too early");
  error.AddContext("commit 1f3a").AddContext("branch 'main'");
  EXPECT_EQ(error.message(), "branch 'main': commit 1f3a: ends too early");
  EXPECT_STREQ(error.what(), "branch 'main': commit 1f3a: ends too early");
  EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
}

TEST(Error, HintsKeepTheirOrder) {
  Error error(ErrorKind::kInvalid, "x");
  error.AddHint("first").AddHint("second");
  EXPECT_EQ(error.hints(), (std::vector<std::string>{"first", "second"}));
}

TEST(Error, IsCaughtAsStandardExceptionWithItsHints) {
  try {
    throw Error(ErrorKind::kBusy, "locked").AddHint("try again");
  } catch (const std::exception& caught) {
    const auto* error = dynamic_cast<const Error*>(&caught);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->hints().size(), 1U);
  }
}

}  // namespace
}  // namespace pvc
