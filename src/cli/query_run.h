#pragma once

#include <functional>
#include <string_view>

#include "cli/environment.h"
#include "cli/query_parameters.h"
#include "cli/render/query.h"
#include "vcs/query/query_session.h"

namespace pvc {

/// Runs SQL of the user's and has a renderer print what it answers.
///
/// Lifetime: what it is given outlives it.
class QueryRun {
 public:
  struct Parts {
    Environment& environment;
    QuerySession& session;
    QueryParameters& parameters;
    QueryRenderer& renderer;
    /// Called before the first answer is printed; may be empty.
    std::function<void()> before_output;
  };
  explicit QueryRun(Parts parts) : parts_(std::move(parts)) {}

  /// Runs the statements of `sql` one after the other.
  /// Throws: what QuerySession::Explained makes of errors of SQL, with the statements before it run
  ///         and their answers printed; as QueryParameters::Bind; kInterrupted; what writing
  ///         throws.
  void Run(std::string_view sql);

 private:
  bool Step(UserStatement& statement);
  void PrintAnswer(UserStatement& statement);

  Parts parts_;
  bool has_printed_ = false;
};

/// For the end of a session: what its statements changed in a transaction that they did not commit
/// is lost with it.   Throws: kInvalid when there is such a transaction.
void RefuseOpenTransaction(QuerySession& session);

}  // namespace pvc
