#include "cli/sql_statement.h"

#include "sqlite/sql_tokens.h"

namespace pvc {

std::string TerminateStatement(std::string_view sql) {
  return std::string(sql) + (EndsInLineComment(sql) ? "\n;\n" : ";\n");
}

}  // namespace pvc
