#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/quantity_text.h"
#include "cli/terminal_text.h"

namespace pvc {
namespace {

constexpr double kSecondsBetweenDrawings = 0.1;
// What takes less is over before the line could be read.
constexpr double kSecondsBeforeDrawing = 0.3;
// Before that the rate says nothing about the time left.
constexpr double kSecondsBeforeEstimate = 1.0;

}  // namespace

ProgressLine::ProgressLine(Environment& environment, std::string verb)
    : environment_(environment), verb_(std::move(verb)), started_(environment.steady_seconds()) {}

ProgressLine::~ProgressLine() {
  try {
    Clear();
  } catch (const OutputClosed&) {
  } catch (const Error&) {
  }
}

void ProgressLine::Update(const Status& status) {
  environment_.CheckInterrupted();
  if (!environment_.err.is_terminal) return;
  const double now = environment_.steady_seconds();
  if (is_drawn_ && now - drawn_at_ < kSecondsBetweenDrawings) return;

  const double elapsed = now - started_;
  if (elapsed < kSecondsBeforeDrawing) return;
  std::string line = fmt::format("{} {}  {}", verb_, EscapeName(status.subject),
                                 FormatCountOf(status.done, "row"));
  if (elapsed > 0.05) {
    line += status.done_bytes != 0
                ? "  " + FormatRate(status.done_bytes, elapsed)
                : fmt::format("  {}/s",
                              FormatCountOf(
                                  static_cast<uint64_t>(static_cast<double>(status.done) / elapsed),
                                  "row"));
  }
  if (status.share_done > 0) {
    const double share = std::min(status.share_done, 1.0);
    line += fmt::format("  {:.0f} %", share * 100);
    if (elapsed > kSecondsBeforeEstimate) {
      line += fmt::format("  {} left", FormatSeconds(elapsed / share - elapsed));
    }
  }
  environment_.err.writer.Write("\r" + Ellipsize(line, environment_.err.columns - 1) + "\x1b[K");
  environment_.err.writer.Flush();
  drawn_at_ = now;
  is_drawn_ = true;
}

void ProgressLine::Clear() {
  if (!is_drawn_) return;
  is_drawn_ = false;
  environment_.err.writer.Write("\r\x1b[K");
  environment_.err.writer.Flush();
}

}  // namespace pvc
