#pragma once

#include <map>
#include <string>
#include <vector>

namespace pvc {

/// Starts programs: an editor and a pager, which the user's environment names, and what the user
/// gives on the command line. No setting ever names one.
class Programs {
 public:
  virtual ~Programs() = default;

  /// Runs a shell command with `arguments` behind it, on pvc's own standard streams,
  /// and waits for its end.
  /// SIGINT and SIGQUIT are the program's meanwhile.
  /// Returns: its exit code; 127 when there is no such program, 128 + N when signal N ended it.
  /// Throws:  kIo when nothing can be started.
  virtual int Run(const std::string& shell_command, const std::vector<std::string>& arguments) = 0;

  /// Sends what is written to standard output from now on to a shell command. SIGINT no longer ends
  /// pvc then, however often it comes: the pager has the terminal.
  /// Requires: no pager runs, and nothing is left in the buffer of standard output.
  /// Returns:  false when there is no such program; standard output is as before then.
  virtual bool StartPager(const std::string& shell_command,
                          const std::map<std::string, std::string>& variables) = 0;

  /// Ends what the pager reads, waits until the user quits it, and gives standard output back.
  /// Requires: the buffer of standard output is flushed.
  /// Returns:  false when no pager runs.
  virtual bool EndPager() = 0;
};

}  // namespace pvc
