#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pvc {

/// Divides towards minus infinity, so that moments before 1970 fall on the right day.
/// Requires: b > 0.
constexpr int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// A moment as calendar and clock show it in some zone (proleptic Gregorian, year 0 exists).
struct CivilTime {
  int64_t year = 0;
  int64_t month = 0;  ///< 1..12
  int64_t day = 0;    ///< 1..31
  int64_t second_of_day = 0;
};

/// Any 64-bit time is converted without overflow.
CivilTime ToCivil(const Timestamp& when);

/// Days from 1970-01-01 to a date.
/// Requires: month is 1..12; year within +-10^12. A day past the month's end counts on.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day);

/// Requires: month is 1..12.
int64_t DaysInMonth(int64_t year, int64_t month);

}  // namespace pvc
