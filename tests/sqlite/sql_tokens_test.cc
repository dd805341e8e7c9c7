#include "sqlite/sql_tokens.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pvc {
namespace {

using Kind = SqlTokenKind;

struct Expected {
  Kind kind;
  std::string text;
};

void ExpectTokens(std::string_view sql, const std::vector<Expected>& expected) {
  SCOPED_TRACE(sql);
  for (const Expected& token : expected) {
    ASSERT_FALSE(sql.empty());
    const SqlToken found = FirstSqlToken(sql);
    EXPECT_EQ(found.kind, token.kind) << token.text;
    EXPECT_EQ(found.text, token.text);
    sql.remove_prefix(found.text.size());
  }
  EXPECT_EQ(sql, "");
}

void ExpectOne(Kind kind, std::string_view sql) { ExpectTokens(sql, {{kind, std::string(sql)}}); }

TEST(SqlTokens, QuotesHoldEverythingUpToTheirEnd) {
  for (const char* name : {"\"a\"\"b\"", "`a``b`", "[a\"b]", "\"\"", "[]", "\"a,(--/*\""}) {
    ExpectOne(Kind::kQuotedName, name);
  }
  for (const char* text : {"''", "'it''s'", "'\"'", "'--'", "'/*'"}) ExpectOne(Kind::kString, text);
  ExpectTokens("[a]]", {{Kind::kQuotedName, "[a]"}, {Kind::kIllegal, "]"}});
}

TEST(SqlTokens, OpenQuotesAreIllegalToTheEnd) {
  for (const char* text : {"'a", "\"a\"\"", "`a", "[a", "x'00", "'"})
    ExpectOne(Kind::kIllegal, text);
}

TEST(SqlTokens, CommentsEndWhereSqlitesDo) {
  ExpectTokens("--a'\nb", {{Kind::kLineComment, "--a'"}, {Kind::kSpace, "\n"}, {Kind::kWord, "b"}});
  ExpectTokens("/*/a*/b", {{Kind::kBlockComment, "/*/a*/"}, {Kind::kWord, "b"}});
  ExpectTokens("/**/b", {{Kind::kBlockComment, "/**/"}, {Kind::kWord, "b"}});
  ExpectOne(Kind::kBlockComment, "/* never closed");
  ExpectTokens("/*", {{Kind::kSymbol, "/"}, {Kind::kSymbol, "*"}});
}

TEST(SqlTokens, NumbersAreWhole) {
  for (const char* number : {"0", "12.5", ".5", "5.", "1e5", "1.5E-7", "0x1F"}) {
    ExpectOne(Kind::kNumber, number);
  }
  ExpectTokens("1.a", {{Kind::kNumber, "1.a"}});
  ExpectTokens("1-2", {{Kind::kNumber, "1"}, {Kind::kSymbol, "-"}, {Kind::kNumber, "2"}});
}

TEST(SqlTokens, WordsHoldLettersOfAllScripts) {
  for (const char* word : {"a", "_a$1", "größe", "x", "日本"}) ExpectOne(Kind::kWord, word);
  ExpectOne(Kind::kBlob, "x'00'");
  ExpectTokens("x y", {{Kind::kWord, "x"}, {Kind::kSpace, " "}, {Kind::kWord, "y"}});
  ExpectTokens("\xef\xbb\xbf(", {{Kind::kSpace, "\xef\xbb\xbf"}, {Kind::kSymbol, "("}});
}

TEST(SqlTokens, OperatorsAreWhole) {
  for (const char* symbol : {"->>", "->", "<=", "<>", "<<", ">=", ">>", "==", "!=", "||", "~"}) {
    ExpectOne(Kind::kSymbol, symbol);
  }
  for (const char* sign : {"!", "^", "{", "\\", "\v", ":"}) ExpectOne(Kind::kIllegal, sign);
  for (const char* variable : {"?", "?12", ":a", "@a", "$a"}) ExpectOne(Kind::kVariable, variable);
}

TEST(SqlTokens, NamesLoseTheirQuotes) {
  const auto name = [](std::string_view sql) { return FirstSqlToken(sql).Name(); };
  EXPECT_EQ(name("plain"), "plain");
  EXPECT_EQ(name("\"a\"\"b\""), "a\"b");
  EXPECT_EQ(name("`a``\"`"), "a`\"");
  EXPECT_EQ(name("[a\"\"b]"), "a\"\"b");
  EXPECT_EQ(name("[a[[b]"), "a[[b");
  EXPECT_EQ(name("'it''s'"), "it's");
  EXPECT_EQ(name("\"\""), "");
}

TEST(SqlTokens, RandomBytesAreCutIntoTokensThatAddUp) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view kBytes = "a1'\"`[]-/*\n.xe+?:$(,\xc3\xef\xbb\xbf\v ";
  for (int round = 0; round < 5000; ++round) {
    std::string sql;
    for (size_t n = random() % 12; n > 0; --n) sql += kBytes[random() % kBytes.size()];
    for (std::string_view rest = sql; !rest.empty();) {
      const SqlToken token = FirstSqlToken(rest);
      ASSERT_FALSE(token.text.empty()) << sql;
      ASSERT_TRUE(rest.starts_with(token.text)) << sql;
      rest.remove_prefix(token.text.size());
    }
  }
}

TEST(EndsInLineComment, OnlyAnOpenOneCounts) {
  EXPECT_TRUE(EndsInLineComment("a --"));
  EXPECT_FALSE(EndsInLineComment("a -- b\n"));
  EXPECT_FALSE(EndsInLineComment("a /* -- */"));
  EXPECT_FALSE(EndsInLineComment("'--'"));
  EXPECT_FALSE(EndsInLineComment(""));
}

TEST(SameSql, SpellingIsNoDifference) {
  EXPECT_TRUE(SameSql("", " -- nothing"));
  EXPECT_TRUE(SameSql("INTEGER NOT NULL", "integer/**/not -- x\n null"));
  EXPECT_TRUE(SameSql("\"a\" = 1", "a=1"));
  EXPECT_TRUE(SameSql("[a], `a`", "\"a\", a"));
  EXPECT_TRUE(SameSql("DECIMAL(10,2)", "decimal ( 10 , 2 )"));
  EXPECT_TRUE(SameSql("X'aB' 0X1f 1E5", "x'Ab' 0x1F 1e5"));
  EXPECT_TRUE(SameSql("\"it\"\"s\"", "[it\"s]"));
}

TEST(SameSql, MeaningIsADifference) {
  EXPECT_FALSE(SameSql("DEFAULT 'a'", "DEFAULT 'A'"));
  EXPECT_FALSE(SameSql("DEFAULT 'a'", "DEFAULT \"a\""));
  EXPECT_FALSE(SameSql("DEFAULT 'a  b'", "DEFAULT 'a b'"));
  EXPECT_FALSE(SameSql("DEFAULT \"A\"", "DEFAULT \"a\""));
  EXPECT_FALSE(SameSql("DEFAULT A", "DEFAULT \"a\""));
  EXPECT_FALSE(SameSql("DEFAULT true", "DEFAULT \"true\""));
  EXPECT_FALSE(SameSql("DEFAULT null", "DEFAULT [null]"));
  EXPECT_FALSE(SameSql("\"CHECK\" (a)", "CHECK (a)"));
  EXPECT_FALSE(SameSql("a", "a b"));
  EXPECT_FALSE(SameSql("ab", "a b"));
  EXPECT_FALSE(SameSql("1.0", "1"));
  EXPECT_FALSE(SameSql("a < = b", "a <= b"));
}

}  // namespace
}  // namespace pvc
