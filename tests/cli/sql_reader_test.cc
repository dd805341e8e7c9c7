#include "cli/sql_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace pvc {
namespace {

using testing::ElementsAre;

std::vector<std::string> ReadAll(SqlReader::Source source) {
  SqlReader reader(std::move(source));
  std::vector<std::string> statements;
  while (auto statement = reader.Next()) statements.push_back(*std::move(statement));
  return statements;
}

/// Gives out so many bytes at a time.
SqlReader::Source InPieces(std::string_view text, size_t piece_bytes) {
  return [text, piece_bytes](char* out, size_t size) mutable {
    const size_t count = text.copy(out, std::min(size, piece_bytes));
    text.remove_prefix(count);
    return count;
  };
}

TEST(SqlReader, CutsBehindSemicolons) {
  EXPECT_THAT(ReadAll(SourceOf("SELECT 1; SELECT 2;\n")),
              ElementsAre("SELECT 1;", " SELECT 2;", "\n"));
  EXPECT_THAT(ReadAll(SourceOf("SELECT 1")), ElementsAre("SELECT 1"));
  EXPECT_THAT(ReadAll(SourceOf("")), ElementsAre());
}

TEST(SqlReader, SemicolonsInsideOfTokensAndTriggersEndNothing) {
  const std::string text = "SELECT ';', \";\", [;] /* ; */ -- ;\n;";
  const std::string trigger = "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END;";
  EXPECT_THAT(ReadAll(SourceOf(text + trigger)), ElementsAre(text, trigger));
}

TEST(SqlReader, PiecesMakeNoDifference) {
  const std::string text =
      "SELECT 'a;b' AS \"x;y\"; CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 'END;'; END;\n"
      "-- the end;\n SELECT x'00' /* open ; ";
  const std::vector<std::string> whole = ReadAll(SourceOf(text));
  EXPECT_EQ(whole.size(), 3U);
  for (size_t piece_bytes = 1; piece_bytes < 40; ++piece_bytes) {
    EXPECT_EQ(ReadAll(InPieces(text, piece_bytes)), whole) << piece_bytes;
  }
}

TEST(SqlReader, StatementComesBeforeTheNextIsThere) {
  int asked = 0;
  SqlReader reader([&](char* out, size_t size) {
    return ++asked == 1 ? std::string_view("SELECT 1;").copy(out, size) : 0;
  });
  EXPECT_EQ(reader.Next(), "SELECT 1;");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(reader.Next(), std::nullopt);
}

TEST(SqlReader, LongTextsAreReadInLinearTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "INSERT INTO t VALUES(1);";
  EXPECT_EQ(ReadAll(SourceOf(text)).size(), 100'000U);
  const std::string literal = "SELECT '" + std::string(8U << 20, 'x') + "';";
  EXPECT_THAT(ReadAll(SourceOf(literal)), ElementsAre(literal));
}

}  // namespace
}  // namespace pvc
