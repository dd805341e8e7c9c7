#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/fs.h"
#include "vcs/commit.h"
#include "vcs/config.h"

namespace pvc {

class LineEditor;
class Programs;

/// Takes what a command prints.
///
/// Throws: OutputClosed when the reader went away; kIo when the text cannot be written;
/// kInterrupted
///         when the user asked to stop.
class TextWriter {
 public:
  virtual ~TextWriter() = default;
  virtual void Write(std::string_view text) = 0;
  virtual void Flush() = 0;
};

/// The reader of standard output closed it (`pvc log | head`): the command ends without a message.
struct OutputClosed {};

/// One of the two standard streams as a command sees it.
struct OutputStream {
  TextWriter& writer;
  bool is_terminal = false;
  size_t columns = 80;  ///< width to lay text out for
};

/// Everything that comes from outside, so that no command asks the process for it and tests give
/// their own.
///
/// Lifetime: what it refers to outlives every command.
struct Environment {
  OutputStream out;
  OutputStream err;
  FileSystem& fs;
  Clock& clock;
  std::map<std::string, std::string> variables;
  std::string host_name;
  /// Absolute path of the current folder, without symbolic links.
  std::string current_folder;
  /// Makes `path` the current folder and returns its absolute path.   Throws: kNotFound, kIo.
  std::function<std::string(const std::string& path)> change_folder;
  /// Absolute path without symbolic links; the last parts need not exist.
  std::function<std::string(const std::string& path)> real_path;
  /// Fills `size` bytes with randomness that serves as an identity.
  std::function<void(uint8_t* out, size_t size)> random;
  /// Seconds from some fixed moment; never goes back.
  std::function<double()> steady_seconds;
  /// Becomes true when the user asks to stop.
  const std::atomic<bool>& interrupted;
  /// Goes on after the user asked to stop with Ctrl-C; the next time is as the first.
  /// Returns: false when the process was told to end.   Empty where nothing interrupts.
  std::function<bool()> forget_interrupt = {};
  /// Reads standard input to its end. Throws: kTooLarge past `max_bytes`; kIo; kInterrupted.
  std::function<std::string(size_t max_bytes)> read_input = {};
  /// Reads up to `size` bytes of standard input. Returns: 0 at its end. Throws: kIo; kInterrupted.
  std::function<size_t(char* out, size_t size)> read_input_block = {};
  bool in_is_terminal = false;  ///< standard input
  /// Has the user type lines on the terminal. Empty where nobody does.
  std::function<std::unique_ptr<LineEditor>()> make_line_editor = {};
  /// Null where no program may be started.
  Programs* programs = nullptr;

  /// Returns: nothing when the variable is unset or empty.
  std::optional<std::string> Variable(const std::string& name) const;
  /// Throws: kInterrupted when the user asked to stop.
  void CheckInterrupted() const;
};

/// Who acts: PVC_AUTHOR_NAME and PVC_AUTHOR_EMAIL, else user.name and user.email of the settings,
/// else the login name at this host; never refuses for want of one. Bytes that a commit cannot hold
/// are left out. When: PVC_DATE if set, else the clock.
/// Throws: kInvalid for a PVC_DATE that is no date.
Signature MakeSignature(Environment& environment, const Config* config);
/// True when MakeSignature must guess the e-mail address.
bool IsGuessedSignature(const Environment& environment, const Config* config);

/// The moment that `text` names: "SECONDS[.FRACTION] [+HHMM]", as PVC_DATE gives it.
/// Throws: kInvalid.
Timestamp ParseDate(std::string_view text);

}  // namespace pvc
