#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/environment.h"

namespace pvc {

/// Makes untrusted text safe and exact on a terminal: one line, no control characters.
///
/// Line ends, tabs, ESC, DEL and other control characters, characters that reorder or hide text
/// (bidi, zero width, tags), invalid UTF-8 and backslashes are written as in C: \n, \x1b, \u202e,
/// \\. Injective: two texts never look the same.
std::string EscapeText(std::string_view text);

/// EscapeText without doubled backslashes: for names, paths and messages, which are read and not
/// compared.
std::string EscapeName(std::string_view text);

/// EscapeName that leaves line ends and tabs: for text of several lines, such as SQL, on a
/// terminal.
std::string EscapeLines(std::string_view text);

/// Columns that the text takes on a terminal: 2 for wide characters, 0 for combining ones.
/// Requires: no control characters (they count as 1).
size_t DisplayWidth(std::string_view text);

/// The longest beginning of `text` that takes at most `columns`, cut between characters.
std::string_view CutToWidth(std::string_view text, size_t columns);
/// Cut to `columns` with "..." at the end when something was cut.
std::string Ellipsize(std::string_view text, size_t columns);
/// Filled up with spaces to `columns`.
std::string PadRight(std::string_view text, size_t columns);
std::string PadLeft(std::string_view text, size_t columns);

/// Passes text on as EscapeLines makes it: for output that is verbatim in a file and must be safe
/// on a terminal. Requires: each Write gets whole characters.
class EscapingWriter final : public TextWriter {
 public:
  explicit EscapingWriter(TextWriter& writer) : writer_(writer) {}
  void Write(std::string_view text) override { writer_.Write(EscapeLines(text)); }
  void Flush() override { writer_.Flush(); }

 private:
  TextWriter& writer_;
};

/// What a piece of output is. Renderers name it; one table gives colours.
enum class Label {
  kPlain,
  kHeading,
  kAdded,
  kRemoved,
  kChanged,
  kKey,
  kCommitId,
  kRef,
  kMuted,
  kError,
  kHint,
};

/// Writes labelled text, in colour or not.
///
/// Lifetime: the writer outlives it.
class Painter {
 public:
  Painter(TextWriter& writer, bool use_colour) : writer_(writer), use_colour_(use_colour) {}

  void Put(std::string_view text) { writer_.Write(text); }
  void Put(Label label, std::string_view text);
  TextWriter& writer() { return writer_; }
  /// A painter of the same colours for another writer.
  Painter For(TextWriter& writer) const { return {writer, use_colour_}; }

 private:
  TextWriter& writer_;
  bool use_colour_;
};

}  // namespace pvc
