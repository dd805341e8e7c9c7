#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/vcs/diff_support.h"

namespace pvc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DiffFilterTest : public testing::Test {
 protected:
  void Take(const std::string& setup, const std::string& edit) {
    workshop_.Run(setup);
    before_ = workshop_.Take();
    workshop_.Run(edit);
    after_ = workshop_.Take();
  }

  std::vector<std::string> Lines(std::vector<DiffFilter> filters) {
    DiffOptions options;
    options.filters = std::move(filters);
    return workshop_.Lines(before_, after_, options);
  }

  std::vector<std::string> Rows(std::vector<DiffFilter> filters) {
    DiffOptions options;
    options.filters = std::move(filters);
    return workshop_.Rows(before_, after_, options);
  }

  Error FailureOf(std::vector<DiffFilter> filters) {
    try {
      Lines(std::move(filters));
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {ErrorKind::kUsage, ""};
  }

  DiffWorkshop workshop_;
  Snapshot before_;
  Snapshot after_;
};

TEST_F(DiffFilterTest, TableHasItsRowsAndItsObjectsOnly) {
  Take("CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE other(a)",
       "INSERT INTO users VALUES(1); INSERT INTO other VALUES(1); CREATE INDEX i ON users(id); "
       "CREATE INDEX j ON other(a); PRAGMA user_version=3");
  const auto expected =
      ElementsAre("schema + index i", "users + (1)", "users: 1 added, 0 removed, 0 changed");
  EXPECT_THAT(Lines({{"users", {}}}), expected);
  EXPECT_THAT(Lines({{"USERS", {}}}), expected);
}

TEST_F(DiffFilterTest, ObjectWithoutRowsCanBeNamed) {
  Take("CREATE TABLE t(a)", "CREATE INDEX i ON t(a); CREATE INDEX j ON t(a)");
  EXPECT_THAT(Lines({{"i", {}}}), ElementsAre("schema + index i"));
}

TEST_F(DiffFilterTest, UnknownNameIsNotFoundWithNearNames) {
  Take("CREATE TABLE users(a)", "");
  const Error error = FailureOf({{"user", {}}});
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.hints(), Contains(HasSubstr("'users'")));
}

TEST_F(DiffFilterTest, NameThatOneSideHasIsKnown) {
  Take("CREATE TABLE t(a)", "DROP TABLE t");
  EXPECT_THAT(Lines({{"t", {}}}), ElementsAre("schema - table t"));
}

TEST_F(DiffFilterTest, RowsByRowid) {
  Take("CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES(1, 1), (2, 2), (-3, 3)",
       "UPDATE t SET a = a + 10; ALTER TABLE t ADD COLUMN b");
  EXPECT_THAT(Lines({{"t", "2"}, {"t", "-3"}}),
              ElementsAre("t ~ (-3, 3) -> (-3, 13, NULL)", "t ~ (2, 2) -> (2, 12, NULL)",
                          "t: 0 added, 0 removed, 2 changed"));
  EXPECT_THAT(Rows({{"t", "5"}}), IsEmpty());
}

TEST_F(DiffFilterTest, KeylessRowsByRowid) {
  Take("CREATE TABLE t(a); INSERT INTO t VALUES(1), (2)", "UPDATE t SET a = 3 - a");
  EXPECT_THAT(Rows({{"t", "2"}}), ElementsAre("t ~ (2) -> (1)"));
}

TEST_F(DiffFilterTest, RowsByTuple) {
  Take(
      "CREATE TABLE t(name TEXT, code INTEGER, a, PRIMARY KEY(name, code)); "
      "INSERT INTO t VALUES('EPSG', 4326, 1), ('a,b', 1, 1), ('42', 7, 1), ('O''Neil', 1, 1), "
      "(NULL, 1, 1), (NULL, 1, 2)",
      "UPDATE t SET a = a + 10");
  EXPECT_THAT(Rows({{"t", "EPSG,4326"}}),
              ElementsAre("t ~ ('EPSG', 4326, 1) -> ('EPSG', 4326, 11)"));
  EXPECT_THAT(Rows({{"t", "'a,b', 1"}}), ElementsAre("t ~ ('a,b', 1, 1) -> ('a,b', 1, 11)"));
  EXPECT_THAT(Rows({{"t", "42,7"}}), ElementsAre("t ~ ('42', 7, 1) -> ('42', 7, 11)"));
  EXPECT_THAT(Rows({{"t", "O'Neil,1"}}), testing::SizeIs(1));
  EXPECT_THAT(Rows({{"t", "NULL,1"}}), testing::SizeIs(2));
}

TEST_F(DiffFilterTest, KeyOfAnUntypedColumnIsReadBothWays) {
  Take(
      "CREATE TABLE t(k PRIMARY KEY, a); INSERT INTO t VALUES(42, 1), ('42', 2), (x'3432', 3), "
      "(1.5, 4)",
      "UPDATE t SET a = a + 10");
  EXPECT_THAT(Rows({{"t", "42"}}),
              ElementsAre("t ~ (42, 1) -> (42, 11)", "t ~ ('42', 2) -> ('42', 12)"));
  EXPECT_THAT(Rows({{"t", "x'3432'"}}), ElementsAre("t ~ (x'3432', 3) -> (x'3432', 13)"));
  EXPECT_THAT(Rows({{"t", "1.5"}}), ElementsAre("t ~ (1.5, 4) -> (1.5, 14)"));
}

TEST_F(DiffFilterTest, KeyOfOneTextColumnMayHoldCommas) {
  Take("CREATE TABLE t(k TEXT PRIMARY KEY, a); INSERT INTO t VALUES('Smith, John', 1)",
       "UPDATE t SET a = 2");
  EXPECT_THAT(Rows({{"t", "Smith, John"}}), testing::SizeIs(1));
}

TEST_F(DiffFilterTest, KeyInAUtf16Database) {
  Take(
      "PRAGMA encoding='UTF-16le'; CREATE TABLE t(k TEXT PRIMARY KEY COLLATE NOCASE, a); "
      "INSERT INTO t VALUES('Z\xC3\xBCrich', 1)",
      "UPDATE t SET a = 2");
  EXPECT_THAT(Rows({{"t", "z\xC3\xBCRICH"}}), testing::SizeIs(1));
}

TEST_F(DiffFilterTest, KeyThatCannotBeOneIsInvalid) {
  Take(
      "CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE p(a, b, PRIMARY KEY(a, b)); "
      "CREATE VIEW v AS SELECT 1",
      "");
  EXPECT_EQ(FailureOf({{"t", "abc"}}).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(FailureOf({{"t", "1.5"}}).kind(), ErrorKind::kInvalid);
  const Error error = FailureOf({{"p", "1"}});
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.hints(), Contains(HasSubstr("(a, b)")));
  EXPECT_EQ(FailureOf({{"v", "1"}}).kind(), ErrorKind::kInvalid);
}

}  // namespace
}  // namespace pvc
