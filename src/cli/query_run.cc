#include "cli/query_run.h"

#include <vector>

#include "base/error.h"

namespace pvc {
namespace {

/// Returns what `call` returns; what it throws says what the session knows of it.
template <typename Call>
auto Explaining(QuerySession& session, const Call& call) {
  try {
    return call();
  } catch (const Error& error) {
    throw session.Explained(error);
  }
}

}  // namespace

void QueryRun::Run(std::string_view sql) {
  for (;;) {
    parts_.environment.CheckInterrupted();
    std::optional<UserStatement> statement =
        Explaining(parts_.session, [&] { return parts_.session.Take(sql); });
    if (!statement) return;
    parts_.parameters.Bind(*statement);
    PrintAnswer(*statement);
  }
}

bool QueryRun::Step(UserStatement& statement) {
  return Explaining(parts_.session, [&] { return statement.Step(); });
}

void QueryRun::PrintAnswer(UserStatement& statement) {
  // The first step may compile the statement again, with other columns.
  bool has_row = Step(statement);
  const int column_count = statement.column_count();
  if (column_count == 0) return;
  if (!has_printed_ && parts_.before_output) parts_.before_output();
  has_printed_ = true;

  std::vector<std::string> columns;
  for (int i = 0; i < column_count; ++i) columns.push_back(statement.ColumnName(i));
  parts_.renderer.Begin(columns);
  std::vector<Value> values(columns.size());
  for (; has_row; has_row = Step(statement)) {
    parts_.environment.CheckInterrupted();
    for (int i = 0; i < column_count; ++i) {
      values[static_cast<size_t>(i)] = statement.ColumnValue(i);
    }
    parts_.renderer.Row(values);
  }
  parts_.renderer.End();
}

void RefuseOpenTransaction(QuerySession& session) {
  if (!session.db().is_writing()) return;
  throw Error(ErrorKind::kInvalid, "a transaction was begun and not ended: its changes are dropped")
      .AddHint("to keep them, end it with COMMIT");
}

}  // namespace pvc
