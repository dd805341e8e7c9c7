#include "base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace pvc {

namespace {

constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

/// Divides towards minus infinity, so that moments before 1970 fall on the right day.
int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

struct CivilTime {
  int64_t year = 0;
  int64_t month = 0;  // 1..12
  int64_t day = 0;    // 1..31
  int64_t second_of_day = 0;
};

// Years are counted from March, which puts the leap day last: the days before a month then follow
// from a straight line (153 days in each 5 months), and the calendar repeats after 400 years.
CivilTime ToCivil(const Timestamp& when) {
  // Divided before the zone is added: the sum cannot overflow.
  const int64_t seconds =
      FloorDivide(when.unix_us, kUsPerSecond) + int64_t{when.offset_minutes} * 60;
  const int64_t unix_day = FloorDivide(seconds, kSecondsPerDay);

  constexpr int64_t kDaysPer400Years = 146'097;
  constexpr int64_t kDaysFromMarch0000 = 719'468;  // from 0000-03-01 to 1970-01-01
  const int64_t day = unix_day + kDaysFromMarch0000;
  const int64_t cycle = FloorDivide(day, kDaysPer400Years);
  const int64_t day_of_cycle = day - cycle * kDaysPer400Years;
  // Leap days passed are taken out, which leaves years of 365 days.
  const int64_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1'460 + day_of_cycle / 36'524 - day_of_cycle / 146'096) / 365;
  const int64_t day_of_year =
      day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;

  CivilTime civil;
  civil.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  civil.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  civil.year = cycle * 400 + year_of_cycle + (civil.month <= 2 ? 1 : 0);
  civil.second_of_day = seconds - unix_day * kSecondsPerDay;
  return civil;
}

/// "2026-05-01<separator>13:04:05"; a year before 0 has a minus sign in front of its four digits.
std::string FormatCivil(const CivilTime& civil, char separator) {
  const bool negative = civil.year < 0;
  return fmt::format("{}{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", negative ? "-" : "",
                     negative ? -civil.year : civil.year, civil.month, civil.day, separator,
                     civil.second_of_day / 3600, civil.second_of_day / 60 % 60,
                     civil.second_of_day % 60);
}

/// "+02:00", or "+0200" when `colon` is empty.
std::string FormatOffset(int64_t minutes, std::string_view colon) {
  const int64_t distance = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{:02}{}{:02}", minutes < 0 ? '-' : '+', distance / 60, colon,
                     distance % 60);
}

}  // namespace

Timestamp SystemClock::Now() {
  using std::chrono::duration_cast;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  Timestamp now;
  now.unix_us = duration_cast<std::chrono::microseconds>(since_epoch).count();

  const auto seconds =
      static_cast<std::time_t>(duration_cast<std::chrono::seconds>(since_epoch).count());
  std::tm local{};
  tzset();  // localtime_r need not do it
  if (localtime_r(&seconds, &local) != nullptr) {
    const long minutes = local.tm_gmtoff / 60;
    if (minutes > -24 * 60 && minutes < 24 * 60) now.offset_minutes = static_cast<int32_t>(minutes);
  }
  return now;
}

std::string FormatTimestamp(const Timestamp& when) {
  return FormatCivil(ToCivil(when), ' ') + ' ' + FormatOffset(when.offset_minutes, "");
}

std::string FormatRfc3339(const Timestamp& when) {
  return FormatCivil(ToCivil(when), 'T') + FormatOffset(when.offset_minutes, ":");
}

}  // namespace pvc
