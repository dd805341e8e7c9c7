#include "cli/environment.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"

namespace pvc {
namespace {

/// What a signature can hold of `text`: no line ends, no NUL, no angle brackets, bounded.
std::string CleanName(std::string_view text) {
  std::string clean;
  for (const char c : text.substr(0, kMaxSignatureBytes)) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (!is_control && c != '<' && c != '>') clean += c;
  }
  return clean;
}

/// What the variable says, else the setting; nothing when neither says anything.
std::optional<std::string> Given(const Environment& environment, const Config* config,
                                 const char* variable, const char* setting) {
  std::string clean = CleanName(environment.Variable(variable).value_or(""));
  if (clean.empty() && config != nullptr) clean = CleanName(config->Get(setting).value_or(""));
  if (clean.empty()) return std::nullopt;
  return clean;
}

std::optional<std::string> GivenName(const Environment& environment, const Config* config) {
  return Given(environment, config, "PVC_AUTHOR_NAME", "user.name");
}

std::optional<std::string> GivenEmail(const Environment& environment, const Config* config) {
  return Given(environment, config, "PVC_AUTHOR_EMAIL", "user.email");
}

[[noreturn]] void FailDate(std::string_view text) {
  throw Error(ErrorKind::kInvalid, fmt::format("PVC_DATE is '{}', not a date", text))
      .AddHint("PVC_DATE='1767225600 +0100' pvc log    (seconds since 1970, zone)");
}

}  // namespace

std::optional<std::string> Environment::Variable(const std::string& name) const {
  const auto found = variables.find(name);
  if (found == variables.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

void Environment::CheckInterrupted() const {
  if (interrupted.load(std::memory_order_relaxed)) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
}

Signature MakeSignature(Environment& environment, const Config* config) {
  std::string login = CleanName(environment.Variable("USER").value_or("unknown"));
  if (login.empty()) login = "unknown";
  const std::string host = CleanName(environment.host_name);
  const std::string address = login + "@" + (host.empty() ? "localhost" : host);

  Signature who;
  who.name = GivenName(environment, config).value_or(login);
  who.email = GivenEmail(environment, config).value_or(address);
  const std::optional<std::string> date = environment.Variable("PVC_DATE");
  who.when = date ? ParseDate(*date) : environment.clock.Now();
  return who;
}

bool IsGuessedSignature(const Environment& environment, const Config* config) {
  return !GivenEmail(environment, config);
}

Timestamp ParseDate(std::string_view text) {
  constexpr int64_t kUsPerSecond = 1'000'000;
  constexpr int64_t kMaxSeconds = 9'000'000'000'000;  // times 10^6 it fits 64 bits
  const char* at = text.data();
  const char* const end = at + text.size();

  int64_t seconds = 0;
  auto number = std::from_chars(at, end, seconds);
  if (number.ec != std::errc() || seconds > kMaxSeconds || seconds < -kMaxSeconds) FailDate(text);
  at = number.ptr;

  Timestamp when;
  when.unix_us = seconds * kUsPerSecond;
  if (at != end && *at == '.') {
    int64_t unit = kUsPerSecond / 10;
    for (++at; at != end && *at >= '0' && *at <= '9'; ++at, unit /= 10) {
      when.unix_us += (*at - '0') * unit;
    }
  }
  if (at == end) return when;

  // " +HHMM"
  if (end - at != 6 || at[0] != ' ' || (at[1] != '+' && at[1] != '-')) FailDate(text);
  int zone = 0;
  number = std::from_chars(at + 2, end, zone);
  if (number.ec != std::errc() || number.ptr != end || zone % 100 > 59 || zone / 100 > 23) {
    FailDate(text);
  }
  when.offset_minutes = (zone / 100 * 60 + zone % 100) * (at[1] == '-' ? -1 : 1);
  return when;
}

}  // namespace pvc
