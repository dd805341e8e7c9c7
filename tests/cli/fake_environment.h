#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/run.h"

namespace pvc {

/// Keeps what is written.
class StringWriter final : public TextWriter {
 public:
  void Write(std::string_view text) override { text_ += text; }
  void Flush() override {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Stands at one moment.
class StoppedClock final : public Clock {
 public:
  Timestamp Now() override { return {1'767'225'600'000'000, 60}; }
};

/// An outside world without terminal, at 2026-01-01 01:00:00 +0100, as user "ann" on "box".
class FakeEnvironment {
 public:
  explicit FakeEnvironment(const std::string& folder)
      : fs_(MakePosixFileSystem()),
        environment_{{out_, false, 80},
                     {err_, false, 80},
                     *fs_,
                     clock_,
                     {{"USER", "ann"}},
                     "box",
                     folder,
                     [](const std::string& path) { return path; },
                     [](const std::string& path) { return path; },
                     [](uint8_t* out, size_t size) { std::fill(out, out + size, uint8_t{7}); },
                     [] { return 0.0; },
                     interrupted_} {}

  /// Runs a command line; what it printed is added to out() and err().
  int Run(const std::vector<std::string>& words) { return RunCommandLine(environment_, words); }

  Environment& environment() { return environment_; }
  const std::string& out() const { return out_.text(); }
  const std::string& err() const { return err_.text(); }
  void Interrupt() { interrupted_ = true; }

 private:
  StringWriter out_;
  StringWriter err_;
  StoppedClock clock_;
  std::atomic<bool> interrupted_{false};
  std::unique_ptr<FileSystem> fs_;
  Environment environment_;
};

}  // namespace pvc
