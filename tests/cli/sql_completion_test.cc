#include "cli/sql_completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pvc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

SqlNames ShopNames() {
  return {[] {
            return std::vector<std::string>{"Orders", "order", "two words", "users"};
          },
          [](const std::string& table) {
            return table == "users" || table == "USERS"
                       ? std::vector<std::string>{"id", "name", "Nick"}
                       : std::vector<std::string>{"total", "name"};
          },
          [] {
            return std::vector<std::string>{"pvc_at_users", "pvc_log"};
          }};
}

std::vector<std::string> Words(std::string_view line, std::string_view before = "") {
  return CompleteSql(before, line, ShopNames()).words;
}

TEST(SqlCompletion, KeywordsComeInTheCaseThatIsTyped) {
  EXPECT_THAT(Words("SEL"), ElementsAre("SELECT"));
  EXPECT_THAT(Words("sel"), ElementsAre("select"));
  EXPECT_THAT(Words("select 1; upd"), ElementsAre("update"));
}

TEST(SqlCompletion, TablesAndFunctionsFollowFrom) {
  EXPECT_THAT(Words("SELECT * FROM "), ElementsAre("\"order\"", "\"two words\"", "Orders",
                                                   "pvc_at_users", "pvc_log", "users"));
  EXPECT_THAT(Words("SELECT * FROM u"), ElementsAre("users"));
  EXPECT_THAT(Words("select * from pvc_l"), ElementsAre("pvc_log"));
  EXPECT_THAT(Words("SELECT * FROM OR"), ElementsAre("\"order\"", "Orders"));
}

TEST(SqlCompletion, ColumnsAreThoseOfTheTablesNamed) {
  EXPECT_THAT(Words("SELECT * FROM users WHERE n"),
              ElementsAre("Nick", "name", "natural", "not", "null"));
  EXPECT_THAT(Words("SELECT * FROM users WHERE na"), ElementsAre("name", "natural"));
  EXPECT_THAT(Words("UPDATE Orders SET to"), ElementsAre("to", "total"));
  EXPECT_THAT(Words("SELECT to"), ElementsAre("to", "total"));
}

TEST(SqlCompletion, PointTellsWhoseNamesTheyAre) {
  EXPECT_THAT(Words("SELECT users."), ElementsAre("Nick", "id", "name"));
  EXPECT_THAT(Words("SELECT users.i"), ElementsAre("id"));
  EXPECT_THAT(Words("SELECT * FROM \"HEAD~1\".u"), ElementsAre("users"));
}

TEST(SqlCompletion, QuoteThatIsOpenIsClosed) {
  const LineCompletion found = CompleteSql("", "SELECT * FROM \"tw", ShopNames());
  EXPECT_THAT(found.words, ElementsAre("\"two words\""));
  EXPECT_EQ(found.word_begin, 14U);
}

TEST(SqlCompletion, NothingStandsInsideOfTextNumbersAndComments) {
  EXPECT_THAT(Words("SELECT 'us"), IsEmpty());
  EXPECT_THAT(Words("SELECT 1"), IsEmpty());
  EXPECT_THAT(Words("SELECT -- us"), IsEmpty());
  EXPECT_THAT(Words("SELECT /* us"), IsEmpty());
  EXPECT_THAT(Words("us", "SELECT 'a\n"), IsEmpty());
}

TEST(SqlCompletion, EarlierLinesCount) {
  EXPECT_THAT(Words("WHERE i", "SELECT * FROM users\n"), Contains("id"));
  const LineCompletion found = CompleteSql("SELECT * FROM\n", "  us", ShopNames());
  EXPECT_THAT(found.words, ElementsAre("users"));
  EXPECT_EQ(found.word_begin, 2U);
}

TEST(SqlCompletion, EmptyWordOffersNoKeywords) { EXPECT_THAT(Words(""), Not(Contains("SELECT"))); }

}  // namespace
}  // namespace pvc
