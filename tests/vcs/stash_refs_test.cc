#include "vcs/stash_refs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StashRefsTest : public VcsFixture {};

TEST_F(StashRefsTest, OfANewRepositoryThereAreNone) { EXPECT_THAT(ListStash(*Open()), IsEmpty()); }

TEST_F(StashRefsTest, NewestComesFirstByNumberNotByText) {
  const auto repository = Open();
  const CommitId commit = CommitOn(*repository, "main", "first");
  for (const char* name : {"refs/stash/9", "refs/stash/10", "refs/stash/2", "refs/stash/x",
                           "refs/stash/1x", "refs/stash/99999999999999999999"}) {
    SetRef(*repository, name, commit.id);
  }
  EXPECT_THAT(ListStash(*repository),
              ElementsAre(Ref{"refs/stash/10", commit.id}, Ref{"refs/stash/9", commit.id},
                          Ref{"refs/stash/2", commit.id}));
}

}  // namespace
}  // namespace pvc
