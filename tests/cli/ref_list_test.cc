#include <gtest/gtest.h>

#include "cli/render/branch_list.h"
#include "cli/render/tag_list.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

CommitId IdOf(uint8_t byte) {
  CommitId id;
  id.id.bytes.fill(byte);
  return id;
}

std::string Text(const BranchListing& listing, RefDetail detail) {
  StringWriter writer;
  Painter out(writer, false);
  PrintBranchesText(out, listing, detail);
  return writer.text();
}

TEST(BranchList, CurrentBranchIsMarked) {
  const BranchListing listing{"main", IdOf(1), {}, {{"a", IdOf(2), ""}, {"main", IdOf(1), ""}}};
  EXPECT_EQ(Text(listing, RefDetail::kNames), "  a\n* main\n");
}

TEST(BranchList, DetachedHeadComesFirst) {
  const BranchListing listing{"", IdOf(1), BranchLine{"", IdOf(1), "one"}, {{"a", IdOf(2), "two"}}};
  EXPECT_EQ(Text(listing, RefDetail::kNames), "* (HEAD detached at 010101010101)\n  a\n");
  EXPECT_EQ(Text(listing, RefDetail::kCommits),
            "* (HEAD detached at 010101010101) 010101010101 one\n"
            "  a                               020202020202 two\n");
}

TEST(BranchList, NamesAndSummariesAreEscapedAndAligned) {
  const BranchListing listing{
      "x", IdOf(1), {}, {{"caf\u00e9", IdOf(1), "\x1b[31mred"}, {"x", IdOf(1), "plain"}}};
  EXPECT_EQ(Text(listing, RefDetail::kCommits),
            "  caf\u00e9 010101010101 \\x1b[31mred\n"
            "* x    010101010101 plain\n");
}

TEST(TagList, FirstLinesAreAlignedAsGitDoes) {
  StringWriter writer;
  Painter out(writer, false);
  const std::vector<TagLine> tags = {{"v1", {}, {}, {}, "one\n\nmore"},
                                     {"a-name-of-more-than-15", {}, {}, {}, "two"}};
  PrintTagsText(out, tags, TagDetail::kMessages);
  EXPECT_EQ(writer.text(), "v1              one\na-name-of-more-than-15 two\n");
}

}  // namespace
}  // namespace pvc
