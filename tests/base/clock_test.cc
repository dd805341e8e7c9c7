#include "base/clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>

namespace pvc {
namespace {

constexpr int64_t kUsPerSecond = 1'000'000;

std::string Utc(int64_t unix_us) { return FormatTimestamp({unix_us, 0}); }

TEST(Clock, KnownMomentsArePrinted) {
  EXPECT_EQ(Utc(0), "1970-01-01 00:00:00 +0000");
  EXPECT_EQ(Utc(951'782'400 * kUsPerSecond), "2000-02-29 00:00:00 +0000");
  EXPECT_EQ(Utc(1'777'633'445 * kUsPerSecond + 999'999), "2026-05-01 11:04:05 +0000");
  EXPECT_EQ(Utc(4'107'542'400 * kUsPerSecond), "2100-03-01 00:00:00 +0000");
}

TEST(Clock, MomentsBefore1970AreRoundedDown) {
  EXPECT_EQ(Utc(-1), "1969-12-31 23:59:59 +0000");
  EXPECT_EQ(Utc(-kUsPerSecond), "1969-12-31 23:59:59 +0000");
  EXPECT_EQ(Utc(-kUsPerSecond - 1), "1969-12-31 23:59:58 +0000");
  EXPECT_EQ(Utc(-86'400 * kUsPerSecond), "1969-12-31 00:00:00 +0000");
}

TEST(Clock, YearsAroundZeroAreThoseOfIso8601) {
  EXPECT_EQ(Utc(-62'135'596'800 * kUsPerSecond - 1), "0000-12-31 23:59:59 +0000");
  EXPECT_EQ(Utc(-62'167'219'200 * kUsPerSecond), "0000-01-01 00:00:00 +0000");
  EXPECT_EQ(Utc(-62'167'219'200 * kUsPerSecond - 1), "-0001-12-31 23:59:59 +0000");
}

TEST(Clock, ExtremeTimesDoNotOverflow) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(Utc(kMax), "294247-01-10 04:00:54 +0000");
  EXPECT_EQ(Utc(kMin), "-290308-12-21 19:59:05 +0000");
  EXPECT_EQ(FormatTimestamp({kMax, 1439}), "294247-01-11 03:59:54 +2359");
  EXPECT_EQ(FormatTimestamp({kMin, -1439}), "-290308-12-20 20:00:05 -2359");
}

TEST(Clock, ZonesShiftTheTimeAndAreNamed) {
  constexpr int64_t kMoment = 1'777'633'445 * kUsPerSecond;
  EXPECT_EQ(FormatTimestamp({kMoment, 120}), "2026-05-01 13:04:05 +0200");
  EXPECT_EQ(FormatTimestamp({kMoment, -210}), "2026-05-01 07:34:05 -0330");
  EXPECT_EQ(FormatTimestamp({kMoment, 345}), "2026-05-01 16:49:05 +0545");
  EXPECT_EQ(FormatTimestamp({0, -1}), "1969-12-31 23:59:00 -0001");
}

TEST(Clock, Rfc3339HasTAndColon) {
  constexpr int64_t kMoment = 1'777'633'445 * kUsPerSecond;
  EXPECT_EQ(FormatRfc3339({kMoment, 120}), "2026-05-01T13:04:05+02:00");
  EXPECT_EQ(FormatRfc3339({kMoment, -210}), "2026-05-01T07:34:05-03:30");
  EXPECT_EQ(FormatRfc3339({kMoment, 0}), "2026-05-01T11:04:05+00:00");
}

TEST(Clock, EveryDayOfEightHundredYearsAgreesWithTheStandardLibrary) {
  using namespace std::chrono;
  const sys_days first = year{1599} / January / 1;
  const sys_days last = year{2401} / December / 31;
  for (sys_days day = first; day <= last; day += days{1}) {
    const year_month_day date{day};
    char expected[40];
    std::snprintf(expected, sizeof expected, "%04d-%02u-%02u 00:00:00 +0000",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
    const int64_t unix_day = day.time_since_epoch().count();
    ASSERT_EQ(Utc(unix_day * 86'400 * kUsPerSecond), expected);
  }
}

TEST(Clock, SystemClockTellsTheTimeAndAValidZone) {
  const auto now_us = [] {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const int64_t before = now_us();
  const Timestamp now = SystemClock().Now();
  EXPECT_GE(now.unix_us, before);
  EXPECT_LE(now.unix_us, now_us());
  EXPECT_LT(std::abs(now.offset_minutes), 24 * 60);
}

TEST(Clock, SystemClockFollowsTheZoneOfTheEnvironment) {
  const char* old_zone = std::getenv("TZ");
  const std::string kept = old_zone == nullptr ? "" : old_zone;
  setenv("TZ", "XXX-05:45", 1);
  EXPECT_EQ(SystemClock().Now().offset_minutes, 345);
  setenv("TZ", "XXX+03:30", 1);
  EXPECT_EQ(SystemClock().Now().offset_minutes, -210);
  if (old_zone == nullptr) {
    unsetenv("TZ");
  } else {
    setenv("TZ", kept.c_str(), 1);
  }
}

}  // namespace
}  // namespace pvc
