#include "vcs/tag_refs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A repository with two commits on main.
class TagRefsTest : public VcsFixture {
 protected:
  TagRefsTest()
      : repository_(Open()),
        first_(CommitOn(*repository_, "main", "one")),
        second_(CommitOn(*repository_, "main", "two")) {}

  std::optional<ObjectId> Make(const std::string& name, const CommitId& target,
                               std::optional<std::string> message = {}, Force force = Force::kNo) {
    return CreateTag(*repository_, {name, target, std::move(message), force}, kActor);
  }

  const Actor kActor{SomeSignature(), "tag ..."};
  std::unique_ptr<Repository> repository_;
  CommitId first_;
  CommitId second_;
};

TEST_F(TagRefsTest, LightTagIsARefToItsCommit) {
  EXPECT_EQ(Make("v1", first_), std::nullopt);
  EXPECT_EQ(Open()->FindRef("refs/tags/v1"), first_.id);
}

TEST_F(TagRefsTest, MessageMakesAnAnnotatedTag) {
  Make("v1", first_, "as delivered");
  const auto repository = Open();
  const Tag tag = ReadTag(repository->store(), {*repository->FindRef("refs/tags/v1")});
  EXPECT_EQ(tag, (Tag{first_, "v1", SomeSignature(), "as delivered"}));
}

TEST_F(TagRefsTest, TagMovesOnlyByForce) {
  Make("v1", first_);
  EXPECT_EQ(ThrownKind([&] { Make("v1", second_); }), ErrorKind::kExists);
  EXPECT_EQ(Make("v1", second_, {}, Force::kYes), first_.id);
  EXPECT_EQ(Open()->FindRef("refs/tags/v1"), second_.id);
}

TEST_F(TagRefsTest, TagThatStaysWhereItIsMakesNoOperation) {
  Make("v1", first_);
  const OperationId before = repository_->operation_id();
  EXPECT_EQ(Make("v1", first_, {}, Force::kYes), std::nullopt);
  EXPECT_EQ(Open()->operation_id(), before);
}

TEST_F(TagRefsTest, ImpossibleNameAndEmptyMessageAreRefused) {
  EXPECT_EQ(ThrownKind([&] { Make("a b", first_); }), ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([&] { Make("v1", first_, " \n"); }), ErrorKind::kInvalid);
  EXPECT_THAT(Open()->ListRefs("refs/tags/"), IsEmpty());
}

TEST_F(TagRefsTest, TagsAreDeletedAllOrNone) {
  Make("a", first_);
  Make("b", second_);
  const Error error = ThrownError([&] { DeleteTags(*repository_, {"a", "c"}, kActor); });
  EXPECT_EQ(error.message(), "no tag named 'c'");
  EXPECT_EQ(error.hints().front(), "did you mean 'a'?");
  EXPECT_EQ(Open()->ListRefs("refs/tags/").size(), 2U);
  EXPECT_THAT(DeleteTags(*repository_, {"a", "b"}, kActor),
              ElementsAre(Ref{"refs/tags/a", first_.id}, Ref{"refs/tags/b", second_.id}));
  EXPECT_THAT(Open()->ListRefs("refs/tags/"), IsEmpty());
}

}  // namespace
}  // namespace pvc
