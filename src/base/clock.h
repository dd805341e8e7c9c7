#pragma once

#include <cstdint>
#include <string>

namespace pvc {

/// A moment as people and commits record it. No safety decision reads it.
struct Timestamp {
  int64_t unix_us = 0;         ///< microseconds since 1970-01-01T00:00:00Z
  int32_t offset_minutes = 0;  ///< the zone's distance from UTC, -1439..1439

  bool operator==(const Timestamp&) const = default;
};

/// Where time comes from; tests give their own.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() = 0;
};

/// The system's clock and zone.
class SystemClock final : public Clock {
 public:
  Timestamp Now() override;
};

/// "2026-05-01 13:04:05 +0200" in the timestamp's own zone. Any 64-bit time is printed without overflow.
std::string FormatTimestamp(const Timestamp& when);
/// "2026-05-01T13:04:05+02:00" (RFC 3339), for JSON.
std::string FormatRfc3339(const Timestamp& when);

}  // namespace pvc
