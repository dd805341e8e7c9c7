#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// What a word that is being typed may become.
struct LineCompletion {
  size_t word_begin = 0;           ///< in the text in front of the cursor
  std::vector<std::string> words;  ///< that may stand from there on instead; without duplicates
  bool adds_space = true;          ///< behind the word, when it is the only one
};

/// Has the user type lines: a seam, so that tests can be the user.
class LineEditor {
 public:
  enum class Outcome {
    kLine,
    kEnd,          ///< nothing more will be typed
    kInterrupted,  ///< the line is to be forgotten
  };
  using Completer = std::function<LineCompletion(std::string_view before_cursor)>;

  virtual ~LineEditor() = default;

  virtual void SetCompleter(Completer completer) = 0;
  /// Adds a line to those that can be called back, as the newest.
  virtual void AddHistory(const std::string& line) = 0;
  /// Asks for a line; `line` is without its end.   Requires: standard output is flushed.
  virtual Outcome ReadLine(const std::string& prompt, std::string& line) = 0;
};

}  // namespace pvc
