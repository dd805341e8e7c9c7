#include "cli/sql_statement.h"

#include <gtest/gtest.h>

namespace pvc {
namespace {

TEST(TerminateStatement, PlainTextGetsASemicolon) {
  EXPECT_EQ(TerminateStatement("CREATE TABLE t(a)"), "CREATE TABLE t(a);\n");
}

TEST(TerminateStatement, AnOpenCommentIsEndedFirst) {
  EXPECT_EQ(TerminateStatement("CREATE TABLE t(a) -- c"), "CREATE TABLE t(a) -- c\n;\n");
  EXPECT_EQ(TerminateStatement("CREATE TABLE t(a -- c\n)"), "CREATE TABLE t(a -- c\n);\n");
}

TEST(TerminateStatement, DashesInsideQuotesAreNoComment) {
  for (const char* name :
       {"\"--\"", "'--'", "`--`", "[--]", "/* -- */", "\"a\"\"--\"", "'it''s --'"}) {
    const std::string sql = std::string("CREATE TABLE ") + name;
    EXPECT_EQ(TerminateStatement(sql), sql + ";\n");
  }
}

}  // namespace
}  // namespace pvc
