#include "base/date_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/civil_time.h"

namespace pvc {
namespace {

/// Thursday, 2026-12-31 15:30:45 +0200.
Timestamp Now() { return {1'798'723'845'250'000, 120}; }

/// "2026-05-01 13:04:05 +0200", or "none".
std::string Parsed(std::string_view text, const Timestamp& now = Now()) {
  const auto when = ParseDateText(text, now);
  return when ? FormatTimestamp(*when) : "none";
}

struct Case {
  const char* text;
  const char* expected;
};

void ExpectAll(std::initializer_list<Case> cases) {
  for (const Case& one : cases) EXPECT_EQ(Parsed(one.text), one.expected) << one.text;
}

TEST(DateText, NowIsWhatTheCasesBelowTakeItFor) {
  EXPECT_EQ(FormatTimestamp(Now()), "2026-12-31 15:30:45 +0200");
}

TEST(DateText, CalendarDatesAreTheirMidnight) {
  ExpectAll({
      {"2026-05-01", "2026-05-01 00:00:00 +0200"},
      {"2026-5-1", "2026-05-01 00:00:00 +0200"},
      {"2026/05/01", "2026-05-01 00:00:00 +0200"},
      {"2024-02-29", "2024-02-29 00:00:00 +0200"},
      {"0001-01-01", "0001-01-01 00:00:00 +0200"},
      {"1 May 2026", "2026-05-01 00:00:00 +0200"},
      {"May 1, 2026", "2026-05-01 00:00:00 +0200"},
      {"sept 30 2025", "2025-09-30 00:00:00 +0200"},
  });
}

TEST(DateText, TimesAndZonesFollowADate) {
  ExpectAll({
      {"2026-05-01 13:04", "2026-05-01 13:04:00 +0200"},
      {"2026-05-01 13:04:05", "2026-05-01 13:04:05 +0200"},
      {"2026-05-01T13:04:05", "2026-05-01 13:04:05 +0200"},
      {"2026-05-01T13:04:05Z", "2026-05-01 13:04:05 +0000"},
      {"2026-05-01t13:04:05.75-03:30", "2026-05-01 13:04:05 -0330"},
      {"2026-05-01 13:04:05 +0530", "2026-05-01 13:04:05 +0530"},
      {"2026-05-01 13:04 UTC", "2026-05-01 13:04:00 +0000"},
      {"2026-05-01 3pm", "2026-05-01 15:00:00 +0200"},
      {"2026-05-01 12:30 am", "2026-05-01 00:30:00 +0200"},
      {"2026-05-01 12pm", "2026-05-01 12:00:00 +0200"},
      {"2026-05-01 at noon", "2026-05-01 12:00:00 +0200"},
      {"13:04 2026-05-01", "2026-05-01 13:04:00 +0200"},
      {"Fri May 1 13:04:05 2026 +0200", "2026-05-01 13:04:05 +0200"},
      {"Fri, 1 May 2026 13:04:05 -0700", "2026-05-01 13:04:05 -0700"},
  });
}

TEST(DateText, WhatIsPrintedIsReadBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    Timestamp when;
    when.unix_us = static_cast<int64_t>(random() % 100'000'000'000) * 1'000'000;
    when.offset_minutes = static_cast<int32_t>(random() % 2879) - 1439;
    for (const std::string& text : {FormatTimestamp(when), FormatRfc3339(when)}) {
      const auto parsed = ParseDateText(text, Now());
      ASSERT_TRUE(parsed) << text;
      ASSERT_EQ(*parsed, when) << text;
    }
  }
}

TEST(DateText, SecondsSince1970AreTakenWithAndWithoutAt) {
  ExpectAll({
      {"@1767225600", "2026-01-01 02:00:00 +0200"},
      {"@1767225600 +0100", "2026-01-01 01:00:00 +0100"},
      {"1767225600 -0330", "2025-12-31 20:30:00 -0330"},
      {"@0", "1970-01-01 02:00:00 +0200"},
      {"@-1", "1970-01-01 01:59:59 +0200"},
      {"@9000000000000", "287168-08-24 18:00:00 +0200"},
      {"@9000000000001", "none"},
      {"@99999999999999999999", "none"},
      {"12345678", "none"},
  });
  EXPECT_EQ(ParseDateText("@5.25", Now())->unix_us, 5'250'000);
}

TEST(DateText, DaysNearToday) {
  ExpectAll({
      {"today", "2026-12-31 00:00:00 +0200"},
      {"Yesterday", "2026-12-30 00:00:00 +0200"},
      {"yesterday 3pm", "2026-12-30 15:00:00 +0200"},
      {"yesterday at 13:04", "2026-12-30 13:04:00 +0200"},
      {"noon", "2026-12-31 12:00:00 +0200"},
      {"noon yesterday", "2026-12-30 12:00:00 +0200"},
      {"midnight", "2026-12-31 00:00:00 +0200"},
      {"13:04", "2026-12-31 13:04:00 +0200"},
      {"23:04", "2026-12-30 23:04:00 +0200"},
      {"23:04 +1000", "2026-12-31 23:04:00 +1000"},
      {"friday", "2026-12-25 00:00:00 +0200"},
      {"thursday", "2026-12-24 00:00:00 +0200"},
      {"last wed", "2026-12-30 00:00:00 +0200"},
      {"monday noon", "2026-12-28 12:00:00 +0200"},
      {"May 1", "2026-05-01 00:00:00 +0200"},
      {"31 dec", "2026-12-31 00:00:00 +0200"},
      {"31 dec 16:00", "2025-12-31 16:00:00 +0200"},
      {"feb 29", "2024-02-29 00:00:00 +0200"},
  });
}

TEST(DateText, SpansCountBackFromNow) {
  ExpectAll({
      {"now", "2026-12-31 15:30:45 +0200"},
      {"1 second ago", "2026-12-31 15:30:44 +0200"},
      {"10 min ago", "2026-12-31 15:20:45 +0200"},
      {"2 hours ago", "2026-12-31 13:30:45 +0200"},
      {"an hour ago", "2026-12-31 14:30:45 +0200"},
      {"16 hours ago", "2026-12-30 23:30:45 +0200"},
      {"3.days.ago", "2026-12-28 15:30:45 +0200"},
      {"3 Days Ago", "2026-12-28 15:30:45 +0200"},
      {"2.weeks", "2026-12-17 15:30:45 +0200"},
      {"last week", "2026-12-24 15:30:45 +0200"},
      {"last month", "2026-11-30 15:30:45 +0200"},
      {"10 months ago", "2026-02-28 15:30:45 +0200"},
      {"two years ago", "2024-12-31 15:30:45 +0200"},
      {"34 months ago", "2024-02-29 15:30:45 +0200"},
      {"1 year, 2 months ago", "2025-10-31 15:30:45 +0200"},
      {"1 week and 2 days ago", "2026-12-22 15:30:45 +0200"},
      {"2 days ago at noon", "2026-12-29 12:00:00 +0200"},
      {"2 days ago 13:04", "2026-12-29 13:04:00 +0200"},
      {"2000 years ago", "0026-12-31 15:30:45 +0200"},
  });
  EXPECT_EQ(ParseDateText("now", Now()), Now());
  EXPECT_EQ(ParseDateText("1 hour ago", Now())->unix_us, Now().unix_us - 3'600'000'000);
}

TEST(DateText, SpansWorkBefore1970) {
  const Timestamp now{-1, 0};  // 1969-12-31 23:59:59.999999
  EXPECT_EQ(ParseDateText("now", now), now);
  EXPECT_EQ(Parsed("1 month ago", now), "1969-11-30 23:59:59 +0000");
  EXPECT_EQ(Parsed("monday", now), "1969-12-29 00:00:00 +0000");
}

TEST(DateText, WhatIsNoDateIsNone) {
  for (const std::string& text : {
           std::string(),
           std::string(" "),
           std::string("ago"),
           std::string("at"),
           std::string("x"),
           std::string("1"),
           std::string("2026"),
           std::string("2026-13-01"),
           std::string("2026-00-01"),
           std::string("2026-02-29"),
           std::string("2026-05-00"),
           std::string("2026-05-32"),
           std::string("2026-05"),
           std::string("05/01/2026"),
           std::string("2026-05/01"),
           std::string("2026-05-01x"),
           std::string("2026-05-01 24:00"),
           std::string("2026-05-01 12:60"),
           std::string("2026-05-01 12:00:60"),
           std::string("2026-05-01 13pm"),
           std::string("2026-05-01 0am"),
           std::string("2026-05-01 +0200"),
           std::string("2026-05-01 12:00 +2400"),
           std::string("2026-05-01 12:00 +0260"),
           std::string("2026-05-01 12:00 +02000"),
           std::string("2026-05-01 12:00 Z Z"),
           std::string("2026-05-01 2026-05-02"),
           std::string("2026-05-01 2 days ago"),
           std::string("today yesterday"),
           std::string("friday yesterday"),
           std::string("2 hours ago noon"),
           std::string("may"),
           std::string("may 32"),
           std::string("feb 30"),
           std::string("-1 days ago"),
           std::string("9999999999 days ago"),
           std::string("999999999 years ago"),
           std::string("999999999 weeks ago"),
           std::string("now\0", 4),
           std::string("a\0b", 3),
           std::string("upstream"),
           std::string("12:0"),
           std::string("12:000"),
           std::string("@"),
           std::string("@1 x"),
           std::string("5.5"),
           std::string(101, '1'),
           std::string(65'536, ' '),
       }) {
    EXPECT_EQ(Parsed(text), "none") << text.substr(0, 100);
  }
}

TEST(DateText, RandomWordsNeverBreakTheReader) {
  const char* const words[] = {"2026-05-01", "13:04", "ago",   "999999999", "years", "weeks", "may",
                               "friday",     "last",  "@5",    "+0200",     "noon",  "pm",    "1",
                               "now",        "today", "month", "z",         ":",     "T",     "."};
  std::mt19937 random(7);
  const Timestamp nows[] = {Now(), {INT64_MAX, 1439}, {INT64_MIN, -1439}};
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (size_t n = random() % 6; n > 0; --n) {
      text += words[random() % std::size(words)];
      if (random() % 4 != 0) text += ' ';
    }
    (void)ParseDateText(text, nows[random() % 3]);
  }
}

TEST(CivilTime, DaysAreTheInverseOfDates) {
  for (int64_t day = -1'000'000; day < 1'000'000; ++day) {
    const CivilTime civil = ToCivil({day * 86'400'000'000, 0});
    ASSERT_EQ(DaysFromCivil(civil.year, civil.month, civil.day), day);
    ASSERT_GE(civil.day, 1);
    ASSERT_LE(civil.day, DaysInMonth(civil.year, civil.month));
  }
}

}  // namespace
}  // namespace pvc
