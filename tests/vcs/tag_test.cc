#include "vcs/tag.h"

#include <gtest/gtest.h>

#include "tests/support/memory_objects.h"
#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

Tag FullTag() {
  return {{SomeId("commit")}, "release/v1", SomeSignature(), "first\n\nwith \xff bytes\n"};
}

TEST(TagEncoding, RoundTrips) {
  EXPECT_EQ(DecodeTag(EncodeTag(FullTag()), "test"), FullTag());
  const Tag least{{SomeId("commit")}, "v", {}, ""};
  EXPECT_EQ(DecodeTag(EncodeTag(least), "test"), least);
}

TEST(TagEncoding, AlteredBytesAreRefusedOrMeanExactlyThemselves) {
  const Bytes good = EncodeTag(FullTag());
  for (size_t i = 0; i < good.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      Bytes bad = good;
      bad[i] = static_cast<char>(value);
      try {
        ASSERT_EQ(EncodeTag(DecodeTag(bad, "test")), bad) << "byte " << i << " = " << value;
      } catch (const Error& error) {
        ASSERT_EQ(error.kind(), ErrorKind::kCorrupt) << "byte " << i << " = " << value;
      }
    }
    EXPECT_EQ(ThrownKind([&] { DecodeTag(good.substr(0, i), "test"); }), ErrorKind::kCorrupt) << i;
  }
  EXPECT_EQ(ThrownKind([&] { DecodeTag(good + '\0', "test"); }), ErrorKind::kCorrupt);
}

TEST(TagEncoding, WhatNoTagMayHoldIsNotEncoded) {
  const auto kind_with = [](const std::function<void(Tag&)>& change) {
    Tag tag = FullTag();
    change(tag);
    return ThrownKind([&] { EncodeTag(tag); });
  };
  EXPECT_EQ(kind_with([](Tag&) {}), std::nullopt);
  EXPECT_EQ(kind_with([](Tag& t) { t.target = {}; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Tag& t) { t.name = "../v1"; }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Tag& t) { t.name.assign(kMaxRefNameBytes + 1, 'v'); }),
            ErrorKind::kTooLarge);
  EXPECT_EQ(kind_with([](Tag& t) { t.message = Bytes("a\0b", 3); }), ErrorKind::kInvalid);
  EXPECT_EQ(kind_with([](Tag& t) { t.message.assign(kMaxMessageBytes + 1, 'x'); }),
            ErrorKind::kTooLarge);
}

TEST(TagEncoding, IsReadBackByItsId) {
  MemoryObjects objects;
  EXPECT_EQ(ReadTag(objects, WriteTag(objects, FullTag())), FullTag());
}

class PeelToCommitTest : public VcsFixture {
 protected:
  /// Stores a tag of `target`, named by refs/tags/v1.
  static ObjectId TagOf(Repository& repository, const ObjectId& target) {
    const auto batch = repository.store().BeginWrite(OneThread());
    const ObjectId id = WriteTag(*batch, {{target}, "v1", SomeSignature(), "first"}).id;
    StateChange change;
    change.refs.push_back({"refs/tags/v1", ObjectId{}, id});
    repository.Publish(*batch, change, SomeSignature(), "tag");
    return id;
  }
};

TEST_F(PeelToCommitTest, CommitStandsForItself) {
  const auto repository = Open();
  const CommitId commit = CommitOn(*repository, "main", "one");
  EXPECT_EQ(PeelToCommit(*repository, commit.id, "main"), commit);
}

TEST_F(PeelToCommitTest, AnnotatedTagStandsForItsCommit) {
  const auto repository = Open();
  const CommitId commit = CommitOn(*repository, "main", "one");
  EXPECT_EQ(PeelToCommit(*repository, TagOf(*repository, commit.id), "v1"), commit);
}

TEST_F(PeelToCommitTest, OtherObjectIsNamedByItsType) {
  const auto repository = Open();
  const CommitId commit = CommitOn(*repository, "main", "one");
  const ObjectId snapshot = repository->GetCommit(commit).snapshot.id;
  const Error error = ThrownError([&] { PeelToCommit(*repository, snapshot, "x"); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(), "'x' is a snapshot, not a commit");
}

TEST_F(PeelToCommitTest, MissingObjectIsCorrupt) {
  const auto repository = Open();
  EXPECT_EQ(ThrownKind([&] { PeelToCommit(*repository, SomeId("gone"), "v1"); }),
            ErrorKind::kCorrupt);
  const ObjectId tag = TagOf(*repository, SomeId("gone"));
  EXPECT_EQ(ThrownKind([&] { PeelToCommit(*repository, tag, "v1"); }), ErrorKind::kCorrupt);
}

TEST_F(PeelToCommitTest, TagOfWhatIsNoCommitIsCorrupt) {
  const auto repository = Open();
  const CommitId commit = CommitOn(*repository, "main", "one");
  const ObjectId tag = TagOf(*repository, repository->GetCommit(commit).snapshot.id);
  EXPECT_EQ(ThrownKind([&] { PeelToCommit(*repository, tag, "v1"); }), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace pvc
