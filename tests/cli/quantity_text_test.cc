#include "cli/quantity_text.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

TEST(QuantityText, CountsAreGrouped) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(QuantityText, NounsAgreeWithTheirNumber) {
  EXPECT_EQ(FormatCountOf(1, "row"), "1 row");
  EXPECT_EQ(FormatCountOf(0, "row"), "0 rows");
  EXPECT_EQ(FormatCountOf(2, "entry", "entries"), "2 entries");
}

TEST(QuantityText, BytesHaveOneDigitBehindThePoint) {
  EXPECT_EQ(FormatBytes(999), "999 bytes");
  EXPECT_EQ(FormatBytes(1000), "1.0 KB");
  EXPECT_EQ(FormatBytes(999'999), "1.0 MB");
  EXPECT_EQ(FormatBytes(12'345'678), "12.3 MB");
}

TEST(QuantityText, TimesKeepTheirMagnitude) {
  EXPECT_EQ(FormatSeconds(0.424), "0.42 s");
  EXPECT_EQ(FormatSeconds(12.34), "12.3 s");
  EXPECT_EQ(FormatSeconds(187), "3:07 min");
}

TEST(QuantityText, NothingHasNoRateAndNoShare) {
  EXPECT_EQ(FormatRate(1000, 0), "");
  EXPECT_EQ(FormatShare(0, 0), "-");
  EXPECT_EQ(FormatShare(1, 4), "25.0 %");
}

}  // namespace
}  // namespace pvc
