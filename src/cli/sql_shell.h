#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/line_editor.h"
#include "cli/query_parameters.h"
#include "cli/render/query.h"
#include "cli/sql_completion.h"
#include "cli/sql_history.h"
#include "vcs/query/query_session.h"

namespace pvc {

/// The shell of `pvc sql`: runs SQL and dot commands that a user types, until the user ends it.
/// An error is printed with its hints and the shell goes on.
///
/// Lifetime: what it is given outlives it.
class SqlShell {
 public:
  struct Options {
    QuerySession::Options session;
    std::string format;  ///< one of kQueryFormats
    QueryHeader header = QueryHeader::kShown;
  };
  /// Throws: as QuerySession.
  SqlShell(CommandContext& context, LineEditor& editor, QueryParameters& parameters,
           Options options);

  /// Throws: kInvalid when the user ends it with a transaction open; kInterrupted when the process
  ///         is told to end; what writing throws.
  void Run();

 private:
  std::string Prompt() const;
  void Remember(const std::string& line);
  /// Returns: false when the user ends the shell.
  bool TakeLine(const std::string& line);
  bool RunDotCommand(std::string_view line);
  void RunSql(const std::string& sql);
  void Report(const Error& error);
  void GoOnAfterInterrupt();

  void PrintTables();
  void PrintSchema(const std::string& name);
  void SetFormat(const std::string& format);
  void GoTo(const std::string& revision);
  void PrintHelp();

  LineCompletion Complete(std::string_view before_cursor);
  LineCompletion CompleteDotCommand(std::string_view line);
  std::vector<std::string> ArgumentsOf(std::string_view command, const std::string& typed);
  SqlNames Names();

  CommandContext& context_;
  LineEditor& editor_;
  QueryParameters& parameters_;
  Options options_;
  SqlHistory history_;
  std::unique_ptr<QuerySession> session_;
  std::string statement_;  ///< lines of the one that is being typed
};

}  // namespace pvc
