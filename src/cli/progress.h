#pragma once

#include <string>
#include <string_view>

#include "cli/environment.h"

namespace pvc {

/// One line on a terminal's standard error that says how far a command is, with rate and time left.
/// Prints nothing when standard error is no terminal. The destructor removes the line.
class ProgressLine {
 public:
  /// `verb`: "importing".   Lifetime: the environment outlives it.
  ProgressLine(Environment& environment, std::string verb);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  struct Status {
    std::string_view subject;  ///< what is being worked on: a table's name
    uint64_t done = 0;         ///< rows
    uint64_t done_bytes = 0;   ///< for the rate; 0: rows a second instead
    double share_done = 0;     ///< 0..1, for the time left; 0: not known
  };
  /// Redraws at most ten times a second.   Throws: kInterrupted when the user asked to stop.
  void Update(const Status& status);
  /// Removes the line, so that messages can follow.
  void Clear();

 private:
  Environment& environment_;
  const std::string verb_;
  const double started_;
  double drawn_at_ = -1;
  bool is_drawn_ = false;
};

}  // namespace pvc
