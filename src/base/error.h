#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

/// Why a command ends. The list is closed: `main` maps a kind to an exit code, tests match on it.
enum class ErrorKind {
  kUsage,         ///< the command line is wrong; exit 129
  kNotFound,      ///< a file, revision, table or object that was named does not exist
  kExists,        ///< what was to be created is already there
  kInvalid,       ///< a name, value or request that cannot be right
  kIo,            ///< the operating system refused: ENOSPC, EIO, EACCES, ...
  kCorrupt,       ///< bytes on disk (repository or database) are not what was written
  kNotADatabase,  ///< not a SQLite database, or an encrypted one
  kBusy,          ///< locked by another process
  kMoved,         ///< a compare-and-swap lost: the branch or ROOT moved meanwhile
  kUnsupported,   ///< valid, but this version of pvc cannot do it right
  kTooLarge,      ///< beyond a documented limit
  kInterrupted,   ///< the user asked to stop; exit 130
};

/// A command ends because of it. Thrown by value, caught in `main`, at C callbacks, and by tools that
/// collect findings.
///
/// Message: lower case, what went wrong first, subjects in single quotes, no trailing full stop.
/// Hints:   each one line, what to type next.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message);

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::vector<std::string>& hints() const { return hints_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// Puts `context` in front of the message ("context: message"). Returns *this, for `throw`.
  Error& AddContext(std::string_view context);
  /// Adds a line that says what to type next. Returns *this, for `throw`.
  Error& AddHint(std::string hint);

 private:
  ErrorKind kind_;
  std::string message_;
  std::vector<std::string> hints_;
};

}  // namespace pvc
