#include "base/civil_time.h"

namespace pvc {

// Years are counted from March, which puts the leap day last: the days before a month then follow
// from a straight line (153 days in each 5 months), and the calendar repeats after 400 years.

namespace {

constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kDaysPer400Years = 146'097;
constexpr int64_t kDaysFromMarch0000 = 719'468;  // from 0000-03-01 to 1970-01-01

}  // namespace

CivilTime ToCivil(const Timestamp& when) {
  // Divided before the zone is added: the sum cannot overflow.
  const int64_t seconds =
      FloorDivide(when.unix_us, kUsPerSecond) + int64_t{when.offset_minutes} * 60;
  const int64_t unix_day = FloorDivide(seconds, kSecondsPerDay);

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

int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  const int64_t march_year = month <= 2 ? year - 1 : year;
  const int64_t month_from_march = month <= 2 ? month + 9 : month - 3;
  const int64_t cycle = FloorDivide(march_year, 400);
  const int64_t year_of_cycle = march_year - cycle * 400;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  return cycle * kDaysPer400Years + year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 +
         day_of_year - kDaysFromMarch0000;
}

int64_t DaysInMonth(int64_t year, int64_t month) {
  const int64_t next_year = month == 12 ? year + 1 : year;
  const int64_t next_month = month == 12 ? 1 : month + 1;
  return DaysFromCivil(next_year, next_month, 1) - DaysFromCivil(year, month, 1);
}

}  // namespace pvc
