#include "base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "base/civil_time.h"

namespace pvc {

namespace {

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
